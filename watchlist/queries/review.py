"""The review: everything a portfolio meeting looks at, from one situation, as plain values.

Page, workbook, files, charts and web all read this one object: their numbers agree because they are the same numbers.
"""

import datetime as dt
import hashlib
import sqlite3
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.statistics import max_drawdown
from watchlist.ledger.settings import Settings
from watchlist.queries.appraisal import promised_results, realisation_row
from watchlist.queries.evidence import evidence
from watchlist.queries.freshness import freshness
from watchlist.queries.groups import broker_rows, theme_index, theme_rows
from watchlist.queries.holdings import holdings
from watchlist.queries.outcomes import outcomes
from watchlist.queries.parts import part_rows
from watchlist.queries.promises import load_promises
from watchlist.queries.recommendations import EVERYTHING, Filters, Row, call_rows, recommendation_rows, select
from watchlist.queries.runs import frozen_run
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.storage.ledger import digest
from watchlist.storage.prices import sources_of

if TYPE_CHECKING:
    import pandas as pd

Curve = list[tuple[str, float, float]]
_EXTREMES: Final = 5  # winners and losers that are named


def review(connection: sqlite3.Connection, settings: Settings, as_of: dt.date) -> Row:
    """Give the review of everything as of a day; see :func:`review_of`."""
    return review_of(load_situation(connection, settings, When(as_of)), connection)


def review_of(situation: Situation, connection: sqlite3.Connection, filters: Filters = EVERYTHING) -> Row:
    """Give the review of a situation, of all recommendations or of some.

    Returns:
        ``as_of as_of_sessions simulated currency quotes horizon horizons sources score_run fingerprint headline themes
        brokers strengths ratings recommendations calls holdings curves drawdowns attribution winners losers health``;
        rows in the shapes of the commands. ``quotes``: whether the reports' words are in it. ``holdings``: as
        ``queries.holdings`` gives them, ``None`` where no snapshot is known.
        ``fingerprint`` is a digest of every number of the recommendations: files that share it hold the same numbers.
    """
    rows, frame = recommendation_rows(situation, filters), outcomes(situation, filters)
    sources = sources_of(connection)
    curves = theme_curves(situation, filters)
    calls = call_rows(situation, filters)
    return {
        "as_of": situation.when.as_of.isoformat(),
        "as_of_sessions": {name: part.as_of.isoformat() for name, part in situation.book.markets.items()},
        "simulated": situation.simulated,
        "currency": situation.known.currency,
        "quotes": True,
        "horizon": situation.horizon,
        "horizons": list(situation.rules.horizons),
        "sources": sorted(set(sources.values())),
        "score_run": frozen_run(connection, situation),
        "fingerprint": _fingerprint(rows, frame),
        "headline": _headline(rows),
        "themes": theme_rows(situation, filters, frame=frame),
        "brokers": broker_rows(situation, filters, frame=frame),
        "strengths": broker_rows(situation, filters, "strength", frame=frame),
        "ratings": _ratings(situation, connection, filters, frame),
        "recommendations": rows,
        "calls": calls,
        "holdings": holdings(situation, filters, calls=calls),
        "curves": curves,
        "drawdowns": {theme: fall for theme, curve in curves.items() if (fall := _deepest(curve)) is not None},
        "attribution": _attribution(situation, rows, frame),
        **_extremes(rows),
        "health": _health(situation, rows, sources),
    }


def with_evidence(situation: Situation, filters: Filters = EVERYTHING) -> dict[str, Row]:
    """Give for each recommendation, by id, the prices its returns are made of (``queries.evidence``)."""
    mentions = situation.known.mentions
    return {mentions[position].rec_id: evidence(situation, position) for position in select(situation, filters)}


def without_quotes(review: Row) -> Row:
    """Give a review without a word that was copied from a report; its numbers and their fingerprint stay."""
    rows = [{**row, "quote": None} for row in review["recommendations"]]
    return {**review, "recommendations": rows, "quotes": False}


# What a fingerprint takes of a row, beside every window's returns.
_COUNTED: Final = (
    "id", "benchmark", "entry_session", "entry_price", "entry_gap", "last_session", "net_return", "max_gain",
    "max_loss", "days_held", "second_excess_return", "target_price", "upside", "target_status", "target_session",
)  # fmt: skip


def _fingerprint(rows: list[Row], frame: "pd.DataFrame") -> str:
    """Give a digest of every number and status of the recommendations; equal numbers give equal bytes."""
    numbers = frame.select_dtypes("float").to_numpy(dtype="<f8") + 0.0  # no zero is below zero
    numbers[np.isnan(numbers)] = np.nan
    words = frame[[name for name in frame.columns if name.endswith("status")]].to_numpy()
    said = [[*(row[key] for key in _COUNTED), *row["call"].values()] for row in rows]
    parts = [digest(said), digest([str(word) for word in words.ravel()]), hashlib.sha256(numbers.tobytes()).hexdigest()]
    return digest(parts)[:16]


def _headline(rows: list[Row]) -> Row:
    """Say in numbers what became of everything: ``None`` where nothing is known."""
    known = [row for row in rows if row["excess_return"] is not None]
    statuses = [row["status"] for row in rows]
    return {
        "recommendations": len(rows),
        "symbols": len({row["symbol"] for row in rows}),
        "reports": len({row["report"] for row in rows}),
        "brokers": len({row["broker"] for row in rows}),
        "total_return": float(np.mean([row["total_return"] for row in known])) if known else None,
        "benchmark_return": float(np.mean([row["benchmark_return"] for row in known])) if known else None,
        "excess_return": float(np.mean([row["excess_return"] for row in known])) if known else None,
        "ahead": sum(row["excess_return"] > 0 for row in known),
        "measured": len(known),
        "statuses": {status: statuses.count(status) for status in dict.fromkeys(statuses)},
        "benchmarks": sorted({row["benchmark"] for row in known}),
    }


