"""The page of a draft: the text of a report with what was read in it highlighted; inert whatever the text holds."""

import html
from typing import Any, Final

from watchlist.domain.spoken import say
from watchlist.output.highlights import draft_spans, pieces, visible

_STYLE: Final = (
    "body{font:16px/1.7 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em "
    ".6em;text-align:left;vertical-align:top}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#fafafa;padding:1em}"
    "mark{background:#fff3b0}mark.name{background:#ffd166}mark.sector{background:#d8f3dc}mark.problem{backgro"
    "und:#ffccd5}"
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


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
        "<tr>" + "".join(f"<td>{_shown(one[key])}</td>" for key in keys) + "</tr>"
        for one in ({**one, **_told(one, language)} for one in draft["recommendations"])
    )
    table = f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{rows}</table>"
    nothing = "未找到个股推荐。" if language == "zh" else "No recommendation of a share was found."
    sectors = "".join(f"<li>{_shown(_sector(one, language))}</li>" for one in draft["sector_calls"])
    problems = "".join(
        f"<li>{_shown(one['what_zh' if language == 'zh' else 'what'])}</li>" for one in draft["problems"]
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{_shown(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{_shown(title)}</h1>"
        f"{table if rows else f'<p>{nothing}</p>'}"
        f"<ul>{sectors}</ul><ul>{problems}</ul><pre>{_highlighted(draft, raw)}</pre></body></html>\n"
    )


def _told(one: dict[str, Any], language: str) -> dict[str, Any]:
    """Give the words of a recommendation as a person of the language reads them: strength, and target with currency."""
    price = one["target_price"]
    target = None if price is None else f"{price:,.2f} {one['currency'] or ''}".strip()
    return {"strength": say(one["strength"], language), "target_price": target}


def _sector(one: dict[str, Any], language: str) -> str:
    words = f"{one['verb'] or one['rating']} {'、'.join(one['what'])}"
    return f"行业：{words}" if language == "zh" else f"Sector: {words}"


def _shown(value: object) -> str:
    return "–" if value is None else html.escape(visible(value))


def _highlighted(draft: dict[str, Any], raw: str) -> str:
    """Mark every quote; where marks overlap, the narrower one is seen."""
    shown = ((_shown(words), kind) for _, words, kind in pieces(raw, draft_spans(draft)))
    return "".join(words if kind is None else f'<mark class="{kind}">{words}</mark>' for words, kind in shown)
