"""Beancount prices: a commodity for every recommended share, and its closes as traded."""

import json
from typing import TYPE_CHECKING

from watchlist.domain.symbols import MAINLAND, code, exchange, trading_currency
from watchlist.output.package import LeftOut, Package, Written

if TYPE_CHECKING:
    from watchlist.output.columns import Row


def commodity(symbol: str) -> str:
    """Give a name that beancount takes: ``SH600519``, ``HK.00700``, ``US.AAPL`` (a letter first, no lower case)."""
    place, own = exchange(symbol), code(symbol)
    return f"{place}{own}" if place in MAINLAND else f"{place}.{own}"


def beancount_prices(package: Package) -> Written:
    """Write commodities with their names and themes, and a price directive a session."""
    closes = package.closes()
    shares: dict[str, Row] = {row["symbol"]: row for row in reversed(package.review["recommendations"])}
    lines = [f"; {_head(package)}"]
    left_out = []
    for symbol in sorted(shares):
        prices = closes.get(symbol)
        if not prices:
            left_out.append(LeftOut(symbol, "has no price", "没有行情"))
            continue
        name, currency = commodity(symbol), trading_currency(symbol)
        lines += ["", f"{prices[0][0]} commodity {name}", f"  name: {_text(shares[symbol]['name'])}",
                  f"  theme: {_text(package.called(shares[symbol], 'theme_name'))}"]  # fmt: skip
        lines += [f"{day} price {name}  {_number(close)} {currency}" for day, close in prices]
    return Written(("\n".join(lines) + "\n").encode(), tuple(left_out))


def _head(package: Package) -> str:
    mark = "SIMULATED, no price here is real. " if package.simulated else ""
    return f"{mark}Closes as traded (no corporate action worked in) up to {package.review['as_of']}."


def _text(words: str) -> str:
    return json.dumps(" ".join(words.split()).replace("\\", "/"), ensure_ascii=False)


def _number(close: float) -> str:
    """Write a close without exponent and without float's tail."""
    return f"{close:.6f}".rstrip("0").rstrip(".")
