"""Editing in the browser: a report is pasted or uploaded, looked through with everything marked, and accepted.

Only on this machine, only for whoever opened the link that the terminal printed, and as ``read`` does it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from watchlist.domain.errors import UsageMistake, WatchlistError, Words
from watchlist.ledger.draft import Reading
from watchlist.output.highlights import draft_spans, pieces
from watchlist.steps.read import MOST_BYTES, MOST_PDF_BYTES, draft_object
from watchlist.web.choice import LANGUAGES, Choice
from watchlist.web.door import COOKIE, PATH, Door
from watchlist.web.drafts import FIELDS, Drafts
from watchlist.web.forms import Garbled, TooMuch, read_form
from watchlist.web.site import Site

Answer = Callable[[Request, FormData], Awaitable[Response]]
_LIMITS: Final = (MOST_BYTES, MOST_PDF_BYTES)
_CLOSED: Final = Words(
    "Open the link that the terminal printed: it works once, in one browser. For a new one start serve --edit again.",
    "请打开终端显示的链接：只能使用一次，仅限一个浏览器。如需新链接，请重新运行 serve --edit。",
)
_FOREIGN: Final = Words("This form was not sent by this page.", "该表单并非由本页面提交。")
_LARGE: Final = Words("That is too large: cut it into parts.", "内容过大：请拆分后再读。")
_GARBLED: Final = Words("What was sent is no form.", "提交的内容不是表单。")
_GONE: Final = Words("This draft is not kept any more: read the text again.", "该草稿已不在内存中：请重新读取。")


def edit(site: Site, door: Door) -> APIRouter:
    """Make the routes of editing."""
    router = APIRouter(include_in_schema=False)
    drafts = Drafts(site.shelf.home, site.shelf.now, site.shelf.settings.reading.seconds)
    _entrance(router, site, door)
    _reading(router, site, door, drafts)
    return router


def _entrance(router: APIRouter, site: Site, door: Door) -> None:
    @router.get(f"{PATH}/enter")
    def enter(request: Request) -> Response:
        session = door.enter(request.query_params.get("token", ""))
        if session is None:
            return _refused(site, request, 403, _CLOSED)
        response = _private(RedirectResponse(PATH, status_code=303))
        response.set_cookie(COOKIE, session, httponly=True, samesite="strict", path=PATH)
        return response

    @router.get(PATH)
    def form(request: Request) -> Response:
        if not door.knows(request):
            return _refused(site, request, 403, _CLOSED)
        return _page(site, request, door, "edit.html", limits=_LIMITS, sentence=None, fields={})

    @router.post(f"{PATH}/leave")
    async def leave(request: Request) -> Response:
        async def end(request: Request, form: FormData) -> Response:
            del form
            door.leave()
            response = _refused(site, request, 200, Words("You have left.", "已退出。"))
            response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
            return response

        return await _sent(site, door, request, end)


def _reading(router: APIRouter, site: Site, door: Door, drafts: Drafts) -> None:
    @router.post(f"{PATH}/read")
    async def read(request: Request) -> Response:
        async def take(request: Request, form: FormData) -> Response:
            content, file = await _sent_text(form)
            fields = _fields(form)
            try:
                number = await run_in_threadpool(drafts.read, content, file, fields)
            except WatchlistError as error:
                sentence = error.text(site.language_of(request))
                return _page(site, request, door, "edit.html", limits=_LIMITS, sentence=sentence,
                             fields=fields, code=400)  # fmt: skip
            return _private(RedirectResponse(_language(request).link(f"{PATH}/drafts/{number}"), status_code=303))

        return await _sent(site, door, request, take)

    @router.get(f"{PATH}/drafts/{{number}}")
    def draft(request: Request, number: str) -> Response:
        if not door.knows(request):
            return _refused(site, request, 403, _CLOSED)
        reading = drafts.find(number)
        if reading is None:
            return _refused(site, request, 410, _GONE)
        return _draft(site, request, door, number, reading)

    @router.post(f"{PATH}/drafts/{{number}}")
    async def settle(request: Request, number: str) -> Response:
        async def said(request: Request, form: FormData) -> Response:
            return await run_in_threadpool(_settled, site, request, door, drafts, number, form)

        return await _sent(site, door, request, said)


def _settled(site: Site, request: Request, door: Door, drafts: Drafts, number: str, form: FormData) -> Response:
    """Take what a person says of a draft, and accept it where that was asked for."""
    reading = drafts.find(number)
    if reading is None:
        return _refused(site, request, 410, _GONE)
    try:
        reading = drafts.say(number, reading, _fields(form))
        if form.get("accept") is None:
            return _draft(site, request, door, number, reading)
        accepted = drafts.accept(reading, str(form.get("evidence", "")).strip()[:300] or None)
    except WatchlistError as error:
        code = 400 if isinstance(error, UsageMistake) else 409
        return _draft(site, request, door, number, reading, code=code, sentence=error.text(site.language_of(request)))
    home = site.shelf.home
    return _page(
        site, request, door, "accepted.html", accepted=accepted, file=home.shown(accepted.path), identity=number
    )


def _draft(
    site: Site, request: Request, door: Door, number: str, reading: Reading, *, code: int = 200,
    sentence: str | None = None,
) -> Response:  # fmt: skip
    found = draft_object(reading)
    told = reading.draft.told
    said = {"broker": told.broker or "", "title": told.title or "", "published": str(told.published or "")}
    return _page(site, request, door, "draft.html", code=code, draft=found, identity=number, sentence=sentence,
                 text=pieces(reading.raw, draft_spans(found)), file=reading.file, said=said)  # fmt: skip


async def _sent(site: Site, door: Door, request: Request, answer: Answer) -> Response:
    """Answer a form that the session's own page sent; nothing of another one is even read."""
    if not door.knows(request):
        return _refused(site, request, 403, _CLOSED)
    if not door.from_here(request):
        return _refused(site, request, 403, _FOREIGN)
    try:
        form = await read_form(request)
    except TooMuch:
        return _refused(site, request, 413, _LARGE)
    except Garbled:
        return _refused(site, request, 400, _GARBLED)
    try:
        if not door.signed(form.get("form")):
            return _refused(site, request, 403, _FOREIGN)
        return await answer(request, form)
    finally:
        await form.close()


async def _sent_text(form: FormData) -> tuple[bytes, str]:
    """Give what was sent and what it is called: a file where one was chosen, else the pasted text."""
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        name = upload.filename.replace("\\", "/").rpartition("/")[2]
        return await upload.read(), "".join(one for one in name if one.isprintable())[:120] or "file"
    # A browser sends every line end of a field as two characters.
    return str(form.get("text", "")).replace("\r\n", "\n").encode(), "-"


def _fields(form: Mapping[str, object]) -> dict[str, str]:
    return {name: str(form.get(name, "")) for name in FIELDS}


def _page(site: Site, request: Request, door: Door, template: str, *, code: int = 200, **values: object) -> Response:
    return _private(site.render(request, template, code, _language(request), review=None, form=door.form, **values))


def _refused(site: Site, request: Request, code: int, what: Words) -> Response:
    language = site.language_of(request)
    return _private(site.render(request, "refused.html", code, _language(request), review=None,
                                sentence=what.zh if language == "zh" else what.en))  # fmt: skip


def _language(request: Request) -> Choice:
    asked = request.query_params.get("lang")
    return Choice(lang=asked if asked in LANGUAGES else None)


def _private(response: Response) -> Response:
    """Keep an answer out of every cache; forms must tell where they come from, to ourselves alone."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
