"""Targets of which no price is known, as rows."""

from typing import Any

from watchlist.domain.model import Mention, TargetStatus
from watchlist.domain.symbols import trading_currency

Row = dict[str, Any]


def target_without_prices(mention: Mention) -> Row:
    """Give the documented keys of a target where nothing is known of a market."""
    nothing = dict.fromkeys(("upside", "target_session", "target_touched", "target_until"))
    if mention.target_price is None:
        status = TargetStatus.NO_TARGET
    elif mention.target_currency != trading_currency(mention.symbol):
        status = TargetStatus.OTHER_CURRENCY
    else:
        status = TargetStatus.NO_PRICE
    printed = {"target_price": mention.target_price, "target_currency": mention.target_currency}
    return {**printed, **nothing, "target_status": str(status)}
