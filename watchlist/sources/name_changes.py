"""What lists of names change in what is known: new listings, other names with their days, ends; and what they may not.

Pure: lists and what is known come in, changed rows and sentences go out. A list that is obviously worse than what is
known is refused whole.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from watchlist.domain.errors import Words
from watchlist.domain.model import Security
from watchlist.domain.symbols import board, exchange, normalise_name
from watchlist.reading.names import Alias
from watchlist.sources.delistings import Delistings
from watchlist.sources.name_lists import FormerNames, Named, NameList, Renamed, Renamings

# So much of what a place is known to list may be missing from its list, and so many of its lines may differ, before
# the list itself is doubted. Three years without a list change about one name in ten.
_MISSING: Final = 0.2
_DIFFERENT: Final = 1 / 3
_FEW: Final = 20  # known securities from which on shares of them mean something
# Marks of one day: first sessions, ex-dividend and ex-rights days.
_OF_A_DAY: Final = re.compile(r"^(?:XD|XR|DR|[NC](?=[\u4e00-\u9fff]))")
_VOTING: Final = re.compile(r"-[UWV]+$")
_LONGEST: Final = 60
_UNSAFE: Final = re.compile(r'[|@,"\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]')
What = Literal["new", "renamed", "dated", "listed", "delisted", "further"]
Span = tuple[str, dt.date | None, dt.date | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a list says and that was not known: ``before`` is empty where nothing was."""

    symbol: str
    what: What
    before: str
    after: str


