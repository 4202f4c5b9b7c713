"""Placing: find out what each line of a list of ratings means: which security, which direction, for how long."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol, Words
from watchlist.domain.identity import imported_report_id, recommendation_id
from watchlist.domain.model import Security
from watchlist.domain.symbols import is_symbol, normalise_name, resolve, trading_currency
from watchlist.ledger.list_doubts import Doubt, divided
from watchlist.ledger.list_values import distinct, on_distinct
from watchlist.ledger.lookup import Lookup
from watchlist.ledger.rating_list import ListLines, RatingList
from watchlist.ledger.ratings import Ratings
from watchlist.ledger.table_columns import Cells
from watchlist.ledger.table_file import LineProblem

# What is left of 002594 and of 00700 where a spreadsheet took them for numbers.
_DROPPED: Final = re.compile(r"[1-9]\d{0,3}")
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """The securities that lines are looked up among.

    Attributes:
        names: folded name, further and former ones too, to symbols.
        existing: symbols that a bare code may stand for.
    """

    securities: Mapping[str, Security]
    names: Mapping[str, Sequence[str]]
    existing: frozenset[str]
    repaired: dict[str, str] = field(default_factory=dict)

    def symbol(self, text: str, name: str) -> str | Words:
        """Give the symbol of a line, or why it has none.

        Args:
            text: the code as written, ``""`` where only the name is given.
        """
        try:
            found = self._of_code(text, name) if text else resolve(name, self.names, self.existing)
        except (UnknownSymbol, AmbiguousSymbol) as error:
            return Words(error.text("en"), error.text("zh"))
        if isinstance(found, Words) or not (text and name):
            return found
        bearers = self.names.get(normalise_name(name), ())
        if bearers and found not in bearers:
            listed = " / ".join(bearers)
            return Words(f"{name} is {listed}, not {found}", f"{name} 是 {listed}，不是 {found}")
        return found

    def _of_code(self, text: str, name: str) -> str | Words:
        if is_symbol(text):
            return text
        if not _DROPPED.fullmatch(text):
            return resolve(text, self.names, self.existing)
        mainland, hong_kong = f"{text:0>6}.SZ", f"{text:0>5}.HK"
        named = [one for one in (mainland, hong_kong) if one in self.names.get(normalise_name(name), ())]
        if len(named) == 1:
            self.repaired[text] = named[0]
            return named[0]
        if mainland in self.existing:
            both = f"{mainland} or {hong_kong}"
            return Words(
                f"{text} may be {both}: spreadsheets drop leading zeros. Write the market, or add a column of names",
                f"{text} 可能是 {mainland} 或 {hong_kong}：表格软件会丢掉前导零，请写明市场或加上名称列",
            )
        return resolve(text, self.names, self.existing)


def listing(known: Lookup) -> Listing:
    """Gather what lines are looked up among."""
    return Listing(known.securities, known.names, known.existing)


@dataclass(frozen=True, slots=True)
class Placed:
    """Lines with everything known about them; every array is ``(n,)``.

    Attributes:
        scale_months: how long the broker's scale of the time says a rating holds.
        target_price: NaN where there is none; of a range the end that is reached first.
        target_currency: as written, else the one the share trades in; ``None`` without a target.
        report, rec_id: their lasting identities.
    """

    lines: ListLines
    symbol: Cells
    name: Cells
    direction: Ints
    scale_months: Ints
    target_price: Floats
    target_currency: Cells
    report: Cells
    rec_id: Cells

    def take(self, which: Bools | Ints) -> "Placed":
        """Give the lines at these positions, or where a mask says so."""
        rest = (getattr(self, one.name)[which] for one in fields(self) if one.name != "lines")
        return Placed(self.lines.take(which), *rest)


def place_lines(
    found: RatingList, among: Listing, ratings: Ratings, default_months: int
) -> tuple[Placed, list[LineProblem], list[Words]]:
    """Find out what each line means; one that cannot be known, or says a thing twice, is a problem.

    Returns:
        the lines, the problems, and what a person should know of how they were understood.
    """
    lines = found.lines
    symbols = _of_pairs(lines.symbol, lines.name, among.symbol)
    direction, months = _meanings(lines, ratings, default_months)
    unknown = np.fromiter((isinstance(one, Words) for one in symbols), dtype=bool, count=symbols.size)
    doubts = [
        Doubt(unknown, lambda at: symbols[at]),
        Doubt(np.array([one is None for one in direction], dtype=bool), lambda at: _no_rating(lines.rating[at])),
    ]
    kept, problems = divided(lines.number, doubts)
    placed, repeated = _once(
        _identified(lines.take(kept), symbols[kept], direction[kept].astype(np.int64), months[kept], among)
    )
    return placed, sorted([*problems, *repeated], key=lambda one: one.number), list(_repairs(among))


def _of_pairs(first: Cells, second: Cells, read: Callable[[str, str], object]) -> Cells:
    """Read each distinct pair of texts once."""
    one, two = on_distinct(first, str), on_distinct(second, str)
    pairs, back = np.unique(one[1] * max(len(two[0]), 1) + two[1], return_inverse=True)
    values = np.empty(pairs.size, dtype=object)
    values[:] = [read(one[0][pair // len(two[0])], two[0][pair % len(two[0])]) for pair in pairs]
    return values[back]


def _meanings(lines: ListLines, ratings: Ratings, default_months: int) -> tuple[Cells, Ints]:
    """Give the direction of each rating, ``None`` for an unknown one, and the months it holds.

    What a house means changes only on the days that a scale begins.
    """
    turns = np.array(sorted({scale.since for scale in ratings.scales}), dtype="datetime64[D]")
    era = np.searchsorted(turns, lines.published, side="right")
    days = dict(zip(era.tolist(), lines.published.tolist(), strict=True))  # one day of each era stands for it
    eras = era.astype(str).astype(object)

    def scale(house: str) -> tuple[str, dt.date]:
        broker, _, number = house.rpartition("\x1f")
        return broker, days[int(number)]

    houses = _of_pairs(lines.broker, eras, lambda broker, number: f"{broker}\x1f{number}")
    directions = _of_pairs(lines.rating, houses, lambda rating, house: _direction(ratings, rating, *scale(house)))
    months = distinct(houses, lambda house: _months(ratings, *scale(house), default_months))
    return directions, months.astype(np.int64)


def _direction(ratings: Ratings, rating: str, broker: str, day: dt.date) -> int | None:
    """Give what a rating says; a recommendation without one recommends."""
    return ratings.direction_of(rating, broker, day) if rating else 1


def _months(ratings: Ratings, broker: str, day: dt.date, default: int) -> int:
    scale = ratings.scale_for(broker, day)
    printed = scale.stock.months if scale and scale.stock else None
    return int(printed or default)


def _identified(lines: ListLines, symbol: Cells, direction: Ints, months: Ints, among: Listing) -> Placed:
    """Add each line's report, its identity, its name and its target."""
    target = np.where(direction < 0, lines.target_high, lines.target_low)
    own = distinct(symbol, trading_currency)
    currency = np.where(np.equal(lines.currency, ""), own, lines.currency)
    currency[np.isnan(target)] = None
    said = zip(lines.broker, lines.published.astype(str), lines.key, strict=True)
    report = np.array([imported_report_id(*one) for one in said], dtype=object)
    parts = zip(report, lines.theme, symbol, strict=True)
    return Placed(
        lines=lines,
        symbol=symbol,
        name=_of_pairs(symbol, lines.name, lambda one, text: text or _name(among, one)),
        direction=direction,
        scale_months=months,
        target_price=target,
        target_currency=currency,
        report=report,
        rec_id=np.array([recommendation_id(*one) for one in parts], dtype=object),
    )


