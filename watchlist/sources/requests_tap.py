"""Time limits and a record for everything that the ``requests`` library asks in a worker process.

akshare passes neither a time limit nor a session, so the one place to give it both is the transport below it. This is
done in worker processes only.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import requests
from requests.adapters import HTTPAdapter

from watchlist.sources.pace import Pace
from watchlist.sources.wire import Exchange, Trouble, hear

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 20.0
_CHARSET: Final = re.compile(rb"<meta[^>]*charset=[\"']?([\w-]+)", re.IGNORECASE)
_HEAD: Final = 2048  # bytes in which a page names its encoding
# Class names met in the chain of an error when the other side hung up.
_HUNG_UP: Final = frozenset(
    {"RemoteDisconnected", "ConnectionResetError", "ConnectionAbortedError", "BrokenPipeError", "SSLEOFError"}
)


class TappedAdapter(HTTPAdapter):
    """The plain transport with a time limit, which keeps what it was answered."""

    seconds: float = 30.0
    pace: Pace = Pace(0.0)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature is the library's
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send as the library does, never waiting without an end."""
        del timeout
        limits = (min(_CONNECT_SECONDS, self.seconds * 0.6), min(_READ_SECONDS, self.seconds * 0.6))
        url = str(request.url)
        self.pace.wait()
        try:
            response = super().send(request, stream=stream, timeout=limits, verify=verify, cert=cert, proxies=proxies)
            body = _read(response)
        except requests.RequestException as error:
            hear(Exchange(url, trouble=trouble_of(error)))
            raise
        finally:
            self.pace.done()
        hear(Exchange(url, response.status_code, body))
        return response


def _read(response: requests.Response) -> str:
    """Read an answer, a page in the encoding that it names itself: its server may name none (新浪, GB2312)."""
    named = _CHARSET.search(response.content[:_HEAD])
    kind = response.headers.get("Content-Type", "").lower()
    if named is not None and "html" in kind and "charset" not in kind:
        # Of the two names for simplified Chinese the larger set is meant.
        spelled = named[1].decode("ascii").lower()
        response.encoding = "gb18030" if spelled in {"gb2312", "gbk"} else spelled
        return response.text
    return response.content.decode("utf-8", "replace")


def tap(seconds: float, pause: float = 0.0) -> None:
    """Put :class:`TappedAdapter` under every session of this process.

    Args:
        seconds: the hard limit of a call.
        pause: shortest time between two requests.
    """
    TappedAdapter.seconds = seconds
    TappedAdapter.pace = Pace(pause)
    requests.sessions.HTTPAdapter = TappedAdapter
    # Whoever builds a session of its own takes the transport from here.
    setattr(requests.adapters, "HTTPAdapter", TappedAdapter)  # noqa: B010  (a type to mypy, which cannot be assigned)


def trouble_of(error: BaseException) -> Trouble:
    """Name what broke an exchange."""
    if isinstance(error, requests.Timeout):
        return Trouble.TIMEOUT
    if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
        return Trouble.CUT
    if any(type(cause).__name__ in _HUNG_UP for cause in _causes(error)):
        return Trouble.CLOSED
    return Trouble.UNREACHABLE


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk an error, what it was raised from, and the errors it carries as arguments."""
    open_ends, seen = [error], set()
    while open_ends:
        cause = open_ends.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        linked = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        open_ends.extend(link for link in linked if isinstance(link, BaseException))
