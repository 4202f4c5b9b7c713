"""Names of securities (证券): which symbol a printed name or code stands for on the day of a report."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from watchlist.domain.model import Security
from watchlist.domain.symbols import MAINLAND, board, candidates, exchange, named_so, normalise_name
from watchlist.domain.symbols import market as market_of

_MARKS: Final = re.compile(r"^(?:XD|XR|DR)|^S?\*?ST|^[NC](?=[\u4e00-\u9fff])")
_MARK_HERE: Final = re.compile(r"XD|XR|DR|S?\*?ST|[NC](?=[\u4e00-\u9fff])")
_LONGEST: Final = 12
_FOUR: Final = re.compile(r"[\u4e00-\u9fff]{4}")
# 伊利股份 is called 伊利, 泸州老窖 老窖, 青岛啤酒 青啤.
_SHORTENED: Final[tuple[Callable[[str], str], ...]] = (
    lambda name: name[:2],
    lambda name: name[2:],
    lambda name: name[0] + name[2],
)
_TAIL: Final = re.compile(r"(?:退市?|-[USWVBD]+)$")
_SUFFIX: Final = re.compile(r"-(?:SW|SB|SS|WD|[USWVB]{1,2})(?![A-Z])")
# Words of every day that are shares too: they count only beside other names, or with their code.
COMMON: Final = frozenset(
    {
        "机器人",
        "太阳能",
        "新产业",
        "驱动力",
        "新动力",
        "老百姓",
        "金融街",
        "中关村",
        "陆家嘴",
        "外高桥",
        "电子城",
        "大东方",
        "好想你",
        "人民网",
        "数字人",
        "生物股份",
        "国际医学",
        "中国医药",
        "信息发展",
        "苹果",
        "贝壳",
        "应用材料",
        "爱奇艺",
        "强生",
        "高通",
        "大众公用",
        "电科数字",
        "META",
        "ARM",
        "数据港",
        "国际实业",
        "天下秀",
        "万里石",
        "新经典",
    }
)
_BOARD: Final = re.compile(r"(?P<SH>60[0135]|68[89])|(?P<SZ>00[0-3]|30[0-2])|(?P<BJ>43|8[37]|92)")
_PLACES: Final = {"SS": "SH", "SSE": "SH", "XSHG": "SH", "SZSE": "SZ", "XSHE": "SZ"}
_CN: Final = (
    r"(?<![\d.])(?P<cn>\d{6})(?:[ ]?\.?[ ]?(?P<cnx>SH|SZ|BJ|SS|SSE|SZSE|CH|XSHG|XSHE)(?![A-Za-z]))?(?![\d.]{0,12}\d)"
)
CODE: Final = re.compile(
    rf"{_CN}|(?<![\d.A-Za-z])(?P<at>SH|SZ|BJ)[. ]?(?P<pre>\d{{6}})(?!\d)"
    r"|(?<![\d.])(?P<hk>\d{1,5})[ ]?[.．]?[ ]?HK(?![A-Za-z])|(?<![A-Za-z])(?:HK|HKEX|SEHK|港交所)[.：: "
    r"]{0,2}(?P<hk2>\d{3,5})(?!\d)"
    r"|(?<![A-Za-z.])(?P<us>[A-Z][A-Z\-]{0,4})[. ](?:US|O|N|OQ|NASDAQ|NYSE)(?![A-Za-z])"
    r"|(?:NASDAQ|NYSE|纳斯达克|纽交所)[：: ]{1,2}(?P<us2>[A-Z]{1,5})(?![A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name of a security: ``kind`` is former, later, short, english, listed or typed; ends are inclusive.

    A ``typed`` one is found where a person or a list names a security, and not looked for in texts.
    """

    symbol: str
    name: str
    kind: str = "listed"
    since: dt.date | None = None
    until: dt.date | None = None


