"""Import of holdings: bring dated snapshots of what accounts hold into the database, from whatever a terminal exports.

A snapshot is one account at the close of one day. The same again adds nothing; another list of the same account and
day is a new revision, and the one before stays known for the time before.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchlist.domain.errors import UsageMistake, WatchlistError, Words
from watchlist.ledger.holding_list import HoldingLine, HoldingList, read_holdings
from watchlist.ledger.home import Home
from watchlist.ledger.listed import Listed, security_of
from watchlist.ledger.securities import load_securities
from watchlist.ledger.table_file import LineProblem
from watchlist.queries.holdings import account_of
from watchlist.storage.database import transaction
from watchlist.storage.health import tracked
from watchlist.storage.holdings import Position, Snapshot, load_snapshots, record_snapshot, retract_snapshot
from watchlist.storage.runs import Problem, begin_run, end_run, set_problems

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

_STEP: Final = "holdings"
_OLDEST: Final = dt.date(1990, 1, 1)


class NoDay(UsageMistake):
    """Nothing says of which day the holdings are."""

    en = "{file} does not say of which day it is: add --date 2024-06-14."
    zh = "{file} 未注明日期：请加 --date 2024-06-14。"


class DaysApart(UsageMistake):
    """The title of the file names several days."""

    en = "{file} names several days ({days}): say which one with --date."
    zh = "{file} 含多个日期（{days}）：请用 --date 指明。"


class DayDiffers(UsageMistake):
    """``--date`` contradicts the days of the lines."""

    en = "{file} has a day on its lines ({day}): leave --date {given} out."
    zh = "{file} 各行自带日期（{day}）：请去掉 --date {given}。"


class DayOutOfRange(UsageMistake):
    """A day lies in the future, or before there were shares to hold."""

    en = "{file} is of {day}, which cannot be (today is {today}): say the day with --date."
    zh = "{file} 的日期 {day} 有误（今天是 {today}）：请用 --date 指明。"


class AccountsDiffer(UsageMistake):
    """``--account`` would make one of several accounts."""

    en = "{file} holds several accounts ({accounts}): leave --account out."
    zh = "{file} 含多个账户（{accounts}）：请去掉 --account。"


class AccountUnnamed(UsageMistake):
    """A list without an account would be taken for another person's."""

    en = (
        "{file} names no account, and what is kept without one belongs to other holders ({theirs}): use --account NAME."
    )
    zh = "{file} 未注明账户，而已有的未命名快照属于其他股东（{theirs}）：请用 --account 命名。"


class NoSuchSnapshot(WatchlistError):
    """There is nothing to withdraw."""

    en = "There is no snapshot of account {account} on {day}: holdings snapshots lists them."
    zh = "账户 {account} 在 {day} 没有快照：可用 holdings snapshots 查看。"


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """What became of one snapshot of a file: ``add``, ``amend``, or ``same`` where nothing was new."""

    account: str
    day: dt.date
    holdings: int
    word: str


@dataclass(frozen=True, slots=True)
class HoldingsResult:
    """What an import found: every line is in a snapshot (joined with others of its security), passed over or a problem.

    Attributes:
        lines: holdings that were understood, before those of one security are joined.
        unlisted: symbols that no list here holds; they have no price until ``daily`` finds one.
        only_available: the file names only what can be sold.
    """

    lines: int
    snapshots: Sequence[SnapshotLine]
    passed_over: Sequence[LineProblem]
    problems: Sequence[LineProblem]
    unlisted: Sequence[str]
    only_available: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What a person said on the command line, and the day it is."""

    today: dt.date
    day: dt.date | None = None
    account: str | None = None
    sheet: str | None = None


def import_holdings(
    database: "Database", home: Home, path: Path, given: Given, now: dt.datetime, *, dry_run: bool = False
) -> HoldingsResult:
    """Import the snapshots of a file; the same file twice adds nothing.

    Raises:
        NoTableFile, UnreadableTable, NoHoldingHeadings: the file cannot be read; nothing was imported.
        NoDay, DaysApart, DayDiffers, DayOutOfRange, AccountsDiffer, AccountUnnamed: it is unclear what it is of.
    """
    found = read_holdings(path, given.sheet)
    listed = Listed.of(load_securities(home), tracked(database.conn))
    placed, doubts = _placed(found, path, given, listed)
    problems = sorted([*found.problems, *doubts], key=lambda problem: problem.number)
    snapshots = _snapshots(placed, path, len(problems), _empty(found, path, given))
    _refuse_strangers(database.conn, path, snapshots)
    with transaction(database) as connection:
        words = [record_snapshot(connection, one, now, dry_run=dry_run) or "same" for one in snapshots]
        if not dry_run:
            changed = set_problems(connection, _STEP, [path.name], _standing(path, problems), now)
            if changed or set(words) - {"same"}:
                run = begin_run(connection, _STEP, now)
                end_run(connection, run, "ok", f"{len(placed)} holdings, {len(problems)} problems", now)
    done = [SnapshotLine(s.account, s.day, len(s.positions), w) for s, w in zip(snapshots, words, strict=True)]
    unlisted = sorted({symbol for _, symbol in placed} - set(listed.known))
    return HoldingsResult(len(placed), done, found.passed_over, problems, unlisted, found.only_available)


def retract(database: "Database", account: str, day: dt.date, why: str, now: dt.datetime) -> Snapshot:
    """Withdraw a snapshot; it stays on record with the reason.

    Args:
        account: by its name, or as answers write it.

    Raises:
        NoSuchSnapshot: there is none of that account and day.
        UnknownWord: there is no such account.
    """
    with transaction(database) as connection:
        name = account_of(load_snapshots(connection, None), account)
        found = retract_snapshot(connection, name, day, why, now)
        if found is None:
            raise NoSuchSnapshot(account=account, day=day)
        run = begin_run(connection, _STEP, now)
        end_run(connection, run, "ok", f"retracted {day}", now)
    return found


Placed = tuple[HoldingLine, str]


def _placed(found: HoldingList, path: Path, given: Given, listed: Listed) -> tuple[list[Placed], list[LineProblem]]:
    """Find the security, day and account of every line; a line that says another's again is a problem."""
    lines = [_dated(line, found, path, given) for line in found.lines]
    accounts = list(dict.fromkeys(line.account or "" for line in lines))
    if given.account is not None and len(accounts) > 1:
        raise AccountsDiffer(file=path.name, accounts=", ".join(one or "–" for one in accounts))
    placed: list[Placed] = []
    problems: list[LineProblem] = []
    first: dict[tuple[object, ...], HoldingLine] = {}
    for line in lines:
        name = given.account if given.account is not None else line.account or ""
        symbol = security_of(listed, line.code, name=line.name, place=line.market, currency=line.currency)
        if isinstance(symbol, Words):
            problems.append(LineProblem(line.number, symbol))
            continue
        one = replace(line, account=name)
        same = first.setdefault((symbol, name, line.day, line.holder, line.shares, line.cost), one)
        if same is not one:
            what = Words(f"says the same as line {same.number}", f"与第 {same.number} 行相同")
            problems.append(LineProblem(line.number, what))
            continue
        placed.append((one, symbol))
    return placed, problems


