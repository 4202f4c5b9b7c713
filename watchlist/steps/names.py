"""Names: take the lists of exchanges and vendors, so that new listings, other names and ends are known here too.

What they say goes into ``config/local/fetched/``, between the program's own lists and the user's. The user's own files
are read and never written.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist.domain.errors import Words
from watchlist.domain.model import Security
from watchlist.ledger.aliases import COLUMNS as NAME_COLUMNS
from watchlist.ledger.aliases import NAME as NAMES
from watchlist.ledger.aliases import fetched_aliases, load_aliases
from watchlist.ledger.home import Home
from watchlist.ledger.securities import COLUMNS, given_securities, own_securities, tracked_securities
from watchlist.ledger.securities import NAME as SECURITIES
from watchlist.ledger.settings import Settings
from watchlist.ledger.whole_file import write_whole
from watchlist.reading.names import Alias
from watchlist.sources.asking import Asker, Terms
from watchlist.sources.contract import Blocked, Failed
from watchlist.sources.delistings import Delistings
from watchlist.sources.name_changes import Change, Known
from watchlist.sources.name_desk import LIST_SECONDS, ListOutcome, Question
from watchlist.sources.name_lists import FormerNames, NameList, Renamings
from watchlist.sources.reasons import in_chinese
from watchlist.storage.database import transaction
from watchlist.storage.standings import load_standings, save_standings

if TYPE_CHECKING:
    from sqlite_utils import Database

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class NamesResult:
    """What the lists changed, where they differ from a person's word, and which could not be had or believed."""

    changes: tuple[Change, ...]
    conflicts: tuple[Words, ...]
    problems: tuple[Words, ...]


def ask_names(
    database: "Database", settings: Settings, questions: Sequence[Question], now: dt.datetime,
    progress: Progress | None = None,
) -> dict[str, ListOutcome]:  # fmt: skip
    """Ask for lists, a host that refused lately left alone, and give what came by key.

    Args:
        progress: is told how many of how many were asked, and which is next.
    """
    terms = Terms(settings.update.budget_seconds, LIST_SECONDS, settings.update.tries,
                  dt.timedelta(hours=settings.update.cool_down_hours))  # fmt: skip
    asker = Asker({}, now, load_standings(database.conn, now), terms)
    found: dict[str, ListOutcome] = {}
    for number, question in enumerate(questions):
        if progress is not None:
            progress(number, len(questions), question.key)
        found[question.key] = asker.ask(question.key, question.host, question.ask)
    with transaction(database) as connection:
        save_standings(connection, asker.learned.values(), now)
    return found


def take_names(home: Home, lists: Mapping[str, ListOutcome], today: dt.date, *, dry_run: bool = False) -> NamesResult:
    """Take what came; the same lists twice change nothing.

    Args:
        lists: by place or by what they are of; one that failed is a problem and stops no other.
        dry_run: say what would change, and write nothing.

    Raises:
        ConfigProblem: a file of names is wrong as it stands.
        UnsafePath: the disk refuses.
    """
    known = Known(given_securities(home), own_securities(home), load_aliases(home), today)
    for key, one in sorted(lists.items(), key=lambda pair: _turn(pair[1])):
        if isinstance(one, Renamings):
            known.take_renamings(one)
        elif isinstance(one, NameList):
            known.take_list(key, one)
        elif isinstance(one, Delistings):
            known.take_delistings(one)
        elif isinstance(one, FormerNames):
            known.take_former(one)
    if not dry_run:
        if any(one.what != "further" for one in known.changes):
            _write_securities(home, known.securities)
        if known.added:
            _write_names(home, known.added)
    problems = [
        Words(f"the list {key} could not be had ({one.reason})", f"未能取得 {key} 名单（{in_chinese(one.reason)}）")
        for key, one in lists.items()
        if isinstance(one, (Blocked, Failed))
    ]
    return NamesResult(tuple(known.changes), tuple(known.conflicts), (*problems, *known.refused))


def _turn(outcome: ListOutcome) -> int:
    """Say in which order lists are taken: days of names before names, what is listed before what no longer is."""
    return 0 if isinstance(outcome, Renamings) else 1 if isinstance(outcome, NameList) else 2


def written(security: Security) -> list[str]:
    """Write a security as the cells of a line of ``securities.csv``."""
    names = "|".join(
        f"{name}@{_day(since)}..{_day(until)}" if since or until else name for name, since, until in security.names
    )
    days = (security.listed, security.delisting_period_from, security.delisted)
    return [security.symbol, security.name, *map(_day, days), names]


def _day(day: "dt.date | None") -> str:
    return "" if day is None else day.isoformat()


def _write_securities(home: Home, securities: Mapping[str, Security]) -> None:
    """Write every security of which the program's own list says something else, or nothing."""
    tracked = tracked_securities(home)
    rows = [written(one) for symbol, one in sorted(securities.items()) if tracked.get(symbol) != one]
    write_whole(home, home.fetched / SECURITIES, _csv([list(COLUMNS), *rows]))
    given_securities(home)


def _write_names(home: Home, added: Sequence[Alias]) -> None:
    every = (*fetched_aliases(home), *added)
    rows = [[one.symbol, one.name, one.kind, _day(one.since), _day(one.until)] for one in every]
    write_whole(home, home.fetched / NAMES, _csv([NAME_COLUMNS, *sorted(rows)]))
    fetched_aliases(home)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
