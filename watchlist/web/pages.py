"""The pages: overview, lists, themes, brokers, recommendations, securities, reports, health, search and downloads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from watchlist.domain.model import STANDINGS
from watchlist.domain.spoken import say
from watchlist.domain.typed import date_of, periods_of
from watchlist.output.columns import CHANGES, RETURNS, Row
from watchlist.output.drawing import Marks
from watchlist.output.highlights import pieces, report_spans
from watchlist.output.holding_columns import HOLDINGS
from watchlist.output.holdings_page import holdings_view
from watchlist.output.page import bought, named
from watchlist.output.review_columns import GLOSSARY, HEALTH
from watchlist.output.score_columns import EXPLAINED
from watchlist.queries.holdings import standing_at
from watchlist.queries.recommendations import STATUSES
from watchlist.queries.since import NothingBefore
from watchlist.web import downloads, tables
from watchlist.web.api_words import endpoints, spoken
from watchlist.web.choice import known_word
from watchlist.web.lists import SIZE, listing, matches, worded
from watchlist.web.questions import Questions
from watchlist.web.site import Site, passages
from watchlist.web.tables import TABLES, Table, by_of, group_of

Link = Callable[[str, Row], str | None]
_FOUND: Final = 50  # securities and recommendations that a search shows
_NEWEST: Final = 10  # recommendations of the overview
_LARGEST: Final = 20  # groups of the overview


def pages(site: Site) -> APIRouter:
    """Make the routes of the pages."""
    router = APIRouter(include_in_schema=False)
    _overviews(router, site)
    for table in TABLES.values():
        _table(router, site, table)
    _measured(router, site)
    _details(router, site)
    _explained(router, site)
    _rest(router, site)
    return router


def _route(router: APIRouter, path: str) -> Callable[[Callable[..., Response]], object]:
    return router.api_route(path, methods=["GET", "HEAD"])


def _overviews(router: APIRouter, site: Site) -> None:
    @_route(router, "/")
    def overview(request: Request) -> Response:
        ask = site.ask(request)
        review, by_id = ask.held.review, ask.held.by_id
        return site.show(request, "overview.html", ask, bought=bought(review["recommendations"]),
                         winners=[by_id[one] for one in review["winners"]], newest=review["recommendations"][:_NEWEST],
                         losers=[by_id[one] for one in review["losers"]], largest=_LARGEST)  # fmt: skip

    @_route(router, "/recommendations")
    def recommendations(request: Request) -> Response:
        ask = site.ask(request)
        texts = ask.held.texts
        found = listing(ask.recommendations(), tables.RECOMMENDATIONS, request.query_params,
                        lambda row: texts[row["id"]])  # fmt: skip
        files = [(end, ask.choice.link(f"/downloads/recommendations.{end}", filtered=True))
                 for end in (*tables.FORMS, "parquet")]  # fmt: skip
        return site.show(request, "recommendations.html", ask, found=found, columns=tables.RECOMMENDATIONS,
                         filters=tables.WITH_STATUS, statuses=STATUSES, files=files)  # fmt: skip

    @_route(router, "/reports")
    def reports(request: Request) -> Response:
        ask = site.ask(request)
        held = ask.held
        rows = [{"report": name, **head, "count": len(held.by_report[name])}
                for name, head in held.reports.items() if name in held.by_report]  # fmt: skip
        found = listing(rows, tables.REPORTS, request.query_params, worded(tables.REPORTS))
        return site.show(
            request,
            "reports.html",
            ask,
            found=found,
            columns=tables.REPORTS,
            link=_leading(
                ask,
                {"title": lambda row: f"/reports/{row['report']}", "broker": lambda row: f"/brokers/{row['broker']}"},
            ),
        )

    @_route(router, "/health")
    def health(request: Request) -> Response:
        ask = site.ask(request)
        found = listing(ask.held.review["health"]["securities"], HEALTH, request.query_params, worded(HEALTH))
        return site.show(request, "health.html", ask, health=site.shelf.health(), found=found, columns=HEALTH,
                         link=_leading(ask, {"symbol": lambda row: f"/symbols/{row['symbol']}"}))  # fmt: skip


def _table(router: APIRouter, site: Site, table: Table) -> None:
    @_route(router, f"/{table.name}")
    def shown(request: Request) -> Response:
        query = request.query_params
        ask = site.ask(request)
        columns = table.shown(periods_of(ask.choice.period, "period"))
        found = listing(table.rows(ask, query), columns, query, worded(columns))
        by = by_of(query) if table.by else None
        curves = ask.watch_curves([row["symbol"] for row in found.rows]) if table.name == "watch" else {}
        link = _leading(ask, table.links) if by is None else _grouped(ask, by)
        return site.show(request, f"{table.template}.html", ask, table=table, found=found, columns=columns, link=link,
                         filters=table.filters, statuses=STATUSES, by=by, groupings=tables.GROUPINGS, curves=curves,
                         files=tables.files(table, ask, query), bought=bought(ask.held.review["recommendations"])
                         if table.name == "themes" else {})  # fmt: skip


def _measured(router: APIRouter, site: Site) -> None:
    @_route(router, "/returns")
    def returns(request: Request) -> Response:
        query = request.query_params
        ask = site.ask(request)
        rows: Sequence[Row] = []
        start, end = query.get("from", "").strip(), query.get("to", "").strip()
        if start:
            symbols = [text for text in query.get("symbols", "").replace("，", ",").split(",") if text.strip()]
            rows = ask.stretch(symbols, start, end, tables.members_of(query))
        members = rows[0]["members"] if rows and "members" in rows[0] else rows
        found = listing(members, RETURNS, {**query, "q": ""}, worded(RETURNS))
        return site.show(request, "returns.html", ask, found=found, columns=RETURNS, rows=rows, start=start, end=end)

    @_route(router, "/changes")
    def changes(request: Request) -> Response:
        query, language = request.query_params, site.language_of(request)
        ask, sentence, since, rows = site.ask(request), None, None, list[Row]()
        try:
            since, rows = ask.changes(date_of(query.get("since") or None, "since"))  # type: ignore[assignment]
        except NothingBefore as error:
            sentence = error.text(language)
        found = listing(rows, CHANGES, query, worded(CHANGES))
        return site.show(request, "changes.html", ask, found=found, columns=CHANGES, since=since, sentence=sentence,
                         start=query.get("since", ""), link=_leading(ask, tables.SHARE),
                         files=tables.api_files("changes", ask, query))  # fmt: skip

    @_route(router, "/holdings")
    def holdings(request: Request) -> Response:
        query = request.query_params
        ask = site.ask(request)
        start, standing = query.get("from", "").strip(), query.get("standing") or None
        known_word(standing, "standing", STANDINGS)
        whole = ask.holdings(date_of(start or None, "from"), query.get("account") or None)
        rows = [] if whole is None else whole["rows"]
        shown = [row for row in standing_at(rows, standing) if row["position"] != "none"]
        accounts = sorted({account for row in rows for account in row["accounts"]})
        return site.show(request, "holdings.html", ask, whole=whole, start=start, accounts=accounts, standing=standing,
                         found=listing(shown, HOLDINGS, query, worded(HOLDINGS)), columns=HOLDINGS,
                         parts=None if whole is None else holdings_view(whole, site.language_of(request)),
                         link=_leading(ask, tables.SHARE), files=tables.api_files("holdings", ask, query))  # fmt: skip


def _details(router: APIRouter, site: Site) -> None:
    @_route(router, "/themes/{theme}")
    def theme(request: Request, theme: str) -> Response:
        ask = site.ask(request)
        row = _only([one for one in ask.held.review["themes"] if one["theme"] == theme])
        rows = [one for one in ask.held.review["recommendations"] if one["theme"] == theme]
        marks = bought(rows).get(theme)
        return site.show(request, "theme.html", ask, row=row, rows=rows[:SIZE], total=len(rows), marks=marks)

    @_route(router, "/brokers/{broker:path}")
    def broker(request: Request, broker: str) -> Response:
        ask = site.ask(request)
        row = _only([one for one in ask.held.review["brokers"] if one["group"] == broker])
        rows = [one for one in ask.held.review["recommendations"] if one["broker"] == broker]
        return site.show(request, "broker.html", ask, row=row, rows=rows[:SIZE], total=len(rows))

    @_route(router, "/recommendations/{identity}")
    def recommendation(request: Request, identity: str) -> Response:
        ask = site.ask(request)
        row = _only([ask.held.by_id[identity]] if identity in ask.held.by_id else [])
        steps = ask.explained_one(ask.held.positions[identity])
        return site.show(request, "recommendation.html", ask, row=row, printed=ask.held.printed[identity],
                         steps=steps, columns=EXPLAINED)  # fmt: skip

    @_route(router, "/symbols/{symbol}")
    def symbol(request: Request, symbol: str) -> Response:
        ask = site.ask(request)
        wanted = site.shelf.resolve(symbol, "symbol")
        rows = ask.held.by_symbol.get(wanted, [])
        path, standing = ask.standing(wanted)
        _only([*rows, *path["path"]][:1])  # neither recommended nor known by a price: there is no such page
        points = [(one["session"], one["adjusted"], one["benchmark"]) for one in path["path"]
                  if one["adjusted"] is not None and one["benchmark"] is not None]  # fmt: skip
        return site.show(request, "symbol.html", ask, about=path, points=points, marks=_said(rows), rows=rows[:SIZE],
                         total=len(rows), standing=standing)  # fmt: skip

    @_route(router, "/reports/{report:path}")
    def report(request: Request, report: str) -> Response:
        ask = site.ask(request)
        rows = ask.held.by_report.get(report, [])
        head = _only([ask.held.reports[report]] if report in ask.held.reports and rows else [])
        found = ask.text(report)
        spans, lost = ([], 0) if found is None else report_spans(found[1], found[2], found[0])
        text = None if found is None else pieces(found[0], spans)
        return site.show(request, "report.html", ask, head=head, report=report, passages=passages(rows[: SIZE * 5]),
                         text=text, lost=lost)  # fmt: skip


def _rest(router: APIRouter, site: Site) -> None:
    @_route(router, "/search")
    def search(request: Request) -> Response:
        ask = site.ask(request)
        held, words = ask.held, request.query_params.get("q", "").strip()[:100]
        every = held.review["recommendations"] if words else []
        rows = [row for row in every if matches(held.texts[row["id"]], words)]
        shares = {row["symbol"]: row["name"] for row in rows}
        themes = [row for row in held.review["themes"] if words and words.lower() in _names(row)]
        return site.show(request, "search.html", ask, words=words, rows=rows[:_FOUND], total=len(rows),
                         shares=dict(list(shares.items())[:_FOUND]), themes=themes)  # fmt: skip

    @_route(router, "/downloads")
    def files(request: Request) -> Response:
        return site.show(
            request, "downloads.html", site.ask(request), files=downloads.names(), of_tables=downloads.table_names(),
            tables=TABLES,
        )  # fmt: skip

    @_route(router, "/downloads/{name}")
    def download(request: Request, name: str) -> Response:
        found = downloads.find(name)
        if found is None:
            raise HTTPException(404)
        form, table = found
        ask = site.ask(request)
        review = site.shelf.reviewed(ask.held, ask.filters)
        package = site.shelf.package(ask.held, site.language_of(request), review, ask.filters)
        return downloads.sent(form, table, package, name, review["as_of"])

    @_route(router, "/words")
    def words(request: Request) -> Response:
        return site.show(request, "words.html", site.ask(request), glossary=GLOSSARY)

    @_route(router, "/api")
    def described(request: Request) -> Response:
        language, description = site.language_of(request), site.described()
        return site.show(
            request, "api.html", site.ask(request), about=spoken(description["info"]["description"], language),
            endpoints=endpoints(description, language),
        )  # fmt: skip


def _explained(router: APIRouter, site: Site) -> None:
    @_route(router, "/explain")
    def explain(request: Request) -> Response:
        query = request.query_params
        ask = site.ask(request)
        language = site.language_of(request)
        rows = [
            {**row, "about": _spoken(row["about"], language)}
            for row in ask.explained(by_of(query), query.get("group", ""))
        ]
        return site.show(request, "explain.html", ask, rows=rows, columns=EXPLAINED)


def _said(rows: Sequence[Row]) -> Marks:
    """Mark on a share's path who said what: by the session on which it could be acted upon."""
    days: dict[str, list[Row]] = {}
    for row in rows:
        if row["entry_session"]:
            days.setdefault(row["entry_session"], []).append(row)
    return {
        day: ((total := sum(row["direction"] for row in each)) and (1 if total > 0 else -1),
              named([row["broker"] for row in each]))
        for day, each in days.items()
    }  # fmt: skip


def _names(row: Row) -> str:
    return f"{row['name']} {row['name_en'] or ''} {row['theme']}".lower()


def _leading(ask: Questions, to: Mapping[str, Callable[[Row], str | None]]) -> Link:
    """Lead from cells to pages, by column path."""

    def link(path: str, row: Row) -> str | None:
        page = to[path](row) if path in to else None
        return None if page is None else ask.choice.link(page)

    return link


def _grouped(ask: Questions, by: str) -> Link:
    """Lead from a group to what it is made of."""
    return lambda path, row: group_of(by, row, ask) if path == "group" else None


def _spoken(about: str, language: str) -> str:
    """Say what an explanation is about: a group, and its record in the language."""
    group, _, record = about.rpartition(" · ")
    return f"{group} · {say(record, language)}"


def _only(found: list[Any]) -> Any:  # noqa: ANN401  (whatever is looked for)
    if not found:
        raise HTTPException(404)
    return found[0]
