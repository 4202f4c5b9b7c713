"""Sending one message through apprise, in a process of its own that can be killed when its time is up.

There no redirect is followed (an answer could lead the message, and its token, anywhere), nothing is logged (apprise
and urllib3 log tokens when they debug), and nothing is kept on disk.
"""

import contextlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

# What the vendor answered last: apprise takes HTTP 200 for success, also where the answer says that it is none.
_ANSWERS: list[str] = []
_CODES = ("errcode", "code", "StatusCode", "error_code")


@dataclass(frozen=True, slots=True)
class Sent:
    """Whether a message was taken; ``detail`` says why not, without an address or a token."""

    ok: bool
    detail: str = ""


def prepare(seconds: float) -> None:
    """Import apprise and take away what it must not do; runs first in the worker process."""
    import apprise  # noqa: F401, PLC0415  (the extra; only this process has it)
    import requests  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    usual = requests.Session.send

    def send(self: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401
        options["allow_redirects"] = False
        options["timeout"] = seconds
        try:
            response = usual(self, request, **options)
        except requests.RequestException as error:
            _ANSWERS.append(type(error).__name__)
            raise
        _ANSWERS.append(_verdict(response))
        return response

    requests.Session.send = send  # type: ignore[method-assign]
    # Asked by everything in requests that would go where an answer points.
    requests.Session.get_redirect_target = lambda self, resp: None  # type: ignore[method-assign]  # noqa: ARG005
    _mend_signature()


def _mend_signature() -> None:
    """Let DingTalk's signature be encoded once: apprise 2.2 encodes it, and then requests does so again.

    A version that has mended this gives Base64, in which there is nothing to decode.
    """
    from apprise.plugins.dingtalk import NotifyDingTalk  # noqa: PLC0415  (see prepare)

    usual: Callable[[Any], tuple[str, str]] = NotifyDingTalk.get_signature

    def signature(self: Any) -> tuple[str, str]:  # noqa: ANN401 - apprise's own
        moment, encoded = usual(self)
        return moment, unquote(encoded)

    NotifyDingTalk.get_signature = signature  # type: ignore[method-assign]


def send_message(url: str, title: str, pieces: tuple[str, ...]) -> Sent:
    """Send a message, piece by piece, to one address; runs in the worker process."""
    import apprise  # noqa: PLC0415  (see prepare)

    asset = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY, plugin_paths=[])
    asset.http_redirects, asset.secure_logging = False, True
    sender = apprise.Apprise(asset=asset)
    if not sender.add(f"{url}{'&' if '?' in url else '?'}overflow=split"):
        return Sent(ok=False, detail="apprise does not understand this address")
    for piece in pieces:
        _ANSWERS.clear()
        taken = bool(sender.notify(body=piece, title=title, body_format=apprise.NotifyFormat.TEXT))
        refused = next((answer for answer in _ANSWERS if answer), "")
        if not taken or refused:
            return Sent(ok=False, detail=refused or "not taken")
    return Sent(ok=True)


def _verdict(response: Any) -> str:  # noqa: ANN401 - the library's response
    """Say what is wrong with an answer, by its status and the vendors' own codes; empty where nothing is."""
    if not 200 <= response.status_code < 300:  # noqa: PLR2004 - the statuses of success
        return f"HTTP {response.status_code}"
    with contextlib.suppress(ValueError):
        answer = json.loads(response.content[:100_000])
        if isinstance(answer, dict):
            if answer.get("ok") is False:
                return f"refused: {answer.get('error_code', '?')}"
            wrong = next(((name, answer[name]) for name in _CODES if answer.get(name) not in {None, 0, "0"}), None)
            if wrong is not None:
                return f"refused: {wrong[0]} {str(wrong[1])[:12]}"
    return ""
