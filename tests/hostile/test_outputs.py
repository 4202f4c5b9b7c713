"""Whatever the corpus put into names, themes, quotes and brokers, it does nothing in any output."""

import asyncio
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import httpx
import openpyxl
import pytest
from markdown import markdown  # type: ignore[import-untyped]  # what apprise renders with; it comes without types

from tests.cli.small_world import EVENING, PUFA, World, make_world
from tests.hostile.conftest import ask
from tests.hostile.corpus import PAYLOADS, Payload, nothing_happens, of_csv, of_html, of_terminal
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.output.journal import line
from watchlist.output.markdown import inert
from watchlist.output.message import Message, alert
from watchlist.output.notify import pieces
from watchlist.web.app import create_app
from watchlist.web.shelf import Shelf
from watchlist.web.site import PAGES

Faults = Callable[[bytes], Sequence[str]]


def text_of(detector: Callable[[str], Sequence[str]]) -> Faults:
    return lambda content: detector(content.decode("utf-8"))


def of_json(text: str) -> list[str]:
    """Find what is no JSON, and what a terminal would obey if it were shown."""
    try:
        json.loads(text)
    except ValueError as error:
        return [str(error)]
    return re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)


def of_json_lines(text: str) -> list[str]:
    return [fault for one in text.removesuffix("\n").split("\n") for fault in of_json(one)]


