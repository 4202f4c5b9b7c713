"""The web application: pages and API put together, who may ask, what every answer carries, and how errors look."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from watchlist import __version__
from watchlist.domain.errors import (
    ConfigProblem,
    DatabaseBusy,
    DatabaseUnusable,
    EmptyDatabase,
    MissingFile,
    NewerDatabase,
    WatchlistError,
)
from watchlist.output.html import policy
from watchlist.web.api import api
from watchlist.web.counting import Counting, StillCounting
from watchlist.web.door import Door
from watchlist.web.edit import edit
from watchlist.web.pages import pages
from watchlist.web.reviews import reviews
from watchlist.web.shelf import Shelf
from watchlist.web.site import Site

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_ABOUT: Final = (
    "What brokers recommended and what became of it. Read-only; the same shapes as the commands with `--json`: "
    "fractions, ISO dates, null for unknown. Every list takes the same filters."
)
# What is the matter with the machine, and not with the question.
_NOT_NOW: Final = (EmptyDatabase, NewerDatabase, DatabaseBusy, DatabaseUnusable, ConfigProblem, MissingFile)
_OPTIONS: Final = frozenset({"option", "first", "last"})  # facts that name options; others are what was typed
_CARRIED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-cache",
}
Next = Callable[[Request], Awaitable[Response]]


def create_app(
    shelf: Shelf, language: str, *, hosts: Sequence[str] = LOOPBACK, door: Door | None = None,
    counting: Counting | None = None,
) -> FastAPI:  # fmt: skip
    """Make the application.

    Args:
        counting: works reviews out beside requests; by default pages wait for theirs.
        door: lets a person read reports into the ledger; without one nothing can be written.
        language: spoken where an address names none.
        hosts: names under which it may be asked; another one is refused, so that no foreign page can read it.
    """
    app = FastAPI(title="watchlist", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None)
    site = Site(shelf, language, app.openapi, counting or Counting(shelf, None), editing=door is not None)
    app.include_router(api(shelf), prefix="/api")
    app.include_router(pages(site))
    app.include_router(reviews(site))
    if door is not None:
        app.include_router(edit(site, door))
    known = frozenset(name.lower() for name in hosts)

    @app.middleware("http")
    async def guard(request: Request, call_next: Next) -> Response:
        if _host(request.headers.get("host", "")) not in known:
            return PlainTextResponse("This host name is not served here.\n", status_code=421)
        response = await call_next(request)
        tag = response.headers.get("ETag")
        if tag is not None and tag == request.headers.get("If-None-Match"):
            response = Response(status_code=304, headers={"ETag": tag})
        for name, value in _CARRIED.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", _policy(site, request))
        return response

    def failed(request: Request, error: Exception) -> Response:
        code, sentence = _said(error, site.language_of(request))
        if request.url.path.startswith("/api"):
            return JSONResponse({"error": sentence}, status_code=code)
        return site.refuse(request, code, sentence)

    @app.exception_handler(StillCounting)
    def later(request: Request, error: StillCounting) -> Response:
        return site.still_counting(request, error.seconds)

    for kind in (WatchlistError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, failed)
    return app


def _policy(site: Site, request: Request) -> str:
    """Give the content policy: our style and script by their digests, forms to ourselves, nothing else."""
    red_up = site.red_up(site.language_of(request))
    return f"{policy(red_up=red_up)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def _host(header: str) -> str:
    """Give the name of a Host header, without the port and the brackets of an IPv6 address."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


def _of_an_address(error: WatchlistError) -> WatchlistError:
    """Name the words of an address where the sentence names options of the command line: ``since`` for ``--since``."""
    for name in _OPTIONS & error.facts.keys():
        option = str(error.facts[name])
        if option.startswith("--"):
            error.facts[name] = option[2:].replace("-", "_")
    return error


def _said(error: Exception, language: str) -> tuple[int, str]:
    """Give the status and sentence of an error: what cannot be answered is 400, and 503 where nothing can be now."""
    if isinstance(error, WatchlistError):
        return (503 if isinstance(error, _NOT_NOW) else 400), _of_an_address(error).text(language)
    if isinstance(error, HTTPException):
        there_is_none = {"zh": "没有这个页面。"}.get(language, "There is no such page.")
        return error.status_code, there_is_none if error.status_code == 404 else str(error.detail)  # noqa: PLR2004
    wrong = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": ("?",), "msg": "invalid"}
    return 422, f"{'.'.join(str(part) for part in wrong['loc'])}: {wrong['msg']}"
