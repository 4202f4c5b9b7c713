"""The documents are in step with the program: what it has is in them, what they show is true, and links hold."""

import json
import os
import re
import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import click
import pytest
from filelock import FileLock
from pydantic import BaseModel

from tests.docs import messages
from tests.docs.console import DOCUMENTS, ROOT, Command, agrees, commands, run
from watchlist.cli import cli
from watchlist.domain.model import Status, Strength
from watchlist.domain.spoken import WORDS_ZH
from watchlist.ledger.ratings import Ratings
from watchlist.ledger.report import Report
from watchlist.ledger.retractions import Retraction
from watchlist.ledger.securities import COLUMNS
from watchlist.ledger.settings import Settings, SourceName
from watchlist.ledger.themes import Theme
from watchlist.ledger.watch import Watched
from watchlist.storage.database import HERE, reading, writing

SHARED_SECTIONS: Final = ("Options of every command", "Options of every query")
MIRRORS: Final = tuple(
    (english, english.replace(".md", ".zh-CN.md"))
    for english in ("README.md", "docs/scores.md", "docs/story.md", "docs/tutorial.md")
)
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
NUMBER: Final = re.compile(r"\d[\d,]*\.\d+")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran, once for all workers; it is only read."""
    every = tmp_path_factory.getbasetemp()
    home = (every.parent if os.environ.get("PYTEST_XDIST_WORKER") else every) / "documents"
    with FileLock(f"{home}.lock"):
        if not home.exists():
            fresh = tmp_path_factory.mktemp("fresh")
            code, said = run(Command(ROOT / "README.md", 0, "python main.py demo", ()), fresh)
            assert code == 0, said
            fresh.rename(home)
    return home


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def sections(name: str) -> dict[str, str]:
    """Give a document's parts by heading, without backticks; a part reaches to the next heading of any depth."""
    parts = re.split(r"(?m)^#+ (.+)$", _without_fences(text_of(name)))
    return {head.replace("`", ""): body for head, body in zip(parts[1::2], parts[2::2], strict=True)}


def _without_fences(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```$", "", text)


def named(text: str) -> set[str]:
    """Give every word that stands in backticks, also one of several: ``a, b`` and ``a.b``."""
    return {
        word for span in re.findall(r"`([^`]+)`", _without_fences(text)) for word in re.findall(r"[^\s,.:=]+", span)
    }


def every_command(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    if path:
        yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from every_command(child, f"{path} {name}".strip())


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Give every key of a model of a file, those of the models inside it too, as the file spells them."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in _models(field.annotation):
            yield from keys_of(inner)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation may be anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not None:
        for inner in get_args(annotation):
            yield from _models(inner)


@pytest.mark.parametrize(("path", "command"), list(every_command(cli)))
def test_every_command_and_option_is_in_the_commands(path: str, command: click.Command) -> None:
    found = sections("docs/commands.md")
    assert path in found, f"docs/commands.md has no heading `{path}`"
    words = named(found[path] + "".join(found[head] for head in SHARED_SECTIONS))
    options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}
    assert not options - words


@pytest.mark.parametrize(
    ("arguments", "heads"),
    [
        ("themes", ("themes",)),
        ("themes --history", ("themes",)),
        ("brokers", ("brokers", "themes")),
        ("brokers --rank", ("brokers",)),
        ("recommendations", ("recommendations",)),
        ("recommendations --sectors", ("recommendations",)),
        ("calls", ("calls",)),
        ("show 300418", ("show", "recommendations")),
        ("show 300418 --explain", ("show",)),
        ("returns 300418 --from 2024-06-14 --to 2025-06-30", ("returns",)),
        ("returns --theme ai-video --from 2024-06-28 --to 2025-06-30", ("returns",)),
        ("watch", ("watch",)),
        ("changes --since 2024-06-10 --as-of 2025-01-10", ("changes",)),
    ],
)
def test_every_key_of_an_answer_is_in_the_commands(arguments: str, heads: tuple[str, ...], demo: Path) -> None:
    code, said = run(Command(ROOT / "README.md", 0, f"python main.py {arguments} --demo --jsonl", ()), demo)
    assert code == 0, said
    found = sections("docs/commands.md")
    words = named("".join(found[head] for head in heads))
    assert not set(json.loads(said[0])) - words - {"simulated"}


def test_no_option_is_in_the_commands_that_the_program_does_not_have() -> None:
    known = {name for _, command in every_command(cli) for one in command.params for name in one.opts}
    top = {name for one in cli.params for name in one.opts} | {"--help", "--version"}
    mentioned = set(re.findall(r"--[a-z][a-z-]+", text_of("docs/commands.md")))
    assert not mentioned - known - top


def test_every_message_is_in_the_commands() -> None:
    shown = text_of("docs/commands.md").splitlines()
    missing = [row for row in messages.rows() if row not in shown]
    assert not missing, "run .venv/bin/python -m tests.docs"
    stated = set(re.findall(r"(?m)^\| `([A-Z]\w+)` \|", text_of("docs/commands.md")))
    assert stated == {error.__name__ for error in messages.errors()} | {"WatchlistError"}


def test_every_table_column_and_view_is_in_the_database_document(tmp_path: Path) -> None:
    found = sections("docs/database.md")
    with writing(tmp_path / "watchlist.db") as database:
        tables = [name for name in database.table_names() if not name.startswith(("sqlite_", "_sqlite"))]
        columns = {table: {column.name for column in database[table].columns} for table in tables}
        views = database.view_names()
    for table in tables:
        assert table in found
        absent = columns[table] - named(found[table])
        assert not absent, f"docs/database.md, {table}: {absent}"
    for view in views:
        question = (HERE / "views" / f"{view}.sql").read_text("utf-8").splitlines()[1].removeprefix("-- ")
        assert question in found[view]


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        ("settings.toml", set(keys_of(Settings)) | set(get_args(SourceName))),
        ("themes.toml", {*keys_of(Theme), "themes", "mapped"}),
        ("watchlist.toml", {*keys_of(Watched), "watch", "hidden"}),
        ("reports/*.toml", set(keys_of(Report)) - set(keys_of(Ratings)) | {"label"}),
        ("ratings.toml", set(keys_of(Ratings))),
        ("retractions.toml", {*keys_of(Retraction), "retracted"}),
        ("securities.csv", set(COLUMNS)),
    ],
)
def test_every_key_is_in_the_configuration_document(head: str, keys: set[str]) -> None:
    words = named(sections("docs/configuration.md")[head]) | set(
        re.findall(r"\[+([a-z]+)", sections("docs/configuration.md")[head])
    )
    assert not keys - words


