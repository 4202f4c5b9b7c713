"""Retractions (撤回): recommendations that a person withdraws, each with a reason; the list is only appended to."""

import datetime as dt
from typing import Final

from pydantic import AwareDatetime

from watchlist.domain.errors import UsageMistake
from watchlist.ledger.append_only import append_row
from watchlist.ledger.fields import Entry, Listed, Text
from watchlist.ledger.home import Home
from watchlist.ledger.toml_file import load

NAME: Final = "retractions.toml"


class RetractedBefore(UsageMistake):
    """A recommendation is withdrawn a second time."""

    en = "{id} was retracted before ({why})."
    zh = "{id} 此前已撤回（{why}）。"


class Retraction(Entry):
    """A recommendation withdrawn: ``id`` is its lasting identity."""

    id: Text
    why: Text
    at: AwareDatetime


class _File(Entry):
    retracted: Listed[Retraction] = ()


def load_retractions(home: Home) -> tuple[Retraction, ...]:
    """Read what was withdrawn, oldest first.

    Raises:
        ConfigProblem: the file is wrong.
    """
    path = home.local / NAME
    return load(home, path, _File).retracted if path.exists() else ()


def retract(home: Home, recommendation: str, why: str, now: dt.datetime) -> None:
    """Append a retraction to ``config/local/retractions.toml``.

    Raises:
        RetractedBefore: it is there.
        UnsafePath: the disk refuses.
    """
    for one in load_retractions(home):
        if one.id == recommendation:
            raise RetractedBefore(id=recommendation, why=one.why)
    append_row(home, NAME, "retracted", {"id": recommendation, "why": why, "at": now.replace(microsecond=0)})
