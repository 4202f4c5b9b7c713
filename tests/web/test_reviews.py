"""The review of a period on the web: the page, its files and the API hold what the command's export holds."""

import json
import re
from pathlib import Path

import html5lib  # type: ignore[import-untyped]
import pytest

from tests.cli.program import run
from tests.cli.small_world import World
from tests.queries.quarter import LATER, QUOTE, restated_world
from tests.web.conftest import Ask, asking
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.queries.periods import quarters
from watchlist.web.app import create_app
from watchlist.web.shelf import Shelf


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return restated_world(tmp_path_factory.mktemp("reviews"))


@pytest.fixture(scope="module")
def asked(world: World) -> Ask:
    home = find_home(world.home, {})
    return asking(create_app(Shelf(home, home.database, load_settings(home), lambda: LATER), "en"))


def exported(world: World, path: Path, *options: str) -> bytes:
    said = run("export", path, *options, "--lang", "en", home=world.home, now=LATER)
    assert said.code == 0, said.err
    return path.read_bytes()


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ("--period 2024Q2", "2024Q2"),
        ("--period 2024Q2 --against 1", "2024Q2?against=1"),
        ("--period 2024Q2 --against 2024-04-30", "2024Q2?against=2024-04-30"),
        ("--period 2024H1 --currency CNY --no-quotes", "2024H1?currency=CNY&no_quotes=true"),
        ("--period 2024-04..2024-05 --theme MR --horizon 20", "2024-04..2024-05?theme=MR&horizon=20"),
        ("--period 2024Q2 --broker 乙 --as-of 2024-05-17", "2024Q2?broker=乙&as_of=2024-05-17"),
        ("--period 2023", "2023"),
    ],
)
def test_the_api_gives_what_the_command_exports(
    world: World, asked: Ask, tmp_path: Path, options: str, address: str
) -> None:
    wanted = json.loads(exported(world, tmp_path / "review.json", *options.split()))
    answer = asked(f"/api/reviews/{address}")
    assert answer.status_code == 200
    assert answer.json() == wanted
    assert list(answer.json()) == list(wanted)


@pytest.mark.parametrize("table", ["period-calls", "contributions", "restatements"])
def test_its_tables_are_those_of_the_command(world: World, asked: Ask, tmp_path: Path, table: str) -> None:
    wanted = json.loads(exported(world, tmp_path / "table.json", "--period", "2024Q2", "--what", table))
    answer = asked(f"/api/reviews/2024Q2/{table}")
    assert answer.json() == wanted
    assert len(wanted) > 3
    assert asked(f"/api/reviews/2024Q2/{table}?limit=2&offset=1").json() == wanted[1:3]
    csv = exported(world, tmp_path / "table.csv", "--period", "2024Q2", "--what", table)
    assert asked(f"/api/reviews/2024Q2/{table}?format=csv").content == csv


def test_the_page_holds_the_numbers_and_the_run_of_the_api(asked: Ask) -> None:
    found = asked("/api/reviews/2024Q2?against=1").json()
    text = asked("/reviews/2024Q2?against=1").text
    read = {float(value) for value in re.findall(r'data-v="(-?\d+\.\d+(?:e-?\d+)?)"', text)}
    rows = [row for table in ("themes", "brokers", "symbols", "calls") for row in found["period"][table]]
    assert [row for row in rows if row["contribution"] is not None and row["contribution"] not in read] == []
    total = found["period"]["total"]
    assert f"{total['opening']} + {total['new']} − {total['closed']} = {total['closing']}" in text
    assert f"score run {found['score_run']['id']} · fingerprint {found['fingerprint']}" in text
    assert "Score run 1, as of 2024-03-29" in text
    assert QUOTE not in text  # a period's page shows no words of a report


@pytest.mark.parametrize("name", ["review.html", "review.xlsx", "review.json", "period-calls.csv", "restatements.md"])
def test_its_files_are_those_of_the_command(world: World, asked: Ask, tmp_path: Path, name: str) -> None:
    what = () if name.startswith("review") else ("--what", name.partition(".")[0])
    wanted = exported(world, tmp_path / name, "--period", "2024Q2", "--no-quotes", *what)
    answer = asked(f"/reviews/2024Q2/{name}?no_quotes=1&lang=en")
    assert answer.content == wanted
    stem, _, ending = name.partition(".")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{stem}-2024Q2.{ending}"'


def test_every_choice_is_a_link_that_can_be_kept(asked: Ask) -> None:
    text = asked("/reviews/2024Q2").text
    for part in ("/reviews/2024Q1", "against=1", "currency=CNY", "/reviews/2024Q2/review.xlsx", "/reviews/2024"):
        assert re.search(rf'href="[^"]*{re.escape(part)}', text), part
    assert "/reviews/2024Q3" not in text  # it has not begun on that evening
    answer = asked("/reviews?of=2024-04..2024-05")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reviews/2024-04..2024-05")
    assert asked("/reviews?of=soon").status_code == 400
    listed = asked("/reviews").text
    assert [label in listed for label in ("2024Q1", "2024Q2", "2024Q3", "2023Q4")] == [True, True, False, False]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_period_has_words(asked: Ask, language: str) -> None:
    text = asked(f"/reviews/2023Q4?lang={language}").text
    html5lib.HTMLParser(strict=True).parse(text)
    assert {"en": "No call stood in this period.", "zh": "本期间没有有效观点。"}[language] in text
    assert 'id="period-themes"' not in text


def test_what_is_wrong_is_said_in_words_of_the_address(asked: Ask) -> None:
    for path, part in (
        ("/2024Q2?as_of=2024-07-01", "as_of"),
        ("/2024Q2?against=99", "against"),
        ("/nonsense", "2026Q3"),
    ):
        answer = asked(f"/api/reviews{path}")
        assert answer.status_code == 400
        assert part in answer.json()["error"]
        assert "--as-of" not in answer.json()["error"]
    assert asked("/api/reviews/2024Q2?symbol=600000").status_code == 422


def test_quarters_by_hand() -> None:
    import datetime as dt  # noqa: PLC0415

    found = quarters(dt.date(2023, 12, 31), dt.date(2024, 7, 1))
    assert [one.label for one in found] == ["2024Q3", "2024Q2", "2024Q1", "2023Q4"]
    assert (found[-1].first, found[-1].last) == (dt.date(2023, 10, 1), dt.date(2023, 12, 31))
