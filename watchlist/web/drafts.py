"""Drafts: reports that were read in the browser and wait for a person's word; the newest few, in memory only."""

import datetime as dt
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from watchlist.domain.errors import UsageMistake, Words
from watchlist.domain.typed import SHANGHAI, come, date_of
from watchlist.ledger.draft import Reading
from watchlist.ledger.home import Home
from watchlist.reading.about import Told
from watchlist.steps.inbox import Accepted, accept
from watchlist.steps.read import load_names, read_again
from watchlist.web.apart import ApartReader

_MOST: Final = 8
_LONGEST: Final = 300  # characters of a field
# What a person may fill in, and how it is called where it is missing.
FIELDS: Final = {
    "broker": Words("its broker", "券商"),
    "title": Words("its title", "标题"),
    "published": Words("its day", "日期"),
}


class FieldsMissing(UsageMistake):
    """A draft is accepted that lacks what every report of the ledger has."""

    en = "The text does not say {what}: fill it in, then accept."
    zh = "原文未写明{what}：请填写后再接受。"


class NothingSent(UsageMistake):
    """Neither text nor a file came."""

    en = "Paste a text or choose a file."
    zh = "请粘贴文字或选择文件。"


@dataclass
class Drafts:
    """Reads texts one at a time, each in a process of its own within so many seconds, and keeps what was read."""

    home: Home
    now: Callable[[], dt.datetime]
    seconds: float
    _kept: "OrderedDict[str, Reading]" = field(default_factory=OrderedDict)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def read(self, content: bytes, file: str, fields: Mapping[str, str]) -> str:
        """Read a text and give the number of its draft.

        Raises:
            Unreadable, TookTooLong, BroughtDown: it is none, or none that can be read.
            NothingSent: there is nothing in it.
        """
        if not content.strip():
            raise NothingSent
        told, today = self._told(fields), self._today
        with self._reading, ApartReader(self.home, self.seconds) as reader:
            reading = reader.read(content, told, today, file)
        number = secrets.token_urlsafe(12)
        self._keep(number, reading)
        return number

    def find(self, number: str) -> Reading | None:
        """Give a draft, ``None`` where it is not kept any more."""
        return self._kept.get(number)

    def say(self, number: str, reading: Reading, fields: Mapping[str, str]) -> Reading:
        """Read a draft's text again with what a person says of it."""
        told, today = self._told(fields), self._today
        if told != reading.draft.told:
            with self._reading:
                reading = read_again(reading, load_names(self.home), told, today)
            self._keep(number, reading)
        return reading

    def accept(self, reading: Reading, evidence: str | None) -> Accepted:
        """Write a draft to the ledger, as ``read --accept`` does.

        Raises:
            FieldsMissing: broker, title or day is known to nobody.
            WatchlistError: the ledger does not take it; the sentence says why.
        """
        lacking = [what for name, what in FIELDS.items() if getattr(reading.draft.about, name) is None]
        if lacking:
            named = Words(", ".join(what.en for what in lacking), "、".join(what.zh for what in lacking))
            raise FieldsMissing(what=named)
        return accept(self.home, reading, evidence)

    @property
    def _today(self) -> dt.date:
        return self.now().astimezone(SHANGHAI).date()

    def _told(self, fields: Mapping[str, str]) -> Told:
        """Read what a person said: whole lines of printable characters."""
        said = {name: _line(fields.get(name, "")) for name in FIELDS}
        day = come(date_of(said["published"], "published"), "published", self._today)
        return Told(said["broker"], day, said["title"])

    def _keep(self, number: str, reading: Reading) -> None:
        self._kept[number] = reading
        self._kept.move_to_end(number)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)


def _line(text: str) -> str | None:
    """Give a field's words on one line, nothing invisible among them."""
    return " ".join("".join(one if one.isprintable() else " " for one in text[:_LONGEST]).split()) or None
