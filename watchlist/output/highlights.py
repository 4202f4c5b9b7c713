"""Highlights: a text cut into pieces by the spans that are marked in it, and made harmless to look at."""

import itertools
from collections.abc import Sequence
from typing import Final

from watchlist.output.columns import Row

Span = tuple[int, int, str]  # start, end (exclusive) and kind, in code points
# Control characters, and what turns the direction of text: shown as a mark, so that nothing hides.
INVISIBLE: Final = {
    code: "\ufffd"
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    )
    if chr(code) not in "\n\t"
}


def visible(text: object) -> str:
    """Give text in which nothing moves, hides or turns; every line end is one character."""
    # A piece may be cut between the two characters of a line end.
    return str(text).replace("\r\n", "\n").removesuffix("\r").replace("\r", "\n").translate(INVISIBLE)


def pieces(text: str, spans: Sequence[Span]) -> list[tuple[int, str, str | None]]:
    """Cut a text at the spans' ends; where spans overlap, the later one counts.

    Returns:
        ``(start, words, kind)`` for each piece, in order; the words together are the text.
    """
    edges = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end))})
    places = {edge: at for at, edge in enumerate(edges)}
    kinds: dict[int, str] = {}
    for start, end, kind in spans:
        kinds.update(dict.fromkeys(range(places[start], places[end]), kind))
    return [(start, text[start:end], kinds.get(at)) for at, (start, end) in enumerate(itertools.pairwise(edges))]


def draft_spans(draft: Row) -> list[Span]:
    """Give the spans of everything found in a text, as ``read --json`` gives it; names count over their quotes."""
    spans = [_span(quote, "sector") for one in draft["sector_calls"] for quote in one["quotes"]]
    spans += [_span(quote, "quote") for one in draft["recommendations"] for quote in one["quotes"]]
    spans += [_span(one, "problem") for one in draft["problems"]]
    return spans + [name for one in draft["recommendations"] for quote in one["quotes"] for name in _name(quote)]


def report_spans(shares: Sequence[Row], sectors: Sequence[Row], text: str) -> tuple[list[Span], int]:
    """Give the spans of a recorded report's quotes, and how many of them are not to the letter where they belong."""
    quotes = [*((quote, "sector") for quote in sectors), *((quote, "quote") for quote in shares)]
    exact = [(quote, kind) for quote, kind in quotes if text[quote["start"] : quote["end"]] == quote["text"]]
    names = [name for quote, kind in exact if kind == "quote" for name in _name(quote)]
    return [_span(quote, kind) for quote, kind in exact] + names, len(quotes) - len(exact)


def _span(row: Row, kind: str) -> Span:
    return row["start"], row["end"], kind


def _name(quote: Row) -> list[Span]:
    start, end = quote.get("name_start"), quote.get("name_end")
    return [] if start is None or end is None else [(start, end, "name")]
