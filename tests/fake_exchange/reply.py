"""A request as a vendor sees it, and its answer."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from tests.fake_exchange.world import Security


@dataclass(frozen=True, slots=True)
class Query:
    """A request: the host, the path and the parameters."""

    host: str
    path: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is put on the wire."""

    body: str | bytes
    status: int = 200
    kind: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def octets(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else self.body.encode()

    def cut(self) -> "Reply":
        """Give the answer with the last two fifths of it missing, well-formed as HTTP."""
        return replace(self, body=self.body[: len(self.body) * 3 // 5])


class DeskLike(Protocol):
    """What a vendor may look at to answer: see ``exchange.Desk``."""

    @property
    def today(self) -> dt.date:
        """The last day with bars."""

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days of trade."""

    @property
    def kind(self) -> str:
        """The kind of the fault suffered."""

    def find(self, symbol: str) -> Security | None:
        """Give a security as shown now."""


def as_json(answer: object, status: int = 200) -> Reply:
    """Give an answer in JSON."""
    return Reply(json.dumps(answer, ensure_ascii=False), status, "application/json")
