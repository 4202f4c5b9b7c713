"""News: one row a change, whatever it is of: what happened, when, to which share and call, in both languages."""

import datetime as dt
from typing import Any, Final

from watchlist.domain.errors import Words
from watchlist.domain.model import Mention
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

# In the order of a list: what a person acts on first.
KINDS: Final = (
    "new_call", "upgraded", "downgraded", "repeated", "entered", "call_closed", "target_reached", "rating_kept",
    "rating_broken", "horizon_matured", "moved", "suspended", "resumed", "delisted_share", "corrected", "retracted",
)  # fmt: skip


def news(situation: Situation, kind: str, day: dt.date | None, about: Mention | str, words: Words, **more: Any) -> Row:  # noqa: ANN401
    """Give the row of a change, of a recommendation or of a security.

    Args:
        more: ``horizon value before after reason recommended_by``, ``None`` where a change has none.
    """
    mention = about if isinstance(about, Mention) else None
    symbol = about if isinstance(about, str) else about.symbol
    theme = None if mention is None else situation.theme_of(mention)
    return {
        "kind": kind,
        "day": None if day is None else day.isoformat(),
        "symbol": symbol,
        "name": situation.name_of(symbol) or (symbol if mention is None else mention.name_printed),
        "broker": None if mention is None else mention.broker,
        "theme": None if theme is None else theme.id,
        "theme_name": None if theme is None else theme.name,
        "theme_name_en": None if theme is None else theme.name_en,
        "id": None if mention is None else mention.rec_id,
        **dict.fromkeys(("horizon", "value", "before", "after", "reason")),
        "recommended_by": [],
        **more,
        "what": words.en,
        "what_zh": words.zh,
    }


def signed(value: float | None) -> str:
    """Write a fraction as a signed percentage."""
    return "–" if value is None else f"{value * 100:+.2f}%"