def test_every_source_is_in_the_sources_document() -> None:
    assert not set(get_args(SourceName)) - named(text_of("docs/sources.md"))


def test_every_status_and_strength_is_in_the_glossary_as_the_program_says_it() -> None:
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| (\S+) \|", text_of("docs/glossary.md")))
    assert rows == {str(word): WORDS_ZH[word] for word in (*Status, *Strength)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in LINK.findall(_without_fences(document.read_text("utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), f"{document.name}: {link}"
        if anchor:
            heads = re.findall(r"(?m)^#+ (.+)$", _without_fences(target.read_text("utf-8")))
            assert anchor in {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}, link


@pytest.mark.parametrize(("english", "chinese"), MIRRORS)
def test_the_chinese_mirror_has_the_same_parts_commands_and_numbers(english: str, chinese: str) -> None:
    one, other = text_of(english), text_of(chinese)
    assert re.findall(r"(?m)^#+ ", one) == re.findall(r"(?m)^#+ ", other)
    assert _asked(english) == _asked(chinese)
    assert sorted(NUMBER.findall(_without_fences(one))) == sorted(NUMBER.findall(_without_fences(other)))


def _asked(name: str) -> list[str]:
    return [command.text.partition(" # ")[0].strip() for command in commands(ROOT / name)]


def test_the_first_command_of_the_readme_is_make_run() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        first = re.search(r"(?ms)^```\w*\n(\S+ \S+)", text_of(name))
        assert first is not None
        assert first[1] == "make run"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_links_every_document(readme: str) -> None:
    """In its own language where there is one."""
    every = {path.name for path in (ROOT / "docs").glob("*.md")}
    chinese = {name for name in every if name.endswith(".zh-CN.md")}
    other = {name.replace(".zh-CN", "") for name in chinese} if "zh-CN" in readme else chinese
    linked = {Path(link.partition("#")[0]).name for link in LINK.findall(text_of(readme)) if link.startswith("docs/")}
    assert not every - other - linked


def test_the_contribution_guide_gives_a_reason_for_every_dependency_and_every_lint_exception() -> None:
    text = text_of("CONTRIBUTING.md")
    wanted = {
        re.split(r"[<>=\s#]", line)[0]
        for name in ("requirements.in", "requirements-fast.in", "requirements-notify.in")
        for line in text_of(name).splitlines()
        if line and not line.startswith(("#", "-r"))
    }
    lint = tomllib.loads(text_of("pyproject.toml"))["tool"]["ruff"]["lint"]
    off = {*lint["ignore"], *(rule for rules in lint["per-file-ignores"].values() for rule in rules)}
    assert "click" in wanted
    assert "S101" in off
    assert not (wanted | off) - named(text)


def test_what_is_shown_is_compared_line_by_line() -> None:
    shown = ("as of …", "…", "end")
    assert agrees(shown, ["as of 2026-01-05", "one", "two", "end"])
    assert agrees(shown, ["as of 2026-01-05", "end"])
    assert not agrees(shown, ["as of 2026-01-05", "end", "more"])
    assert not agrees(("+1.00%",), ["+1.01%"])
    assert agrees((), ["anything"])


def test_a_console_block_holds_commands_of_the_program_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"python main\.py themes"):
        run(Command(ROOT / "README.md", 0, "rm -r db", ()), tmp_path)


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if any(commands(d))], ids=lambda path: path.name)
def test_the_console_blocks_run_and_print_what_they_show(document: Path, demo: Path, tmp_path: Path) -> None:
    home = shutil.copytree(demo, tmp_path / "home")
    for command in commands(document):
        code, printed = run(command, home)
        assert code == command.code, f"{command.place}: {printed}"
        assert agrees(command.shown, printed), f"{command.place}: run .venv/bin/python -m tests.docs\n{printed}"


def test_the_queries_of_the_database_document_run(demo: Path) -> None:
    queries = re.findall(r"(?ms)^```sql\n(.*?)^```$", text_of("docs/database.md"))
    assert queries
    with reading(demo / "db" / "demo.db") as connection:
        answers = [_answer(connection, query) for query in queries]
    # The demo has nothing that waits for somebody and holds nothing; everything else has an answer.
    assert [query for query, rows in zip(queries, answers, strict=True) if not rows] == [
        query for query in queries if "open_questions" in query or "holdings_current" in query
    ]


def _answer(connection: sqlite3.Connection, query: str) -> list[sqlite3.Row]:
    return connection.execute(query).fetchall()
