"""A score run too large for tables: recommendations as columns, market by market, laid out for workers."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from watchlist.core.book import lay_benchmarks
from watchlist.core.coded import Coded
from watchlist.core.score_part import NOW, plan_of
from watchlist.core.scoring import Asked, prices_of
from watchlist.domain.calendars import Hours, days, first_after_publication
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.settings import Settings
from watchlist.ledger.themes import UNASSIGNED
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.queries.universe import load_named
from watchlist.storage.mention_columns import load_mention_columns
from watchlist.storage.score_parts import Part, Work, lay_out

Columns = Mapping[str, Coded]


def load_large(connection: sqlite3.Connection, settings: Settings, as_of: dt.date) -> tuple[Situation, Columns]:
    """Load what a large run is made from: everything but the recommendations, and those as columns."""
    columns = load_mention_columns(connection, as_of.isoformat())
    named = [one for one in columns["benchmark"].distinct.tolist() if one]
    return load_situation(connection, settings, When(as_of), symbols=named, told=False), columns


def lay_markets(
    connection: sqlite3.Connection, situation: Situation, columns: Columns, folder: Path
) -> Iterator[list[Part]]:
    """Lay out each market that something was recommended in, and give its parts."""
    market = columns["symbol"].read(market_of)
    for name in dict.fromkeys(market.distinct.tolist()):
        here = market.where(name.__eq__)
        mine = {key: column.take(here) for key, column in columns.items()}
        yield _lay_market(connection, situation, name, mine, folder / name)


def _lay_market(
    connection: sqlite3.Connection, situation: Situation, market: str, columns: Columns, folder: Path
) -> list[Part]:
    rules, keys = situation.rules, (NOW, *situation.rules.horizons)
    panel = load_named(connection, situation, market, columns["symbol"].distinct.tolist())
    benchmark = columns["benchmark"].read(lambda one: one or rules.markets[market].benchmark)
    told = {
        **{name: columns[name] for name in ("rec_id", "symbol", "broker")},
        "theme": columns["theme_printed"].read(lambda one: (situation.themes.of_printed(one) or UNASSIGNED).id),
        "benchmark": benchmark,
    }
    indices = list(dict.fromkeys(benchmark.distinct.tolist()))
    published, same_session = _known_from(rules.markets[market].hours, columns)
    asked = Asked(
        row=_numbers(columns["symbol"].read(lambda one: -1 if panel is None else panel.row.get(one, -1))),
        published=published,
        same_session=same_session,
        direction=_numbers(columns["direction"]),
        benchmark=_numbers(benchmark.read(indices.index)),
    )
    if panel is None:
        return lay_out(folder, Work(None, None, days([]), keys), asked, told)
    prices = prices_of(panel, lay_benchmarks(panel, situation.known, indices))
    plan = plan_of(panel, rules.entry, keys, published.min(), published.max())
    return lay_out(folder, Work(prices, plan, panel.sessions, keys), asked, told)


def _known_from(hours: Hours, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Say from which day on each can be acted on, and whether that day's own session counts."""
    said = columns["published"].paired(
        columns["published_at"],
        lambda day, moment: first_after_publication(
            hours, dt.date.fromisoformat(day), dt.datetime.fromisoformat(moment) if moment else None
        ),
    )
    day = np.array([one for one, _ in said.distinct.tolist()], dtype="datetime64[D]")
    same = np.array([one for _, one in said.distinct.tolist()], dtype=bool)
    return day[said.codes], same[said.codes]


def _numbers(column: Coded) -> np.ndarray:
    return column.distinct.astype(np.int64)[column.codes]
