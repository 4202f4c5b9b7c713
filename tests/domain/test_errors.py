"""Errors: every class builds one sentence in two languages from the facts it is given."""

import string

import pytest

from watchlist.domain import errors
from watchlist.domain.errors import UnknownWord, UsageMistake, WatchlistError, Words, counted

CLASSES = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, WatchlistError) and one is not WatchlistError
]


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("case", CLASSES, ids=lambda case: str(case.__name__))
def test_a_case_says_the_same_facts_in_both_languages_on_one_line(case: type[WatchlistError]) -> None:
    assert facts(case.en) == facts(case.zh)
    raised = case(**dict.fromkeys(facts(case.en), "x\ny"))
    for language in ("en", "zh"):
        assert "\n" not in raised.text(language)
        assert "{" not in raised.text(language)
    assert str(raised) == raised.text("en") == raised.text("fr")


def test_what_was_typed_wrong_exits_with_2_and_a_failure_of_ours_with_1() -> None:
    assert {case.exit_code for case in CLASSES if issubclass(case, UsageMistake)} == {2}
    assert {case.exit_code for case in CLASSES if not issubclass(case, UsageMistake)} == {1}


def test_a_fact_that_is_words_is_spoken_in_the_language_of_the_sentence() -> None:
    raised = UnknownWord(option="--theme", text="MR", hint=Words(" Known: AI.", "可用：AI。"))
    assert raised.text("en") == '--theme does not know "MR". Known: AI.'
    assert raised.text("zh") == "--theme 不认识“MR”。可用：AI。"
    assert str(raised.facts["hint"]) == " Known: AI."


def test_an_error_of_no_class_of_its_own_says_its_message() -> None:
    assert str(WatchlistError(message="The disk is full.")) == "The disk is full."


def test_one_thing_is_counted_without_an_s() -> None:
    assert [counted(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert [counted(n, "share is", "shares are") for n in (1, 3)] == ["1 share is", "3 shares are"]
