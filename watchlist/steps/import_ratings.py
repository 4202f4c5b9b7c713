"""Import: bring a list of many ratings straight into the database, line by line, beside the ledger's files."""

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from watchlist.domain.errors import Words
from watchlist.domain.model import Strength
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.home import Home
from watchlist.ledger.lookup import load_lookup
from watchlist.ledger.placing import Placed, listing, place_lines
from watchlist.ledger.rating_list import RatingList, read_list
from watchlist.ledger.ratings import load_ratings
from watchlist.ledger.retractions import load_retractions
from watchlist.ledger.settings import Settings
from watchlist.ledger.table_file import LineProblem
from watchlist.storage.database import transaction
from watchlist.storage.health import tracked
from watchlist.storage.imports import record_imported
from watchlist.storage.ledger import Recorded
from watchlist.storage.runs import Problem, begin_run, end_run, set_problems

if TYPE_CHECKING:
    from sqlite_utils import Database

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import found: lines of the list, recommendations in it, what of them was new, and the problems.

    Attributes:
        retracted: lines that a person took back once: they stay out.
        notes: what a person should know of how the list was read.
    """

    lines: int
    recommendations: int
    retracted: int
    recorded: Recorded
    problems: Sequence[LineProblem]
    notes: Sequence[Words]
    places: Mapping[int, str]


def import_ratings(
    database: "Database", home: Home, settings: Settings, path: Path, now: dt.datetime, *,
    sheet: str | None = None, chosen: Mapping[str, str] | None = None, dry_run: bool = False,
) -> ImportResult:  # fmt: skip
    """Import a list; the same list twice adds nothing.

    Args:
        path: a table file, see :mod:`watchlist.ledger.rating_list`; ``sheet`` and ``chosen`` are meant there too.
        dry_run: look and count, and write nothing.

    Raises:
        NoTableFile, UnreadableTable, NoHeadings, UnknownField: the file cannot be read; nothing was imported.
    """
    found = read_list(path, now.astimezone(SHANGHAI).date(), sheet, chosen)
    return take_list(database, home, settings, found, path.name, now, dry_run=dry_run)


def take_list(
    database: "Database", home: Home, settings: Settings, found: RatingList, subject: str, now: dt.datetime, *,
    dry_run: bool = False,
) -> ImportResult:  # fmt: skip
    """Take a list that was read, wherever it came from.

    Args:
        subject: what its problems stand under: a file, a source.
    """
    among = listing(load_lookup(home, tracked(database.conn)))
    placed, doubts, repairs = place_lines(found, among, load_ratings(home), settings.calls.default_months)
    withdrawn = [one.id for one in load_retractions(home)]
    kept = placed.take(~np.isin(placed.rec_id.astype(str), withdrawn))
    problems = sorted([*found.problems, *doubts], key=lambda problem: problem.number)
    with transaction(database) as connection:
        recorded = record_imported(
            connection, "recommendations", "rec_id", _recommendations(kept), now, dry_run=dry_run
        )
        others = record_imported(connection, "reports", "report", _reports(kept), now, dry_run=dry_run)
        if not dry_run:
            changed = set_problems(connection, "import", [subject], _standing(subject, problems, found.places), now)
            if recorded.changed or others.changed or changed:
                run = begin_run(connection, "import", now)
                end_run(connection, run, "ok", f"{recorded.changed} recommendations, {len(problems)} problems", now)
    return ImportResult(
        lines=placed.report.size + len(problems),
        recommendations=kept.report.size,
        retracted=placed.report.size - kept.report.size,
        recorded=recorded,
        problems=problems,
        notes=(*found.notes, *repairs),
        places=found.places,
    )


def _reports(placed: Placed) -> Iterator[Row]:
    once = placed.take(np.sort(np.unique(placed.report.astype(str), return_index=True)[1]))
    lines = once.lines
    days = lines.published.astype(str).tolist()
    for report, broker, title, day, moment, about in zip(
        once.report, lines.broker, lines.title, days, lines.published_at, lines.about, strict=True
    ):
        yield {
            "report": report,
            "broker": broker,
            "title": title or None,
            "published": day,
            "published_at": _moment(moment),
            "industry": None,
            "body_json": json.dumps(about, ensure_ascii=False, sort_keys=True),
        }


def _recommendations(placed: Placed) -> Iterator[Row]:
    lines = placed.lines
    columns = {
        "rec_id": placed.rec_id,
        "report": placed.report,
        "broker": lines.broker,
        "analyst": (text or None for text in lines.analyst),
        "published": lines.published.astype(str).tolist(),
        "published_at": map(_moment, lines.published_at),
        "theme_printed": lines.theme,
        "symbol": placed.symbol,
        "name_printed": placed.name,
        "direction": placed.direction.tolist(),
        "strength": (str(Strength.RATING_ONLY if text else Strength.RECOMMEND) for text in lines.rating),
        "verb": repeat(None),
        "rating": (text or None for text in lines.rating),
        "target_price": (None if math.isnan(price) else price for price in placed.target_price.tolist()),
        "target_currency": placed.target_currency,
        "scale_months": placed.scale_months.tolist(),
        "benchmark": repeat(None),
        "quotes_json": map(_quotes, lines.words),
    }
    for values in zip(*columns.values(), strict=False):
        yield dict(zip(columns, values, strict=True))


def _quotes(words: str) -> str:
    return json.dumps([{"start": 0, "end": len(words), "text": words}], ensure_ascii=False, sort_keys=True)


def _moment(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _standing(subject: str, problems: Sequence[LineProblem], places: Mapping[int, str]) -> list[Problem]:
    return [
        Problem("import", subject, f"{where.en}: {one.what.en}", f"{where.zh}：{one.what.zh}")
        for one in problems
        for where in [place_words(one.number, places)]
    ]


def place_words(number: int, places: Mapping[int, str]) -> Words:
    """Say where a problem stands: its line, or what the line is called."""
    place = places.get(number)
    return Words(place, place) if place else Words(f"line {number}", f"第 {number} 行")
