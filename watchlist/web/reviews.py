"""Reviews of periods: the page of a quarter, its files, and the list of quarters, all by plain links."""

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from watchlist.domain.periods import Period, parse_period
from watchlist.domain.typed import come, date_of
from watchlist.output.holdings_page import holdings_view
from watchlist.output.period_page import period_view
from watchlist.queries.periods import period_day, quarters
from watchlist.queries.review import without_quotes
from watchlist.web import downloads
from watchlist.web.choice import Choice
from watchlist.web.shelf import Shelf
from watchlist.web.site import Site

_MOST_RUNS: Final = 12  # of those before a period that are offered; the form takes any


def at_end(shelf: Shelf, choice: Choice, span: Period) -> Choice:
    """Ask as of a period's last day, or of today while it runs, unless another day in it is named.

    Raises:
        FutureDate: it has not begun.
        OutsidePeriod: the day does not lie in it.
    """
    asked = come(date_of(choice.as_of, "as_of"), "as_of", shelf.today)
    return replace(choice, as_of=period_day(span, asked, shelf.today).isoformat())


def reviews(site: Site) -> APIRouter:
    """Make the routes of the reviews of periods."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/reviews", methods=["GET", "HEAD"])
    def periods(request: Request) -> Response:
        typed = request.query_params.get("of", "").strip()
        if typed:
            choice = Choice.of(request.query_params)
            return RedirectResponse(choice.link(f"/reviews/{parse_period(typed).label}"), status_code=303)
        ask = site.ask(request)
        rows = ask.held.review["recommendations"]
        oldest = min((row["published"] for row in rows), default=None)
        found = [] if oldest is None else quarters(dt.date.fromisoformat(oldest), site.shelf.today)
        years: dict[int, list[Period]] = {}
        for one in found:
            years.setdefault(one.first.year, []).insert(0, one)
        return site.show(request, "reviews.html", ask, years=years, today=site.shelf.today)

    @router.api_route("/reviews/{period}", methods=["GET", "HEAD"])
    def period(request: Request, period: str) -> Response:
        span, against = parse_period(period), request.query_params.get("against") or None
        ask = site.about(at_end(site.shelf, Choice.of(request.query_params), span))
        review, language = ask.period(span, against), site.language_of(request)
        found = review["period"]["reconciliation"]
        return site.show(
            request, "period_review.html", ask, found=review, span=span, around=_around(span, site.shelf.today),
            period=period_view(review["period"], language), holdings=holdings_view(review["holdings"], language),
            runs=ask.runs_before(span)[:_MOST_RUNS], run=None if found is None else found["run"]["id"],
            against=against, whole=downloads.WHOLE, files=downloads.period_names()[len(downloads.WHOLE) :],
        )  # fmt: skip

    @router.api_route("/reviews/{period}/{name}", methods=["GET", "HEAD"])
    def file(request: Request, period: str, name: str) -> Response:
        found, query = downloads.find(name, period=True), request.query_params
        if found is None:
            raise HTTPException(404)
        span = parse_period(period)
        ask = site.about(at_end(site.shelf, Choice.of(query), span))
        review = ask.period(span, query.get("against") or None)
        shown = without_quotes(review) if query.get("no_quotes") else review
        package = site.shelf.package(ask.held, site.language_of(request), shown, ask.filters)
        return downloads.sent(*found, package, name, span.label)

    return router


def _around(span: Period, today: dt.date) -> dict[str, Any]:
    """Give the quarters beside a period, and the year it ends in; ``None`` where one has not begun."""
    before, after = span.before, span.last + dt.timedelta(days=1)
    return {
        "before": quarters(before, before)[0],
        "after": quarters(after, after)[0] if after <= today else None,
        "year": parse_period(str(span.last.year)),
    }
