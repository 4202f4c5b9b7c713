"""Planning: which fetches bring each security up to its market's last closed session."""

import pytest

from tests.core.markets import day
from watchlist.core.planning import Fetch, Held, plan

START, LAST = day("2024-01-02"), day("2024-06-14")
SHARE, OTHER = "600001.SH", "00700.HK"
SOURCES = {SHARE: ("tencent", "sina"), OTHER: ("yahoo",)}


def planned(held: dict[str, Held]) -> list[Fetch]:
    return plan([SHARE], held, START, {SHARE: LAST}, SOURCES)


@pytest.mark.parametrize(
    "held",
    [
        {},
        {SHARE: Held(None, None)},
        {SHARE: Held(None, START)},
        {SHARE: Held(day("2024-06-13"), None)},
        {SHARE: Held(day("2024-06-13"), day("2024-01-03"))},  # asked for a day too late once
        {SHARE: Held(LAST, day("2024-01-03"))},
    ],
)
def test_what_was_never_asked_for_since_the_first_day_is_fetched_whole(held: dict[str, Held]) -> None:
    assert planned(held) == [Fetch(SHARE, START, LAST, ("tencent", "sina"), "first")]


@pytest.mark.parametrize("asked", ["2024-01-02", "2023-01-01"])
def test_what_is_behind_is_fetched_with_an_overlap_of_ten_days(asked: str) -> None:
    held = {SHARE: Held(day("2024-06-13"), day(asked))}
    assert planned(held) == [Fetch(SHARE, day("2024-06-03"), LAST, ("tencent", "sina"), "new")]


def test_the_overlap_does_not_reach_before_the_first_day() -> None:
    (fetch,) = planned({SHARE: Held(day("2024-01-05"), START)})
    assert fetch.since == START


def test_what_ends_before_the_first_day_is_joined_on_all_the_same() -> None:
    # The older report was withdrawn, so that the first day moved past the newest bar.
    (fetch,) = planned({SHARE: Held(day("2023-11-15"), day("2023-01-02"))})
    assert (fetch.since, fetch.reason) == (day("2023-11-05"), "new")


@pytest.mark.parametrize(
    ("gap", "since", "reason"),
    [
        (("2024-02-08", "2024-04-01"), "2024-02-08", "doubt"),
        (("2023-12-01", "2024-04-01"), "2024-01-02", "doubt"),  # nothing is wanted before the first day
        (("2023-03-01", "2024-01-02"), None, None),
    ],
)
def test_days_in_the_middle_that_were_never_asked_for_are_fetched(
    gap: tuple[str, str], since: str | None, reason: str | None
) -> None:
    held = {SHARE: Held(LAST, day("2023-01-02"), gap=(day(gap[0]), day(gap[1])))}
    expected = [] if since is None else [(day(since), LAST, reason)]
    assert [(one.since, one.until, one.reason) for one in planned(held)] == expected


@pytest.mark.parametrize("last", ["2024-06-14", "2024-06-17"])
def test_what_is_up_to_date_is_left_out(last: str) -> None:
    assert planned({SHARE: Held(day(last), START)}) == []


def test_each_symbol_has_its_own_sources_and_last_session_in_the_order_asked() -> None:
    fetches = plan([OTHER, SHARE], {}, START, {SHARE: LAST, OTHER: day("2024-06-13")}, SOURCES)
    assert [(f.symbol, f.until, f.sources) for f in fetches] == [
        (OTHER, day("2024-06-13"), ("yahoo",)),
        (SHARE, LAST, ("tencent", "sina")),
    ]


@pytest.mark.parametrize(
    ("silent_until", "asked"),
    [
        (None, True),  # its newest bar lies days before its end: sessions may be missing
        ("2024-05-31", True),  # asked on its last day: a source may be late
        ("2024-06-09", True),
        ("2024-06-10", False),  # ten days after its end nobody had anything newer
    ],
)
def test_what_ended_is_asked_about_until_nothing_newer_can_come(silent_until: str | None, asked: bool) -> None:  # noqa: FBT001
    silent = None if silent_until is None else day(silent_until)
    have = Held(day("2024-05-20"), START, ended=day("2024-05-31"), silent_until=silent)
    assert bool(planned({SHARE: have})) == asked


def test_an_end_that_turns_out_to_be_later_is_asked_about_again() -> None:
    have = Held(day("2024-05-20"), START, ended=day("2024-06-12"), silent_until=day("2024-06-10"))
    assert [fetch.reason for fetch in planned({SHARE: have})] == ["new"]


@pytest.mark.parametrize(
    ("last", "since"),
    [
        ("2024-06-14", "2024-05-02"),
        ("2024-05-02", "2024-05-02"),
        ("2024-04-30", "2024-04-20"),
        ("2024-02-01", "2024-01-22"),
    ],
)
def test_what_is_fetched_again_leaves_no_gap_behind_what_is_stored(last: str, since: str) -> None:
    held = {SHARE: Held(day(last), START)}
    fetches = plan([SHARE], held, START, {SHARE: LAST}, SOURCES, day("2024-05-02"))
    assert fetches == [Fetch(SHARE, day(since), LAST, ("tencent", "sina"), "asked")]


def test_what_was_never_asked_for_is_fetched_whole_even_if_less_is_to_be_fetched_again() -> None:
    (fetch,) = plan([SHARE], {}, START, {SHARE: LAST}, SOURCES, day("2024-05-02"))
    assert (fetch.since, fetch.reason) == (START, "first")
