"""The session that yfinance asks Yahoo with: its own browser-like transport, with a time limit and a record."""

from typing import Any

from curl_cffi.const import CurlECode
from curl_cffi.requests import Session
from curl_cffi.requests.exceptions import RequestException

from watchlist.sources.wire import Exchange, Trouble, hear

_HUNG_UP = frozenset({CurlECode.GOT_NOTHING, CurlECode.RECV_ERROR, CurlECode.SEND_ERROR, CurlECode.SSL_CONNECT_ERROR})


class TappedSession(Session[Any]):
    """The session yfinance would make itself, never waiting longer than ``seconds`` for one answer."""

    def __init__(self, seconds: float) -> None:
        super().__init__(impersonate="chrome")
        self._seconds = seconds

    def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Send as the library does and keep what was answered."""
        given = kwargs.get("timeout")
        kwargs["timeout"] = min(given, self._seconds) if isinstance(given, (int, float)) else self._seconds
        try:
            response = super().request(method, url, *args, **kwargs)
        except RequestException as error:
            hear(Exchange(url, trouble=_trouble(error)))
            raise
        hear(Exchange(url, response.status_code, response.text))
        return response


def _trouble(error: RequestException) -> Trouble:
    started = bool(getattr(error.response, "status_code", 0))
    if error.code == CurlECode.OPERATION_TIMEDOUT:
        return Trouble.TIMEOUT
    if error.code == CurlECode.PARTIAL_FILE or (error.code == CurlECode.RECV_ERROR and started):
        return Trouble.CUT
    if error.code in _HUNG_UP:
        return Trouble.CLOSED
    return Trouble.UNREACHABLE
