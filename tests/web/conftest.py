"""The web application over a demo, asked without a network."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import pytest
from fastapi import FastAPI

from tests.cli.program import NOW, run
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.web.app import create_app
from watchlist.web.shelf import Shelf

HOST: Final = "http://127.0.0.1:8350"
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran; it is only read."""
    home = tmp_path_factory.mktemp("web")
    said = run("demo", home=home)
    assert said.code == 0, said.err
    return home


@pytest.fixture(scope="session")
def app(demo: Path) -> FastAPI:
    """Give the application, on the evening of the demo."""
    home = find_home(demo, {})
    return create_app(Shelf(home.db / "demo.db", load_settings(home), lambda: NOW), "en")


@pytest.fixture(scope="session")
def ask(app: FastAPI) -> Ask:
    """Give a way to ask the application."""

    def asked(path: str, method: str = "GET", headers: dict[str, str] | None = None) -> httpx.Response:
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(once())

    return asked
