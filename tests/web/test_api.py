"""The API: the shapes and numbers of the commands, described by OpenAPI, and never a failure of the server."""

import re
from pathlib import Path
from typing import Any, Final

import click
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.cli.program import run
from tests.web.conftest import Ask
from watchlist.queries.groups import BY
from watchlist.web import shapes
from watchlist.web.api_words import endpoints
from watchlist.web.tables import GROUPINGS

Operations = list["schemathesis.APIOperation[Any, Any, Any, Any]"]
HERE: Final = {"Host": "127.0.0.1"}
SHAPES: Final = {
    "/api/recommendations": list[shapes.Recommendation],
    "/api/sectors": list[shapes.Sector],
    "/api/calls": list[shapes.Call],
    "/api/watch": list[shapes.Ticker],
    "/api/themes": list[shapes.Theme],
    "/api/brokers": list[shapes.Group],
    "/api/leaderboard": list[shapes.Ranked],
    "/api/history": list[shapes.Past],
    "/api/explain?group=国信": list[shapes.Step],
    "/api/returns?symbol=300418.SZ&from=2024-06-14": list[shapes.Stretch],
    "/api/returns?theme=ai-video&from=2024-06-28": list[shapes.ThemeStretch],
    "/api/securities/300418.SZ": list[shapes.Shown],
    "/api/securities/昆仑万维/explain": list[shapes.Step],
    "/api/securities/300418.SZ/path": shapes.Path,
    "/api/changes?since=2024-06-01": list[shapes.Change],
    "/api/holdings": list[shapes.Holding],
    "/api/portfolio": list[shapes.Portfolio],
    "/api/reviews/2024Q3": shapes.PeriodReview,
    "/api/reviews/2024Q3?no_quotes=true&currency=CNY&theme=new-games": shapes.PeriodReview,
    "/api/reviews/2024Q3/contributions": list[dict[str, Any]],
    "/api/check": shapes.Health,
}
# A question of the command line beside the address that answers it.
QUESTIONS: Final = (
    ("recommendations", "recommendations"),
    ("recommendations --sectors", "sectors"),
    (
        "recommendations --theme ai --broker 上海 --as-of 2025-01-31",
        "recommendations?theme=ai&broker=上海&as_of=2025-01-31",
    ),
    ("recommendations --symbol 300418 --symbol 掌趣科技", "recommendations?symbol=300418&symbol=掌趣科技"),
    (
        "recommendations --benchmark 000300.SH --currency CNY --market CN",
        "recommendations?benchmark=000300.SH&currency=CNY&market=CN",
    ),
    (
        "recommendations --direction 1 --rating watch --status delisted",
        "recommendations?direction=1&rating=watch&status=delisted",
    ),
    (
        "recommendations --since 2024-05-01 --until 2024-06-30 --period 1w,ytd",
        "recommendations?since=2024-05-01&until=2024-06-30&period=1w,ytd",
    ),
    ("calls", "calls"),
    ("calls --broker 国信 --status closed", "calls?broker=国信&status=closed"),
    ("watch", "watch"),
    ("watch --market HK", "watch?market=HK"),
    ("changes --since 2024-06-01 --as-of 2024-12-31", "changes?since=2024-06-01&as_of=2024-12-31"),
    ("changes --since 2024-09-30 --move 0.2 --broker 国信", "changes?since=2024-09-30&move=0.2&broker=国信"),
    ("holdings", "holdings"),
    ("holdings --from 2024-09-30 --currency CNY --market CN", "holdings?from=2024-09-30&currency=CNY&market=CN"),
    ("holdings --standing unbacked", "holdings?standing=unbacked"),
    ("holdings --standing lapsed --account 一号", "holdings?standing=lapsed&account=一号"),
    ("holdings --portfolio", "portfolio"),
    ("themes", "themes"),
    ("themes --horizon 20 --per-mention", "themes?horizon=20&per_mention=true"),
    ("themes --history", "history?by=theme"),
    ("brokers", "brokers"),
    ("brokers --by strength --horizon 60 --benchmark 000300.SH", "brokers?by=strength&horizon=60&benchmark=000300.SH"),
    ("brokers --rank", "leaderboard"),
    ("brokers --rank --by theme --per-mention", "leaderboard?by=theme&per_mention=true"),
    ("brokers --history --by year", "history?by=year"),
    ("brokers --explain 国信", "explain?group=国信"),
    ("show 昆仑万维", "securities/昆仑万维"),
    ("show 300418 --explain", "securities/300418/explain"),
    ("show 601019", "securities/601019"),
    (
        "returns 300418 00772.HK --from 2024-06-14 --to 2025-06-30",
        "returns?symbol=300418&symbol=00772.HK&from=2024-06-14&to=2025-06-30",
    ),
    ("returns --theme ai-video --from 2024-06-28", "returns?theme=ai-video&from=2024-06-28"),
    (
        "returns --theme ai-video --from 2024-06-28 --members today --broker 国信",
        "returns?theme=ai-video&from=2024-06-28&members=today&broker=国信",
    ),
)


@pytest.mark.parametrize(("path", "shape"), SHAPES.items())
def test_answers_have_the_described_shape(ask: Ask, path: str, shape: Any) -> None:  # noqa: ANN401 - a type
    answer = ask(path)
    assert answer.status_code == 200
    rows = TypeAdapter(shape).validate_json(answer.content, strict=False)
    assert rows


@pytest.mark.parametrize(("typed", "address"), QUESTIONS)
def test_every_question_is_answered_as_on_the_command_line(ask: Ask, demo: Path, typed: str, address: str) -> None:
    rows = run(*typed.split(), "--demo", "--json", "--lang", "en", home=demo).rows
    answer = ask(f"/api/{address}")
    assert answer.json() == rows
    assert len(rows) > 0
    assert list(answer.json()[0]) == list(rows[0])
    assert answer.headers["X-Total-Count"] == str(len(rows))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("question", ["recommendations", "themes", "watch"])
