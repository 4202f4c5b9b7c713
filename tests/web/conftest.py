"""The web application over a demo, asked without a network."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from tests.cli.built_homes import demo_home, founding_home
from tests.cli.program import NOW
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.steps.import_holdings import Given, import_holdings
from watchlist.storage.database import writing
from watchlist.web.app import create_app
from watchlist.web.shelf import Shelf

HELD: Final = (
    "证券代码,证券名称,股票余额,成本价\n300418,昆仑万维,1000,20.5\n600633,浙数文化,500,30\n601019,山东出版,200,9\n"
)
HOST: Final = "http://127.0.0.1:8350"
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran, and something is held; it is only read."""
    home = demo_home(tmp_path_factory)
    (home / "held.csv").write_text(HELD, "utf-8")
    with writing(home / "db" / "demo.db") as database:
        given = Given(NOW.date(), dt.date(2024, 9, 30), "一号", None)
        import_holdings(database, find_home(home, {}), home / "held.csv", given, NOW)
    return home


@pytest.fixture(scope="session")
def app(demo: Path) -> FastAPI:
    """Give the application, on the evening of the demo."""
    home = find_home(demo, {})
    return create_app(Shelf(home, home.db / "demo.db", load_settings(home), lambda: NOW), "en")


@pytest.fixture(scope="session")
def founding(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with both founding reports scored on real prices; it is only read."""
    return founding_home(shared, tmp_path_factory)


@pytest.fixture(scope="session")
def ask(app: FastAPI) -> Ask:
    """Give a way to ask the application."""
    return asking(app)


def asking(app: FastAPI) -> Ask:
    """Give a way to ask an application, without a network."""

    def asked(path: str, method: str = "GET", **more: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
                return await client.request(method, path, **more)

        return asyncio.run(once())

    return asked
