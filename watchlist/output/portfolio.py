"""Portfolio files of other programs: Ghostfolio, Portfolio Performance and Yahoo.

They want quantities. Those of the holdings, where there are some: purchases at their cost on the day of the snapshot.
A recommendation has none: it is a purchase of a notional 10,000 of its currency at its entry, which every line says
(RULES 30). Formats as their importers read them; see ``docs/exports.md``.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from watchlist.domain.symbols import exchange, trading_currency, yahoo_ticker
from watchlist.output.columns import Row
from watchlist.output.interchange import as_json, harmless
from watchlist.output.package import LeftOut, Package, Written

NOTIONAL: Final = 10_000
PORTFOLIO_PERFORMANCE: Final = (
    "Date", "Type", "Value", "Transaction Currency", "Gross Amount", "Currency Gross Amount", "Exchange Rate", "Fees",
    "Taxes", "Shares", "ISIN", "WKN", "Ticker Symbol", "Security Name", "Note",
)  # fmt: skip
YAHOO: Final = (
    "Symbol", "Current Price", "Date", "Time", "Change", "Open", "High", "Low", "Volume", "Trade Date",
    "Purchase Price", "Quantity", "Commission", "High Limit", "Low Limit", "Comment",
)  # fmt: skip
_DIGITS: Final = 8  # decimals of a share: what Portfolio Performance keeps
_ON_YAHOO: Final = frozenset({"SH", "SZ", "HK", "US"})


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase: of what is held, or a notional one in whole amounts of currency and fractions of shares."""

    symbol: str
    name: str
    currency: str
    session: str
    price: float
    quantity: float
    note: str


def purchases(package: Package) -> tuple[list[Purchase], tuple[LeftOut, ...]]:
    """Turn everything held, else every buying recommendation, into a purchase; say what cannot be one."""
    holdings = package.review["holdings"]
    if holdings is not None:
        return _of_holdings(package, [row for row in holdings["rows"] if row["position"] == "held"])
    bought, left_out = [], []
    for row in package.review["recommendations"]:
        reason = _refused(row)
        if reason is None:
            bought.append(_purchase(package, row))
        else:
            left_out.append(LeftOut(row["symbol"], *reason))
    return bought, tuple(left_out)


def ghostfolio(package: Package) -> Written:
    """Write Ghostfolio's import file: activities of type BUY with Yahoo's symbols."""
    bought, left_out = purchases(package)
    activities = [
        {
            "comment": one.note,
            "currency": one.currency,
            "dataSource": "YAHOO",
            "date": f"{one.session}T00:00:00.000Z",
            "fee": 0,
            "quantity": one.quantity,
            "symbol": yahoo_ticker(one.symbol),
            "type": "BUY",
            "unitPrice": one.price,
        }
        for one in bought
    ]
    return Written(as_json({"activities": activities}).encode(), left_out)


def portfolio_performance(package: Package) -> Written:
    """Write Portfolio Performance's portfolio transactions: its own English header, UTF-8 without a mark, CRLF."""
    bought, left_out = purchases(package)
    rows = [
        {
            "Date": one.session,
            "Type": "Buy",
            "Value": f"{one.quantity * one.price:.2f}",
            "Transaction Currency": one.currency,
            "Fees": "0.00",
            "Taxes": "0.00",
            "Shares": f"{one.quantity:.{_DIGITS}f}",
            "Ticker Symbol": yahoo_ticker(one.symbol),
            "Security Name": harmless(one.name),
            "Note": harmless(one.note),
        }
        for one in bought
    ]
    return Written(_csv(PORTFOLIO_PERFORMANCE, rows).encode(), left_out)


def yahoo(package: Package) -> Written:
    """Write a Yahoo Finance portfolio: trade dates as ``20240617``."""
    bought, left_out = purchases(package)
    rows = [
        {
            "Symbol": yahoo_ticker(one.symbol),
            "Trade Date": one.session.replace("-", ""),
            "Purchase Price": f"{one.price}",
            "Quantity": f"{one.quantity:.{_DIGITS}f}",
            "Commission": "0.0",
            "Comment": harmless(one.note),
        }
        for one in bought
    ]
    return Written(_csv(YAHOO, rows).encode(), left_out)


def _of_holdings(package: Package, rows: Sequence[Row]) -> tuple[list[Purchase], tuple[LeftOut, ...]]:
    """Turn holdings into purchases on the day of their snapshot: at their cost, else at that day's close."""
    bought, left_out = [], []
    for row in rows:
        price = _paid(row)
        if exchange(row["symbol"]) not in _ON_YAHOO:
            left_out.append(LeftOut(row["symbol"], "has no Yahoo symbol", "没有 Yahoo 代码"))
        elif price is None:
            left_out.append(LeftOut(row["symbol"], "has no cost and no price", "既无成本也无行情"))
        else:
            at_close = price == row["snapshot_close"]
            basis = package.t("at the day's close", "按当日收盘") if at_close else package.t("at cost", "按成本")
            mark = "SIMULATED; " if package.simulated else ""
            words = f"{mark}{package.t('held', '持有')} {row['snapshot']}; {basis}; {' '.join(row['accounts'])}"
            bought.append(
                Purchase(
                    symbol=row["symbol"],
                    name=row["name"] or row["symbol"],
                    currency=row["currency"],
                    session=row["snapshot"],
                    price=price,
                    quantity=row["shares_in_snapshot"],
                    note=" ".join(words.split()),
                )
            )
    return bought, tuple(left_out)


def _paid(row: Row) -> float | None:
    """Give what a share cost on the day of its snapshot, in its trading currency; ``None`` where nothing is known."""
    if row["cost"] is not None and row["cost"] > 0 and row["cost_currency"] == row["currency"]:
        return float(row["cost"] * row["shares"] / row["shares_in_snapshot"])
    return None if row["snapshot_close"] is None else float(row["snapshot_close"])


def _purchase(package: Package, row: Row) -> Purchase:
    currency = trading_currency(row["symbol"])
    mark = "SIMULATED; " if package.simulated else ""
    notional = package.t(f"notional {NOTIONAL:,} {currency}", f"名义金额 {NOTIONAL:,} {currency}")
    theme = package.called(row, "theme_name")
    words = f"{mark}{notional}; {row['broker']} {row['published']}; {theme}; {row['id']}"
    price = float(row["entry_price"])
    return Purchase(
        symbol=row["symbol"],
        name=row["name"],
        currency=currency,
        session=row["entry_session"],
        price=price,
        quantity=round(NOTIONAL / price, _DIGITS),
        note=" ".join(words.split()),
    )


def _refused(row: Row) -> tuple[str, str] | None:
    if row["direction"] != 1:
        return "is no recommendation to buy", "不是买入方向的推荐"
    if row["entry_price"] is None:
        return f"was not bought ({row['status']})", f"未能买入（{row['status']}）"
    if exchange(row["symbol"]) not in _ON_YAHOO:
        return "has no Yahoo symbol", "没有 Yahoo 代码"
    return None


def _csv(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
