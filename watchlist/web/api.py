"""The JSON API: every question of the commands, in the shapes of their ``--json``, read-only, described by OpenAPI."""

import hashlib
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Response

from watchlist.domain.periods import parse_period
from watchlist.output.interchange import as_json, rendered
from watchlist.output.package import TABLES
from watchlist.queries.holdings import standing_at
from watchlist.queries.price_path import price_path
from watchlist.queries.recommendations import Row
from watchlist.queries.review import without_quotes
from watchlist.web import asked as asked_of
from watchlist.web import shapes
from watchlist.web.asked import Between, Counted, Explained, Filtered, Forms, Grouped, Listed, Spoken
from watchlist.web.questions import Questions, Rows
from watchlist.web.reviews import at_end
from watchlist.web.shelf import Held, Shelf

MEDIA: Final = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
}
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": shapes.Problem, "description": "The question cannot be answered as it was asked."},
    404: {"model": shapes.Problem, "description": "There is no such thing."},
    422: {"model": shapes.Problem, "description": "A value is not of its kind, or a word is unknown."},
    503: {"model": shapes.Problem, "description": "There is nothing to answer from yet."},
}
_LISTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}},
        "headers": {
            "X-Total-Count": {"description": "How many rows there are.", "schema": {"type": "integer"}},
            "ETag": {"description": "The same while the answer is.", "schema": {"type": "string"}},
        },
    }
}  # fmt: skip
_Period = Annotated[str, Path(min_length=4, max_length=24, description="2026Q3, 2026H1, 2026, 2026-07..2026-09.")]
_Code = Annotated[str, Path(min_length=1, max_length=40, description="A security: 300418.SZ, 300418 or a name.")]


def api(shelf: Shelf) -> APIRouter:
    """Make the routes of the API."""
    router = APIRouter(responses=_REFUSED, tags=["watchlist"])
    _lists(router, shelf)
    _own(router, shelf)
    _periods(router, shelf)
    _groups(router, shelf)
    _securities(router, shelf)

    @router.get("/check", response_model=shapes.Health)
    def health(asked: Annotated[Spoken, Query()]) -> Response:
        """The health of database, prices and ledger."""
        del asked  # its sentences are in both languages
        return Response(as_json(shelf.health()), media_type=MEDIA["json"])

    return router


def _lists(router: APIRouter, shelf: Shelf) -> None:
    @router.get("/recommendations", response_model=list[shapes.Recommendation], responses=_LISTED)
    def recommendations(asked: Annotated[Listed, Query()]) -> Response:
        """Every recommendation and how it stands, newest report first."""
        ask = Questions.about(shelf, asked.choice())
        rows = ask.recommendations()
        return listed(ask.held, ask.whole(_cut(rows, asked)), asked, total=len(rows))

    @router.get("/sectors", response_model=list[shapes.Sector], responses=_LISTED)
    def sectors(asked: Annotated[Listed, Query()]) -> Response:
        """Sector calls and industry ratings, apart from those of shares."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.sectors(), asked)

    @router.get("/calls", response_model=list[shapes.Call], responses=_LISTED)
    def calls(asked: Annotated[Listed, Query()]) -> Response:
        """Calls: the life of a broker's opinion on a share."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.calls(), asked)

    @router.get("/watch", response_model=list[shapes.Ticker], responses=_LISTED)
    def watch(asked: Annotated[Listed, Query()]) -> Response:
        """The watchlist: the user's own tickers, then every recommended one."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.watch(), asked)


def _own(router: APIRouter, shelf: Shelf) -> None:
    @router.get("/changes", response_model=list[shapes.Change], responses=_LISTED)
    def changes(asked: Annotated[asked_of.Changed, Query()]) -> Response:
        """What is new: calls, results, prices, corrected numbers."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.changes(asked.start, asked.move)[1], asked)

    @router.get("/holdings", response_model=list[shapes.Holding], responses=_LISTED)
    def holdings(asked: Annotated[asked_of.HeldSo, Query()]) -> Response:
        """What is held by the latest snapshots: weight, contribution, and what brokers say of it; then what is not."""
        ask = Questions.about(shelf, asked.choice())
        found = ask.holdings(asked.start, asked.account)
        return _whole_list(ask.held, [] if found is None else standing_at(found["rows"], asked.standing), asked)

    @router.get("/portfolio", response_model=list[shapes.Portfolio], responses=_LISTED)
    def portfolio(asked: Annotated[asked_of.Held, Query()]) -> Response:
        """The portfolio as a whole, from snapshot to snapshot: one object, none where nothing is held."""
        ask = Questions.about(shelf, asked.choice())
        found = ask.holdings(asked.start, asked.account)
        rows = [] if found is None else [{key: value for key, value in found.items() if key != "rows"}]
        return _whole_list(ask.held, rows, asked)

    @router.get("/returns", response_model=list[shapes.Stretch | shapes.ThemeStretch], responses=_LISTED)
    def returns(asked: Annotated[Between, Query()]) -> Response:
        """Returns between two dates: of securities a row each, of a theme one row with its members."""
        words = asked.choice()
        ask = Questions.about(shelf, words)
        return _whole_list(ask.held, ask.returns(asked.symbol, asked.start, asked.end, asked.members), asked)


