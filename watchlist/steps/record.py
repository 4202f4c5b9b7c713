"""Record: bring the ledger's plain text into the database, as append-only revisions in one transaction."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist.domain.calendars import scheduled
from watchlist.domain.errors import ConfigProblem
from watchlist.domain.identity import recommendation_id
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.closings import ClosingLine, load_closings
from watchlist.ledger.documents import ratings_document, settings_document, themes_document
from watchlist.ledger.home import Home
from watchlist.ledger.ratings import Ratings, load_ratings
from watchlist.ledger.report import Recommendation, Report
from watchlist.ledger.reports import load_ledger
from watchlist.ledger.retractions import load_retractions
from watchlist.ledger.rules import hours_of
from watchlist.ledger.securities import load_securities
from watchlist.ledger.settings import Settings, load_settings
from watchlist.ledger.themes import load_themes
from watchlist.storage.database import transaction
from watchlist.storage.ledger import (
    Recorded,
    Row,
    record_document,
    record_revisions,
    record_securities,
)
from watchlist.storage.runs import Problem, begin_run, end_run, set_problems, standing_problems

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What a recording held and what of it was new; ``broken`` says what is wrong with files that were left out."""

    reports: int
    recommendations: int
    recorded: Recorded
    broken: tuple[ConfigProblem, ...] = ()


def record(database: "Database", home: Home, now: dt.datetime) -> RecordResult:
    """Record everything that ``config/`` holds.

    A report whose file is wrong is a problem, and what was recorded of it before stays: it was not taken back.

    Raises:
        ConfigProblem: any other file is wrong; nothing was recorded.
    """
    ledger = load_ledger(home)
    reports, broken = ledger.reports, ledger.broken
    settings, ratings = load_settings(home), load_ratings(home)
    themes, securities = load_themes(home), load_securities(home)
    report_rows = [_report_row(report) for report in reports]
    withdrawn = {one.id for one in load_retractions(home)}
    written = (row for report in reports for row in _recommendation_rows(report, settings, ratings))
    rows = [row for row in written if row["rec_id"] not in withdrawn]
    oldest = min((report.published for report in reports), default=now.date())
    calendar = _calendar(settings, min(oldest.year, now.year - 1), now.year + 1)
    with transaction(database) as connection:
        recorded = sum(
            (
                record_document(connection, "settings", settings_document(settings), now),
                record_document(connection, "themes", themes_document(themes), now),
                record_document(connection, "calendar", calendar, now),
                record_document(connection, "ratings", ratings_document(ratings), now),
                record_securities(connection, securities.values(), now),
                record_revisions(connection, "reports", "report", report_rows, now, unread=broken),
                record_revisions(
                    connection, "recommendations", "rec_id", rows, now, withdrawn=withdrawn, unread=broken
                ),
                record_revisions(connection, "closings", "closing", map(_closing_row, load_closings(home)), now),
            ),
            Recorded(),
        )
        before = [row["subject"] for row in standing_problems(connection) if row["step"] == "record"]
        known = [Problem("record", name, wrong.text("en"), wrong.text("zh")) for name, wrong in broken.items()]
        changed = set_problems(connection, "record", before, known, now)
        if recorded.changed or changed:
            run_id = begin_run(connection, "record", now)
            status = "partial" if broken else "ok"
            end_run(connection, run_id, status, f"{recorded.changed} rows, {len(broken)} files left out", now)
    return RecordResult(len(reports), len(rows), recorded, tuple(broken.values()))


def _closing_row(one: ClosingLine) -> Row:
    return {
        "closing": one.id,
        "broker": one.broker,
        "symbol": one.symbol,
        "closed_on": one.on.isoformat(),
        "why": one.why,
    }


def _report_row(report: Report) -> Row:
    body = report.model_dump_json(exclude={"recommendations"}, exclude_none=True)
    return {
        "report": report.id,
        "broker": report.broker,
        "title": report.title,
        "published": report.published.isoformat(),
        "published_at": None if report.published_at is None else report.published_at.isoformat(),
        "industry": report.industry,
        "body_json": body,
    }


def _recommendation_rows(report: Report, settings: Settings, ratings: Ratings) -> Iterator[Row]:
    analyst = report.analysts[0] if report.analysts else None
    for one in report.recommendations:
        quotes = sorted(one.quotes, key=lambda quote: ((one.verb or "") not in quote.text, quote.start))
        yield {
            "rec_id": recommendation_id(report.id, one.theme, one.symbol),
            "report": report.id,
            "broker": report.broker,
            "analyst": None if analyst is None else " ".join(filter(None, (analyst.name, analyst.licence))),
            "published": report.published.isoformat(),
            "published_at": None if report.published_at is None else report.published_at.isoformat(),
            "theme_printed": one.theme,
            "symbol": one.symbol,
            "name_printed": one.name,
            "direction": _direction(one, report, ratings),
            "strength": str(one.strength),
            "verb": one.verb,
            "rating": one.rating,
            "target_price": one.target_price,
            "target_currency": one.currency,
            "scale_months": _scale_months(report, settings, ratings),
            "benchmark": _benchmark(report, one.symbol),
            "quotes_json": json.dumps(
                [q.model_dump(exclude_none=True) for q in quotes], ensure_ascii=False, sort_keys=True
            ),
        }


def _direction(one: Recommendation, report: Report, ratings: Ratings) -> int:
    """Give what the file says, else what the rating means at that house, else a buy: verbs recommend."""
    if one.direction is not None:
        return one.direction
    if one.rating is not None:
        meant = ratings.direction_of(one.rating, report.broker, report.published)
        return 0 if meant is None else meant
    return 1


def _scale_months(report: Report, settings: Settings, ratings: Ratings) -> int:
    """Give how long a call lives: by the scale printed in the report, then the broker's, then settings (RULES 1)."""
    printed = report.rating_scale.stock if report.rating_scale else None
    scale = ratings.scale_for(report.broker, report.published)
    known = scale.stock if scale else None
    months = (printed.months if printed else None) or (known.months if known else None)
    return int(months or settings.calls.default_months)


def _benchmark(report: Report, symbol: str) -> str | None:
    if report.benchmarks is None:
        return None
    printed = report.benchmarks.markets.get(market_of(symbol), ())  # type: ignore[call-overload]
    return str(printed[0]) if printed else None


def _calendar(settings: Settings, first: int, last: int) -> dict[str, list[str]]:
    """Foresee each market's sessions over whole years, both included, so that the answer changes once a year."""
    foreseen = {}
    for name, market in settings.markets.items():
        sessions, _ = scheduled(hours_of(market), dt.date(first, 1, 1), dt.date(last, 12, 31))
        foreseen[str(name)] = [str(day) for day in sessions]
    return foreseen
