"""Contributions: what each call of a period earned in it, from which prices, and what it added to all together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.contribution import Contributions, Leg, contribute
from watchlist.core.theme_index import growth
from watchlist.domain.calendars import Dates
from watchlist.domain.periods import Period
from watchlist.queries.period_calls import PeriodCall
from watchlist.queries.situation import Situation

_Name = Literal["share", "benchmark"]


@dataclass(frozen=True, slots=True)
class End:
    """One side of a stretch: its level at both ends, every action worked in, and the row it lies in."""

    row: int
    bought: float
    sold: float

    @property
    def gain(self) -> float:
        """Give the return from one end to the other."""
        return self.sold / self.bought - 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a call that lies in a period, from its entry or the close before it to its exit or its last close.

    Attributes:
        start, stop: positions of the sessions at both ends.
        within: it was bought inside the session ``start``; else it is measured from that session's close.
    """

    call: PeriodCall
    direction: int
    start: int
    stop: int
    within: bool
    share: End
    benchmark: End

    @property
    def first_day(self) -> int:
        """Give the first session whose return counts."""
        return self.start if self.within else self.start + 1

    def side(self, name: _Name) -> End:
        """Give one side."""
        return self.share if name == "share" else self.benchmark


@dataclass(frozen=True)
class Stretches:
    """Cuts calls to a period; keeps the levels that it looked up."""

    situation: Situation
    period: Period
    _levels: dict[tuple[str, _Name, int], Floats] = field(default_factory=dict)

    def of(self, call: PeriodCall) -> Stretch | None:
        """Give the stretch of a call; ``None`` where nothing of it was held, or its benchmark is not known."""
        part, number = self.situation.book.markets[call.market], call.number
        lives, first = part.lives, int(part.lives.first[number])
        session, stop = int(part.entries.session[first]), int(lives.legs.end[number])
        base = part.panel.position(self.period.before)
        if session < 0 or stop <= base:
            return None
        inside, at_close = session > base, bool(part.entries.at_close[first])
        start = session if inside else base
        row, index = int(part.asked.row[first]), int(part.asked.benchmark[first])
        bought = float(part.entries.price[first] * part.panel.total_factor[row, session])
        opened = float((part.benchmarks.close if at_close else part.benchmarks.open)[index, session])
        share = self._end(call.market, "share", row, (bought, float(lives.legs.total_return[number]), start, inside))
        against = float(lives.legs.benchmark_return[number])
        benchmark = self._end(call.market, "benchmark", index, (opened, against, start, inside))
        within = inside and not at_close
        found = Stretch(call, part.calls[number].direction, start, stop, within, share, benchmark)
        return None if found.first_day > stop or np.isnan(share.gain + benchmark.gain) else found

    def _end(self, market: str, name: _Name, row: int, entry: tuple[float, float, int, bool]) -> End:
        """Cut one side: what it was bought at, or its close before the period; sold at what its whole return says."""
        bought, gain, start, inside = entry
        return End(row, bought if inside else float(self.level(market, name, row)[start]), bought * (1 + gain))

    def level(self, market: str, name: _Name, row: int) -> Floats:
        """Give closes of a share with every action worked in, or of an index."""
        key = (market, name, row)
        if key not in self._levels:
            part = self.situation.book.markets[market]
            share = name == "share"
            self._levels[key] = (
                part.panel.close[row] * part.panel.total_factor[row] if share else part.benchmarks.close[row]
            )
        return self._levels[key]

    def together(self, held: Sequence[Stretch]) -> Contributions:
        """Hold stretches together as one portfolio; neutral ones hold nothing and must have been left out."""
        days = self._days()
        places = {market: self._places(market, days) for market in self.situation.book.markets}
        start = np.array([places[one.call.market][one.first_day] for one in held], dtype=np.int64)
        stop = np.array([places[one.call.market][one.stop] for one in held], dtype=np.int64)
        direction = np.array([one.direction for one in held], dtype=np.int64)
        share, benchmark = (self._leg(held, places, days.size, name) for name in ("share", "benchmark"))
        return contribute(start, stop, direction, share, benchmark)

    def _days(self) -> Dates:
        """Give every day of the period on which any market had a session."""
        every = [part.panel.sessions for part in self.situation.book.markets.values()]
        days: Dates = np.unique(np.concatenate(every)) if every else np.array([], dtype="datetime64[D]")
        return days[days >= np.datetime64(self.period.first)]

    def _places(self, market: str, days: Dates) -> Mapping[int, int]:
        """Say at which of the period's days each session of a market lies."""
        panel = self.situation.book.markets[market].panel
        base = panel.position(self.period.before)
        return {base + 1 + n: int(day) for n, day in enumerate(np.searchsorted(days, panel.sessions[base + 1 :]))}

    def _leg(self, held: Sequence[Stretch], places: Mapping[str, Mapping[int, int]], days: int, name: _Name) -> Leg:
        """Lay out one side: a row a security, its daily returns on the period's days, and what differs at both ends."""
        rows: dict[tuple[str, int], int] = {}
        for one in held:
            rows.setdefault((one.call.market, one.side(name).row), len(rows))
        daily = np.zeros((len(rows), days))
        for (market, row), line in rows.items():
            moves, place = growth(self.level(market, name, row)), places[market]
            daily[line, list(place.values())] = moves[list(place)]
        ends = np.array([self._ends(one, name) for one in held], dtype=float).reshape(-1, 2)
        line_of = np.array([rows[one.call.market, one.side(name).row] for one in held], dtype=np.int64)
        return Leg(daily, line_of, ends[:, 0], ends[:, 1])

    def _ends(self, one: Stretch, name: _Name) -> tuple[float, float]:
        """Give the returns of the first day from the entry and of the last day to the exit, which may be at an open."""
        side = one.side(name)
        level = self.level(one.call.market, name, side.row)
        if one.within and one.start == one.stop:
            return side.gain, np.nan
        first = float(level[one.start] / side.bought - 1) if one.within else np.nan
        return first, float(side.sold / level[one.stop - 1] - 1)
