"""Tables align with Chinese in them, show at most eight columns unasked, and never do what a report's words say."""

import io
import re

import pytest
from rich.cells import cell_len

from watchlist.output import columns as module
from watchlist.output.columns import Column, with_periods
from watchlist.output.table import LONG, print_table

NAME, NUMBER = Column("name", "name", "名称"), Column("n", "number", "数值", "percent")
DEFAULTS = {
    name: value
    for name, value in vars(module).items()
    if isinstance(value, tuple) and value and all(isinstance(one, Column) for one in value) and not name.startswith("_")
}
# Control characters, and all that change the direction of text, break lines or hide in it.
DANGEROUS = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "a\rb", "a\bb", "a\nb", "a\tb", "a\x00b", "a\x7fb",
    *(f"a{chr(code)}b" for code in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    "a\u2028b", "a\u2029b", "a\x85b",
]  # fmt: skip


class Terminal(io.StringIO):
    """A stream that says somebody watches."""

    def isatty(self) -> bool:
        return True


def table(*names: str, language: str = "en", stream: io.StringIO | None = None, title: str = "标题 title") -> list[str]:
    target = io.StringIO() if stream is None else stream
    rows = [{"name": name, "n": 0.1234 * (n - 1)} for n, name in enumerate(names)]
    print_table(rows, (NAME, NUMBER), language, target, title=title, caption="脚注 a caption")
    return target.getvalue().rstrip("\n").split("\n")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_line_is_equally_wide(language: str) -> None:
    lines = table(
        "昆仑万维", "AI+视频/营销/游戏", "ab", "ｗｉｄｅ全角", "é combining e\u0301", "🙂 emoji", language=language
    )
    assert len({cell_len(line) for line in lines}) == 1, lines


@pytest.mark.parametrize("words", ["[/red]", "[bold]x[/bold]", "[link=http://a]b[/link]", ":smile:", "[", "\\[x]"])
def test_markup_is_only_words(words: str) -> None:
    assert any(words in line for line in table(words))
    assert any(words in line for line in table("as wide as any of these words are", title=words))


@pytest.mark.parametrize("words", DANGEROUS, ids=ascii)
def test_nothing_moves_the_cursor_or_turns_the_text(words: str) -> None:
    lines = table(words, title=words)
    text = "\n".join(lines)
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", text) is None
    # The title, the heading, a rule, one row and the caption, with what blank lines stand between.
    assert len(lines) == len(table("ab", title="ab"))


def test_colours_follow_the_language_and_never_reach_a_file() -> None:
    assert not any("\x1b" in line for line in table("a", "b", "c"))


def test_a_narrow_terminal_gets_narrow_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("COLUMNS", "40"), ("LINES", "25"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    lines = table("很长的名字" * 12, "short", stream=Terminal())
    assert {cell_len(line) <= 40 for line in lines} == {True}


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_table_shows_eight_columns_at_most(name: str) -> None:
    assert 1 <= len(DEFAULTS[name]) <= 8
    assert len({column.path for column in DEFAULTS[name]}) == len(DEFAULTS[name])
    for column in DEFAULTS[name]:
        assert column.title("en") != ""
        assert re.search("[\u4e00-\u9fff%]", column.title("zh")), column


def test_there_is_a_table_for_every_question() -> None:
    assert DEFAULTS.keys() >= {"RECOMMENDATIONS", "CALLS", "THEMES", "BROKERS", "RETURNS", "WATCH", "SHOWN"}


def test_periods_stand_side_by_side() -> None:
    asked = ("1w", "1m", "3m", "6m", "ytd", "1y", "since")
    shown = with_periods(module.RECOMMENDATIONS, asked)
    assert [column.title("en") for column in shown if column.title("en") in asked] == list(asked)


def test_unknown_is_not_zero() -> None:
    stream = io.StringIO()
    print_table([{"name": None, "n": None}, {"name": "zero", "n": 0.0}], (NAME, NUMBER), "en", stream)
    assert "–" in stream.getvalue()
    assert "0.00%" in stream.getvalue()


@pytest.mark.parametrize("colour", ["", "1"], ids=["plain", "coloured"])
def test_a_long_table_looks_as_the_library_lays_it_out(monkeypatch: pytest.MonkeyPatch, colour: str) -> None:
    monkeypatch.setenv("FORCE_COLOR", colour)
    columns = (Column("name", "name", "名称"), Column("value", "value", "数值", "percent"), Column("end", "end", "末"))
    names = ("昆仑万维", "a", "[red]x[/]", "–")
    rows = [{"name": names[n % 4], "value": (n % 7 - 3) / 10, "end": None} for n in range(LONG + 1)]

    def shown() -> list[str]:
        stream = io.StringIO()
        print_table(rows, columns, "zh", stream, title="标题", caption="说明 of some words")
        return stream.getvalue().split("\n")

    long = shown()
    assert any("\x1b[3" in line and "30.00%" in line for line in long) == bool(colour)
    monkeypatch.setattr("watchlist.output.table.LONG", len(rows))
    assert long == shown()


def narrow(monkeypatch: pytest.MonkeyPatch, width: int, rows: list[dict[str, object]], *columns: Column) -> list[str]:
    for name, value in (("COLUMNS", str(width)), ("LINES", "25"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    stream = Terminal()
    print_table(rows, columns, "en", stream, title="Returns", caption="Before costs.")
    lines = stream.getvalue().split("\n")
    assert max(map(cell_len, lines)) <= width
    return [line.rstrip() for line in lines]


CODE, DAY = Column("code", "symbol", "代码"), Column("day", "session", "交易日")
WORDS, PRICE = Column("words", "words", "措辞"), Column("price", "close", "收盘", "price")
ROW = {"code": "300418.SZ", "day": "2024-04-18", "n": 1.4309, "price": 1234567.5, "words": "关注昆仑万维" * 4}
WHOLE = ("300418.SZ", "2024-04-18", "+143.09%", "1,234,567.50")


@pytest.mark.parametrize("width", [100, 80, 60, 56, 52, 44, 40, 30])
def test_no_number_no_code_and_no_day_is_broken(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    lines = narrow(monkeypatch, width, [ROW, ROW], CODE, DAY, NUMBER, PRICE, WORDS)
    for words in WHOLE:
        assert sum(words in line for line in lines) == 2, lines


def test_words_are_folded_before_a_table_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    # 9 + 10 + 8 + 12 for what stays whole, 8 at least for the words, and 4 gaps of 1 or 3 with an edge of 1.
    for width, table_like in (
        (9 + 10 + 8 + 12 + 8 + 4 * 3 + 2, True),
        (9 + 10 + 8 + 12 + 8 + 4 + 2, True),
        (52, False),
    ):
        lines = narrow(monkeypatch, width, [ROW], CODE, DAY, NUMBER, PRICE, WORDS)
        assert any("─" in line for line in lines) == table_like, (width, lines)
    assert "symbol   300418.SZ" in lines
    assert "number   +143.09%" in lines
    assert lines[0] == "Returns"
    assert "Before costs." in lines


def test_the_widest_words_are_folded_first(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {**ROW, "name": "a name of several words"}
    lines = narrow(monkeypatch, 60, [row], CODE, NAME, WORDS)
    # 60 less the code's 9, two gaps of 3 and the edges: 43 for both, of which the shorter takes less than half.
    assert any("a name of several" in line for line in lines)
    assert "".join(re.findall(r"[关注昆仑万维]", "\n".join(lines))) == "关注昆仑万维" * 4
