"""Import: bring a list of many ratings straight into the database, line by line, beside the ledger's files."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol, Words
from watchlist.domain.model import Security, Strength
from watchlist.domain.symbols import is_symbol, resolve, trading_currency
from watchlist.ledger.home import Home
from watchlist.ledger.rating_list import Line, LineProblem, read_list
from watchlist.ledger.ratings import Ratings, load_ratings
from watchlist.ledger.retractions import load_retractions
from watchlist.ledger.securities import load_securities, name_index
from watchlist.ledger.settings import Settings
from watchlist.storage.database import transaction
from watchlist.storage.health import tracked
from watchlist.storage.imports import record_imported, report_id
from watchlist.storage.ledger import Recorded
from watchlist.storage.runs import Problem, begin_run, end_run, set_problems

if TYPE_CHECKING:
    from sqlite_utils import Database

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with everything known about it.

    Attributes:
        months: how long the broker's scale of the time says a rating holds.
    """

    line: Line
    symbol: str
    name: str
    direction: int
    months: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import found: lines of the list, recommendations in it, what of them was new, and the problems.

    Attributes:
        retracted: lines that a person took back once: they stay out.
    """

    lines: int
    recommendations: int
    retracted: int
    recorded: Recorded
    problems: Sequence[LineProblem]


def import_ratings(
    database: "Database", home: Home, settings: Settings, path: Path, now: dt.datetime, *, dry_run: bool = False
) -> ImportResult:
    """Import a list; the same list twice adds nothing.

    Args:
        path: a CSV file, see :mod:`watchlist.ledger.rating_list`.
        dry_run: look and count, and write nothing.

    Raises:
        NoList, UnreadableList, NoHeadings: the file cannot be read; nothing was imported.
    """
    lines, problems = read_list(path)
    securities = load_securities(home)
    placed, doubts = place_lines(lines, securities, tracked(database.conn), load_ratings(home), settings)
    withdrawn = {one.id for one in load_retractions(home)}
    problems = sorted([*problems, *doubts], key=lambda problem: problem.number)
    with transaction(database) as connection:
        rows = [row for row in _recommendations(placed) if row["rec_id"] not in withdrawn]
        reports = list(_reports(placed))
        recorded = record_imported(connection, "recommendations", "rec_id", rows, now, dry_run=dry_run)
        others = record_imported(connection, "reports", "report", reports, now, dry_run=dry_run)
        if not dry_run:
            changed = set_problems(connection, "import", [path.name], _standing(path, problems), now)
            if recorded.changed or others.changed or changed:
                run = begin_run(connection, "import", now)
                end_run(connection, run, "ok", f"{recorded.changed} recommendations, {len(problems)} problems", now)
    return ImportResult(len(placed) + len(problems), len(rows), len(placed) - len(rows), recorded, problems)


def place_lines(
    lines: Sequence[Line],
    securities: Mapping[str, Security],
    known: set[str],
    ratings: Ratings,
    settings: Settings,
) -> tuple[list[Placed], list[LineProblem]]:
    """Find out what each line means; one that cannot be known, or says a thing twice, is a problem."""
    names, existing = name_index(securities), known | securities.keys()
    meaning = _Meaning(ratings, settings.calls.default_months)

    @cache
    def found(text: str) -> str | Words:
        if is_symbol(text):
            return text
        try:
            return resolve(text, names, existing)
        except (UnknownSymbol, AmbiguousSymbol) as error:
            return Words(error.text("en"), error.text("zh"))

    placed: list[Placed] = []
    problems: list[LineProblem] = []
    first: dict[tuple[str, dt.date, str, str], Line] = {}
    for line in lines:
        symbol, direction = found(line.symbol), meaning.direction(line)
        if isinstance(symbol, Words):
            problems.append(LineProblem(line.number, symbol))
            continue
        if direction is None:
            what = Words(f'the rating "{line.rating}" is not known', f"不认识评级“{line.rating}”")
            problems.append(LineProblem(line.number, what))
            continue
        same = first.setdefault((line.broker, line.published, line.theme, symbol), line)
        if same is not line:
            problems.append(LineProblem(line.number, _repeated(line, same)))
            continue
        security = securities.get(symbol)
        name = line.name or (security.name if security is not None else symbol)
        placed.append(Placed(line, symbol, name, direction, meaning.months(line)))
    return placed, problems


class _Meaning:
    """What ratings mean at a house at a time; scales change only on the days they begin."""

    def __init__(self, ratings: Ratings, default_months: int) -> None:
        self._ratings, self._default = ratings, default_months
        self._turns = sorted({scale.since for scale in ratings.scales})
        self._directions: dict[tuple[str, str, int], int | None] = {}
        self._months: dict[tuple[str, int], int] = {}

    def direction(self, line: Line) -> int | None:
        if not line.rating:
            return 1  # a recommendation without a rating recommends
        key = (line.broker, line.rating, self._era(line.published))
        if key not in self._directions:
            self._directions[key] = self._ratings.direction_of(line.rating, line.broker, line.published)
        return self._directions[key]

    def months(self, line: Line) -> int:
        key = (line.broker, self._era(line.published))
        if key not in self._months:
            scale = self._ratings.scale_for(line.broker, line.published)
            printed = scale.stock.months if scale and scale.stock else None
            self._months[key] = int(printed or self._default)
        return self._months[key]

    def _era(self, day: dt.date) -> int:
        return sum(turn <= day for turn in self._turns)


def _repeated(line: Line, first: Line) -> Words:
    if line.rating == first.rating:
        return Words(f"says the same as line {first.number}", f"与第 {first.number} 行相同")
    return Words(
        f'says "{line.rating}" where line {first.number} says "{first.rating}" for the same day: that one stands',
        f"评级“{line.rating}”与第 {first.number} 行同日的“{first.rating}”不一致：以该行为准",
    )


def _reports(placed: Sequence[Placed]) -> Iterator[Row]:
    days = dict.fromkeys((one.line.broker, one.line.published) for one in placed)
    for broker, published in days:
        yield {
            "report": report_id(broker, published),
            "broker": broker,
            "title": None,
            "published": published.isoformat(),
            "published_at": None,
            "industry": None,
            "body_json": "{}",
        }


def _recommendations(placed: Sequence[Placed]) -> Iterator[Row]:
    for one in placed:
        line = one.line
        report = report_id(line.broker, line.published)
        quote = {"start": 0, "end": len(line.words), "text": line.words}
        yield {
            "rec_id": _identity(report, line.theme, one.symbol),
            "report": report,
            "broker": line.broker,
            "analyst": line.analyst or None,
            "published": line.published.isoformat(),
            "published_at": None if line.published_at is None else line.published_at.isoformat(),
            "theme_printed": line.theme,
            "symbol": one.symbol,
            "name_printed": one.name,
            "direction": one.direction,
            "strength": str(Strength.RATING_ONLY if line.rating else Strength.RECOMMEND),
            "verb": None,
            "rating": line.rating or None,
            "target_price": line.target_price,
            "target_currency": None if line.target_price is None else trading_currency(one.symbol),
            "scale_months": one.months,
            "benchmark": None,
            "quotes_json": json.dumps([quote], ensure_ascii=False, sort_keys=True),
        }


def _identity(report: str, theme: str, symbol: str) -> str:
    """Give the lasting identity of (report, printed theme, symbol), as the ledger's recommendations have it."""
    return hashlib.sha256(f"{report}\x1f{theme}\x1f{symbol}".encode()).hexdigest()[:16]


def _standing(path: Path, problems: Sequence[LineProblem]) -> list[Problem]:
    return [
        Problem("import", path.name, f"line {one.number}: {one.what.en}", f"第 {one.number} 行：{one.what.zh}")
        for one in problems
    ]
