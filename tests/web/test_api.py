"""The API: the shapes and numbers of the commands, described by OpenAPI, and never a failure of the server."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.cli.program import run
from tests.web.conftest import Ask
from watchlist.web import shapes

SHAPES: Final = {
    "/api/recommendations": list[shapes.Recommendation],
    "/api/calls": list[shapes.Call],
    "/api/themes": list[shapes.Theme],
    "/api/brokers": list[shapes.Group],
    "/api/returns?symbol=300418.SZ&from=2024-06-14": list[shapes.Stretch],
    "/api/securities/300418.SZ": shapes.Security,
    "/api/check": shapes.Health,
}


@pytest.mark.parametrize(("path", "shape"), SHAPES.items())
def test_answers_have_the_described_shape(ask: Ask, path: str, shape: Any) -> None:  # noqa: ANN401 - a type
    answer = ask(path)
    assert answer.status_code == 200
    TypeAdapter(shape).validate_json(answer.content, strict=False)


@pytest.mark.parametrize("command", ["recommendations", "calls", "themes", "brokers"])
def test_numbers_are_those_of_the_command_line(ask: Ask, demo: Path, command: str) -> None:
    rows = run(command, "--demo", "--json", home=demo).rows
    answered = ask(f"/api/{command}").json()
    assert len(answered) == len(rows) > 0
    for one, row in zip(answered, rows, strict=True):
        assert one == {name: row[name] for name in one}


def test_filters_are_those_of_the_command_line(ask: Ask, demo: Path) -> None:
    rows = run("recommendations", "--demo", "--json", "--theme", "ai", "--broker", "上海", home=demo).rows
    answer = ask("/api/recommendations?theme=ai&broker=上海")
    assert [one["id"] for one in answer.json()] == [row["id"] for row in rows]
    assert answer.headers["X-Total-Count"] == str(len(rows))
    assert [one["id"] for one in ask("/api/recommendations?limit=3&offset=2").json()] == [
        one["id"] for one in ask("/api/recommendations").json()[2:5]
    ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/recommendations?theme=nothing", 400),
        ("/api/recommendations?symbol=nothing", 400),
        ("/api/recommendations?as_of=2099-01-01", 400),
        ("/api/recommendations?limit=0", 422),
        ("/api/brokers?by=colour", 400),
        ("/api/returns?symbol=300418.SZ&from=2024-06-14&to=2024-06-01", 400),
        ("/api/nothing", 404),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(ask: Ask, path: str, code: int) -> None:
    answer = ask(path)
    assert answer.status_code == code
    assert set(answer.json()) == {"error"}


def test_the_description_names_every_route_and_its_errors(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert set(paths) == {path.partition("?")[0].replace("300418.SZ", "{code}") for path in SHAPES}
    for methods in paths.values():
        assert set(methods) == {"get"}
        assert {"200", "400", "404", "422", "503"} <= set(methods["get"]["responses"])
        assert methods["get"]["description"]


def value_of(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """Make values of a parameter: mostly of its kind, sometimes not."""
    wild = st.text(max_size=12)
    kinds = schema.get("anyOf", [schema])
    made: list[st.SearchStrategy[str]] = [wild]
    for kind in kinds:
        if "enum" in kind:
            made.append(st.sampled_from([str(one) for one in kind["enum"]]))
        elif kind.get("format") == "date":
            made.append(st.dates().map(str))
        elif kind.get("type") == "integer":
            made.append(st.integers().map(str))
        elif kind.get("type") in {"string", "array"}:
            known = ("300418.SZ", "000300.SH", "6m", "20", "ai", "国信证券", "running", "month", "2024-06-14", "")
            made.append(st.sampled_from(known))
    return st.one_of(made)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_question_breaks_the_server(ask: Ask, app: FastAPI, data: st.DataObject) -> None:
    paths = app.openapi()["paths"]
    path = data.draw(st.sampled_from(sorted(paths)))
    words = []
    for parameter in paths[path]["get"].get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace("{code}", quote(data.draw(value_of(parameter["schema"])), safe=""))
        elif data.draw(st.booleans()) or parameter.get("required"):
            words.append((parameter["name"], data.draw(value_of(parameter["schema"]))))
    answer = ask(f"{path}?{urlencode(words)}")
    assert answer.status_code in {200, 400, 404, 405, 422, 503}
    assert "error" in answer.json() or answer.status_code == 200


def test_downloads_are_the_files_of_export(ask: Ask) -> None:
    workbook = ask("/downloads/review.xlsx")
    assert workbook.content.startswith(b"PK")
    assert workbook.headers["Content-Disposition"] == 'attachment; filename="review-2026-11-22.xlsx"'
    assert ask("/downloads/ghostfolio.json").json()["activities"]
    assert ask("/downloads/themes.csv").content.startswith(b"\xef\xbb\xbf")
    assert ask("/downloads/watchlist.blk").content.endswith(b"\r\n")