def _name(among: Listing, symbol: str) -> str:
    security = among.securities.get(symbol)
    return symbol if security is None else security.name


def _once(placed: Placed) -> tuple[Placed, list[LineProblem]]:
    """Keep the first of the lines that speak of one thing; the others are problems."""
    _, first, back = np.unique(placed.rec_id.astype(str), return_index=True, return_inverse=True)
    stands = first[back]
    again = np.flatnonzero(stands != np.arange(stands.size))
    lines = placed.lines
    problems = [
        LineProblem(
            int(lines.number[at]),
            _repeated(lines.rating[at], int(lines.number[stands[at]]), lines.rating[stands[at]]),
        )
        for at in again
    ]
    return placed.take(np.sort(first)), problems


def _repeated(rating: str, number: int, said: str) -> Words:
    if rating == said:
        return Words(f"says the same as line {number}", f"与第 {number} 行相同")
    return Words(
        f'says "{rating}" where line {number} says "{said}" for the same day: that one stands',
        f"评级“{rating}”与第 {number} 行同日的“{said}”不一致：以该行为准",
    )


def _no_rating(rating: str) -> Words:
    return Words(f'the rating "{rating}" is not known', f"不认识评级“{rating}”")


def _repairs(among: Listing) -> Iterable[Words]:
    if among.repaired:
        repaired = [f"{text} → {symbol}" for text, symbol in sorted(among.repaired.items())]
        listed = ", ".join(repaired[:_LISTED]) + (" …" if len(repaired) > _LISTED else "")
        yield Words(
            f"codes that had lost their zeros were found by their names: {listed}",
            f"按名称补全了丢失前导零的代码：{listed}",
        )
