"""Symbols: one spelling for a security everywhere (``300418.SZ``), and the way to it from every usual spelling.

A source's own ticker is derived here too and never stored as identity.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, get_args

from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol, Words

INDEX_MARKETS: Final = ("HI", "GI", "SI", "CSI", "FX")
MarketName = Literal["CN", "HK", "US"]
MARKETS: Final[tuple[MarketName, ...]] = get_args(MarketName)
# The calendar, benchmark and currency a security lives by.
HOME_MARKET: Final = {
    "SH": "CN", "SZ": "CN", "BJ": "CN", "SI": "CN", "CSI": "CN", "HK": "HK", "HI": "HK", "US": "US", "GI": "US",
    "FX": "CN",
}  # fmt: skip
# The exchanges that 沪深京 stand for: shares, funds and bonds of the mainland.
MAINLAND: Final = frozenset({"SH", "SZ", "BJ"})
CurrencyName = Literal["CNY", "HKD", "USD"]
CURRENCIES: Final[tuple[CurrencyName, ...]] = get_args(CurrencyName)
CURRENCY: Final[Mapping[str, CurrencyName]] = {"CN": "CNY", "HK": "HKD", "US": "USD"}

_SYMBOL = re.compile(r"\d{6}\.(SH|SZ|BJ|SI)|\d{5}\.HK|[0-9A-Z][0-9A-Z\-]{0,11}\.(US|HI|GI|CSI|FX)", re.ASCII)
_TOTAL_RETURN = re.compile(r"[HN]\d{5}\.CSI", re.ASCII)
_PREFIXED = re.compile(r"(SH|SZ|BJ|HK|US)[.:]?([0-9A-Z\-]+)")
_SUFFIXED = re.compile(r"([0-9A-Z\-]+)\.(SS|SH|SSE|XSHG|SZ|SZSE|XSHE|BJ|HK|XHKG|US|O|N)")
_SUFFIX_ALIAS: Final = {
    "SS": "SH", "SSE": "SH", "XSHG": "SH", "SZSE": "SZ", "XSHE": "SZ", "XHKG": "HK", "O": "US", "N": "US",
}  # fmt: skip
_INDEX_ALIAS: Final = {
    "HSI": "HSI.HI", "^HSI": "HSI.HI", "HSTECH": "HSTECH.HI", "SPX": "SPX.GI", "^GSPC": "SPX.GI", ".INX": "SPX.GI",
    "IXIC": "IXIC.GI", "^IXIC": "IXIC.GI", ".IXIC": "IXIC.GI", "H00300": "H00300.CSI",
}  # fmt: skip
_HK_DIGITS: Final = 5
_KEPT: Final = 1 << 16  # answers about symbols that are remembered: every table asks the same of thousands of rows
_BEIJING_NOW: Final = "920"
_YAHOO_INDEX: Final = {"HSI.HI": "^HSI", "HSTECH.HI": "HSTECH.HK", "SPX.GI": "^GSPC", "IXIC.GI": "^IXIC"}
_SINA_INDEX: Final = {"HSI.HI": "HSI", "HSTECH.HI": "HSTECH", "SPX.GI": ".INX", "IXIC.GI": ".IXIC"}
# First digits of a bare six-digit code, and where a share of that code is listed: the first that fits counts.
_CN_CODES: Final = (
    ("92", "BJ"), ("43", "BJ"), ("83", "BJ"), ("87", "BJ"), ("88", "BJ"), ("6", "SH"), ("5", "SH"), ("9", "SH"),
    # Bonds and repos of Shanghai; a convertible bond bears the digits of its kind in front.
    ("204", "SH"), ("110", "SH"), ("111", "SH"), ("113", "SH"), ("118", "SH"), ("01", "SH"), ("02", "SH"),
    ("0", "SZ"), ("1", "SZ"), ("2", "SZ"), ("3", "SZ"),
)  # fmt: skip


def is_symbol(text: str) -> bool:
    """Say whether ``text`` is already one of our symbols, to the letter."""
    return _SYMBOL.fullmatch(text) is not None


def exchange(symbol: str) -> str:
    """Give the part after the dot: ``SZ`` of ``300418.SZ``."""
    return symbol.rpartition(".")[2]


def code(symbol: str) -> str:
    """Give the part before the dot: ``300418`` of ``300418.SZ``."""
    return symbol.rpartition(".")[0]


def market(symbol: str) -> str:
    """Give the market (``CN``, ``HK`` or ``US``) whose sessions, benchmark and currency the security lives by."""
    return HOME_MARKET[exchange(symbol)]


def is_total_return(symbol: str) -> bool:
    """Say whether an index counts dividends in (全收益): ``H00300.CSI``, or ``N00300.CSI`` after taxes."""
    return _TOTAL_RETURN.fullmatch(symbol) is not None


@lru_cache(_KEPT)
def trading_currency(symbol: str) -> str:
    """Give the currency a security trades in; of the mainland's B-shares Shanghai's in US, Shenzhen's in HK dollars."""
    if board(symbol) == "b_share":
        return {"SH": "USD", "SZ": "HKD"}[exchange(symbol)]
    return CURRENCY[market(symbol)]