class Names:
    """Every name by its folded form, found at a place of a text, longest first."""

    def __init__(self, securities: Mapping[str, Security], aliases: Iterable[Alias] = ()) -> None:
        self.securities = securities
        self._bearers: dict[str, list[Alias]] = {}
        self._heads: dict[str, list[Alias]] = {}
        self._shortened: dict[Callable[[str], str], dict[str, list[Alias]]] = {}
        exact: dict[str, list[Alias]] = {}
        for security in securities.values():
            if exchange(security.symbol) not in MAINLAND | {"HK", "US"}:
                continue
            exact.setdefault(security.symbol, []).append(Alias(security.symbol, security.name))
            exact[security.symbol] += [
                Alias(security.symbol, name, "former", since, until) for name, since, until in security.names
            ]
        for alias in aliases:
            exact.setdefault(alias.symbol, []).append(alias)
        bare: list[tuple[str, Alias]] = []
        for one in (alias for borne in exact.values() for alias in borne):
            folded = normalise_name(one.name)
            self._add(folded, one)
            stripped = _bare(folded)
            if stripped != folded:
                bare.append((stripped, one))
        known = set(self._bearers)
        for name, one in bare:
            if name not in known:
                self._add(name, one)
        self._lengths: dict[str, tuple[int, ...]] = {}
        for name in self._bearers:
            have = self._lengths.get(name[0], ())
            if len(name) not in have:
                self._lengths[name[0]] = tuple(sorted((*have, len(name)), reverse=True))

    def _add(self, name: str, one: Alias) -> None:
        bearers = self._bearers.setdefault(name, [])
        if all(other.symbol != one.symbol for other in bearers):
            bearers.append(one)

    def __contains__(self, folded: object) -> bool:
        return folded in self._bearers

    def ends_at(self, text: str, at: int) -> list[int]:
        """List where names that begin at ``at`` end, longest first; ``text`` is folded to upper case."""
        ends = []
        start = at
        mark = _MARK_HERE.match(text, at) if text[at : at + 1] in set("*SXDNC") else None
        for begin in (start, *((mark.end(),) if mark and mark.end() > at else ())):
            if begin >= len(text):
                continue
            lengths = self._lengths.get(text[begin], ())
            ends += [begin + length for length in lengths if text[begin : begin + length] in self._bearers]
        # A marked name keeps as many letters of the old one as there is room for: *ST中南, XD贵州茅.
        if mark and not ends and len(mark[0]) > 1:
            ends += [mark.end() + size for size in (3, 2) if self._begun(text[at : mark.end() + size])]
        # A slice that runs over the end of the text is shorter than it says.
        return sorted({end for end in ends if end <= len(text)}, reverse=True)

    def begins_before(self, folded: str, end: int) -> int | None:
        """Give where the longest name begins that ends at a place of a folded text; ``None`` where none does."""
        return next((at for at in range(max(0, end - _LONGEST), end - 1) if end in self.ends_at(folded, at)), None)

    def taken_out(self, text: str) -> str:
        """Give a text without the names in it."""
        folded, kept, at = upper(text), [], 0
        while at < len(text):
            ends = self.ends_at(folded, at)
            kept += [] if ends else [text[at]]
            at = ends[0] if ends else at + 1
        return "".join(kept)

    @staticmethod
    def past_suffix(text: str, end: int) -> int:
        """Give where the exchange's suffix behind a name ends: ``-U``, ``-SW``; ``end`` itself where there is none."""
        tail = _SUFFIX.match(text, end)
        return tail.end() if tail else end

    def symbols(self, name: str, day: dt.date | None, market: str | None) -> tuple[str, ...]:
        """Give the symbols that bear a name on a day; several where neither day nor market tells them apart.

        Args:
            name: as printed.
            day: of the report; ``None`` where it is not known.
            market: ``CN``, ``HK`` or ``US`` where the report says which it means.
        """
        folded = normalise_name(name)
        bearers = self._bearers.get(folded) or self._bearers.get(_bare(folded)) or self._begun(folded)
        fitting = [one for one in bearers if self._lives(one, day)] or bearers
        current = [one for one in fitting if one.kind != "former"]
        if day is not None and len({one.symbol for one in fitting}) > 1 and current:
            dated = [one for one in fitting if one.kind == "former" and one.until]
            fitting = dated or current
        found = named_so(one.symbol for one in fitting)
        if len(found) > 1 and market is not None:
            here = tuple(symbol for symbol in found if market_of(symbol) == market)
            found = here or found
        return found

    def short(self, word: str, day: dt.date | None, text: str = "") -> str | None:
        """Give the symbol that two letters are short for (老窖, 青啤).

        ``None`` unless they are of one share alone, or the text prints the whole name of only one of them.
        """
        for shorter in _SHORTENED:
            bearers = self._shorts(shorter).get(word, ())
            living = [one for one in bearers if self._lives(one, day)]
            found = {one.symbol for one in living}
            if len(found) > 1:
                found = {one.symbol for one in living if one.name in text}
            if living:
                return found.pop() if len(found) == 1 else None
        return None

    def _shorts(self, shorter: Callable[[str], str]) -> dict[str, list[Alias]]:
        if shorter not in self._shortened:
            borne = self._shortened[shorter] = {}
            for name, bearers in self._bearers.items():
                if _FOUR.fullmatch(name):
                    borne.setdefault(shorter(name), []).extend(one for one in bearers if one.kind != "former")
        return self._shortened[shorter]

    def _begun(self, folded: str) -> list[Alias]:
        """List who bears a name that begins with what is left of a marked one."""
        bare = _bare(folded)
        if bare == folded:
            return []
        if not self._heads:
            for name, bearers in self._bearers.items():
                for size in (2, 3):
                    self._heads.setdefault(name[:size], []).extend(bearers)
        return self._heads.get(bare, [])

    def _lives(self, one: Alias, day: dt.date | None) -> bool:
        if day is None:
            return True
        if (one.since and day < one.since) or (one.until and day > one.until):
            return False
        security = self.securities.get(one.symbol)
        if security is None:
            return True
        # A name is called before its first session too: new issues are recommended weeks ahead.
        listed = security.listed is None or security.listed <= day + dt.timedelta(days=60)
        return listed and (security.delisted is None or day < security.delisted)

    def of_code(self, match: re.Match[str]) -> str | None:
        """Give the symbol of a printed code; ``None`` for bare digits that no share bears, and for zero.

        A printed exchange counts, whoever is known, but where only another one bears the number: then it is misprinted.
        """
        digits, place = match["cn"] or match["pre"], match["cnx"] or match["at"]
        if digits and place and place.upper() != "CH":
            printed = f"{digits}.{_PLACES.get(place.upper(), place.upper())}"
            return (
                printed if printed in self.securities or board(printed) == "index" else self._bearer(digits) or printed
            )
        if digits:
            return self._bearer(digits)
        if hk := match["hk"] or match["hk2"]:
            return f"{int(hk):05d}.HK" if int(hk) else None
        us = match["us"] or match["us2"]
        return f"{us.upper()}.US" if us else None

    def _bearer(self, digits: str) -> str | None:
        """Give the first security that bears six digits, as they are usually meant."""
        return next((symbol for symbol in candidates(digits) if symbol in self.securities), None)


def by_prefix(match: re.Match[str]) -> str | None:
    """Give the symbol of six digits that no known share bears, by the boards that begin so: it was listed since."""
    digits = match["cn"]
    board = _BOARD.match(digits) if digits else None
    return f"{digits}.{board.lastgroup}" if board else None


def upper(text: str) -> str:
    """Fold Latin letters to upper case, character for character."""
    return text.translate(_UPPER)


_UPPER: Final = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}


def _bare(name: str) -> str:
    bare = _TAIL.sub("", _MARKS.sub("", name))
    return bare if len(bare) > 1 else name
