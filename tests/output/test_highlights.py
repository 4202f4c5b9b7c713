"""Pieces of a marked text: together they are the text, and nothing in them moves, hides or turns."""

from hypothesis import given
from hypothesis import strategies as st

from watchlist.output.highlights import pieces, report_spans, visible


def test_pieces_by_hand() -> None:
    assert pieces("推荐昆仑万维。", [(0, 6, "quote"), (2, 6, "name")]) == [
        (0, "推荐", "quote"), (2, "昆仑万维", "name"), (6, "。", None),
    ]  # fmt: skip
    assert pieces("abc", []) == [(0, "abc", None)]
    assert pieces("", []) == []


@given(st.text(max_size=40), st.data())
def test_pieces_together_are_the_text(text: str, data: st.DataObject) -> None:
    place = st.integers(0, len(text))
    spans = [tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(place, place), max_size=6))]
    found = pieces(text, [(a, b, str(n)) for n, (a, b) in enumerate(spans)])
    assert "".join(words for _, words, _ in found) == text
    assert all(text[start : start + len(words)] == words for start, words, _ in found)
    for start, words, kind in found:
        covering = [str(n) for n, (a, b) in enumerate(spans) if a <= start and start + len(words) <= b and a < b]
        assert kind == (covering[-1] if covering else None)


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=40))
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert not any(ord(one) < 0x20 and one not in "\n\t" for one in shown)
    assert not set(shown) & {chr(code) for code in (0x7F, 0x9B, 0x202E, 0x2066)}
    assert shown.encode().decode() == shown  # a page can be sent


def test_line_ends_are_one_character() -> None:
    assert visible("a\r\nb\rc\x1b") == "a\nb\nc\ufffd"
    assert visible("a\r") + visible("\nb") == "a\nb"


def test_quotes_that_are_not_there_are_counted_and_not_marked() -> None:
    text = "我们推荐甲公司。"
    right = {"start": 2, "end": 7, "text": "推荐甲公司", "name_start": 4, "name_end": 7}
    wrong = {"start": 0, "end": 5, "text": "推荐甲公司"}
    assert report_spans([right, wrong], [{**right, "text": "别的"}], text) == ([(2, 7, "quote"), (4, 7, "name")], 2)