def theme_curves(situation: Situation, filters: Filters) -> dict[str, Curve]:
    """Give each theme's curve that ever moved, in the order of the user's themes."""
    every = [position for position in select(situation, filters) if position in situation.book.place]
    by_theme: dict[str, list[int]] = {}
    for position in every:
        by_theme.setdefault(situation.theme_of(situation.known.mentions[position]).id, []).append(position)
    order = [theme.id for theme in situation.themes.themes]
    found = {theme: _curve(situation, by_theme[theme]) for theme in order if theme in by_theme}
    return {theme: curve for theme, curve in found.items() if curve}


def _curve(situation: Situation, positions: list[int]) -> Curve:
    """Give a theme index and its members' benchmark, day by day, to the last day it moved; empty where it never did."""
    index = theme_index(situation, positions)
    if index is None or not index.live.any():
        return []
    moved = int(np.flatnonzero(index.live)[-1]) + 1
    columns = (index.dates[:moved], index.level[:moved], index.benchmark[:moved])
    return [(str(day), float(level), float(benchmark)) for day, level, benchmark in zip(*columns, strict=True)]


def _deepest(curve: Curve) -> Row | None:
    """Give the deepest fall from a peak: ``peak trough depth recovered``, the last ``None`` where it is not yet."""
    level = np.array([value for _, value, _ in curve])
    depth = max_drawdown(level)
    if not depth:
        return None
    trough = int((level / np.maximum.accumulate(level)).argmin())
    peak = int(level[: trough + 1].argmax())
    back = np.flatnonzero(level[trough:] >= level[peak])
    recovered = curve[trough + int(back[0])][0] if back.size else None
    return {"peak": curve[peak][0], "trough": curve[trough][0], "depth": depth, "recovered": recovered}


def _ratings(
    situation: Situation, connection: sqlite3.Connection, filters: Filters, frame: "pd.DataFrame"
) -> list[Row]:
    """Give the ratings as groups, each with what became of what it promised, by the brokers' own scales."""
    promises = load_promises(connection, situation)

    def kept(state: Situation, mentions: "pd.DataFrame", counted: "pd.DataFrame") -> Row:
        del mentions
        promised = [promises.of(state.known.mentions[int(position)]) for position in counted["position"]]
        return {"realisation": realisation_row(promised, promised_results(state, counted, promised))}

    return broker_rows(situation, filters, "rating", appraise=kept, frame=frame)


def _attribution(situation: Situation, rows: list[Row], frame: "pd.DataFrame") -> list[Row]:
    """Say how much each theme adds to the mean excess, and what of it was the theme's and what the choice of shares.

    The contributions add up to the headline's, and their two parts to them (``queries.parts``).
    """
    split = part_rows(situation, frame["position"].tolist())
    known = [(row, own) for row, own in zip(rows, split, strict=True) if row["excess_return"] is not None]
    parts: dict[str, Row] = {}
    for row, own in known:
        empty = {"theme": row["theme"], "name": row["theme_name"], "name_en": row["theme_name_en"], "measured": 0,
                 "contribution": 0.0, "of_theme": 0.0, "of_selection": 0.0}  # fmt: skip
        part = parts.setdefault(row["theme"], empty)
        part["measured"] += 1
        part["contribution"] += row["excess_return"] / len(known)
        part["of_theme"] += own["theme"] / len(known)
        part["of_selection"] += own["selection"] / len(known)
    return sorted(parts.values(), key=lambda part: -float(part["contribution"]))


def _extremes(rows: list[Row]) -> Row:
    """Name the recommendations that were furthest ahead of and behind their benchmark, a share once, by id."""
    measured = sorted((r for r in rows if r["excess_return"] is not None), key=lambda r: -r["excess_return"])
    ahead = {row["symbol"]: row for row in reversed(measured) if row["excess_return"] > 0}
    behind = {row["symbol"]: row for row in measured if row["excess_return"] < 0}
    best = sorted(ahead.values(), key=lambda r: -r["excess_return"])[:_EXTREMES]
    worst = sorted(behind.values(), key=lambda r: r["excess_return"])[:_EXTREMES]
    return {"winners": [row["id"] for row in best], "losers": [row["id"] for row in worst]}


def _health(situation: Situation, rows: list[Row], sources: dict[str, str]) -> Row:
    """Say how complete the prices behind the review are: by security its first and last bar, count and source."""
    fresh = freshness(situation)
    wanted = {row["symbol"]: row["name"] for row in rows} | {row["benchmark"]: None for row in rows}
    securities = []
    as_of = situation.when.as_of
    for symbol in sorted(wanted):
        known = situation.known.bars.get(symbol)
        bars = None if known is None else known.up_to(np.datetime64(as_of))
        if bars is not None and not bars.sessions.size:
            bars = None
        securities.append(
            {
                "symbol": symbol,
                "name": wanted[symbol] or situation.name_of(symbol),
                "first_session": None if bars is None else str(bars.sessions[0]),
                "last_session": None if bars is None else str(bars.sessions[-1]),
                "bars": 0 if bars is None else int(bars.sessions.size),
                "actions": 0 if bars is None else sum(one.ex_date <= as_of for one in bars.actions),
                "source": sources.get(symbol),
                "stale": symbol in fresh.stale,
            }
        )
    return {
        "stale": fresh.stale,
        "missing": fresh.missing,
        "closes_only": fresh.closes_only,
        "adjusted": fresh.adjusted,
        "securities": securities,
    }
