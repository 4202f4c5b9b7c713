"""The review: everything a portfolio meeting looks at, from one situation, as plain values."""

import datetime as dt
import sqlite3
from typing import Any

import numpy as np

from watchlist.ledger.settings import Settings
from watchlist.queries.groups import broker_rows, theme_index, theme_rows
from watchlist.queries.recommendations import Filters, recommendation_rows, select
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.storage.prices import sources_of

Curve = list[tuple[str, float, float]]


def review(connection: sqlite3.Connection, settings: Settings, as_of: dt.date) -> dict[str, Any]:
    """Give ``as_of simulated horizon sources themes brokers recommendations curves headline``."""
    situation = load_situation(connection, settings, When(as_of))
    rows = recommendation_rows(situation, Filters())
    return {
        "as_of": as_of.isoformat(),
        "as_of_sessions": {name: part.as_of.isoformat() for name, part in situation.book.markets.items()},
        "simulated": situation.simulated,
        "horizon": situation.horizon,
        "sources": sorted(set(sources_of(connection).values())),
        "headline": _headline(rows),
        "themes": theme_rows(situation, Filters()),
        "brokers": broker_rows(situation, Filters()),
        "recommendations": rows,
        "curves": {theme.id: curve for theme in situation.themes.themes if (curve := _curve(situation, theme.id))},
    }


def _headline(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Say in numbers what became of everything: ``None`` where nothing is known."""
    known = [row for row in rows if row["excess_return"] is not None]
    statuses = [row["status"] for row in rows]
    return {
        "recommendations": len(rows),
        "symbols": len({row["symbol"] for row in rows}),
        "reports": len({row["report"] for row in rows}),
        "total_return": float(np.mean([row["total_return"] for row in known])) if known else None,
        "excess_return": float(np.mean([row["excess_return"] for row in known])) if known else None,
        "ahead": sum(row["excess_return"] > 0 for row in known),
        "measured": len(known),
        "statuses": {status: statuses.count(status) for status in dict.fromkeys(statuses)},
    }


def _curve(situation: Situation, theme: str) -> Curve:
    """Give a theme index and its members' benchmark, day by day, to the last day it moved; empty where it never did."""
    positions = [p for p in select(situation, Filters(theme=theme)) if p in situation.book.place]
    index = theme_index(situation, positions)
    if index is None or not index.live.any():
        return []
    moved = int(np.flatnonzero(index.live)[-1]) + 1
    columns = (index.dates[:moved], index.level[:moved], index.benchmark[:moved])
    return [(str(day), float(level), float(benchmark)) for day, level, benchmark in zip(*columns, strict=True)]
