"""The page of a draft: the text of a report with what was read in it highlighted; inert whatever the text holds."""

import html
import itertools
from typing import Any, Final

_STYLE: Final = (
    "body{font:16px/1.7 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em "
    ".6em;text-align:left;vertical-align:top}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#fafafa;padding:1em}"
    "mark{background:#fff3b0}mark.name{background:#ffd166}mark.sector{background:#d8f3dc}mark.problem{backgro"
    "und:#ffccd5}"
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_INVISIBLE: Final = {
    code: "\ufffd"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\n\t"
}


def draft_page(draft: dict[str, Any], raw: str, language: str) -> str:
    """Give the page; ``draft`` is what ``read --json`` gives."""
    report = draft["report"]
    title = " · ".join(str(report[key]) for key in ("broker", "published", "title") if report[key])
    heads = (
        ("主题", "证券", "代码", "力度", "用语", "评级", "目标价")
        if language == "zh"
        else ("Theme", "Name", "Symbol", "Strength", "Verb", "Rating", "Target")
    )
    keys = ("theme", "name", "symbol", "strength", "verb", "rating", "target_price")
    rows = "".join(
        "<tr>" + "".join(f"<td>{_shown(one[key])}</td>" for key in keys) + "</tr>" for one in draft["recommendations"]
    )
    problems = "".join(
        f"<li>{_shown(one['what_zh' if language == 'zh' else 'what'])}</li>" for one in draft["problems"]
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{_shown(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_shown(title)}</h1>"
        f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{rows}</table>"
        f"<ul>{problems}</ul><pre>{_highlighted(draft, raw)}</pre></body></html>\n"
    )


def _shown(value: object) -> str:
    return "–" if value is None else html.escape(str(value).translate(_INVISIBLE))


def _highlighted(draft: dict[str, Any], raw: str) -> str:
    """Mark every quote; where marks overlap, the narrower one is seen."""
    kinds: list[tuple[int, int, str]] = []
    for one in draft["sector_calls"]:
        kinds += [(quote["start"], quote["end"], "sector") for quote in one["quotes"]]
    for one in draft["recommendations"]:
        kinds += [(quote["start"], quote["end"], "quote") for quote in one["quotes"]]
    kinds += [(one["start"], one["end"], "problem") for one in draft["problems"] if one["start"] is not None]
    for one in draft["recommendations"]:
        kinds += [(q["name_start"], q["name_end"], "name") for q in one["quotes"] if q["name_start"] is not None]
    edges = sorted({0, len(raw), *(edge for start, end, _ in kinds for edge in (start, end))})
    shown: dict[int, str] = {}
    places = {edge: at for at, edge in enumerate(edges)}
    for start, end, kind in kinds:
        for at in range(places[start], places[end]):
            shown[at] = kind
    pieces = []
    for at, (start, end) in enumerate(itertools.pairwise(edges)):
        words = _shown(raw[start:end])
        pieces.append(f'<mark class="{shown[at]}">{words}</mark>' if at in shown else words)
    return "".join(pieces)
