"""The JSON API: the shapes of the commands' ``--json``, read-only, described by OpenAPI."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from watchlist.domain.errors import DatesReversed, UnknownWord, Words
from watchlist.domain.symbols import is_symbol
from watchlist.output.columns import Row
from watchlist.output.interchange import as_json
from watchlist.queries.groups import broker_rows, theme_rows
from watchlist.queries.price_path import price_path
from watchlist.queries.recommendations import Filters, call_rows, recommendation_rows
from watchlist.queries.returns import return_rows
from watchlist.queries.situation import When, load_situation
from watchlist.web.choice import Choice
from watchlist.web.shapes import Call, Group, Health, Problem, Recommendation, Security, Stretch, Theme
from watchlist.web.shelf import Held, Shelf

MOST: Final = 10_000  # rows of one answer
_WORD: Final = 200  # characters of a filter
_Word = Annotated[str | None, Query(max_length=_WORD)]
_Market = Annotated[Literal["CN", "HK", "US"] | None, Query(description="Only this market.")]
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": Problem, "description": "The question cannot be answered as it was asked."},
    404: {"model": Problem, "description": "There is no such thing."},
    422: {"model": Problem, "description": "A value is not of its kind."},
    503: {"model": Problem, "description": "There is nothing to answer from yet."},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a question; dates of publication, both included."""

    theme: _Word = None
    broker: _Word = None
    analyst: _Word = None
    rating: _Word = None
    symbol: Annotated[list[str] | None, Query(max_length=50)] = None
    market: _Market = None
    status: _Word = None
    since: dt.date | None = None
    until: dt.date | None = None
    as_of: dt.date | None = None
    horizon: Annotated[str | None, Query(max_length=8)] = None
    benchmark: Annotated[str | None, Query(max_length=24)] = None

    def choice(self) -> Choice:
        """Give the choice of a review."""
        day = None if self.as_of is None else self.as_of.isoformat()
        return Choice.of({name: value for name, value in (("as_of", day), ("horizon", self.horizon),
                                                          ("benchmark", self.benchmark), ("status", self.status))
                          if value is not None})  # fmt: skip

    def filters(self) -> Filters:
        """Give the filters, securities in our spelling.

        Raises:
            UnknownWord: one is no symbol.
        """
        symbols = tuple(checked(text) for text in self.symbol or ())
        return Filters(theme=self.theme or None, broker=self.broker or None, symbols=symbols, since=self.since,
                       until=self.until, analyst=self.analyst or None, market=self.market, status=self.status or None,
                       rating=self.rating or None)  # fmt: skip


_Asked = Annotated[Asked, Depends()]


def checked(text: str) -> str:
    """Take a symbol in our own spelling, as every answer gives it.

    Raises:
        UnknownWord: it is none.
    """
    symbol = text.strip().upper()
    if not is_symbol(symbol):
        raise UnknownWord(option="symbol", text=text[:40], hint=Words(" Write 300418.SZ.", "请写成 300418.SZ。"))
    return symbol


def api(shelf: Shelf) -> APIRouter:
    """Make the routes of the API."""
    router = APIRouter(responses=_REFUSED, tags=["watchlist"])
    _lists(router, shelf)
    _single(router, shelf)
    return router


def _lists(router: APIRouter, shelf: Shelf) -> None:
    @router.get("/recommendations", response_model=list[Recommendation])
    def recommendations(
        asked: _Asked,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 1000,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> Response:
        """Every recommendation and how it stands, newest report first; `X-Total-Count` says how many there are."""
        held, filters = shelf.held(asked.choice()), asked.filters()
        rows = held.review["recommendations"] if filters == Filters() else recommendation_rows(held.situation, filters)
        return answer(held, rows[offset : offset + limit], total=len(rows))

    @router.get("/calls", response_model=list[Call])
    def calls(
        asked: _Asked,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 1000,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> Response:
        """Calls: the life of a broker's opinion on a share."""
        held = shelf.held(asked.choice())
        rows = call_rows(held.situation, asked.filters())
        return answer(held, rows[offset : offset + limit], total=len(rows))

    @router.get("/themes", response_model=list[Theme])
    def themes(asked: _Asked) -> Response:
        """Themes: how good, how sure, how complete."""
        held, filters = shelf.held(asked.choice()), asked.filters()
        return answer(held, held.review["themes"] if filters == Filters() else theme_rows(held.situation, filters))

    @router.get("/brokers", response_model=list[Group])
    def brokers(asked: _Asked, by: _Word = None) -> Response:
        """Brokers, or another grouping: `by` is broker, analyst, theme, rating, strength, report, year or market."""
        held, filters = shelf.held(asked.choice()), asked.filters()
        kept = held.review["brokers"] if filters == Filters() and by in {None, "broker"} else None
        return answer(held, kept if kept is not None else broker_rows(held.situation, filters, by or "broker"))


def _single(router: APIRouter, shelf: Shelf) -> None:
    @router.get("/returns", response_model=list[Stretch])
    def returns(
        symbol: Annotated[list[str], Query(min_length=1, max_length=50)],
        start: Annotated[dt.date, Query(alias="from")],
        end: Annotated[dt.date | None, Query(alias="to")] = None,
    ) -> Response:
        """Returns of securities between two dates: from the last close on or before `from` to that of `to`."""
        wanted = [checked(text) for text in symbol]
        last = end or shelf.today
        if start > last:
            raise DatesReversed(start=start, end=last)
        with shelf.reading() as connection:
            situation = load_situation(connection, shelf.settings, When(min(last, shelf.today)), symbols=wanted)
        return Response(as_json(return_rows(situation, wanted, start, last)), media_type="application/json")

    @router.get("/securities/{code}", response_model=Security)
    def security(
        code: Annotated[str, Path(max_length=24, description="A symbol: 300418.SZ.")], asked: _Asked
    ) -> Response:
        """One security: its adjusted path beside its benchmark's, and every recommendation of it."""
        held = shelf.held(asked.choice())
        symbol = checked(code)
        found = price_path(held.situation, symbol, held.by_symbol.get(symbol, []))
        return answer(held, {**found, "recommendations": held.by_symbol.get(found["symbol"], [])})

    @router.get("/check", response_model=Health)
    def health() -> Response:
        """The health of database, prices and ledger."""
        return Response(as_json(shelf.health()), media_type="application/json")


def answer(held: Held, rows: Sequence[Row] | Row, *, total: int | None = None) -> Response:
    """Write an answer; simulated rows say so, as the commands' do."""
    if held.review["simulated"]:
        rows = {"simulated": True, **rows} if isinstance(rows, dict) else [{"simulated": True, **row} for row in rows]  # type: ignore[dict-item]
    response = Response(as_json(rows), media_type="application/json")
    response.headers["X-Fingerprint"] = held.review["fingerprint"]
    if total is not None:
        response.headers["X-Total-Count"] = str(total)
    return response
