"""How `run` stands: whether it is alive, what was done last in each market, what is due next, and what is wrong."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from watchlist.domain.errors import Words, counted
from watchlist.ledger.settings import Settings
from watchlist.queries.findings import LEVELS, Finding, finding
from watchlist.queries.timetable import status_rows
from watchlist.storage.heartbeat import Heartbeat, read_heartbeat

# Beyond the time of an update, which beats at every security; one security may take its sources' time.
_SILENT: Final = dt.timedelta(minutes=15)
_CLOCK: Final = dt.timedelta(hours=1)
_START: Final = ("start python main.py run again", "请重新启动 python main.py run")
_LISTED: Final = 5


def run_status(
    connection: sqlite3.Connection | None, settings: Settings, folder: Path, now: dt.datetime
) -> dict[str, Any]:
    """Give one object: ``level``, ``run`` (its heartbeat), ``markets`` (a row a market) and ``findings``.

    Args:
        connection: ``None`` where there is no database yet.
        folder: of the database, where the heartbeat lies.
    """
    beat = read_heartbeat(folder)
    rows = status_rows(connection, settings, now)
    findings = list(run_findings(beat, rows, settings, now))
    if connection is None:
        nothing = ("nothing was done yet", "尚未做过任何工作")
        findings.append(finding("unknown", nothing, "db", ("run python main.py run", "请运行 python main.py run")))
    level = max((LEVELS.index(one["level"]) for one in findings), default=0)
    return {"level": LEVELS[level], "run": _told(beat), "markets": rows, "findings": findings}


def run_findings(
    beat: Heartbeat | None, rows: Sequence[dict[str, Any]], settings: Settings, now: dt.datetime
) -> Iterator[Finding]:
    """Say what is wrong with `run`; nothing where it was never used."""
    if beat is None:
        return
    yield from _pulse_findings(beat, settings, now)
    if beat.failure:
        en, zh = (sentence.rstrip(".。") for sentence in (beat.failure[0], beat.failure[-1]))
        what = (f"the newest work failed: {en}", f"最近一次工作失败：{zh}")
        yield finding("warning", what, "run", ("see db/logs/run.log", "请看 db/logs/run.log"))
    for row in rows:
        if row["overdue"]:
            listed = _listed(row["overdue"])
            what = (f"the work for {listed} is overdue", f"{listed} 的工作已逾期")
            yield finding("warning", what, row["market"], _START)
        elif row["partial"]:
            what = (
                (
                    f"{counted(row['partial'], 'session is', 'sessions are')} not complete: "
                    f"{row['missing'] or 'see the earlier ones'}"
                ),
                f"{row['partial']} 个交易日不完整：{row['missing_zh'] or '见更早的交易日'}",
            )
            advice = (
                "the next session's work completes them; for a day without trading, add it to closed in settings",
                "下一交易日的工作会补齐；如当日休市，请写入设置的 closed",
            )
            yield finding("warning", what, row["market"], advice)


def _pulse_findings(beat: Heartbeat, settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    name, at = f"run (process {beat.pid} on {beat.host})", beat.moment.astimezone().isoformat(" ", "minutes")
    if beat.moment > now + _CLOCK:
        what = (f"the clock said {at} before: it ran ahead, or is behind now", f"时钟曾显示 {at}：曾超前，或现在落后")
        yield finding("warning", what, "run", ("set the clock of this machine", "请校准本机时钟"))
    elif beat.state == "ended":
        return
    elif beat.is_gone:
        what = (f"{name} is gone without an end; it was last seen {at}", f"{name} 已异常终止，最后出现于 {at}")
        yield finding("warning", what, "run", _START)
    elif now - beat.moment > _SILENT + dt.timedelta(seconds=settings.update.budget_seconds):
        what = (f"{name} has been silent since {at}", f"{name} 自 {at} 起没有动静")
        yield finding("warning", what, "run", ("stop it and start it again", "请将其停止后重新启动"))


def _told(beat: Heartbeat | None) -> dict[str, Any]:
    """Give the heartbeat as an object, with a sentence."""
    if beat is None:
        words = Words("run was never started here.", "此处从未启动过 run。")
        return {"state": None, "words": words.en, "words_zh": words.zh}
    at = beat.moment.astimezone().isoformat(" ", "seconds")
    who = f"process {beat.pid} on {beat.host}"
    en, zh = (
        f"run is at work ({who}, since {beat.since}); last sign of life {at}.",
        (f"run 正在运行（{beat.host} 上的进程 {beat.pid}，始于 {beat.since}）；最近活动 {at}。"),
    )
    if beat.state == "ended" or beat.is_gone:
        en, zh = f"run is not at work; it ended at {at}.", f"run 未在运行；结束于 {at}。"
    return {
        "state": "gone" if beat.state != "ended" and beat.is_gone else beat.state,
        "pid": beat.pid,
        "host": beat.host,
        "since": beat.since,
        "beat_at": beat.beat_at,
        "doing": list(beat.doing),
        "words": en,
        "words_zh": zh,
    }


def _listed(sessions: Sequence[str]) -> str:
    return ", ".join(sessions[:_LISTED]) + (", …" if len(sessions) > _LISTED else "")
