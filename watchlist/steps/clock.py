"""Clock: ask the sources whether a moment can be true, where the stored prices do not say so."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from watchlist.core.due import is_plausible
from watchlist.domain.calendars import scheduled
from watchlist.domain.errors import ClockDoubted, SourceUnreachable, Words
from watchlist.ledger.rules import hours_of
from watchlist.ledger.settings import Settings
from watchlist.queries.planned import serving
from watchlist.sources.asking import Asker, Terms
from watchlist.sources.contract import Bars, NoData, Source
from watchlist.storage.standings import load_standings

if TYPE_CHECKING:
    from sqlite_utils import Database

_REACH: Final = dt.timedelta(days=60)


def confirm_clock(
    database: "Database",
    settings: Settings,
    sources: Mapping[str, Source],
    unreachable: Collection[str],
    markets: Collection[str],
    now: dt.datetime,
) -> None:
    """Let some source have bars as new as ``now`` says there should be, or refuse to work.

    A clock that ran ahead would stamp everything with moments that never were, and ask for sessions that did not come.

    Raises:
        SourceUnreachable: nobody answers, so nobody can tell.
        ClockDoubted: what the sources have is far older.
    """
    if set(sources) <= set(unreachable):
        raise SourceUnreachable(sources=", ".join(sources))
    terms = Terms(settings.update.budget_seconds, settings.update.call_seconds, settings.update.tries)
    asker = Asker(sources, now, load_standings(database.conn, now), terms)
    asker.unreachable(unreachable)
    told: list[tuple[str, dt.date | None]] = []
    for name in markets:
        market = next(one for key, one in settings.markets.items() if key == name)
        answer = _newest(asker, market.benchmark, serving(market.benchmark, settings, sources), now)
        if answer is False:
            continue
        newest = None if answer is True else answer
        foreseen, _ = scheduled(hours_of(market), now.date() - _REACH, now.date() + dt.timedelta(days=1))
        if is_plausible(hours_of(market), foreseen, newest, now):
            return
        told.append((market.benchmark, newest))
    if not told:
        raise SourceUnreachable(sources=", ".join(sources))
    benchmark, newest = told[0]
    long_ago = (now - _REACH).date()
    said = newest or Words(f"some day before {long_ago}", f"{long_ago} 之前")
    raise ClockDoubted(clock=now.astimezone().isoformat(" ", "minutes"), benchmark=benchmark, newest=said)


def _newest(asker: Asker, benchmark: str, names: Collection[str], now: dt.datetime) -> dt.date | bool:
    """Ask for an index's newest bar; ``True``: there is none since long, ``False``: nobody answered."""
    answered = False
    for name in asker.order(tuple(names)):
        outcome = asker.bars(name, benchmark, (now - _REACH).date(), now.date())
        if isinstance(outcome, Bars):
            return dt.date.fromisoformat(str(outcome.frame["session"].iloc[-1]))
        answered = answered or isinstance(outcome, NoData)
    return answered