def _periods(router: APIRouter, shelf: Shelf) -> None:
    def asking(period: str, asked: asked_of.Quarter) -> tuple[Questions, Row]:
        span = parse_period(period)
        ask = Questions.about(shelf, at_end(shelf, asked.choice(), span))
        review = ask.period(span, asked.against)
        return ask, without_quotes(review) if asked.no_quotes else review

    @router.get("/reviews/{period}", response_model=shapes.PeriodReview)
    def review(period: _Period, asked: Annotated[asked_of.Quarter, Query()]) -> Response:
        """The review of a period, held against a score run: all of `export review.json --period`."""
        ask, found = asking(period, asked)
        rows = ask.whole(found["recommendations"])
        return _answer(as_json({**found, "recommendations": rows, "changes": None}), "json")

    @router.get("/reviews/{period}/{table}", response_model=list[dict[str, Any]], responses=_LISTED)
    def table(
        period: _Period,
        table: Annotated[Literal["period-calls", "contributions", "restatements"], Path(description="Which table.")],
        asked: Annotated[asked_of.QuarterTable, Query()],
    ) -> Response:  # fmt: skip
        """One table of it: of `export --what`."""
        ask, found = asking(period, asked)
        return _whole_list(ask.held, TABLES[table](found), asked)


def _groups(router: APIRouter, shelf: Shelf) -> None:
    @router.get("/themes", response_model=list[shapes.Theme], responses=_LISTED)
    def themes(asked: Annotated[Counted, Query()]) -> Response:
        """Themes: how good, how sure, how complete."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.themes(per_mention=asked.per_mention, whole=True), asked)

    @router.get("/brokers", response_model=list[shapes.Group], responses=_LISTED)
    def brokers(asked: Annotated[Grouped, Query()]) -> Response:
        """Brokers, or another grouping: how good, how sure, how complete."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.groups(asked.by, per_mention=asked.per_mention, whole=True), asked)

    @router.get("/leaderboard", response_model=list[shapes.Ranked], responses=_LISTED)
    def leaderboard(asked: Annotated[Grouped, Query()]) -> Response:
        """The leaderboard: who is good beyond luck, and who has too little to be ranked; live before backfilled."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.leaderboard(asked.by, per_mention=asked.per_mention), asked)

    @router.get("/history", response_model=list[shapes.Past], responses=_LISTED)
    def history(asked: Annotated[Grouped, Query()]) -> Response:
        """The path of groups over the kept score runs."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.history(asked.by), asked)

    @router.get("/explain", response_model=list[shapes.Step], responses=_LISTED)
    def explain(asked: Annotated[Explained, Query()]) -> Response:
        """How the leaderboard's numbers of one group came to be, a row a step."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.explained(asked.by, asked.group), asked)


def _securities(router: APIRouter, shelf: Shelf) -> None:
    @router.get("/securities/{code}", response_model=list[shapes.Shown], responses=_LISTED)
    def show(code: _Code, asked: Annotated[Listed, Query()]) -> Response:
        """One security: who recommended it, in which words, how it stands, and what was restated of it."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, [ask.show(shelf.resolve(code, "symbol"))], asked)

    @router.get("/securities/{code}/explain", response_model=list[shapes.Step], responses=_LISTED)
    def explain(code: _Code, asked: Annotated[Listed, Query()]) -> Response:
        """How each number of a security's recommendations came to be, a row a step."""
        ask = Questions.about(shelf, asked.choice())
        return _whole_list(ask.held, ask.explained_share(shelf.resolve(code, "symbol")), asked)

    @router.get("/securities/{code}/path", response_model=shapes.Path)
    def path(code: _Code, asked: Annotated[Filtered, Query()]) -> Response:
        """One security's adjusted path beside its benchmark's, with a mark for each recommendation."""
        ask = Questions.about(shelf, asked.choice())
        symbol = shelf.resolve(code, "symbol")
        row = price_path(ask.with_prices([symbol]), symbol, ask.held.by_symbol.get(symbol, []))
        return _answer(as_json({"simulated": True, **row} if ask.situation.simulated else row), "json")


def _whole_list(held: Held, rows: Rows, asked: Forms) -> Response:
    return listed(held, _cut(rows, asked), asked, total=len(rows))


def _cut(rows: Rows, asked: Forms) -> Rows:
    return rows[asked.offset : asked.offset + asked.limit]


def listed(held: Held, rows: Rows, asked: Forms, *, total: int) -> Response:
    """Write a list; simulated rows say so, as the commands' do."""
    marked = [{"simulated": True, **row} for row in rows] if held.situation.simulated else rows
    response = _answer(rendered(marked, asked.format), asked.format)
    response.headers["X-Total-Count"] = str(total)
    return response


def _answer(text: str, form: str) -> Response:
    content = text.encode("utf-8-sig" if form == "csv" else "utf-8")
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return Response(content, media_type=MEDIA[form], headers={"ETag": tag})
