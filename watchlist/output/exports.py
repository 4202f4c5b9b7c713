"""Every form an export has: which ending or program asks for it, how it is written, and what it is to a browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from watchlist.output import beancount, portfolio, terminals
from watchlist.output.interchange import as_csv, as_json, as_json_lines
from watchlist.output.markdown import markdown
from watchlist.output.package import Package, Written

TABLES: Final = ("recommendations", "themes", "brokers", "strengths", "calls", "holdings", "health")
PERIOD_TABLES: Final = ("period-calls", "contributions", "restatements")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of export: ``write`` gets the package and the table asked for, ``None`` where none was named."""

    media: str
    write: Callable[[Package, str | None], Written]


def _page(package: Package, what: str | None) -> Written:
    from watchlist.output.page import review_page  # noqa: PLC0415  (jinja2: only the page needs it)

    del what
    return Written(review_page(package.review, package.language, package.colours, package.news()).encode())


def _workbook(package: Package, what: str | None) -> Written:
    from watchlist.output.workbook import review_workbook  # noqa: PLC0415  (only who writes one pays for it)

    del what
    evidence, news = package.evidence(), package.news()
    return Written(review_workbook(package.review, evidence, package.language, red_up=package.red_up, news=news))


def _parquet(package: Package, what: str | None) -> Written:
    from watchlist.output.parquet import parquet  # noqa: PLC0415  (pyarrow)

    return parquet(package, what or "recommendations")


def _csv(package: Package, what: str | None) -> Written:
    return Written(as_csv(package.rows(what or "recommendations", whole=True)).encode("utf-8-sig"))


def _json(package: Package, what: str | None) -> Written:
    if what is not None:
        return Written(as_json(package.rows(what, whole=True)).encode())
    return Written(as_json(package.everything()).encode())


def _lines(package: Package, what: str | None) -> Written:
    return Written(as_json_lines(package.rows(what or "recommendations", whole=True)).encode())


def _markdown(package: Package, what: str | None) -> Written:
    return markdown(package, what)


def _of(write: Callable[[Package], Written]) -> Callable[[Package, str | None], Written]:
    return lambda package, _: write(package)


BY_ENDING: Final[Mapping[str, Form]] = {
    ".html": Form("text/html; charset=utf-8", _page),
    ".xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook),
    ".csv": Form("text/csv; charset=utf-8", _csv),
    ".json": Form("application/json", _json),
    ".jsonl": Form("application/x-ndjson", _lines),
    ".parquet": Form("application/vnd.apache.parquet", _parquet),
    ".md": Form("text/markdown; charset=utf-8", _markdown),
    ".blk": Form("application/octet-stream", _of(terminals.tongdaxin)),
    ".ebk": Form("application/octet-stream", _of(terminals.tongdaxin)),
    ".beancount": Form("text/plain; charset=utf-8", _of(beancount.beancount_prices)),
}
# Programs that want an ending which already means something else here: by name, then by ending.
BY_PROGRAM: Final[Mapping[str, Mapping[str, Form]]] = {
    "ghostfolio": {".json": Form("application/json", _of(portfolio.ghostfolio))},
    "portfolio-performance": {".csv": Form("text/csv; charset=utf-8", _of(portfolio.portfolio_performance))},
    "yahoo": {".csv": Form("text/csv; charset=utf-8", _of(portfolio.yahoo))},
    "beancount": {".beancount": BY_ENDING[".beancount"], ".bean": BY_ENDING[".beancount"]},
    "tongdaxin": {".blk": BY_ENDING[".blk"], ".ebk": BY_ENDING[".blk"]},
    "tonghuashun": {
        ".txt": Form("text/plain; charset=gb18030", _of(terminals.tonghuashun_text)),
        ".xlsx": Form(BY_ENDING[".xlsx"].media, _of(terminals.tonghuashun_workbook)),
    },
}