@dataclass(slots=True)
class Known:
    """What is known, and what becomes of it.

    Attributes:
        securities: what the program's list and earlier lists say; changed as lists are taken.
        own: rows of a person's own file, which no list changes.
        aliases: further names; ``added`` those that lists brought.
        changes, conflicts, refused: what changed, where a list differs from a person's word or from another list, and
            which lists were not taken.
        current: what the lists hold; ``dated``: the places whose changes of names were told with their days.
    """

    securities: dict[str, Security]
    own: Mapping[str, Security]
    aliases: Sequence[Alias]
    today: dt.date
    added: list[Alias] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Words] = field(default_factory=list)
    refused: list[Words] = field(default_factory=list)
    current: set[str] = field(default_factory=set)
    dated: set[str] = field(default_factory=set)

    def take_list(self, place: str, found: NameList) -> None:
        """Take the list of a place: shares of the mainland as securities, those of Hong Kong and New York by name."""
        if place in {"HK", "US"}:
            self._take_abroad(place, found)
            return
        doubt = self._doubt(place, found)
        if doubt is not None:
            self.refused.append(doubt)
            return
        self.current |= {one.symbol for one in found.entries}
        for one in found.entries:
            self._take(one)

    def take_renamings(self, found: Renamings) -> None:
        """Take dated changes of names: each name gets its days."""
        self.dated.add("SZ")
        by_symbol: dict[str, list[Renamed]] = {}
        for one in found.entries:
            by_symbol.setdefault(one.symbol, []).append(one)
        for symbol, told in by_symbol.items():
            security = self.securities.get(symbol)
            if security is not None:
                self._date(security, spans(told))

    def take_delistings(self, found: Delistings) -> None:
        """Mark what an exchange has delisted; what it lists as well is a contradiction."""
        known = [one for one in found.entries if one.symbol in self.securities]
        fresh = [one for one in known if self.securities[one.symbol].delisted is None]
        for one in fresh:
            if one.symbol in self.current:
                self.conflicts.append(
                    Words(
                        f"{one.symbol} is both listed and delisted on {one.delisted} by its exchange: left as it is",
                        f"{one.symbol} 同时在上市名单与退市名单（{one.delisted}）中：维持原样",
                    )
                )
                continue
            self._keep(replace(self.securities[one.symbol], delisted=one.delisted), "delisted", "", str(one.delisted))
            self._compare(one.symbol, "delisted", str(one.delisted))

    def take_former(self, found: FormerNames) -> None:
        """Take names that a security once bore, of unknown days."""
        borne = {normalise_name(one.name) for one in self.aliases if one.symbol == found.symbol}
        for security in filter(None, (self.securities.get(found.symbol), self.own.get(found.symbol))):
            borne |= {normalise_name(name) for name in (security.name, *(name for name, _, _ in security.names))}
        for name in found.names:
            if normalise_name(name) not in borne and _is_safe(name):
                self._add(Alias(found.symbol, name, "former"))

    def _doubt(self, place: str, found: NameList) -> Words | None:
        """Say why a list is not to be believed: too short, or unlike everything that is known."""
        listed = {one.symbol: one for one in found.entries}
        known = [one for one in self.securities.values() if self._should_be_listed(one, place)]
        if len(known) < _FEW:
            return None
        missing = sum(one.symbol not in listed for one in known)
        if missing > _MISSING * len(known):
            return _too_short(place, len(listed), missing, len(known))
        both = [(one, listed[one.symbol]) for one in known if one.symbol in listed]
        other = sum(not same_name(one.name, now.name) for one, now in both)
        days = sum(now.listed is not None and one.listed not in {None, now.listed} for one, now in both)
        if max(other, days) > _DIFFERENT * len(both):
            return Words(
                f"the list of {place} was not taken: {max(other, days)} of {len(both)} lines differ from what is known",
                f"未采用 {place} 名单：{len(both)} 行中有 {max(other, days)} 行与已知不符",
            )
        return None

    def _should_be_listed(self, one: Security, place: str) -> bool:
        """Say whether a share is one that a list of today should hold; Beijing's had other codes until October 2025."""
        gone = one.delisted is not None or one.name.endswith(("退", "退市")) or one.listed is None
        if exchange(one.symbol) != place or gone or board(one.symbol) not in {"main", "chinext", "star", "bse"}:
            return False
        return place != "BJ" or one.symbol.startswith("92")

    def _take(self, one: Named) -> None:
        if not _is_safe(one.name):
            self.conflicts.append(
                Words(f"{one.symbol}: its name cannot be kept as it is written", f"{one.symbol}：名称无法照写保存")
            )
            return
        security = self.securities.get(one.symbol)
        is_marked = _OF_A_DAY.match(one.name) is not None
        if security is None:
            if not is_marked:  # a mark leaves no room for the whole name: it is there in some days
                self._keep(Security(one.symbol, one.name, one.listed), "new", "", one.name)
        else:
            # Shenzhen tells the days of a change: without its telling none is dated by the day it was seen.
            waits = exchange(one.symbol) == "SZ" and "SZ" not in self.dated
            if not same_name(security.name, one.name) and not is_marked and not waits:
                self._rename(security, one.name)
            security = self.securities[one.symbol]
            if one.listed is not None and one.listed != security.listed:
                before = "" if security.listed is None else str(security.listed)
                if security.delisted is None or one.listed <= security.delisted:
                    self._keep(replace(security, listed=one.listed), "listed", before, str(one.listed))
        self._compare(one.symbol, "name", one.name)
        self._compare(one.symbol, "listed", "" if one.listed is None else str(one.listed))

    def _rename(self, security: Security, name: str) -> None:
        """Give a security another name: where no list dates the change, it is dated by the day it was seen."""
        names = security.names
        if not any(same_name(told, name) and since and until is None for told, since, until in names):
            ended = self.today - dt.timedelta(days=1)
            open_ended = [s for s in names if same_name(s[0], security.name) and s[2] is None]
            since = open_ended[0][1] if open_ended else None
            last = (security.name, since, max(ended, since or ended))
            names = (*(span for span in names if span not in open_ended), last, (name, self.today, None))
        self._keep(replace(security, name=name, names=names), "renamed", security.name, name)

    def _date(self, security: Security, told: Sequence[Span]) -> None:
        """Lay dated names over what is known of a security's names."""
        names = list(security.names)
        for span in told:
            if not _is_safe(span[0]):
                continue
            at = [n for n, old in enumerate(names) if normalise_name(old[0]) == normalise_name(span[0])]
            if any(names[n] == span for n in at):
                continue
            loose = [n for n in at if _fits(names[n], span)]
            if loose:
                names[loose[0]] = span
            elif not at or all(_apart(names[n], span) for n in at):
                names.append(span)
            else:
                self._differ(security.symbol, names[at[0]], span)
        names.sort(key=lambda span: (span[1] or span[2] or dt.date.min, span[2] or dt.date.max))
        if tuple(names) != security.names:
            before, after = (" → ".join(map(_written, one)) for one in (security.names, names))
            self._keep(replace(security, names=tuple(names)), "dated", before, after)

    def _differ(self, symbol: str, known: Span, told: Span) -> None:
        self.conflicts.append(
            Words(
                f"{symbol}: known as {_written(known)}, by the list {_written(told)}: left as it is",
                f"{symbol}：已知 {_written(known)}，名单为 {_written(told)}：维持原样",
            )
        )

    def _take_abroad(self, place: str, found: NameList) -> None:
        known = {
            one.symbol for one in self.aliases if exchange(one.symbol) == place and one.kind in {"listed", "typed"}
        }
        listed = {one.symbol for one in found.entries}
        if len(missing := known - listed) > _MISSING * len(known) and len(known) >= _FEW:
            self.refused.append(_too_short(place, len(listed), len(missing), len(known)))
            return
        borne = {(one.symbol, normalise_name(one.name)) for one in self.aliases}
        kind = "listed" if place == "HK" else "typed"
        for one in found.entries:
            own = self.securities.get(one.symbol)
            is_known = own is not None and same_name(own.name, one.name)
            if not is_known and (one.symbol, normalise_name(one.name)) not in borne and _is_safe(one.name):
                self._add(Alias(one.symbol, one.name, kind))

    def _add(self, alias: Alias) -> None:
        self.added.append(alias)
        self.changes.append(Change(alias.symbol, "further", "", alias.name))

    def _keep(self, security: Security, what: What, before: str, after: str) -> None:
        self.securities[security.symbol] = security
        self.changes.append(Change(security.symbol, what, before, after))

    def _compare(self, symbol: str, field_name: str, told: str) -> None:
        """Hold a person's own row against a list: theirs stands, and the difference is said."""
        own = self.own.get(symbol)
        said = "" if own is None else str(getattr(own, field_name) or "")
        same = same_name(said, told) if field_name == "name" else said == told
        if own is not None and said and told and not same:
            self.conflicts.append(
                Words(
                    f"{symbol}: {field_name} is {said} in your own row, {told} in the list: yours stands",
                    f"{symbol}：您写的 {field_name} 为 {said}，名单为 {told}：以您的为准",
                )
            )


