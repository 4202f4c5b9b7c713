"""The pages: overview, themes, brokers, recommendations, securities, reports, health, search and downloads."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

from watchlist import __version__
from watchlist.output.columns import Row
from watchlist.output.html import environment
from watchlist.output.page import bought
from watchlist.output.review_columns import GLOSSARY, HEALTH
from watchlist.queries.price_path import price_path
from watchlist.web import downloads
from watchlist.web.api import checked
from watchlist.web.choice import LANGUAGES, Choice
from watchlist.web.lists import SIZE, SORTS, listing, matches
from watchlist.web.shelf import Held, Shelf

TEMPLATES: Final = Path(__file__).with_name("templates")
_FOUND: Final = 50  # securities and recommendations that a search shows


class Site:
    """The pages' shared part: the shelf, the language, and how a template becomes an answer."""

    def __init__(self, shelf: Shelf, language: str, described: Callable[[], dict[str, Any]]) -> None:
        self.shelf = shelf
        self.language = language
        self.described = described

    def language_of(self, request: Request) -> str:
        """Give the language of an address, else the one that was set."""
        asked = request.query_params.get("lang")
        return asked if asked in LANGUAGES else self.language

    def red_up(self, language: str) -> bool:
        """Say whether gains are red."""
        colours = self.shelf.settings.colours
        return colours == "red-up" or (colours == "auto" and language == "zh")

    def show(self, request: Request, template: str, held: Held, choice: Choice, **values: object) -> Response:
        """Render a page of a review."""
        return self._rendered(request, template, 200, choice, review=held.review, held=held, **values)

    def refuse(self, request: Request, code: int, sentence: str) -> Response:
        """Render the page of an error, one sentence."""
        return self._rendered(request, "refused.html", code, Choice(), review=None, sentence=sentence)

    def _rendered(self, request: Request, template: str, code: int, choice: Choice, **values: object) -> Response:
        language = self.language_of(request)
        page = _environment(language, self.red_up(language)).get_template(template)
        text = page.render(
            choice=replace(choice, lang=None if language == self.language else language),
            path=request.url.path,
            version=__version__,
            language_code="zh-CN" if language == "zh" else "en",
            languages={"zh": "中文", "en": "English"},
            own_language=self.language,
            query=request.query_params,
            **values,
        )
        return HTMLResponse(text, status_code=code)


@cache
def _environment(language: str, red_up: bool) -> Environment:  # noqa: FBT001  (a key of the cache)
    made = environment(language, red_up=red_up, folders=(TEMPLATES,))
    made.filters |= {"marked": marked, "printed_in": lambda identity, names: names[identity]}
    return made


def marked(text: str, names: Sequence[str]) -> Markup:
    """Mark names in the words they were recommended in, however lines were broken; everything is escaped."""
    patterns = [r"\s*".join(re.escape(one) for one in name if not one.isspace()) for name in names]
    longest_first = sorted(filter(None, patterns), key=len, reverse=True)
    if not longest_first:
        return escape(text)
    parts = re.split(f"({'|'.join(longest_first)})", text)
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