def _dated(line: HoldingLine, found: HoldingList, path: Path, given: Given) -> HoldingLine:
    if line.dated and given.day is not None and line.day != given.day:
        raise DayDiffers(file=path.name, day=line.day, given=given.day)
    return replace(line, day=_day(line.day, found, path, given))


def _day(day: dt.date | None, found: HoldingList, path: Path, given: Given) -> dt.date:
    said = given.day or day
    if said is None and found.days_apart:
        raise DaysApart(file=path.name, days=", ".join(map(str, dict.fromkeys(found.days_apart))))
    if said is None:
        raise NoDay(file=path.name)
    if not _OLDEST <= said <= given.today:
        raise DayOutOfRange(file=path.name, day=said, today=given.today)
    return said


def _empty(found: HoldingList, path: Path, given: Given) -> tuple[str, dt.date] | None:
    """Give account and day of a list that says that nothing is held; ``None`` where it holds something or failed."""
    if found.lines or found.problems:
        return None
    return given.account or found.account or "", _day(found.day, found, path, given)


def _snapshots(
    placed: Sequence[Placed], path: Path, problems: int, empty: tuple[str, dt.date] | None
) -> list[Snapshot]:
    """Gather lines into snapshots, by day and account; lines of one security and holder are joined."""
    groups: dict[tuple[dt.date, str], dict[tuple[str, str], list[HoldingLine]]] = {}
    if empty is not None:
        groups[empty[1], empty[0]] = {}
    for line, symbol in placed:
        key = (line.day or dt.date.max, line.account or "")
        groups.setdefault(key, {}).setdefault((symbol, line.holder), []).append(line)
    return [
        Snapshot(account, day, tuple(_joined(s, h, lines) for (s, h), lines in rows.items()), path.name, problems)
        for (day, account), rows in sorted(groups.items())
    ]


def _joined(symbol: str, holder: str, lines: Sequence[HoldingLine]) -> Position:
    """Join purchases of one security: shares add up, cost is their mean by shares where all have one."""
    shares = sum(line.shares for line in lines)
    currencies = {line.currency for line in lines}
    costs = [line.cost for line in lines if line.cost is not None]
    known = len(costs) == len(lines) and len(currencies) == 1
    cost = sum(line.shares * (line.cost or 0.0) for line in lines) / shares if known else None
    return Position(symbol, holder, lines[0].name, shares, cost, currencies.pop() if known else None)


def _refuse_strangers(connection: "sqlite3.Connection", path: Path, snapshots: Sequence[Snapshot]) -> None:
    """Refuse to take one person's list for another's where neither names an account but both name holders.

    Raises:
        AccountUnnamed: no holder of the snapshots that stand is in a new one.
    """
    unnamed = [one for one in load_snapshots(connection, None) if not one.account]
    theirs = {position.holder for one in unnamed for position in one.positions} - {""}
    for one in snapshots:
        ours = {position.holder for position in one.positions} - {""}
        if not one.account and ours and theirs and not ours & theirs:
            raise AccountUnnamed(file=path.name, theirs=", ".join(sorted(theirs)))


def _standing(path: Path, problems: Sequence[LineProblem]) -> list[Problem]:
    return [
        Problem(_STEP, path.name, f"line {one.number}: {one.what.en}", f"第 {one.number} 行：{one.what.zh}")
        for one in problems
    ]
