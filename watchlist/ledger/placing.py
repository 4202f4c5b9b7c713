"""Placing: find out what each line of a list of ratings means: which security, which direction, for how long."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.coded import Coded, objects
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol, Words
from watchlist.domain.identity import imported_report_id, recommendation_id
from watchlist.domain.model import Security
from watchlist.domain.symbols import is_symbol, normalise_name, resolve, trading_currency
from watchlist.ledger.list_doubts import Doubt, divided
from watchlist.ledger.lookup import Lookup
from watchlist.ledger.rating_list import ListLines, RatingList, taken
from watchlist.ledger.ratings import Ratings, Scale
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
    """Lines with everything known about them; every array and column is ``(n,)``.

    Attributes:
        scale_months: how long the broker's scale of the time says a rating holds.
        target_price: NaN where there is none; of a range the end that is reached first.
        target_currency: as written, else the one the share trades in; ``None`` without a target.
        report, rec_id: their lasting identities.
    """

    lines: ListLines
    symbol: Coded
    name: Coded
    direction: Coded
    scale_months: Coded
    target_price: Floats
    target_currency: Coded
    report: Coded
    rec_id: Coded

    def take(self, which: Bools | Ints) -> "Placed":
        """Give the lines at these positions, or where a mask says so."""
        rest = (taken(getattr(self, one.name), which) for one in fields(self) if one.name != "lines")
        return Placed(self.lines.take(which), *rest)


def place_lines(
    found: RatingList, among: Listing, ratings: Ratings, default_months: int
) -> tuple[Placed, list[LineProblem], list[Words]]:
    """Find out what each line means; one that cannot be known, or says a thing twice, is a problem.

    Returns:
        the lines, the problems, and what a person should know of how they were understood.
    """
    lines = found.lines
    symbols = lines.symbol.paired(lines.name, among.symbol)
    direction, months = _meanings(lines, ratings, default_months)
    doubts = [
        Doubt(symbols.where(lambda one: isinstance(one, Words)), lambda at: symbols[at]),
        Doubt(direction.where(lambda one: one is None), lambda at: _no_rating(lines.rating[at])),
    ]
    kept, problems = divided(lines.number, doubts)
    if not kept.all():
        lines = lines.take(kept)
        symbols, direction, months = (one.take(kept) for one in (symbols, direction, months))
    placed, repeated = _once(_identified(lines, symbols, direction, months, among))
    return placed, sorted([*problems, *repeated], key=lambda one: one.number), list(_repairs(among))


def _meanings(lines: ListLines, ratings: Ratings, default_months: int) -> tuple[Coded, Coded]:
    """Give the direction of each rating, ``None`` for an unknown one, and the months it holds."""
    scales = _scales(lines, ratings)
    directions = lines.rating.paired(scales, lambda rating, scale: _direction(ratings, rating, scale))
    return directions, scales.read(lambda scale: _months(scale, default_months))


def _scales(lines: ListLines, ratings: Ratings) -> Coded:
    """Find the scale that each line's house used at its time; what a house means changes on the days one begins."""
    turns = np.array(sorted({scale.since for scale in ratings.scales}), dtype="datetime64[D]")
    era = np.searchsorted(turns, lines.published, side="right")
    values: list[Scale | None] = [None, *ratings.scales]
    place = {id(scale): at for at, scale in enumerate(ratings.scales, 1)}
    used = np.zeros((lines.broker.distinct.size, turns.size + 1), dtype=np.int64)
    for house, broker in enumerate(lines.broker.distinct):
        # Of several of one day scale_for takes the first: here the last one that is laid over the others.
        by_rank = [*enumerate(ratings.scales_of(broker))]
        for _, scale in sorted(by_rank, key=lambda one: (one[1].since, -one[0])):
            used[house, np.searchsorted(turns, np.datetime64(scale.since), side="right") :] = place[id(scale)]
    return Coded(objects(values), used[lines.broker.codes, era])


def _direction(ratings: Ratings, rating: str, scale: Scale | None) -> int | None:
    """Give what a rating says; a recommendation without one recommends."""
    return ratings.direction_by(rating, scale) if rating else 1


def _months(scale: Scale | None, default: int) -> int:
    printed = scale.stock.months if scale and scale.stock else None
    return int(printed or default)


def _identified(lines: ListLines, symbol: Coded, direction: Coded, months: Coded, among: Listing) -> Placed:
    """Add each line's report, its identity, its name and its target."""
    falls = direction.where(lambda sign: sign < 0)
    target = np.where(falls, lines.target_high, lines.target_low)
    written = lines.currency.paired(symbol, lambda currency, one: currency or trading_currency(one))
    silent = Coded(objects([*written.distinct, None]), np.where(np.isnan(target), written.distinct.size, written.codes))
    said = lines.broker.paired(iso_days(lines.published), lambda broker, day: (broker, day))
    report = Coded.of(said.paired(lines.key, lambda pair, key: imported_report_id(pair[0], pair[1], key)).cells)
    parts = (report.cells.tolist(), lines.theme.cells.tolist(), symbol.cells.tolist())
    return Placed(
        lines=lines,
        symbol=symbol,
        name=symbol.paired(lines.name, lambda one, text: text or _name(among, one)),
        direction=direction,
        scale_months=months,
        target_price=target,
        target_currency=silent,
        report=report,
        rec_id=Coded.each(map(recommendation_id, *parts)),
    )


def iso_days(published: Dates) -> Coded:
    """Write each distinct day once (ISO)."""
    numbers = Coded.of(published.astype(np.int64))
    return Coded(objects(np.array(numbers.distinct, dtype="datetime64[D]").astype(str)), numbers.codes)


def _name(among: Listing, symbol: str) -> str:
    security = among.securities.get(symbol)
    return symbol if security is None else security.name


def _once(placed: Placed) -> tuple[Placed, list[LineProblem]]:
    """Keep the first of the lines that speak of one thing; the others are problems."""
    identity = Coded.of(placed.rec_id.cells)
    if identity.distinct.size == len(identity):
        return placed, []
    stands = np.full(identity.distinct.size, len(identity))
    np.minimum.at(stands, identity.codes, np.arange(len(identity)))
    first = stands[identity.codes]
    lines, own = placed.lines, first == np.arange(len(identity))
    problems = [
        LineProblem(
            int(lines.number[at]),
            _repeated(lines.rating[at], int(lines.number[first[at]]), lines.rating[first[at]]),
        )
        for at in np.flatnonzero(~own).tolist()
    ]
    return placed.take(own), problems


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