def spans(told: Sequence[Renamed]) -> list[Span]:
    """Give each name its first and last day from the changes of one security, as far as they tell."""
    found: list[Span] = []
    order = _chained(sorted(told, key=lambda one: one.day))
    day = dt.timedelta(days=1)
    for number, one in enumerate(order):
        earlier = order[number - 1] if number else None
        if earlier is None or not same_name(earlier.after, one.before):
            found.append((one.before, None, one.day - day))
        later = order[number + 1] if number + 1 < len(order) else None
        known_end = later is not None and same_name(one.after, later.before)
        until = later.day - day if later is not None and known_end else None
        if until is None or until >= one.day:  # a name of no day at all is none
            found.append((one.after, one.day, until))
    return found


def same_name(known: str, told: str) -> bool:
    """Say whether two spellings are one name: marks of a day and of voting rights aside; ``ST`` is no such mark.

    Behind a mark there is room for the beginning of a name only: ``XD贵州茅`` is 贵州茅台.
    """
    one, other = _folded(known), _folded(told)
    return one == other or (_OF_A_DAY.match(normalise_name(told)) is not None and one.startswith(other))


def _folded(name: str) -> str:
    bare = _VOTING.sub("", _OF_A_DAY.sub("", normalise_name(name)))
    return bare if len(bare) > 1 else normalise_name(name)


def _chained(told: list[Renamed]) -> list[Renamed]:
    """Put changes of one day into the order in which one name becomes the next."""
    for at in range(len(told) - 1):
        one, following = told[at], told[at + 1]
        if one.day == following.day and same_name(following.after, one.before):
            told[at], told[at + 1] = following, one
    return told


def _fits(known: Span, told: Span) -> bool:
    """Say whether what is known only lacks days that are told."""
    return all(mine is None or mine == theirs for mine, theirs in zip(known[1:], told[1:], strict=True))


def _apart(one: Span, other: Span) -> bool:
    """Say whether a name was borne twice, at times that do not meet."""
    first, second = sorted((one, other), key=lambda span: span[1] or dt.date.min)
    return first[2] is not None and second[1] is not None and first[2] < second[1]


def _written(span: Span) -> str:
    name, since, until = span
    return f"{name}@{since or ''}..{until or ''}" if since or until else name


def _is_safe(name: str) -> bool:
    return bool(name.strip()) and len(name) <= _LONGEST and not _UNSAFE.search(name) and name.strip()[0] not in "=+-"


def _too_short(place: str, has: int, missing: int, known: int) -> Words:
    return Words(
        f"the list of {place} was not taken: it has {has} names and lacks {missing} of the {known} known there; "
        "ask again tomorrow",
        f"未采用 {place} 名单：共 {has} 个名称，缺少已知 {known} 个中的 {missing} 个；请改日再取",
    )
