"""The review page: one self-contained HTML file that fetches nothing, in Chinese or English.

Its only script sorts and searches the tables; the content policy names it by its digest and allows no other.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from watchlist import __version__
from watchlist.output.columns import CHANGES, Row
from watchlist.output.drawing import Marks
from watchlist.output.holdings_page import holdings_view
from watchlist.output.html import environment, policy
from watchlist.output.message import alert, ranked
from watchlist.output.period_page import period_view
from watchlist.output.review_columns import GLOSSARY, HEALTH, RATINGS

# A page with every row of a large ledger would be slow to open: the workbook and the files hold them all.
MOST_ROWS: Final = 2_000
MOST_NEWS: Final = 60


def review_page(
    review: Mapping[str, Any], language: str, colours: str = "auto", news: Mapping[str, Any] | None = None
) -> str:
    """Render a review; everything that comes from a report is escaped.

    Args:
        news: what is new, as in :class:`output.package.Package`.
    """
    red_up = colours == "red-up" or (colours == "auto" and language == "zh")
    by_id = {row["id"]: row for row in review["recommendations"]}
    return environment(language, red_up=red_up).get_template("review.html").render(
        review=review,
        policy=policy(red_up=red_up),
        version=__version__,
        glossary=GLOSSARY,
        health_columns=HEALTH,
        rating_columns=RATINGS,
        period=period_view(review["period"], language) if "period" in review else None,
        holdings=holdings_view(review["holdings"], language),
        news=None if news is None else _news(news, language, simulated=review["simulated"]),
        bought=bought(review["recommendations"]),
        recommendations=review["recommendations"][:MOST_ROWS],
        left_out=max(len(review["recommendations"]) - MOST_ROWS, 0),
        winners=[by_id[identity] for identity in review["winners"]],
        losers=[by_id[identity] for identity in review["losers"]],
    )  # fmt: skip


def _news(news: Mapping[str, Any], language: str, *, simulated: bool) -> dict[str, Any]:
    """Give what is new: a sentence that counts it, and the most important of it."""
    rows = ranked(news["rows"])
    title = alert(news["rows"], news, language, simulated=simulated).title
    return {"title": title, "columns": CHANGES, "rows": rows[:MOST_NEWS], "left_out": max(len(rows) - MOST_NEWS, 0)}


def bought(rows: Sequence[Row]) -> dict[str, Marks]:
    """Name by theme and session what was bought: the marks of the curves."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if row["entry_session"] is not None and row["direction"] > 0:
            found.setdefault(row["theme"], {}).setdefault(row["entry_session"], []).append(row["name"])
    return {theme: {day: (1, named(names)) for day, names in days.items()} for theme, days in found.items()}


def named(names: Sequence[str], most: int = 8) -> str:
    """Name some, and count the rest."""
    every = list(dict.fromkeys(names))
    return " ".join(every[:most]) + (f" +{len(every) - most}" if len(every) > most else "")
