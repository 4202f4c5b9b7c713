"""Targets as rows: the price a report foresees, its upside at publication, and whether it was reached."""

from typing import Any

from watchlist.core.book import MarketBook
from watchlist.core.targets import Aimed
from watchlist.domain.model import Mention, TargetStatus
from watchlist.domain.symbols import trading_currency
from watchlist.queries.plain import iso, number_or_none

Row = dict[str, Any]


def target_row(mention: Mention, part: MarketBook, aimed: Aimed, at: int) -> Row:
    """Give the documented keys of one recommendation's target."""
    return {
        **_printed(mention),
        "upside": number_or_none(float(aimed.upside[at])),
        "target_status": str(aimed.status[at]),
        "target_session": iso(part.session(int(aimed.reached[at]))),
        "target_touched": iso(part.session(int(aimed.touched[at]))),
        "target_until": iso(part.session(int(aimed.until[at]))) if mention.target_price is not None else None,
    }


def target_without_prices(mention: Mention) -> Row:
    """Give the same keys where nothing is known of a market."""
    nothing = dict.fromkeys(("upside", "target_session", "target_touched", "target_until"))
    if mention.target_price is None:
        status = TargetStatus.NO_TARGET
    elif mention.target_currency != trading_currency(mention.symbol):
        status = TargetStatus.OTHER_CURRENCY
    else:
        status = TargetStatus.NO_PRICE
    return {**_printed(mention), **nothing, "target_status": str(status)}


def _printed(mention: Mention) -> Row:
    return {"target_price": mention.target_price, "target_currency": mention.target_currency}
