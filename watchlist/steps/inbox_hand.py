"""Add by hand: one recommendation goes into the user's own ledger; its quote is the note, its offsets are computed."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomlkit
from pydantic import ValidationError

from watchlist.domain.errors import UsageMistake
from watchlist.domain.model import Strength
from watchlist.domain.symbols import trading_currency
from watchlist.ledger.draft import checked, refused, report_id, toml_of
from watchlist.ledger.home import REPORTS, Home
from watchlist.ledger.lookup import load_lookup
from watchlist.ledger.ratings import load_ratings
from watchlist.ledger.reports import load_report
from watchlist.ledger.toml_file import read_text
from watchlist.ledger.whole_file import write_whole

TITLE: Final = "手工记录"


class NotAdded(UsageMistake):
    """What was typed makes no recommendation that the ledger takes."""

    en = "{symbol} was not added: {what}"
    zh = "{symbol} 未加入：{what}"


@dataclass(frozen=True, slots=True)
class ByHand:
    """One recommendation as a person types it."""

    security: str
    broker: str
    published: dt.date
    theme: str
    rating: str
    target: float | None = None
    note: str | None = None


def add(home: Home, one: ByHand) -> tuple[str, Path]:
    """Append a recommendation to the file of its broker and day, made on first use, and give symbol and file.

    Raises:
        UnknownSymbol, AmbiguousSymbol: the security is not known, or is several.
        NotAdded: the ledger does not take it, for example because it is there.
        UnsafePath: the disk refuses.
    """
    known = load_lookup(home)
    symbol = known.written(one.security)
    name = known.name_of(symbol) or symbol
    row = _row(home, one, symbol, name)
    stem = report_id(one.broker, TITLE, one.published)
    path = home.local / REPORTS / f"{stem}.toml"
    table: dict[str, Any] = {
        "broker": one.broker,
        "title": TITLE,
        "published": one.published,
        "evidence": "said by the person who added it",
        "recommendations": [row],
    }
    if path.exists():
        document = tomlkit.parse(read_text(home, path))
        table = document.unwrap()
        table["recommendations"] = [*table.get("recommendations", []), row]
    try:
        checked({"id": stem} | table)
    except ValidationError as error:
        raise NotAdded(symbol=symbol, what=refused(error)) from None
    write_whole(home, path, toml_of(table, f"{one.broker}, {one.published}: added by hand."))
    load_report(home, path)
    return symbol, path


def _row(home: Home, one: ByHand, symbol: str, name: str) -> dict[str, Any]:
    words = one.note or f"{one.broker} {name} {one.rating}"
    at = words.find(name)
    named = {"name_start": at, "name_end": at + len(name)} if at >= 0 else {}
    verbs = load_ratings(home).verbs
    strength = next((word for word, said in verbs.items() if one.rating in said), str(Strength.RATING_ONLY))
    said = {"rating": one.rating} if strength == Strength.RATING_ONLY else {"verb": one.rating}
    row: dict[str, Any] = {"theme": one.theme, "name": name, "symbol": symbol, **said, "strength": strength}
    if one.target is not None:
        row |= {"target_price": one.target, "currency": trading_currency(symbol)}
    return row | {"quotes": [{"start": 0, "end": len(words), **named, "text": words}]}