def of_markdown(text: str) -> list[str]:
    """Find what becomes markup or a link when it is rendered, but our own tables, headings and emphasis."""
    page = markdown(text, extensions=["tables", "fenced_code"])
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z][\w-]*)", page))
    ours = {"table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "p", "code", "strong", "br"}
    return [*sorted(tags - ours), *of_html(page)]


def of_workbook(content: bytes) -> list[str]:
    """Find formulas and links that are not ours, and parts of a workbook that fetch or run."""
    faults = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        faults += [name for name in archive.namelist() if re.search(r"vba|external|embed|activeX|\.\.|^/", name)]
    texts = {one.text for one in PAYLOADS}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and (cell.value in texts or re.search("evil|calc'|cmd", str(cell.value))):
                    faults.append(f"{sheet.title} {cell.coordinate} {cell.value}")
                if cell.hyperlink is not None and not str(cell.hyperlink.location or "").startswith(("'", "#")):
                    faults.append(f"{sheet.title} {cell.coordinate} leads to {cell.hyperlink.target}")
    return faults


def lines_like(pattern: str, encoding: str = "utf-8") -> Faults:
    """Find the lines that are not of the format's own few shapes."""
    shape = re.compile(pattern)
    return lambda content: [one for one in content.decode(encoding).splitlines() if not shape.fullmatch(one)]


BEANCOUNT: Final = (
    r"|;[^\n]*|\d{4}-\d\d-\d\d (commodity [A-Z][A-Z0-9.]*|price [A-Z][A-Z0-9.]*  [\d.]+ [A-Z]{3})|  (name|theme): "
    r'"(?:[^"\\]|\\["\\nrtbf/]|\\u[0-9a-f]{4})*"'
)
FILES: Final[dict[str, tuple[tuple[str, ...], Faults]]] = {
    "review.html": ((), text_of(of_html)),
    "review.xlsx": ((), of_workbook),
    "review.md": ((), text_of(of_markdown)),
    "review.json": ((), text_of(of_json)),
    "recommendations.csv": ((), text_of(of_csv)),
    "calls.csv": (("--what", "calls"), text_of(of_csv)),
    "brokers.csv": (("--what", "brokers"), text_of(of_csv)),
    "themes.csv": (("--what", "themes"), text_of(of_csv)),
    "recommendations.jsonl": ((), text_of(of_json_lines)),
    "list.blk": ((), lines_like(r"|\d{7}")),
    "tonghuashun.txt": (("--for", "tonghuashun"), lines_like(r"股票代码\t股票名称|\d{6}\t[^\t=+@-][^\t]*", "gb18030")),
    "tonghuashun.xlsx": (("--for", "tonghuashun"), of_workbook),
    "ghostfolio.json": (("--for", "ghostfolio"), text_of(of_json)),
    "portfolio-performance.csv": (("--for", "portfolio-performance"), text_of(of_csv)),
    "yahoo.csv": (("--for", "yahoo"), text_of(of_csv)),
    "prices.beancount": ((), lines_like(BEANCOUNT)),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_it_does_nothing_in_a_file(world: World, files: Path, name: str) -> None:
    more, faults = FILES[name]
    with nothing_happens(files, world.home):
        said = ask(world, "export", files / name, *more)
    assert said.code == 0, said.err
    assert of_terminal(said.out + said.err) == []
    content = (files / name).read_bytes()
    assert len(content) > 15
    assert list(faults(content))[:10] == []


QUESTIONS: Final = (
    ("recommendations", "--columns", "broker,name,theme_printed,analyst,quote"), ("calls",), ("brokers",),
    ("brokers", "--by", "analyst"), ("themes",),
    ("theme", "list"), ("show", PUFA), ("changes", "--since", "2024-01-05"), ("check",), ("watch",), ("record",),
    ("update", "--dry-run"), ("brokers", "--explain", "evil"),
)  # fmt: skip


@pytest.mark.parametrize(("number", "question"), list(enumerate(QUESTIONS)), ids=str)
def test_it_does_nothing_in_a_terminal(world: World, number: int, question: tuple[str, ...]) -> None:
    language = ("zh", "en")[number % 2]
    with nothing_happens(world.home):
        said = ask(world, *question, "--lang", language)
    assert said.code in {0, 1, 2}
    assert len(said.out + said.err) > 20
    assert of_terminal(said.out + said.err)[:10] == []


def test_it_does_nothing_in_what_another_program_reads(world: World) -> None:
    assert of_csv(ask(world, "recommendations", "--csv").out)[:10] == []
    assert of_json(ask(world, "recommendations", "--json").out) == []
    assert of_json_lines(ask(world, "recommendations", "--jsonl").out)[:10] == []


def test_the_world_holds_the_corpus(world: World) -> None:
    """What was left out on the way can do no harm, and would show none either."""
    rows = ask(world, "recommendations", "--json").rows
    shown = {text for row in rows for text in (row["broker"], row["theme_printed"], row["quote"], row["analyst"])}
    missing = [str(one) for one in PAYLOADS if one.text not in shown]
    assert len(missing) <= 1, missing  # blanks alone are no broker


# Pages.


def pages_of(world: World) -> list[str]:
    addresses = [path for path, _, _ in PAGES if path != "/downloads"]
    addresses += [f"{path}lang=zh" for path in ("/?", "/recommendations?", "/brokers?by=analyst&")]
    addresses += [f"/securities/{PUFA}", "/brokers?by=report", "/changes?since=2024-01-05"]
    addresses += [f"/reports/{row['report']}" for row in ask(world, "recommendations", "--json").rows[::100]]
    return addresses


def test_it_does_nothing_on_the_pages(world: World) -> None:
    home = find_home(world.home, {})
    app = create_app(Shelf(home, home.database, load_settings(home), lambda: EVENING), "en")

    async def fetched() -> dict[str, httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8350") as client:
            return {one: await client.get(one) for one in pages_of(world)}

    with nothing_happens(world.home):
        answers = asyncio.run(fetched())
    for address, answer in answers.items():
        assert answer.status_code in {200, 404}, (address, answer.text[:300])
        assert of_html(answer.text)[:5] == [], address
        assert "script-src" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert sum(answer.status_code == 200 for answer in answers.values()) > 15


# Lines of their own: each text of the corpus by itself.


@pytest.mark.parametrize("one", PAYLOADS, ids=str)
def test_it_does_nothing_in_a_line(one: Payload) -> None:
    # The journal: one line, whatever breaks lines, and no secret in it.
    logged = line("error", EVENING, "failed", "CN", None, {"said": one.text, "where": one.text})
    assert of_terminal(logged) == []
    assert len(logged.splitlines()) == 1
    assert "secret123456" not in logged
    # A notification: for every address, in pieces, no control, nobody called who was not asked.
    for scheme in ("wecombot", "dingtalk", "feishu", "tgram", "mailto"):
        for piece in pieces(Message(one.text, (one.text,)), scheme):
            assert [fault for fault in of_terminal(piece) if "\n" not in fault] == []
            assert "secret123456" not in piece
            assert scheme != "feishu" or "<at" not in piece
    # The message of a day.
    row = {"kind": "new_call", "symbol": PUFA, "name": one.text, "broker": one.text, "what": one.text,
           "what_zh": one.text, "value": None}  # fmt: skip
    told = alert([row], {"day": "2024-06-28", "score_run": 1}, "en", simulated=False)
    assert of_terminal("\n".join(told.lines)) == []
    assert len(told.lines) == 1
    # A cell of Markdown.
    assert of_markdown(f"| a | b |\n|---|---|\n| {inert(one.text)} | end |\n") == []


def test_it_does_nothing_in_what_the_program_says_of_it(tmp_path: Path) -> None:
    """A word that is none is repeated in the sentence about it, harmless."""
    small = make_world(tmp_path)
    assert ask(small, "daily").code == 0
    asked = [one for one in PAYLOADS if one.kind in {"terminal", "turned"}] + list(PAYLOADS[::5])
    for number, one in enumerate(asked):
        if "\x00" in one.text:
            continue  # no command line can hold it
        question = (("show", "--"), ("recommendations", "--since"))[number % 2]
        with nothing_happens(small.home):
            said = ask(small, *question, one.text)
        assert said.code in {1, 2}, (one, said)
        assert "Traceback" not in said.err
        assert of_terminal(said.out + said.err) == [], one


def test_an_accepted_report_says_just_what_the_text_said(world: World) -> None:
    """The corpus comes back out of TOML as it went in."""
    for one in PAYLOADS:
        table = tomllib.loads((world.home / f"config/local/reports/{one}.toml").read_text("utf-8"))
        assert table["broker"] == one.text