def test_files_are_those_of_the_command_line(ask: Ask, demo: Path, question: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    assert run(question, "--demo", "--output", path, home=demo).code == 0
    answer = ask(f"/api/{question}?format={form}")
    assert answer.content == path.read_bytes()
    assert answer.headers["Content-Type"] == {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}[form]


def test_an_answer_that_is_known_already_is_not_sent_again(ask: Ask) -> None:
    tag = ask("/api/themes").headers["ETag"]
    again = ask("/api/themes", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert ask("/api/themes?horizon=20", headers={"If-None-Match": tag}).status_code == 200


def test_every_question_of_the_commands_has_an_address() -> None:
    """Whoever adds a query to the command line must give it an address, and a line in ``QUESTIONS``."""
    from watchlist.cli import cli  # noqa: PLC0415 - the whole command line, for this test alone

    options = {name: [p for p in one.params if isinstance(p, click.Option)] for name, one in cli.commands.items()}
    queries = {name for name, own in options.items() if any(one.flag_value == "jsonl" for one in own)}
    assert queries == {typed.split()[0] for typed, _ in QUESTIONS}


def test_pages_offer_every_grouping_of_the_queries() -> None:
    assert tuple(name for name, _, _ in GROUPINGS) == BY


def test_a_long_answer_comes_in_parts(ask: Ask) -> None:
    whole = ask("/api/recommendations").json()
    part = ask("/api/recommendations?limit=3&offset=2")
    assert part.json() == whole[2:5]
    assert part.headers["X-Total-Count"] == str(len(whole)) == "35"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/recommendations?theme=nothing", 400),
        ("/api/recommendations?symbol=nothing", 400),
        ("/api/recommendations?as_of=2099-01-01", 400),
        ("/api/recommendations?limit=0", 422),
        ("/api/brokers?by=colour", 422),
        ("/api/returns?symbol=300418.SZ&from=2024-06-14&to=2024-06-01", 400),
        ("/api/nothing", 404),
        ("/api/recommendations?teme=ai", 422),
        ("/api/recommendations?since=20240614", 422),
        ("/api/recommendations?since=2024-06-14&until=2024-06-01", 400),
        ("/api/recommendations?status=open_wide", 400),
        ("/api/recommendations?period=2y", 400),
        ("/api/recommendations?known_at=yesterday", 400),
        ("/api/returns?from=2024-06-14", 400),
        ("/api/returns?symbol=300418&from=2024-06-14&broker=国信", 400),
        ("/api/returns?symbol=300418&from=2099-01-01", 400),
        ("/api/explain?group=nobody", 400),
        ("/api/securities/nothing at all", 400),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(ask: Ask, path: str, code: int) -> None:
    answer = ask(path)
    assert answer.status_code == code
    assert set(answer.json()) == {"error"}
    assert "--" not in answer.json()["error"]  # an address has no options


def test_what_was_typed_is_said_as_it_was_typed(ask: Ask) -> None:
    assert '"--6m"' in ask("/api/recommendations?horizon=--6m").json()["error"]
    assert '"--ai"' in ask("/api/recommendations?theme=--ai").json()["error"]


def test_the_description_names_every_route_and_its_errors(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    parts = {"300418.SZ": "{code}", "昆仑万维": "{code}", "2024Q3": "{period}", "contributions": "{table}"}
    known = {"/".join(parts.get(part, part) for part in path.partition("?")[0].split("/")) for path in SHAPES}
    assert set(paths) == known
    for methods in paths.values():
        assert set(methods) == {"get"}
        assert {"200", "400", "404", "422", "503"} <= set(methods["get"]["responses"])
        assert methods["get"]["description"]


def test_the_page_of_the_api_speaks_chinese(app: FastAPI, ask: Ask) -> None:
    for about, says, named in endpoints(app.openapi(), "zh"):
        for sentence in (says, *(meaning for _, meaning in named)):
            assert re.search("[\u4e00-\u9fff]", sentence), (about, sentence)
    page = ask("/api?lang=zh").text
    assert "每条推荐及其现状" in page
    assert "Every recommendation" not in page
    assert "Every recommendation" in ask("/api?lang=en").text


@pytest.fixture(scope="session")
def operations(app: FastAPI) -> Operations:
    """Give the API's questions as its own description has them."""
    description = schemathesis.openapi.from_asgi("/openapi.json", app, headers=HERE)
    found = list(description.get_all_operations())
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) == len(found) > 10
    return operations


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_question_breaks_the_server(
    operations: Operations,
    mode: schemathesis.GenerationMode,
    data: st.DataObject,
) -> None:
    """Questions that the description allows, and ones it does not: the answer is as described, never a failure."""
    operation = data.draw(st.sampled_from(operations))
    data.draw(operation.as_strategy(generation_mode=mode)).call_and_validate(
        headers=HERE, excluded_checks=[positive_data_acceptance]
    )


def test_downloads_are_the_files_of_export(ask: Ask) -> None:
    workbook = ask("/downloads/review.xlsx")
    assert workbook.content.startswith(b"PK")
    assert workbook.headers["Content-Disposition"] == 'attachment; filename="review-2026-11-22.xlsx"'
    assert ask("/downloads/ghostfolio.json").json()["activities"]
    assert ask("/downloads/themes.csv").content.startswith(b"\xef\xbb\xbf")
    assert ask("/downloads/watchlist.blk").content.endswith(b"\r\n")
