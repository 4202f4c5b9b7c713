"""What a report or a list puts into names, themes, quotes and brokers comes out as plain text, wherever it is shown."""

import csv
import io
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.cli.program import Said, run
from tests.cli.small_world import EVENING, PUFA, World, make_world, report

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
DDE = "@SUM(1+1)*cmd|' /C calc'!A0"
TURNED = "\u202e\u2066甲证券\u200b"
ESCAPES = "\x1b[31m红\x1b[0m\x07"
MARKUP = "[red]红[/red] [link=http://evil.example]x[/link]"
# A cell of a table that a spreadsheet would take for a formula.
ACTIVE = re.compile(r"^[\s\ufeff\u200b]*[=+\-@＝＋－＠\t\r]")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069]")


def ask(world: World, *arguments: object) -> Said:
    return run(*arguments, home=world.home, market=world.market, now=EVENING)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a world whose every text is hostile: a file of the ledger, a list that was imported, a draft accepted."""
    world = make_world(tmp_path_factory.mktemp("hostile"))
    quote = f"推荐{FORMULA}{SCRIPT}{MARKUP}"
    text = report(
        broker=DDE, recommended={PUFA: FORMULA.replace('"', "'")}, theme=FORMULA.replace('"', "'"), quote=quote
    )
    world.write("reports/hostile.toml", text.replace("测试", SCRIPT))
    rows = [
        ["2024-03-05", f"{TURNED}{SCRIPT}", PUFA, f"+{DDE}", "买入", f"-2+3{ESCAPES}", f"@{MARKUP}", SCRIPT],
        ["2024-03-06", DDE, PUFA, "", "买入", "\u200b=1+1", SCRIPT, f"+{TURNED}"],
    ]
    path = world.home / "list.parquet"  # a CSV file with control characters is refused
    heads = ["date", "broker", "symbol", "name", "rating", "analyst", "theme", "title"]
    pd.DataFrame(rows, columns=heads).to_parquet(path)
    assert ask(world, "import", path).code == 0
    draft = world.home / "draft.txt"
    draft.write_text(
        f"国信证券研究所\n2024年3月7日\n{SCRIPT}\n投资建议：1）{MARKUP}板块：建议关注浦发银行（600000.SH）、{FORMULA}。\n",
        "utf-8",
    )
    said = ask(world, "read", draft, "--accept", "--broker", f"丁证券{SCRIPT}", "--published", "2024-03-07")
    assert said.code in {0, 1}, said.err
    assert ask(world, "daily").code == 0
    return world


def test_the_world_is_as_hostile_as_it_should_be(world: World) -> None:
    rows = ask(world, "recommendations", "--json").rows
    texts = " ".join(str(row[key]) for row in rows for key in ("broker", "theme_printed", "quote", "analyst"))
    for sign in ("=HYPERLINK", "@SUM", "<script>", "onerror", "[red]", "cmd|"):
        assert sign in texts, sign


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_terminal_gets_no_control_and_no_direction_and_no_markup(world: World, language: str) -> None:
    columns = "broker,name,theme_printed,analyst,quote"
    for said in (
        ask(world, "recommendations", "--columns", columns, "--lang", language),
        ask(world, "brokers", "--lang", language),
        ask(world, "theme", "list", "--lang", language),
    ):
        assert said.code == 0
        assert UNSEEN.search(said.out + said.err) is None
    assert "[red]" in ask(world, "recommendations", "--columns", columns).out  # as text, not as a colour


def test_no_cell_of_a_csv_file_is_a_formula(world: World) -> None:
    for arguments in (
        ("recommendations",),
        ("calls",),
        ("brokers",),
        ("brokers", "--by", "theme"),
        ("brokers", "--by", "analyst"),
    ):
        out = ask(world, *arguments, "--csv").out
        for row in csv.reader(io.StringIO(out.lstrip("\ufeff"))):
            for cell in row:
                assert not ACTIVE.match(cell) or _is_number(cell), (arguments, cell)


def test_no_cell_of_the_workbook_is_a_formula_of_theirs_or_a_link(world: World, tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    assert ask(world, "export", path).code == 0
    book = openpyxl.load_workbook(path)
    seen = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                text = str(cell.value or "")
                hostile = any(sign in text for sign in ("HYPERLINK", "cmd|", "<script>", "evil"))
                seen += hostile
                assert not (hostile and cell.data_type == "f"), (sheet.title, cell.coordinate)
                assert cell.hyperlink is None or "evil" not in str(cell.hyperlink.target)
    assert seen


class Page(HTMLParser):
    """Collects what a browser would run or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values.get("content") or ""
        self.active += [f"{tag} {name}" for name in values if name.startswith("on")]
        self.active += [f"{tag} {value}" for value in values.values() if value and "evil" in value]
        if tag == "img" and values.get("src") == "x":
            self.active.append("img")


def test_the_page_shows_it_as_text_under_a_policy(world: World, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    assert ask(world, "export", path).code == 0
    text = path.read_text("utf-8")
    page = Page()
    page.feed(text)
    assert page.active == []
    assert "script-src" in page.policy or "default-src" in page.policy
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_an_accepted_draft_is_toml_that_says_just_what_the_text_said(world: World) -> None:
    files = list((world.home / "config" / "local" / "reports").glob("*.toml"))
    for path in files:
        table = tomllib.loads(path.read_text("utf-8"))
        assert UNSEEN.search(path.read_text("utf-8").replace("\n", "")) is None
        for row in table.get("recommendations", []):
            for one in row["quotes"]:
                assert len(one["text"]) == one["end"] - one["start"]
    assert files


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell in {"-", "–"}
    return True
