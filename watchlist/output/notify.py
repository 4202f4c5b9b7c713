"""Notifications: what is told to whom, cut to what each takes, and remembered without an address or a word of it."""

import datetime as dt
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from watchlist.domain.errors import WatchlistError
from watchlist.ledger.addresses import Address
from watchlist.output.journal import redacted
from watchlist.output.message import Message
from watchlist.output.notify_sending import Sent, prepare, send_message
from watchlist.output.table import clean
from watchlist.sources.contract import Failed
from watchlist.sources.worker import Worker
from watchlist.storage.deliveries import Delivery, Kind

# Bytes of UTF-8 that a message of each kind may hold, somewhat below what its vendor says (WeCom 2,048; DingTalk and
# Feishu 20,000; Telegram 4,096 characters, in which < and & count four or five). Mail takes what it gets.
_BYTES: Final = {"wecombot": 1_900, "dingtalk": 18_000, "feishu": 18_000, "lark": 18_000, "tgram": 3_000}
_USUAL_BYTES: Final = 10_000
_MAIL: Final = frozenset({"mailto", "mailtos"})
# These read <at user_id="all"> inside plain text, and would wake a whole company.
_READ_TAGS: Final = frozenset({"feishu", "lark"})


class AppriseMissing(WatchlistError):
    """The extra that sends is not installed."""

    en = (
        "Notifications need apprise, which is not installed: .venv/bin/python -m pip install -r requirements-notify.txt"
    )
    zh = "通知功能需要 apprise，但尚未安装：.venv/bin/python -m pip install -r requirements-notify.txt"


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: how it is written down, and what ends when the next of the kind is good."""

    kind: Kind
    subject: str


def send(
    message: Message, about: About, addresses: Sequence[Address], seconds: float, now: dt.datetime
) -> list[Delivery]:
    """Send a message to every address; one that fails stops no other.

    Args:
        seconds: what one address may take altogether.

    Raises:
        AppriseMissing: the extra is not installed.
    """
    if not addresses:
        return []
    if importlib.util.find_spec("apprise") is None:
        raise AppriseMissing
    worker = Worker(seconds, prepare, seconds)
    try:
        return [_send_to(worker, message, about, one, now) for one in addresses]
    finally:
        worker.close()


def pieces(message: Message, scheme: str) -> tuple[str, ...]:
    """Cut a message into pieces that an address of this kind takes, at line ends where there are some."""
    title, *lines = (clean(redacted(line)) for line in (message.title, *message.lines))
    whole = "\n".join(lines if scheme in _MAIL else (title, *lines))
    if scheme in _READ_TAGS:
        whole = whole.replace("<", "＜")
    if scheme in _MAIL:
        return (whole,)
    cut = list(_cut(whole, _BYTES.get(scheme, _USUAL_BYTES) - len("(99/99) ")))
    return (whole,) if len(cut) == 1 else tuple(f"({n}/{len(cut)}) {one}" for n, one in enumerate(cut, 1))


def _cut(text: str, most: int) -> Iterator[str]:
    """Cut a text into parts of so many bytes at most; a line that is longer itself is cut between characters."""
    part = ""
    for line in text.splitlines():
        rest = line
        while len(f"{part}\n{rest}".encode()) > most:
            if part:
                yield part
                part = ""
                continue
            head = rest.encode()[:most].decode("utf-8", errors="ignore")
            yield head
            rest = rest[len(head) :]
        part = f"{part}\n{rest}" if part else rest
    if part:
        yield part


def _send_to(worker: Worker, message: Message, about: About, address: Address, now: dt.datetime) -> Delivery:
    title = clean(redacted(message.title)) if address.scheme in _MAIL else ""
    outcome = worker.call(send_message, address.url, title, pieces(message, address.scheme))
    # A failure's own words may hold the address; its kind does not.
    sent = outcome if isinstance(outcome, Sent) else Sent(ok=False, detail=_reason(outcome))
    return Delivery(now, about.kind, about.subject, address.scheme, address.target, sent.ok, sent.detail)


def _reason(failed: Failed) -> str:
    return "took too long" if failed.waited else failed.reason.partition(":")[0][:60]
