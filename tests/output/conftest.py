"""What the tests of files share: one demo, asked once, and a review in which every word is hostile."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.built_homes import demo_home
from tests.cli.program import run
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.output.package import Package
from watchlist.queries.closes import closes
from watchlist.queries.review import review_of, with_evidence
from watchlist.queries.situation import When, load_situation
from watchlist.storage.database import reading

AS_OF: Final = dt.date(2026, 11, 20)
HOSTILE: Final = (
    '=HYPERLINK("http://example.invalid")', "@SUM(1)", "+1", "-1", "http://example.invalid/x",
    "<script>alert(1)</script>",
    "a|b\nc", "[x](javascript:alert(1))", "../../etc/passwd", 'q"; drop', "mailto:a@example.invalid", "\u202eevil",
    "{{ 7*7 }}", "]]>&lt;", "＝1+1",
)  # fmt: skip


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran; it is only read."""
    return demo_home(tmp_path_factory)


@pytest.fixture(scope="session")
def rows(demo: Path) -> Any:  # noqa: ANN401 - whatever the program answered
    """Give what the command line says of every recommendation."""
    return run("recommendations", "--demo", "--json", "--as-of", AS_OF, home=demo).rows


@pytest.fixture(scope="session")
def package(demo: Path) -> Callable[[str], Package]:
    """Give the demo's review, to be written in a language."""
    home = find_home(demo, {})
    settings = load_settings(home)
    with reading(home.db / "demo.db") as connection:
        situation = load_situation(connection, settings, When(AS_OF))
        review = review_of(situation, connection)
    symbols = sorted({row["symbol"] for row in review["recommendations"]})
    evidence, prices = with_evidence(situation), closes(situation, symbols)
    return lambda language: Package(review, language, "auto", lambda: evidence, lambda: prices)


@pytest.fixture(scope="session")
def hostile(package: Callable[[str], Package]) -> Package:
    """Give a review whose every foreign word tries something."""
    good = package("en")
    review = json.loads(json.dumps(good.review))
    for number, row in enumerate(review["recommendations"]):
        for shift, key in enumerate(("name", "broker", "analyst", "theme_name", "theme_printed", "quote", "rating")):
            row[key] = HOSTILE[(number + shift) % len(HOSTILE)]
    for number, row in enumerate(review["themes"]):
        row["name"] = HOSTILE[number % len(HOSTILE)]
    for number, row in enumerate(review["brokers"]):
        row["group"] = HOSTILE[(number + 5) % len(HOSTILE)]
    return Package(review, "en", "auto", good.evidence, good.closes)
