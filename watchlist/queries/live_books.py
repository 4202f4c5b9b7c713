"""Live books: a group's open calls as daily holdings, price legs on both sides, ready for calendar-time statistics."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.book import MarketBook, lay_benchmarks
from watchlist.core.calendar_time import Holdings, Portfolio, calendar_portfolio, pool
from watchlist.core.money_book import MoneyBook, flows, money_book
from watchlist.core.moves import Moves
from watchlist.core.risk import SESSIONS_A_YEAR
from watchlist.core.theme_index import growth
from watchlist.domain.calendars import Dates
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

# Strong buys and strong sells weigh two units (S12): words and labels that mean the strongest.
STRONG: Final = frozenset({"strong_recommend"})


@dataclass(frozen=True, slots=True)
class LiveBook:
    """Open calls of one market against one benchmark.

    Attributes:
        symbols: of the rows of ``growth``, ``(S,)``.
        benchmark: daily price returns ``(D,)``; ``benchmark_close`` the closes behind them.
        held: the calls; ``units`` the size of each in a book of rating units.
        moves, rows: where the shares' prices are read, and the panel's rows.
    """

    market: str
    dates: Dates
    symbols: tuple[str, ...]
    benchmark: Floats
    benchmark_close: Floats
    held: Holdings
    units: Ints
    moves: Moves
    rows: Ints

    @property
    def growth(self) -> Floats:
        """Daily price returns ``(S, D)``."""
        return self.moves.growth(self.rows)

    @property
    def close(self) -> Floats:
        """The closes behind them, splits worked in, ``(S, D)``."""
        return self.moves.levels(self.rows)


def live_books(
    situation: Situation,
    calls: "pd.DataFrame",
    strong: Mapping[str, int] | None = None,
    against: Mapping[int, str] | None = None,
) -> list[LiveBook]:
    """Lay out the calls of a group, one row of the frame each; what was never bought is in no book.

    Args:
        calls: outcomes, one a call.
        strong: how many units a printed rating weighs, 1 where it is not named.
        against: by position of a recommendation, an index to hold it against instead of its benchmark; those without
            one are in no book.
    """
    books = []
    bought = calls["entered"].to_numpy(dtype=bool)
    if against is not None:
        bought = bought & calls["position"].isin(list(against)).to_numpy()
    markets, every = calls["market"].to_numpy(dtype=object), _units(calls, strong or {})
    for market in dict.fromkeys(markets[bought].tolist()):
        part, mine = situation.book.markets[market], bought & (markets == market)
        at, positions = (calls[name].to_numpy()[mine] for name in ("at", "position"))
        numbers = np.array([situation.book.call_of[int(p)] for p in positions], dtype=np.int64)
        index, closes = part.asked.benchmark[at], part.benchmarks.close
        if against is not None:
            names = [against[int(p)] for p in positions]
            laid = lay_benchmarks(part.panel, situation.known, list(dict.fromkeys(names)))
            index, closes = np.array([laid.symbols.index(name) for name in names], dtype=np.int64), laid.close
        # A share whose bars have ended is in no book from then on: both of its legs end there (RULES 11, 12).
        closed = np.minimum(part.lives.closed[numbers], part.now.end[at])
        held = Holdings(part.asked.row[at], part.entries.session[at], closed, part.asked.direction[at])
        units, moves = every[mine], situation.moves[market]
        books += [_book(part, moves, held.take(here), units[here], closes[each])
                  for each in np.unique(index) for here in (np.flatnonzero(index == each),)]  # fmt: skip
    return books


def _book(part: MarketBook, moves: Moves, held: Holdings, units: Ints, index_close: Floats) -> LiveBook:
    """Lay out calls that are held against one index; ``held.row`` is the panel's."""
    rows, back = np.unique(held.row, return_inverse=True)
    return LiveBook(
        market=part.panel.market,
        dates=part.panel.sessions,
        symbols=tuple(part.panel.symbols[row] for row in rows),
        benchmark=growth(index_close),
        benchmark_close=index_close,
        held=replace(held, row=back),
        units=units,
        moves=moves,
        rows=rows,
    )


def pooled(books: list[LiveBook], fewest: int | None = None, *, one_dollar: bool = False) -> tuple[Dates, Portfolio]:
    """Put all books of a group into one calendar-time portfolio; an empty one where nothing was ever held."""
    parts = [
        (
            book.dates,
            calendar_portfolio(
                replace(book.held, row=book.rows[book.held.row]),
                book.moves.growth_with(book.rows),
                book.benchmark,
                1,
                one_dollar=one_dollar,
            ),
        )
        for book in books
    ]
    if not parts:
        none = np.array([])
        return np.array([], dtype="datetime64[D]"), Portfolio(none, none, np.array([], dtype=np.int64), none)
    return pool(parts) if fewest is None else pool(parts, fewest)


def year_of(books: list[LiveBook]) -> float:
    """Give the sessions of a year where most of the calls are."""
    sizes = {book.market: 0 for book in books}
    for book in books:
        sizes[book.market] += book.held.row.size
    largest = max(sizes, key=lambda market: sizes[market], default="CN")
    return float(SESSIONS_A_YEAR.get(largest, 252))


def _units(calls: "pd.DataFrame", strong: Mapping[str, int]) -> Ints:
    labels, words = calls["printed_rating"].tolist(), calls["strength"].tolist()
    units = (max(strong.get(label, 1), 1 + (word in STRONG)) for label, word in zip(labels, words, strict=True))
    return np.fromiter(units, dtype=np.int64, count=len(calls))


def money_of(books: list[LiveBook]) -> MoneyBook:
    """Put one unit of money into each of the books' calls to buy, and say what it earned."""
    parts = [flows(book.held, book.close, book.benchmark_close, book.dates) for book in books]
    buys = [replace(book, held=book.held.take(book.held.direction > 0)) for book in books]
    portfolio = pooled(buys, fewest=1, one_dollar=True)[1]
    known = portfolio.counted
    return money_book(parts, portfolio.returns[known], portfolio.benchmark[known])
