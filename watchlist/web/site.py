"""The site: what pages share: the shelf, the language, the words of links, and how a template becomes an answer."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment
from markupsafe import Markup, escape

from watchlist import __version__
from watchlist.domain.symbols import CURRENCIES, MARKETS, board
from watchlist.output.columns import Row
from watchlist.output.highlights import visible
from watchlist.output.html import environment
from watchlist.web.choice import LANGUAGES, Choice
from watchlist.web.counting import Counting
from watchlist.web.questions import Questions
from watchlist.web.shelf import Held, Shelf

TEMPLATES: Final = Path(__file__).with_name("templates")
# Address, English, Chinese: what every page leads to.
PAGES: Final = (
    ("/", "Overview", "概览"),
    ("/changes", "Changes", "变化"),
    ("/recommendations", "Recommendations", "推荐"),
    ("/calls", "Calls", "观点"),
    ("/themes", "Themes", "主题"),
    ("/brokers", "Brokers", "券商"),
    ("/watch", "Watchlist", "自选"),
    ("/holdings", "Holdings", "持仓"),
    ("/reviews", "Periods", "期间"),
    ("/returns", "Returns", "收益"),
    ("/reports", "Reports", "研报"),
    ("/health", "Health", "健康"),
    ("/downloads", "Downloads", "下载"),
    ("/words", "Words", "名词"),
    ("/api", "API", "API"),
)


# Words of an address that belong to one page, and go along with its links.
_OWN: Final = ("by", "group", "symbols", "from", "to", "members", "account", "standing", "against", "q", "sort")
WIDE: Final = frozenset({"title", "formula", "source", "value", "words", "why", "sector"})  # columns whose words wrap
SHORT: Final = 16  # characters that stay on one line even there


@dataclass(frozen=True)
class Site:
    """The pages' shared part.

    Attributes:
        language: spoken where an address names none.
        described: gives the API's description.
        editing: whether reports can be read in the browser.
        counting: works reviews out beside the request.
    """

    shelf: Shelf
    language: str
    described: Callable[[], dict[str, Any]]
    counting: Counting
    editing: bool = False

    def language_of(self, request: Request) -> str:
        """Give the language of an address, else the one that was set."""
        asked = request.query_params.get("lang")
        return asked if asked in LANGUAGES else self.language

    def red_up(self, language: str) -> bool:
        """Say whether gains are red."""
        colours = self.shelf.settings.colours
        return colours == "red-up" or (colours == "auto" and language == "zh")

    def ask(self, request: Request) -> Questions:
        """Ask about what an address names.

        Raises:
            WatchlistError: it cannot be answered.
        """
        return self.about(Choice.of(request.query_params))

    def about(self, choice: Choice) -> Questions:
        """Ask about a choice, as soon as its review is there.

        Raises:
            StillCounting: it takes longer than pages are made to wait.
            WatchlistError: it cannot be answered.
        """
        self.counting.wait(choice)
        return Questions.about(self.shelf, choice)

    def show(self, request: Request, template: str, ask: Questions, **values: object) -> Response:
        """Render a page of a review."""
        held = ask.held
        return self.render(
            request, template, 200, ask.choice, review=held.review, held=held, days=_days(self.shelf.today),
            indices=_indices(held), **values,
        )  # fmt: skip

    def refuse(self, request: Request, code: int, sentence: str) -> Response:
        """Render the page of an error, one sentence."""
        return self.render(request, "refused.html", code, Choice(), review=None, sentence=sentence)

    def still_counting(self, request: Request, seconds: float) -> Response:
        """Render a page that says so, and that opens the one asked for when its numbers are there."""
        response = self.render(request, "counting.html", 503, Choice(), review=None, seconds=round(seconds))
        response.headers["Refresh"] = response.headers["Retry-After"] = "2"
        return response

    def render(self, request: Request, template: str, code: int, choice: Choice, **values: object) -> Response:
        """Render a page."""
        language = self.language_of(request)
        page = _environment(language, self.red_up(language)).get_template(template)
        pages = (*PAGES, ("/edit", "Read a report", "读研报")) if self.editing else PAGES
        text = page.render(
            choice=replace(choice, lang=None if language == self.language else language),
            # Two slashes ahead would lead to another machine.
            path="/" + request.url.path.lstrip("/\\"),
            pages=pages,
            version=__version__,
            language_code="zh-CN" if language == "zh" else "en",
            languages={"zh": "中文", "en": "English"},
            own_language=self.language,
            query=request.query_params,
            **{"more": _more(request), "wide": WIDE, "short": SHORT, "link": None, **values},
        )
        return HTMLResponse(text, status_code=code)


@cache
def _environment(language: str, red_up: bool) -> Environment:  # noqa: FBT001  (a key of the cache)
    made = environment(language, red_up=red_up, folders=(TEMPLATES,))
    made.globals |= {"currencies": CURRENCIES, "markets": MARKETS}
    made.filters |= {"visible": visible, "marked": marked, "printed_in": lambda identity, names: names[identity]}
    return made


def marked(text: str, names: Sequence[str]) -> Markup:
    """Mark names in the words they were recommended in, however lines were broken; everything is escaped."""
    patterns = [r"\s*".join(re.escape(one) for one in name if not one.isspace()) for name in names]
    longest_first = sorted(filter(None, patterns), key=len, reverse=True)
    if not longest_first:
        return escape(visible(text))
    parts = map(visible, re.split(f"({'|'.join(longest_first)})", text))
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


def passages(rows: Sequence[Row]) -> list[tuple[str, str, list[Row]]]:
    """Gather the recommendations of a report by the passage they stand in: theme as printed, words, rows."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["theme_printed"], row["quote"]), []).append(row)
    return [(theme, quote, together) for (theme, quote), together in found.items()]


def _more(request: Request) -> dict[str, str]:
    return {name: request.query_params[name] for name in _OWN if request.query_params.get(name)}


def _days(today: dt.date) -> list[tuple[str, str, str]]:
    """Name the days that a review is usually as of: the ends of the last month, quarter and year."""
    month = today.replace(day=1) - dt.timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - dt.timedelta(days=1)
    year = today.replace(month=1, day=1) - dt.timedelta(days=1)
    return [
        (month.isoformat(), "last month", "上月末"),
        (quarter.isoformat(), "last quarter", "上季末"),
        (year.isoformat(), "last year", "去年末"),
    ]


def _indices(held: Held) -> list[tuple[str, str]]:
    """List the indices that everything can be measured against: those that there are prices of."""
    known = sorted(symbol for symbol in held.situation.known.bars if board(symbol) == "index")
    return [(symbol, held.situation.name_of(symbol) or symbol) for symbol in known]
