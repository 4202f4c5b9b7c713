"""What the server keeps to, whoever asks for whatever: its name, its headers, reading only, sizes, no folder shown."""

from pathlib import Path
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from tests.cli.program import dump
from tests.web.conftest import Ask

EVERYWHERE: Final = (
    "/", "/recommendations", "/nowhere", "/api/recommendations", "/api/nowhere", "/api/changes?since=x",
    "/downloads/review.csv", "/downloads/recommendations.csv", "/reports/none", "/openapi.json",
)  # fmt: skip
CARRIED: Final = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_headers(ask: Ask, address: str) -> None:
    answer = ask(address)
    assert {name: answer.headers.get(name) for name in CARRIED} == CARRIED
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]", "127.0.0.2"]
)
@pytest.mark.parametrize("address", ["/", "/api/recommendations", "/nowhere"])
def test_another_name_is_not_served(ask: Ask, address: str, host: str) -> None:
    answer = ask(address, headers={"Host": host})
    assert answer.status_code == 421
    assert "recommend" not in answer.text.lower()


@pytest.mark.parametrize("host", ["127.0.0.1:8350", "localhost", "LOCALHOST:1", "[::1]:8350"])
def test_its_own_names_are_served(ask: Ask, host: str) -> None:
    assert ask("/words", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_it_only_answers(ask: Ask, demo: Path, method: str) -> None:
    before = dump(demo / "db" / "demo.db")
    for address in ("/", "/recommendations", "/api/recommendations", "/edit", "/edit/read", "/downloads/review.csv"):
        assert ask(address, method).status_code in {404, 405}, address
    assert dump(demo / "db" / "demo.db") == before


def test_every_route_only_answers(app: FastAPI) -> None:
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert {method for route in routes for method in (route.methods or ())} <= {"GET", "HEAD"}


@pytest.mark.parametrize(
    "address",
    ["/downloads/", "/static/", "/static", "/templates/", "/db/", "/config/", "/db/demo.db", "/.git/config", "/api/",
     "/downloads/..%2f..%2fdb%2fdemo.db", "/downloads/%2e%2e/%2e%2e/db/demo.db", "/reports/../../db/demo.db",
     "/reports/..%2f..%2f..%2fetc%2fpasswd", "/downloads/review.html%00.csv", "//etc/passwd"],
)  # fmt: skip
def test_no_folder_and_no_file_is_shown(ask: Ask, address: str) -> None:
    answer = ask(address)
    assert answer.status_code in {400, 404, 307} or (address == "/api/" and answer.status_code == 200), answer.text[
        :200
    ]
    assert "SQLite format 3" not in answer.text
    assert "root:" not in answer.text
    assert "Index of" not in answer.text


@pytest.mark.parametrize(
    "word", ["theme", "broker", "analyst", "symbol", "since", "currency", "known_at", "horizon", "status"]
)
def test_a_word_has_a_size(ask: Ask, word: str) -> None:
    assert ask("/api/recommendations", params={word: "x" * 50_000}).status_code == 422


def test_an_answer_has_a_size(ask: Ask) -> None:
    assert ask("/api/recommendations?limit=10001").status_code == 422
    assert ask("/api/recommendations?offset=-1").status_code == 422
