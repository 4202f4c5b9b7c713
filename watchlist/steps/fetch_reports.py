"""Fetch reports: ask Eastmoney what brokers said of a share, and lay it out as a list that the import takes."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.coded import Coded
from watchlist.domain.errors import Words, counted
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.list_values import visible
from watchlist.ledger.rating_list import ListLines, RatingList
from watchlist.ledger.settings import Settings
from watchlist.sources.asking import Asker, Terms
from watchlist.sources.contract import NoData, Source
from watchlist.sources.reasons import in_chinese
from watchlist.sources.report_list import ListedReport, Reports
from watchlist.storage.database import transaction
from watchlist.storage.imports import newest_of, said_elsewhere
from watchlist.storage.standings import load_standings, save_standings

if TYPE_CHECKING:
    from sqlite_utils import Database

SOURCE: Final = "eastmoney"
FIRST_DAYS: Final = 730  # how far back a share is asked about for the first time
_OVERLAP: Final = dt.timedelta(days=14)  # reports are listed some days after they appear
_PAGE: Final = "https://pdf.dfcfw.com/pdf/H3_{}_1.pdf"
_IDENTITY: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
# Eastmoney's one scale, best first.
_SCALE: Final = ("买入", "增持", "中性", "减持", "卖出")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was asked and what came of it: a list for the import, and shares whose reports are not all there."""

    found: RatingList
    asked: int
    reports: int
    failed: Mapping[str, Words]


def fetch_reports(
    database: "Database", settings: Settings, sources: Mapping[str, Source], symbols: Sequence[str],
    now: dt.datetime, *, since: dt.date | None = None, progress: Progress | None = None,
) -> Fetched:  # fmt: skip
    """Ask for the reports on shares that are new since the newest one that is known of each.

    Args:
        since: ask from this day on instead.
        progress: is told how many of how many were asked, and which is next.
    """
    until, known = now.astimezone(SHANGHAI).date(), newest_of(database.conn, SOURCE)
    terms = Terms(settings.update.budget_seconds, settings.update.call_seconds, settings.update.tries)
    asker = Asker(sources, now, load_standings(database.conn, now), terms)
    rows: list[tuple[str, ListedReport]] = []
    failed: dict[str, Words] = {}
    for number, symbol in enumerate(symbols):
        if progress is not None:
            progress(number, len(symbols), symbol)
        first = since or (known[symbol] - _OVERLAP if symbol in known else until - dt.timedelta(days=FIRST_DAYS))
        outcome = asker.reports(symbol, first, until)
        if isinstance(outcome, Reports):
            rows += [(symbol, one) for one in outcome.reports]
            if outcome.is_cut:
                failed[symbol] = _cut(symbol, outcome)
        elif not isinstance(outcome, NoData):
            failed[symbol] = Words(
                f"the reports on {symbol} could not be had ({outcome.reason})",
                f"未能取得 {symbol} 的研报（{in_chinese(outcome.reason)}）",
            )
    with transaction(database) as connection:
        save_standings(connection, asker.learned.values(), now)
    return Fetched(_listed(rows, said_elsewhere(database.conn, SOURCE)), len(symbols), len(rows), failed)


def _cut(symbol: str, outcome: Reports) -> Words:
    """Say that the list of a share went on where it was given up."""
    count, oldest = len(outcome.reports), min(one.published for one in outcome.reports)
    return Words(
        f"only the newest {count} reports on {symbol} were taken: those before {oldest} are missing",
        f"{symbol} 只取得最新的 {count} 份研报：{oldest} 之前的缺失",
    )


def _listed(rows: Sequence[tuple[str, ListedReport]], elsewhere: set[tuple[str, str, str]]) -> RatingList:
    """Lay reports out as lines: those that rate the share, and that no other list or file holds already."""
    rated = [(symbol, one) for symbol, one in rows if one.rating or one.rating_eastmoney]
    new = [(symbol, one) for symbol, one in rated if (one.broker, symbol, one.published.isoformat()) not in elsewhere]
    notes = [
        *_note(len(rows) - len(rated), "without a rating", "left out", "份没有评级的研报未采用"),
        *_note(len(rated) - len(new), "", "known from elsewhere already", "份研报此前已从别处记录"),
    ]
    places = {at: f"{symbol} {one.identity} {visible(one.title)}" for at, (symbol, one) in enumerate(new, start=1)}
    reports = [one for _, one in new]
    lines = ListLines(
        number=np.arange(1, len(new) + 1),
        published=np.array([one.published for one in reports], dtype="datetime64[D]"),
        published_at=Coded.same(None, len(new)),
        broker=Coded.of([visible(one.broker) for one in reports]),
        symbol=Coded.of([symbol for symbol, _ in new]),
        name=Coded.same("", len(new)),
        rating=Coded.of([visible(one.rating or one.rating_eastmoney or "") for one in reports]),
        target_low=np.array([_price(one.target_low) for one in reports], dtype=float),
        target_high=np.array([_price(one.target_high) for one in reports], dtype=float),
        currency=Coded.same("", len(new)),
        analyst=Coded.of([visible(",".join(one.analysts)) for one in reports]),
        theme=Coded.same("", len(new)),
        title=Coded.of([visible(one.title) for one in reports]),
        key=Coded.of([f"{SOURCE} {one.identity}" for one in reports]),
        about=Coded.each([_about(one) for one in reports]),
        words=Coded.each([_words(symbol, one) for symbol, one in new]),
    )
    return RatingList(lines, (), notes, places)


def _about(one: ListedReport) -> dict[str, Any]:
    """Say where a report came from, and how its rating moved: by Eastmoney's scale where it tells, else its code."""
    url = _PAGE.format(one.identity) if _IDENTITY.fullmatch(one.identity) else None
    about = {
        "source": SOURCE, "identity": one.identity, "url": url, "rating_eastmoney": one.rating_eastmoney,
        "rating_before": one.rating_before, "rating_change": moved(one), "rating_change_code": one.change,
    }  # fmt: skip
    return {name: value for name, value in about.items() if value is not None}


def moved(one: ListedReport) -> str | None:
    """Say how the rating moved (``up down same first``) by Eastmoney's scale; ``None`` where it does not tell."""
    if one.rating_eastmoney not in _SCALE:
        return None
    if one.rating_before is None:
        return "first"
    if one.rating_before not in _SCALE:
        return None
    step = _SCALE.index(one.rating_before) - _SCALE.index(one.rating_eastmoney)
    return "up" if step > 0 else "down" if step < 0 else "same"


def _words(symbol: str, one: ListedReport) -> str:
    low, high = one.target_low, one.target_high
    target = "" if low is None else f"{low:g}" if low == high else f"{low:g}-{high:g}"
    return ",".join(
        [one.published.isoformat(), one.broker, symbol, one.rating or one.rating_eastmoney or "", target, one.title]
    )


def _price(value: float | None) -> float:
    return np.nan if value is None else value


def _note(count: int, which: str, what: str, zh: str) -> list[Words]:
    one, more = (f"{words} {which}".strip() for words in ("report", "reports"))
    return [Words(counted(count, f"{one} was {what}", f"{more} were {what}"), f"{count} {zh}")] if count else []