def passages(rows: Sequence[Row]) -> list[tuple[str, str, list[Row]]]:
    """Gather the recommendations of a report by the passage they stand in: theme as printed, words, rows."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["theme_printed"], row["quote"]), []).append(row)
    return [(theme, quote, together) for (theme, quote), together in found.items()]


def pages(site: Site) -> APIRouter:
    """Make the routes of the pages."""
    router = APIRouter(include_in_schema=False)
    _overviews(router, site)
    _details(router, site)
    _rest(router, site)
    return router


def _route(router: APIRouter, path: str) -> Callable[[Callable[..., Response]], object]:
    return router.api_route(path, methods=["GET", "HEAD"])


def _overviews(router: APIRouter, site: Site) -> None:
    @_route(router, "/")
    def overview(request: Request) -> Response:
        held, choice = _held(site, request)
        by_id = held.by_id
        return site.show(request, "overview.html", held, choice, bought=bought(held.review["recommendations"]),
                         winners=[by_id[one] for one in held.review["winners"]],
                         losers=[by_id[one] for one in held.review["losers"]])  # fmt: skip

    @_route(router, "/recommendations")
    def recommendations(request: Request) -> Response:
        held, choice = _held(site, request)
        found = listing(held.review["recommendations"], held.texts, choice, request.query_params)
        return site.show(request, "recommendations.html", held, choice, found=found, sorts=SORTS, size=SIZE)

    @_route(router, "/reports")
    def reports(request: Request) -> Response:
        held, choice = _held(site, request)
        return site.show(request, "reports.html", held, choice)

    @_route(router, "/health")
    def health(request: Request) -> Response:
        held, choice = _held(site, request)
        found = site.shelf.health()
        return site.show(request, "health.html", held, choice, health=found, columns_of_health=HEALTH)


def _details(router: APIRouter, site: Site) -> None:
    @_route(router, "/themes/{theme}")
    def theme(request: Request, theme: str) -> Response:
        held, choice = _held(site, request)
        row = _only([one for one in held.review["themes"] if one["theme"] == theme])
        rows = [one for one in held.review["recommendations"] if one["theme"] == theme]
        marks = bought(rows).get(theme)
        return site.show(request, "theme.html", held, choice, row=row, rows=rows[:SIZE], total=len(rows), marks=marks)

    @_route(router, "/brokers/{broker:path}")
    def broker(request: Request, broker: str) -> Response:
        held, choice = _held(site, request)
        row = _only([one for one in held.review["brokers"] if one["group"] == broker])
        rows = [one for one in held.review["recommendations"] if one["broker"] == broker]
        return site.show(request, "broker.html", held, choice, row=row, rows=rows[:SIZE], total=len(rows))

    @_route(router, "/recommendations/{identity}")
    def recommendation(request: Request, identity: str) -> Response:
        held, choice = _held(site, request)
        row = _only([held.by_id[identity]] if identity in held.by_id else [])
        return site.show(request, "recommendation.html", held, choice, row=row, printed=held.printed[identity])

    @_route(router, "/symbols/{symbol}")
    def symbol(request: Request, symbol: str) -> Response:
        held, choice = _held(site, request)
        _only([symbol] if symbol in held.by_symbol else [])
        path = price_path(held.situation, checked(symbol), held.by_symbol[symbol])
        points = [(one["session"], one["adjusted"], one["benchmark"]) for one in path["path"]
                  if one["adjusted"] is not None and one["benchmark"] is not None]  # fmt: skip
        marks = {one["entry_session"]: one["broker"] for one in path["marks"] if one["entry_session"]}
        return site.show(request, "symbol.html", held, choice, about=path, points=points, marks=marks,
                         rows=held.by_symbol[symbol][:SIZE])  # fmt: skip

    @_route(router, "/reports/{report:path}")
    def report(request: Request, report: str) -> Response:
        held, choice = _held(site, request)
        rows = held.by_report.get(report, [])
        head = _only([held.reports[report]] if report in held.reports and rows else [])
        return site.show(request, "report.html", held, choice, head=head, report=report,
                         passages=passages(rows[: SIZE * 5]))  # fmt: skip


def _rest(router: APIRouter, site: Site) -> None:
    @_route(router, "/search")
    def search(request: Request) -> Response:
        held, choice = _held(site, request)
        words = request.query_params.get("q", "").strip()[:100]
        every = held.review["recommendations"] if words else []
        rows = [row for row in every if matches(held.texts[row["id"]], words)]
        shares = {row["symbol"]: row["name"] for row in rows}
        themes = [row for row in held.review["themes"] if words and words.lower() in row["name"].lower()]
        return site.show(request, "search.html", held, choice, words=words, rows=rows[:_FOUND], total=len(rows),
                         shares=dict(list(shares.items())[:_FOUND]), themes=themes)  # fmt: skip

    @_route(router, "/downloads")
    def files(request: Request) -> Response:
        held, choice = _held(site, request)
        return site.show(request, "downloads.html", held, choice, files=downloads.names())

    @_route(router, "/downloads/{name}")
    def download(request: Request, name: str) -> Response:
        found = downloads.find(name)
        if found is None:
            raise HTTPException(404)
        held, _ = _held(site, request)
        form, table = found
        content = form.write(site.shelf.package(held, site.language_of(request)), table).content
        stem, _, ending = name.rpartition(".")
        disposition = f'attachment; filename="{stem}-{held.review["as_of"]}.{ending}"'
        return Response(content, media_type=form.media, headers={"Content-Disposition": disposition})

    @_route(router, "/words")
    def words(request: Request) -> Response:
        held, choice = _held(site, request)
        return site.show(request, "words.html", held, choice, glossary=GLOSSARY)

    @_route(router, "/api")
    def described(request: Request) -> Response:
        held, choice = _held(site, request)
        return site.show(request, "api.html", held, choice, description=site.described())


def _held(site: Site, request: Request) -> tuple[Held, Choice]:
    choice = Choice.of(request.query_params)
    return site.shelf.held(choice), choice


def _only(found: list[Any]) -> Any:  # noqa: ANN401  (whatever is looked for)
    if not found:
        raise HTTPException(404)
    return found[0]
