"""Sector calls (板块推荐、行业评级): scored apart from shares, by the index or fund that stands for it (RULES 34)."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from watchlist.core.book import PERIODS, Book
from watchlist.domain.model import Mention, Status, Strength
from watchlist.ledger.ratings import Ratings
from watchlist.queries.promises import load_ratings_document
from watchlist.queries.recommendations import NO_PERIOD, Filters, Row, select
from watchlist.queries.situation import Situation
from watchlist.queries.standing_rows import period_rows, returns_rows
from watchlist.storage.report_bodies import ReportBody, load_reports

DEFAULT_MONTHS = 12
# A sector call stands as its horizon does.
STATUSES = ("matured", "open", "suspended", "delisted", "untradable", "no_price")


@dataclass(frozen=True, slots=True)
class SectorCall:
    """One sector of one call: its words, what measures it (``None``: nothing does), as a recommendation of that."""

    sector: str
    symbol: str | None
    mention: Mention


def sector_rows(connection: sqlite3.Connection, situation: Situation, filters: Filters) -> list[Row]:
    """Give one row a sector and report, newest report first; ``horizon_*`` over the industry scale's months.

    A sector is filtered as a share is: its words as the printed theme, what measures it as the symbol.

    Raises:
        UnknownWord: a filter names what no sector call has.
    """
    ratings = load_ratings_document(connection, situation.when.known_at)
    reports = load_reports(connection, situation.when.known_at)
    calls = [call for report in reports for call in _calls(situation, report, ratings)]
    spans = sorted({call.mention.scale_months for call in calls})
    keys = dict.fromkeys([*situation.rules.horizons, *(f"{months}m" for months in spans)])
    known = replace(situation.known, mentions=[call.mention for call in calls])
    asked = replace(situation, known=known, rules=replace(situation.rules, horizons=tuple(keys)))
    rows = [_row(calls[position], asked.book, position) for position in select(asked, filters)]
    rows = [row for row in rows if filters.status is None or row["status"] == filters.status]
    return sorted(rows, key=lambda row: (row["published"], row["report"]), reverse=True)


def _calls(situation: Situation, report: ReportBody, ratings: Ratings | None) -> Iterator[SectorCall]:
    scale = (report.body.get("rating_scale") or {}).get("industry") or {}
    months = scale.get("horizon_months") or [0, DEFAULT_MONTHS]
    for number, call in enumerate(report.body.get("sector_calls") or ()):
        for sector in call["what"]:
            symbols = situation.settings.stand_ins(sector)
            symbol = next((one for one in symbols if one in situation.known.bars), None)
            # A sector that nothing stands for keeps its row: a symbol without bars says no_price.
            measured = symbol or (symbols[0] if symbols else "000000.SH")
            yield SectorCall(sector, symbol or (symbols[0] if symbols else None), Mention(
                rec_id=f"{report.report} sector {number} {sector}",
                report=report.report,
                broker=report.broker,
                analyst=_analyst(report),
                published=report.published,
                published_at=report.published_at,
                recorded_at=report.recorded_at,
                theme_printed=sector,
                symbol=measured,
                name_printed=sector,
                direction=_direction(call, report, ratings),
                strength=Strength(call.get("strength") or Strength.RECOMMEND),
                verb=call.get("verb"),
                rating=call.get("rating"),
                target_price=None,
                scale_months=int(months[1] or DEFAULT_MONTHS),
                benchmark=None,
                quote=call["quotes"][0]["text"],
            ))  # fmt: skip


def _analyst(report: ReportBody) -> str | None:
    """Name the first analyst of a report, with the licence number where it is printed."""
    first = next(iter(report.body.get("analysts") or ()), None)
    return None if first is None else " ".join(filter(None, (first.get("name"), first.get("licence"))))


def _direction(call: dict[str, Any], report: ReportBody, ratings: Ratings | None) -> int:
    if call.get("direction") is not None:
        return int(call["direction"])
    if call.get("rating") and ratings is not None:
        meant = ratings.direction_of(call["rating"], report.broker, report.published, "industry")
        return 0 if meant is None else meant
    return 1


def _row(call: SectorCall, book: Book, position: int) -> Row:
    mention = call.mention
    key = f"{mention.scale_months}m"
    head: Row = {
        "report": mention.report,
        "broker": mention.broker,
        "published": mention.published.isoformat(),
        "sector": call.sector,
        "words": mention.rating or mention.verb,
        "direction": mention.direction,
        "quote": mention.quote,
        "symbol": call.symbol,
        "horizon": key,
    }
    place = book.place.get(position)
    if place is None or call.symbol is None:
        return head | _nothing_known()
    part, at = book.markets[place[0]], place[1]
    here = np.array([at])
    legs = part.horizons[key]
    horizons = {
        name: {**returns_rows(one, here)[0], "status": str(one.status[at])} for name, one in part.horizons.items()
    }
    entered = part.session(int(part.entries.session[at]))
    hit = float(part.hits[key][at])
    return head | {
        "benchmark": part.benchmarks.symbols[part.asked.benchmark[at]],
        "status": str(legs.status[at]),
        "entry_session": None if entered is None else entered.isoformat(),
        "horizon_return": horizons[key]["price_return"],
        "horizon_excess": horizons[key]["price_excess"],
        "hit": None if hit != hit else bool(hit),  # noqa: PLR0124  (NaN is the one value unlike itself)
        **returns_rows(part.now, here)[0],
        "horizons": horizons,
        "periods": {name: period_rows(values, here)[0] for name, values in part.periods.items()},
    }


def _nothing_known() -> Row:
    """Give the standing of a sector that nothing stands for, or whose stand-in has no price."""
    unknown = (
        "benchmark", "entry_session", "horizon_return", "horizon_excess", "hit", "price_return", "total_return",
        "benchmark_return", "excess_return", "price_excess",
    )  # fmt: skip
    periods = dict.fromkeys(PERIODS, NO_PERIOD)
    return {**dict.fromkeys(unknown), "status": str(Status.NO_PRICE), "horizons": {}, "periods": periods}
