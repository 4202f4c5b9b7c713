"""The rating scale and the benchmarks that a report prints, as fractions and months."""

import re
from dataclasses import dataclass
from typing import Any, Final

from watchlist.reading.words import RATING, is_positive

_LABELS: Final = rf"(?:{RATING.pattern}|无评级|未评级|暂无评级|不予评级|Not[- ]Rated)"
_NEUTRAL: Final = re.compile(r"中性|持有|观望|标配|同步|区间|Neutral|Hold|Equal|Market", re.IGNORECASE)
_STRONG: Final = re.compile(r"强烈|强推|强力")
_NOT_RATED: Final = re.compile(r"无评级|未评级|不予评级|Not[- ]Rated", re.IGNORECASE)
_NUMBER: Final = r"[+-]?\d{1,2}(?:\.\d+)?"
_BAND: Final = re.compile(
    rf"(?P<a>{_NUMBER})[ ]?%?[ ]?(?:-|~|至|到|—|和|与|to)[ ]?(?P<b>{_NUMBER})[ ]?%", re.IGNORECASE
)
_AROUND: Final = re.compile(rf"(?:±|\+/-|正负)[ ]?(?P<a>{_NUMBER})[ ]?%")
_ONE: Final = re.compile(rf"(?P<a>{_NUMBER})[ ]?%")
_DOWN: Final = re.compile(r"弱于|落后|低于|跌幅|下跌|跑输|逊于|不及|(?<![\d%])-\d|underperform|below", re.IGNORECASE)
# 涨幅小于5%, 涨幅不足5%: an upper bound, but not 不小于; 跌幅小于5% is a lower one.
_UNDER: Final = re.compile(
    rf"(?P<fall>[跌降]幅[^，]{{0,4}})?(?<!不)(?:小于|少于|低于|不足|不超过|未超过)[ ]?(?P<a>{_NUMBER})[ ]?%"
)
_MONTHS: Final = re.compile(
    r"(?P<a>\d{1,2})(?:[ ]?(?:-|~|至|到|—)[ ]?(?P<b>\d{1,2}))?[ ]?(?:个)?月|"
    r"(?P<c>\d{1,2})(?:-(?P<d>\d{1,2}))?[ -]months?",
    re.IGNORECASE,
)
_STOCK: Final = re.compile(
    r"(?:股票|公司|个股|证券)(?:的)?(?:投资)?评级(?:标准|体系|说明|定义)?|stock ratings?", re.IGNORECASE
)
_INDUSTRY: Final = re.compile(
    r"行业(?:的)?(?:投资)?评级(?:标准|体系|说明|定义)?|(?:industry|sector) ratings?", re.IGNORECASE
)
_SCALE: Final = re.compile(
    r"(?:投资|股票|行业|公司|个股)?(?:投资)?评级(?:说明|标准|定义|体系|系统|的说明)|(?:股票|公司|"
    r"个股)投资评级|评级标准|rating (?:definitions?|system)",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(
    rf"(?P<label>{_LABELS})(?=[：: \t(]|预期|预计|股价|公司股价|行业|指未|未来|相对|因无|由于)", re.IGNORECASE
)
_MARKET: Final = (
    (
        "CN",
        re.compile(
            r"(?:A ?股|沪深|主板|境内|中国市场|国内市场)[^，；。]{0,16}?以?[^，；。]{0,8}?(沪深[ ]?300|"
            r"上证指数|中证[ ]?800|上证综指|深证成指)"
        ),
    ),
    (
        "HK",
        re.compile(
            r"(?:港 ?股|香港|H ?股)[^，；。]{0,16}?(恒生综合指数|恒生综指|恒生指数|恒生国企指数|"
            r"恒生中国企业指数|摩根士丹利中国指数|MSCI中国指数)"
        ),
    ),
    (
        "US",
        re.compile(
            r"(?:美 ?股|美国|中概)[^，；。]{0,16}?((?:标普[ ]?500|标准普尔500|纳斯达克综合|纳斯达克|"
            r"道琼斯)(?:综合)?(?:指数)?(?:[ ]?(?:或|和|/|、)[ ]?(?:标普[ ]?500|纳斯达克综合|纳斯达克|"
            r"道琼斯)(?:综合)?(?:指数)?)?)"
        ),
    ),
)
_SYMBOLS: Final = (
    ("沪深300", "000300.SH"),
    ("上证指数", "000001.SH"),
    ("上证综指", "000001.SH"),
    ("中证800", "000906.SH"),
    ("深证成指", "399001.SZ"),
    ("恒生综", "HSCI.HI"),
    ("恒生国企", "HSCEI.HI"),
    ("恒生中国企业", "HSCEI.HI"),
    ("恒生指数", "HSI.HI"),
    ("标普500", "SPX.GI"),
    ("标准普尔500", "SPX.GI"),
    ("纳斯达克", "IXIC.GI"),
)
_PLAIN_BASE: Final = re.compile(
    r"(?:基准指数?|相对于?|强于|相对同期|市场基准|benchmark)[^。；\n]{0,12}?(沪深[ ]?300|恒生指数|标普[ "
    r"]?500|上证指数|上证综指)"
)
_LONGEST: Final = 1600

Scale = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """The benchmark that a report prints for each market, and the place of the words that say so."""

    markets: dict[str, tuple[str, ...]]
    span: tuple[int, int] | None


def rating_scale(text: str) -> Scale | None:
    """Read the scale: ``stock`` and ``industry``, each with ``horizon_months, kind, levels`` as the ledger has them."""
    head = None
    for match in _SCALE.finditer(text):
        part = text[match.start() : match.start() + 500]
        if len(list(_GLUED.finditer(part))) >= 3 and re.search(r"%|基准|优于|强于|看好", part):  # noqa: PLR2004
            head = match
            break
    if head is None:
        return None
    zone = text[head.start() : head.start() + _LONGEST]
    stock = _first(_STOCK, zone)
    industry = _first(_INDUSTRY, zone)
    scale: Scale = {}
    for kind, start, other in (("stock", stock, industry), ("industry", industry, stock)):
        begin = start if start is not None else (0 if kind == "stock" and industry is None else None)
        if begin is None:
            continue
        end = other if other is not None and other > begin else len(zone)
        levels = _levels(zone[begin:end])
        if levels:
            months = _MONTHS.search(zone, begin, end) or _MONTHS.search(zone)
            scale[kind] = {"horizon_months": _months(months), "kind": "relative", "levels": levels}
    return scale or None


def benchmarks(text: str) -> Benchmarks | None:
    """Read the benchmark of each market where a report prints one."""
    markets: dict[str, tuple[str, ...]] = {}
    spans: list[tuple[int, int]] = []
    for market, pattern in _MARKET:
        match = pattern.search(text)
        if match and "基准" in text[max(0, match.start() - 60) : match.end() + 30]:
            symbols = tuple(symbol for word, symbol in _SYMBOLS if word in match[1].replace(" ", ""))
            if symbols:
                markets[market] = symbols
                spans.append(_whole(text, match))
    if markets:
        return Benchmarks(markets, (min(start for start, _ in spans), max(end for _, end in spans)))
    plain = _PLAIN_BASE.search(text)
    if plain is None:
        return None
    symbol = next(symbol for word, symbol in _SYMBOLS if word in plain[1].replace(" ", ""))
    market = {"HI": "HK", "GI": "US"}.get(symbol.rpartition(".")[2], "CN")
    return Benchmarks({market: (symbol,)}, plain.span(1))


def _whole(text: str, match: re.Match[str]) -> tuple[int, int]:
    behind = re.compile(r"[^，；。\n]{0,6}?为基准").match(text, match.end())
    return match.start(), behind.end() if behind else match.end()


def _first(pattern: re.Pattern[str], zone: str) -> int | None:
    """Give where labels of a kind begin: behind the heading that has labels close by."""
    found = None
    for match in pattern.finditer(zone):
        if _GLUED.search(zone, match.end(), match.end() + 160):
            found = match.end()
            break
    return found


def _levels(zone: str) -> list[dict[str, Any]]:
    levels: dict[str, dict[str, Any]] = {}
    marks = list(_GLUED.finditer(zone))
    for at, mark in enumerate(marks):
        label = mark["label"]
        if label in levels:
            break
        if mark.start() and zone[mark.start() - 1] in '“"「优':
            continue
        end = min(marks[at + 1].start() if at + 1 < len(marks) else len(zone), mark.end() + 90)
        if _NOT_RATED.search(label):
            levels[label] = {"label": label}
            continue
        levels[label] = {"label": label, **_band(zone[mark.end() : end]), "norm": _norm(label, first=not levels)}
    return list(levels.values())


def _band(words: str) -> dict[str, float]:
    """Give the bounds that a label's words print, as fractions; one that is not printed is left out."""
    words = re.split(r"[。；\n]", words, maxsplit=1)[0]
    months = _MONTHS.search(words)
    if months:
        words = words[: months.start()] + words[months.end() :]
    if around := _AROUND.search(words):
        bound = _fraction(around["a"])
        return {"min": -bound, "max": bound}
    if band := _BAND.search(words):
        low, high = sorted((_fraction(band["a"]), _fraction(band["b"])))
        if _DOWN.search(words) and low >= 0:
            low, high = -high, -low
        return {"min": low, "max": high} if low != high else {"min": low}
    if under := _UNDER.search(words):
        bound = _fraction(under["a"])
        return {"min": -bound} if under["fall"] else {"max": bound}
    if one := _ONE.search(words):
        bound = _fraction(one["a"])
        return {"max": -abs(bound)} if _DOWN.search(words) else {"min": bound}
    return {}


def _fraction(text: str) -> float:
    return round(float(text) / 100, 4)


def _months(match: re.Match[str] | None) -> list[int] | None:
    if match is None:
        return None
    first, last = (match["a"], match["b"]) if match["a"] else (match["c"], match["d"])
    return [int(first), int(last or first)]


def _norm(label: str, *, first: bool) -> int:
    if _NEUTRAL.search(label):
        return 0
    if is_positive(label):
        return (
            2
            if _STRONG.search(label)
            or label in {"买入", "强推"}
            or label.upper() == "BUY"
            or (first and label == "买进")
            else 1
        )
    return -2 if re.search(r"卖出|沽售|Sell", label, re.IGNORECASE) else -1
