"""Check: say how healthy the database, the prices and the ledger are, and what to do about what is not."""

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from watchlist.core.book import idle_closings
from watchlist.core.settling import TRUSTABLE
from watchlist.domain.calendars import last_closed
from watchlist.domain.errors import counted
from watchlist.domain.model import Status
from watchlist.domain.symbols import board
from watchlist.domain.symbols import market as market_of
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.home import Home
from watchlist.ledger.settings import Settings
from watchlist.ledger.themes import UNASSIGNED
from watchlist.queries.findings import LEVELS, Finding, finding
from watchlist.queries.integrity import found_injuries
from watchlist.queries.moves import moves
from watchlist.queries.outcomes import outcomes
from watchlist.queries.recommendations import Filters
from watchlist.queries.run_status import run_findings
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.queries.surroundings import sqlite_version, surroundings
from watchlist.queries.timetable import status_rows
from watchlist.queries.upkeep import panel_injuries, still_days_said
from watchlist.storage.backup import backups
from watchlist.storage.database import BACKUPS
from watchlist.storage.health import damage, orphans
from watchlist.storage.heartbeat import read_heartbeat
from watchlist.storage.holdings import held_symbols, load_snapshots
from watchlist.storage.prices import standing_quarantine
from watchlist.storage.runs import standing_problems

_LEAST_FREE: Final = 200_000_000  # bytes
_LISTED: Final = 8
_LATELY: Final = dt.timedelta(days=7)
_REPAIR: Final = ("see python main.py repair", "请看 python main.py repair")
_UPDATE: Final = ("run python main.py update", "请运行 python main.py update")


def check(
    connection: sqlite3.Connection,
    path: Path,
    settings: Settings,
    now: dt.datetime,
    *,
    deep: bool = False,
    situation: Situation | None = None,
) -> dict[str, Any]:
    """Look at everything and give one object: ``level`` and ``findings`` (``level what where advice``, and Chinese).

    On simulated prices it begins with ``simulated``, true.

    Args:
        connection: a reader.
        path: the folder of the database, for the room left there and the backups.
        deep: hold every page and every row against what was written.
        situation: of this day, where it is loaded already.
    """
    findings = [
        *(_deep(connection, settings) if deep else _shallow(connection)),
        *(_still(connection, settings) if deep else ()),
        *_room(path),
        *surroundings(connection, Home(path.parent).local),
        *(sqlite_version() if deep else ()),
        *_backups(path / BACKUPS, settings, now),
        *run_findings(read_heartbeat(path), status_rows(connection, settings, now), settings, now),
        *_standing(connection),
    ]
    situation = situation or load_situation(connection, settings, When(now.astimezone(SHANGHAI).date()))
    findings += [
        *_freshness(situation, now),
        *_future(situation),
        *_themes(situation),
        *_moved(connection, settings, situation, now),
        *_unpriced(connection, situation),
        *_idle_closings(situation),
    ]
    level = max((LEVELS.index(finding["level"]) for finding in findings), default=0)
    mark = {"simulated": True} if situation.simulated else {}
    return {**mark, "level": LEVELS[level], "findings": findings}


def _shallow(connection: sqlite3.Connection) -> Iterator[Finding]:
    if broken := damage(connection):
        yield finding(
            "critical", (f"the database is damaged: {broken.en}", f"数据库已损坏：{broken.zh}"), "db", _REPAIR
        )
    elif lost := orphans(connection):
        yield finding(
            "critical", (f"{counted(lost, 'row points', 'rows point')} to nothing", f"{lost} 行引用缺失"), "db", _REPAIR
        )


def _deep(connection: sqlite3.Connection, settings: Settings) -> Iterator[Finding]:
    for one in found_injuries(connection):
        yield finding("critical", (one.words.en, one.words.zh), one.where, _REPAIR)
    for market, words in panel_injuries(connection, settings):
        advice = (
            "delete the folder db/panel: the next update makes it again",
            "请删除 db/panel 目录：下次 update 会重新生成",
        )
        yield finding("warning", (words.en, words.zh), f"db/panel {market}", advice)