@lru_cache(_KEPT)
def board(symbol: str) -> str:
    """Give the board that the price limits are written for.

    One of ``main``, ``chinext``, ``star``, ``bse``, ``b_share``, ``fund``, ``index``, ``hk``, ``us``, and ``bond`` for
    what no price limit here is about and no price source here has: bonds, convertible ones too, and repos.
    """
    place, digits = exchange(symbol), code(symbol)
    if (
        place in INDEX_MARKETS
        or (place == "SH" and digits.startswith("000"))
        or (place == "SZ" and digits.startswith("399"))
    ):
        return "index"
    by_place = {"BJ": "bse", "HK": "hk", "US": "us"}
    if place in by_place:
        return by_place[place]
    prefixes = {
        "SH": (("688", "star"), ("689", "star"), ("900", "b_share"), ("5", "fund"), *_bonds("0", "1", "2")),
        "SZ": (("30", "chinext"), ("20", "b_share"), *_bonds("10", "11", "12", "13", "14", "19"), ("1", "fund")),
    }[place]
    return next((name for prefix, name in prefixes if digits.startswith(prefix)), "main")


def normalise_name(name: str) -> str:
    """Fold a printed name for comparison: NFKC, no spaces, upper case (``万  科Ａ`` and ``万科A`` are one)."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def _bonds(*prefixes: str) -> tuple[tuple[str, str], ...]:
    return tuple((prefix, "bond") for prefix in prefixes)


def named_so(symbols: Iterable[str]) -> tuple[str, ...]:
    """List the securities that one name stands for, each once.

    Beijing numbered its shares anew in October 2025: one of 920xxx stands for its older code too.
    """
    found = tuple(dict.fromkeys(symbols))
    if len(found) > 1 and any(one.startswith(_BEIJING_NOW) and exchange(one) == "BJ" for one in found):
        found = tuple(one for one in found if exchange(one) != "BJ" or one.startswith(_BEIJING_NOW))
    return found


def candidates(text: str) -> tuple[str, ...]:
    """List the symbols that a spelling may stand for, best known convention first; empty when it is no code.

    Args:
        text: any usual spelling: ``600519 sh600519 600519.SS SH600519 0772.HK hk00700 AAPL ^HSI``.
    """
    spelled = normalise_name(text)
    if spelled in _INDEX_ALIAS:
        return (_INDEX_ALIAS[spelled],)
    if is_symbol(spelled):
        return (spelled,)
    if match := _SUFFIXED.fullmatch(spelled):
        return _in_market(match[1], _SUFFIX_ALIAS.get(match[2], match[2]))
    if (match := _PREFIXED.fullmatch(spelled)) and any(c.isdigit() for c in match[2]):
        return _in_market(match[2], match[1])
    if re.fullmatch(r"[0-9]{6}", spelled):
        place = next((place for prefix, place in _CN_CODES if spelled.startswith(prefix)), None)
        found = [] if place is None else [f"{spelled}.{place}"]
        if spelled.startswith("000"):
            found.append(f"{spelled}.SH")
        if spelled.startswith("399"):
            found = [f"{spelled}.SZ"]
        return tuple(found)
    if re.fullmatch(r"[0-9]{3,5}", spelled):
        return (f"{spelled:0>5}.HK",)
    if re.fullmatch(r"[A-Z][A-Z\-]{0,6}(\.[A-Z])?", spelled):
        return (f"{spelled.replace('.', '-')}.US",)  # a class of shares: BRK.B is BRK-B
    return ()


def _in_market(digits: str, place: str) -> tuple[str, ...]:
    if place == "HK":
        return (f"{digits:0>5}.HK",) if digits.isdigit() and len(digits) <= _HK_DIGITS else ()
    if place in {"SH", "SZ", "BJ"} and not re.fullmatch(r"\d{6}", digits):
        return ()
    return (f"{digits}.{place}",)


def resolve(text: str, names: Mapping[str, Iterable[str]], known: Iterable[str] = ()) -> str:
    """Turn what a person typed into the one symbol it stands for.

    Args:
        text: a code in any usual spelling, or a name.
        names: normalised name (see :func:`normalise_name`) to the symbols that bear or bore it.
        known: symbols that exist; a bare code that may be two securities is the one among these.

    Raises:
        AmbiguousSymbol: two securities fit.
        UnknownSymbol: none does; the nearest names are in the sentence.
    """
    existing = set(known)
    by_code = candidates(text)
    by_name = tuple(names.get(normalise_name(text), ()))
    found = [s for s in (*by_code, *by_name) if not existing or s in existing]
    unique = list(dict.fromkeys(found))
    if len(unique) == 1:
        return unique[0]
    if len(unique) > 1:
        raise AmbiguousSymbol(text=text, candidates=" / ".join(unique))
    raise UnknownSymbol(text=text, hint=_advice(text, by_code, names))


_SPELLING: Final = Words(
    " Write its code, as in 600519, 00700.HK or AAPL, or its name.", "请写代码（如 600519、00700.HK、AAPL）或名称。"
)


def _advice(text: str, by_code: Sequence[str], names: Iterable[str]) -> Words:
    """Say what to do about an unknown security: track it where it is a code, else the nearest names."""
    if by_code:
        command = f"python main.py watch add {by_code[0]}"
        return Words(f" Track it with: {command}", f"可先加入自选：{command}")
    wanted = normalise_name(text)
    near = [name for name in names if wanted and wanted in name][:3]
    near = near or difflib.get_close_matches(wanted, list(names), n=3, cutoff=0.5)
    return Words(f" Nearest: {', '.join(near)}.", f"相近：{'、'.join(near)}。") if near else _SPELLING


def yahoo_ticker(symbol: str) -> str:
    """Give Yahoo's ticker: ``600519.SS``, ``0772.HK`` (four digits), ``^HSI``, ``AAPL``, ``HKDCNY=X``."""
    if symbol in _YAHOO_INDEX:
        return _YAHOO_INDEX[symbol]
    digits, place = code(symbol), exchange(symbol)
    if place == "HK":
        return f"{int(digits):04d}.HK"
    return {"SH": f"{digits}.SS", "SZ": f"{digits}.SZ", "US": digits, "FX": f"{digits}=X"}.get(place, symbol)


def prefixed_ticker(symbol: str) -> str:
    """Give the form of Tencent and Sina: ``sz300418``, ``00772``, ``AAPL``; Sina's own words for foreign indices."""
    if symbol in _SINA_INDEX:
        return _SINA_INDEX[symbol]
    digits, place = code(symbol), exchange(symbol)
    return {"HK": digits, "US": digits}.get(place, f"{place.lower()}{digits}")
