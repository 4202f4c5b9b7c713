"""Import: bring a list of many ratings straight into the database, line by line, beside the ledger's files."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.coded import Coded
from watchlist.domain.errors import Words
from watchlist.domain.model import Strength
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.home import Home
from watchlist.ledger.lookup import load_lookup
from watchlist.ledger.placing import Placed, iso_days, listing, place_lines
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


Progress = Callable[[str], None]
STAGES: Final = ("read", "place", "recommendations", "reports")


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


def import_ratings(  # noqa: PLR0913  (an option each)
    database: "Database", home: Home, settings: Settings, path: Path, now: dt.datetime, *,
    sheet: str | None = None, chosen: Mapping[str, str] | None = None, dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:  # fmt: skip
    """Import a list; the same list twice adds nothing.

    Args:
        path: a table file, see :mod:`watchlist.ledger.rating_list`; ``sheet`` and ``chosen`` are meant there too.
        dry_run: look and count, and write nothing.
        progress: is told what begins, one of :data:`STAGES`.

    Raises:
        NoTableFile, UnreadableTable, NoHeadings, UnknownField: the file cannot be read; nothing was imported.
    """
    tell = progress or _nobody
    tell("read")
    found = read_list(path, now.astimezone(SHANGHAI).date(), sheet, chosen)
    return take_list(database, home, settings, found, path.name, now, dry_run=dry_run, progress=tell)


def take_list(
    database: "Database", home: Home, settings: Settings, found: RatingList, subject: str, now: dt.datetime, *,
    dry_run: bool = False, progress: Progress | None = None,
) -> ImportResult:  # fmt: skip
    """Take a list that was read, wherever it came from.

    Args:
        subject: what its problems stand under: a file, a source.
        progress: is told what begins, one of :data:`STAGES` but the first.
    """
    tell = progress or _nobody
    tell("place")
    among = listing(load_lookup(home, tracked(database.conn)))
    placed, doubts, repairs = place_lines(found, among, load_ratings(home), settings.calls.default_months)
    withdrawn = [one.id for one in load_retractions(home)]
    taken_back = placed.rec_id.where(set(withdrawn).__contains__)
    kept = placed.take(~taken_back) if taken_back.any() else placed
    problems = sorted([*found.problems, *doubts], key=lambda problem: problem.number)
    with transaction(database) as connection:
        tell("recommendations")
        recorded = record_imported(
            connection, "recommendations", "rec_id", _recommendations(kept), now, dry_run=dry_run
        )
        tell("reports")
        others = record_imported(connection, "reports", "report", _reports(kept), now, dry_run=dry_run)
        if not dry_run:
            changed = set_problems(connection, "import", [subject], _standing(subject, problems, found.places), now)
            if recorded.changed or others.changed or changed:
                run = begin_run(connection, "import", now)
                end_run(connection, run, "ok", f"{recorded.changed} recommendations, {len(problems)} problems", now)
    return ImportResult(
        lines=len(placed.report) + len(problems),
        recommendations=len(kept.report),
        retracted=len(placed.report) - len(kept.report),
        recorded=recorded,
        problems=problems,
        notes=(*found.notes, *repairs),
        places=found.places,
    )


def _nobody(stage: str) -> None:
    """Tell nobody."""


def _reports(placed: Placed) -> dict[str, Coded]:
    first = np.unique(placed.report.codes, return_index=True)[1]
    once = placed.take(np.sort(first))
    lines = once.lines
    nothing = Coded.same(None, len(once.report))
    return {
        "report": once.report,
        "broker": lines.broker,
        "title": lines.title.read(_said),
        "published": iso_days(lines.published),
        "published_at": lines.published_at.read(_moment),
        "industry": nothing,
        "body_json": lines.about.read(lambda about: json.dumps(about, ensure_ascii=False, sort_keys=True)),
    }


def _recommendations(placed: Placed) -> dict[str, Coded]:
    lines = placed.lines
    nothing = Coded.same(None, len(placed.rec_id))
    return {
        "rec_id": placed.rec_id,
        "report": placed.report,
        "broker": lines.broker,
        "analyst": lines.analyst.read(_said),
        "published": iso_days(lines.published),
        "published_at": lines.published_at.read(_moment),
        "theme_printed": lines.theme,
        "symbol": placed.symbol,
        "name_printed": placed.name,
        "direction": placed.direction,
        "strength": lines.rating.read(lambda text: str(Strength.RATING_ONLY if text else Strength.RECOMMEND)),
        "verb": nothing,
        "rating": lines.rating.read(_said),
        "target_price": Coded.of(placed.target_price),
        "target_currency": placed.target_currency,
        "scale_months": placed.scale_months,
        "benchmark": nothing,
        "quotes_json": lines.words.read(_quotes),
    }


def _said(text: str) -> str | None:
    return text or None


def _quotes(words: str) -> str:
    return f'[{{"end": {len(words)}, "start": 0, "text": {encode_basestring(words)}}}]'


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