def _still(connection: sqlite3.Connection, settings: Settings) -> Iterator[Finding]:
    for where, words in still_days_said(connection, settings):
        day = where.split()[1]
        advice = (
            f"fetch it again: python main.py update --since {day}",
            f"重新抓取：python main.py update --since {day}",
        )
        yield finding("warning", (words.en, words.zh), where, advice)


def _backups(folder: Path, settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Miss a backup where there were some: whoever made one wants the next."""
    newest = max(backups(folder).values(), default=None)
    if newest is not None and (age := (now - newest).days) > settings.backup.missed_after_days:
        what = (f"the newest backup is {counted(age, 'day')} old", f"最近一次备份已是 {age} 天前")
        yield finding("warning", what, "db/backups", ("run python main.py backup", "请运行 python main.py backup"))


def _room(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path).free
    if free < _LEAST_FREE:
        what = (f"{free // 1_000_000} MB of disk are left", f"磁盘仅剩 {free // 1_000_000} MB")
        yield finding("warning", what, "disk", ("free some room", "请清理磁盘"))


def _standing(connection: sqlite3.Connection) -> Iterator[Finding]:
    for row in standing_problems(connection):
        yield finding(
            "warning",
            (row["message"], row["message_zh"]),
            f"{row['step']} {row['subject']}",
            ("mend the cause, then run python main.py daily", "排除原因后运行 python main.py daily"),
        )
    quarantined: dict[tuple[str, str], list[int]] = {}
    for row in standing_quarantine(connection):
        quarantined.setdefault((row["symbol"], row["rule"]), []).append(row["id"])
    for (symbol, rule), numbers in quarantined.items():
        listed = ", ".join(map(str, numbers[:_LISTED])) + (" …" if len(numbers) > _LISTED else "")
        what = (
            f"{counted(len(numbers), 'row waits', 'rows wait')} in quarantine ({rule}): number {listed}",
            f"{len(numbers)} 行数据被隔离（{rule}）：编号 {listed}",
        )
        advice = (
            (
                "another source may settle it tomorrow; or do: python main.py update --confirm "
                "NUMBER (or --dismiss NUMBER)"
            ),
            "其他来源下次可能给出定论；也可执行 python main.py update --confirm 编号（或 --dismiss 编号）",
        )
        if rule in TRUSTABLE:
            advice = (
                f"look at it; where it is right: python main.py update --symbol {symbol} --trust SOURCE",
                f"核实无误后执行 python main.py update --symbol {symbol} --trust 来源",
            )
        yield finding("warning", what, symbol, advice)


def _moved(
    connection: sqlite3.Connection, settings: Settings, situation: Situation, now: dt.datetime
) -> Iterator[Finding]:
    """Say which past prices were restated lately, and how many results moved with them. It is no fault."""
    for move in moves(connection, settings, situation, since=now - _LATELY):
        sessions = ", ".join(one["session"] for one in move["revisions"][:_LISTED])
        count = len(move["results"])
        what = (
            f"the past was restated and confirmed ({sessions}); {counted(count, 'result')} moved",
            f"历史数据经核实后更正（{sessions}）；{count} 项结果随之变动",
        )
        see = f"python main.py show {move['symbol']}"
        yield finding("ok", what, move["symbol"], (f"see what moved: {see}", f"查看变动：{see}"))


def _freshness(situation: Situation, now: dt.datetime) -> Iterator[Finding]:
    """Say how many sessions each market's index, and the shares measured by it, are behind."""
    for name, market in situation.rules.markets.items():
        index = situation.known.bars.get(market.benchmark)
        wanted = any(market_of(m.symbol) == name for m in situation.known.mentions)
        if index is None:
            if wanted:
                what = (f"{market.benchmark} has no bars", f"{market.benchmark} 没有行情")
                yield finding("critical", what, name, _UPDATE)
            continue
        foreseen = situation.known.foreseen[name]
        closed = last_closed(market.hours, now, foreseen)
        due = foreseen[(foreseen > index.sessions[-1]) & (foreseen <= np.datetime64(closed))].size if closed else 0
        if due:
            what = (
                f"{market.benchmark} ends on {index.sessions[-1]}, {counted(due, 'session')} behind",
                f"{market.benchmark} 止于 {index.sessions[-1]}，落后 {due} 个交易日",
            )
            yield finding("warning", what, name, _UPDATE)
    known = outcomes(situation, Filters())
    stale, unpriced = (
        sorted(known["symbol"][known["status"] == str(status)].unique()) for status in (Status.STALE, Status.NO_PRICE)
    )
    kept = situation.known.bars.keys()
    for symbols, words in (
        (stale, ("stale", "过期")),
        ([s for s in unpriced if s not in kept], ("without a price", "无行情")),
        (
            [s for s in unpriced if s in kept],
            ("priced from a later day on than some recommendation", "的行情晚于部分推荐"),
        ),
    ):
        if symbols:
            listed = " ".join(_with_age(situation, s) for s in symbols[:_LISTED])
            listed += " …" if len(symbols) > _LISTED else ""
            what = (
                f"{counted(len(symbols), 'recommended share is', 'recommended shares are')} {words[0]}",
                f"{len(symbols)} 只被推荐证券{words[1]}",
            )
            advice = (
                "run python main.py update; if it stays, see their sources",
                "请运行 python main.py update；如仍如此，请检查来源",
            )
            yield finding("warning", what, listed, advice)


def _unpriced(connection: sqlite3.Connection, situation: Situation) -> Iterator[Finding]:
    """Name the bonds and repos that are held: no source here has their prices, which is no fault of the day."""
    held = held_symbols(load_snapshots(connection, None))
    bonds = sorted(s for s in held if board(s) == "bond" and s not in situation.known.bars)
    if bonds:
        listed = " ".join(bonds[:_LISTED]) + (" …" if len(bonds) > _LISTED else "")
        what = (
            (
                f"{counted(len(bonds), 'bond or repo is', 'bonds or repos are')} held without a "
                "price: no source here has any"
            ),
            f"持有 {len(bonds)} 只债券或回购，没有行情来源",
        )
        advice = (
            "nothing need be done; bars of your own may come from a folder (WATCHLIST_MARKET)",
            "无需处理；也可用 WATCHLIST_MARKET 所指目录提供行情",
        )
        yield finding("ok", what, listed, advice)


def _idle_closings(situation: Situation) -> Iterator[Finding]:
    """Name what a person closed to no effect: a broker's name or a day that fits no call says nothing by itself."""
    for one in idle_closings(situation.book, situation.known.closings, situation.when.as_of):
        what = (
            f"the closing of {one.broker} on {one.symbol} for {one.day} closes nothing: no call of theirs was open",
            f"{one.broker} 对 {one.symbol} 于 {one.day} 的结束未生效：当日没有未结束的观点",
        )
        advice = (
            f"see python main.py calls --symbol {one.symbol}, then correct broker or day in config/local/closings.toml",
            f"查看 python main.py calls --symbol {one.symbol}，并在 config/local/closings.toml 更正券商或日期",
        )
        yield finding("warning", what, one.symbol, advice)


def _with_age(situation: Situation, symbol: str) -> str:
    """Write a security with how many sessions its bars are behind its market's index: ``600000.SH (3)``."""
    own = situation.known.bars.get(symbol)
    index = situation.known.bars.get(situation.rules.markets[market_of(symbol)].benchmark)
    if own is None or index is None:
        return symbol
    return f"{symbol} ({int((index.sessions > own.sessions[-1]).sum())})"


def _future(situation: Situation) -> Iterator[Finding]:
    """Name the reports whose date has not come: they are kept, and counted from their day on."""
    for report in sorted({m.report for m in situation.known.mentions if m.published > situation.when.as_of}):
        what = (f"the report {report} is dated in the future", f"研报 {report} 的日期在未来")
        yield finding("warning", what, report, ("correct its date", "请更正日期"))


def _themes(situation: Situation) -> Iterator[Finding]:
    one_each = {m.theme_printed: m for m in situation.known.mentions}
    printed = sorted(theme for theme, one in one_each.items() if theme and situation.theme_of(one) is UNASSIGNED)
    for theme in printed:
        what = (f'the printed theme "{theme}" belongs to none of yours', f"主题“{theme}”未归类")
        advice = (
            f'python main.py theme map "{theme}" THEME; python main.py theme list suggests one',
            f'python main.py theme map "{theme}" 主题；python main.py theme list 有建议',
        )
        yield finding("warning", what, "config/local/themes.toml", advice)
