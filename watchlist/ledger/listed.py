"""Which security a line of a terminal's list means: its code, its exchange, its currency and its name, taken together.

A bare code may be two securities, a spreadsheet may have eaten its zeros, and a wrong guess is a wrong portfolio: what
stays open is a problem with the candidates in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol, Words
from watchlist.domain.model import Security
from watchlist.domain.symbols import (
    MAINLAND,
    board,
    candidates,
    exchange,
    market,
    normalise_name,
    resolve,
    trading_currency,
)
from watchlist.ledger.securities import bare_name, name_index

_CN_DIGITS, _HK_DIGITS = 6, 5


@dataclass(frozen=True, slots=True)
class Listed:
    """The securities that are known: names to symbols, and every symbol with a row or a price."""

    names: Mapping[str, tuple[str, ...]]
    known: Collection[str]

    @classmethod
    def of(cls, securities: Mapping[str, Security], tracked: Collection[str]) -> "Listed":
        """Gather them."""
        return cls(name_index(securities), {*securities, *tracked})


def security_of(
    listed: Listed, code: str, *, name: str = "", place: str | None = None, currency: str | None = None
) -> str | Words:
    """Find the security of a line; a code of one meaning is taken though no list holds it.

    Args:
        code: as written; a name where the list has no codes.
        place: the exchange the line names: ``SH SZ BJ HK US``.
        currency: of the line or its section.

    Returns:
        its symbol, or why it cannot be known.
    """
    spelled = normalise_name(code)
    found = [one for one in _spellings(spelled, place) if board(one) != "index"]
    if not found:
        return _by_name(listed, code)
    named = listed.names.get(normalise_name(name), ()) or listed.names.get(bare_name(normalise_name(name)), ())
    # Yuan are no evidence: shares of Hong Kong bought through the mainland are listed in them too.
    abroad = [one for one in found if currency != "CNY" and currency == trading_currency(one)]
    for narrower in ([one for one in found if one in named], abroad):
        found = narrower if len(found) > 1 and narrower else found
    if len(found) > 1:
        error = AmbiguousSymbol(text=code, candidates=" / ".join(found))
        return Words(error.text("en"), error.text("zh"))
    return _unlike(found[0], code, name, named) or found[0]


def _spellings(spelled: str, place: str | None) -> Sequence[str]:
    """List what a code may stand for; one that lost its zeros stands for two markets."""
    if not spelled.isdigit() or not spelled.isascii():
        return candidates(spelled)
    if place == "HK":
        digits = spelled.lstrip("0")
        return (f"{digits:0>5}.HK",) if digits and len(digits) <= _HK_DIGITS else ()
    if len(spelled) > _CN_DIGITS:
        return ()
    if place in MAINLAND:
        return (f"{spelled:0>6}.{place}",)
    if len(spelled) == _CN_DIGITS:
        return candidates(spelled)
    hong_kong = f"{spelled:0>5}.HK"
    if len(spelled) == _HK_DIGITS and spelled.startswith("0"):
        return (hong_kong,)
    return (*candidates(f"{spelled:0>6}"), hong_kong)


def _by_name(listed: Listed, text: str) -> str | Words:
    try:
        return resolve(text, listed.names, listed.known)
    except (UnknownSymbol, AmbiguousSymbol) as error:
        return Words(error.text("en"), error.text("zh"))


def _unlike(symbol: str, code: str, name: str, named: Sequence[str]) -> Words | None:
    """Say that a line's name belongs to another security of the same market than its code."""
    same_market = [one for one in named if market(one) == market(symbol) and exchange(one) in MAINLAND | {"HK", "US"}]
    if not same_market or symbol in same_market:
        return None
    other = " / ".join(same_market)
    return Words(f"{code} is {symbol}, but {name} is {other}", f"{code} 是 {symbol}，而 {name} 是 {other}")
