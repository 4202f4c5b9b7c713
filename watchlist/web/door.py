"""The door to editing: a link that works once, the session it opens, and what every write must show."""

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

COOKIE: Final = "watchlist_edit"
PATH: Final = "/edit"
_BYTES: Final = 32
_MINUTES: Final = 15  # that the link of the terminal works


def _secret() -> str:
    return secrets.token_urlsafe(_BYTES)


@dataclass
class Door:
    """Lets in whoever has the link that the terminal printed, once; later only that one session.

    Attributes:
        now: the clock.
        token: of the link; it works once, for a quarter of an hour.
        form: what every form of the session carries, and no other site knows.
    """

    now: "Callable[[], dt.datetime]"
    token: str = field(default_factory=_secret)
    form: str = field(default_factory=_secret)
    _session: str = field(default_factory=_secret)
    _spent: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._opened = self.now()

    def enter(self, token: str) -> str | None:
        """Give the session for the right token, and never again; ``None`` for any other."""
        right = _same(token, self.token)
        fresh = (self.now() - self._opened).total_seconds() < _MINUTES * 60
        with self._lock:
            if self._spent or not right or not fresh:
                return None
            self._spent = True
        return self._session

    def leave(self) -> None:
        """End the session: what its cookie holds opens nothing any more."""
        self._session, self.form = _secret(), _secret()

    def knows(self, request: Request) -> bool:
        """Say whether a request comes from the session."""
        return self._spent and _same(request.cookies.get(COOKIE, ""), self._session)

    def from_here(self, request: Request) -> bool:
        """Say whether a form was sent by one of our own pages: under this name and port, and by no other site."""
        own = f"http://{request.headers.get('host', '')}"
        site = request.headers.get("sec-fetch-site", "same-origin")
        return request.headers.get("origin", "") == own and site == "same-origin"

    def signed(self, value: object) -> bool:
        """Say whether a form carries what only the session's own pages carry."""
        return isinstance(value, str) and _same(value, self.form)


def _same(one: str, other: str) -> bool:
    """Compare without telling by the time it takes how much is right."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
