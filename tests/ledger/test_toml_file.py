"""Every way a file can be wrong ends in one sentence that names file, key, line and the nearest right word."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.domain.errors import ConfigProblem, MissingFile
from watchlist.ledger.home import Home
from watchlist.ledger.locate import line_of, spell
from watchlist.ledger.settings import load_settings
from watchlist.ledger.toml_file import laid_over, read_table

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]

ROW: Final = '[[limits]]\nboard = "{}"\nst = false\n{} = {}\nlimit = {}\nfree_sessions = 5\ntick = 0.01\n'
# What the user's own settings.toml says, and what is said of it.
WRONG: Final = [
    ('[markets.CN]\nbenchmrk = "000300.SH"', "markets.CN.benchmrk (line 2): unknown key. Did you mean benchmark?"),
    ('[markets.XX]\nbenchmark = "000300.SH"', "markets.XX (line 1): unknown key. Known: CN, HK, US."),
    ("[markets]\nCN = 3", "markets.CN (line 2): must be a table."),
    ("[[markets]]\na = 1", "markets (line 1): must be a table."),
    ('language = "cn"', 'language (line 1): unknown word "cn". Did you mean en?'),
    ("language = 3", 'language (line 1): unknown word "3". Known: auto, zh, en.'),
    ("[entry]\nmax_wait = 0", "entry.max_wait (line 2): must be at least 1."),
    ("[entry]\nmax_wait = 251", "entry.max_wait (line 2): must be at most 250."),
    ("[entry]\nmax_wait = true", "entry.max_wait (line 2): must be a whole number."),
    ('[entry]\nmax_wait = "20"', "entry.max_wait (line 2): must be a whole number."),
    (
        '[schedule]\nCN = "18:30"',
        "schedule.CN (line 2): must be a time such as 09:15:00, without quotes, or a list of times.",
    ),
    ("[schedule]\nCN = [18:30:00, 7]", "schedule.CN[2] (line 2): must be a time such as 09:15:00, without quotes."),
    (
        "[schedule]\nUS = 16:00:00",
        "schedule.US (line 2): 16:00:00 is not after 16:30:00: times ascend, the first after final_after (16:30:00).",
    ),
    (
        "[schedule]\nUS = [20:00:00, 19:00:00]",
        "schedule.US (line 2): 19:00:00 is not after 20:00:00: times ascend, the first after final_after (16:30:00).",
    ),
    ('[horizons]\nsessions = "5"', "horizons.sessions (line 2): must be a list in square brackets."),
    ("[markets.HK.costs]\ncommission = nan", "markets.HK.costs.commission (line 2): must be a finite number."),
    ("[markets.HK.costs]\ncommission = 3", "markets.HK.costs.commission (line 2): must be less than 1."),
    ("[markets.CN]\nsources.shares = []", "markets.CN.sources.shares (line 2): must not be empty."),
    (
        '[markets.CN]\nsources.shares = ["sina", "tencet"]',
        'markets.CN.sources.shares[2] (line 2): unknown word "tencet". Did you mean tencent?',
    ),
    (ROW.format("main", "form", "2024-01-01", 10), "limits[1].form (line 4): unknown key. Did you mean from?"),
    (
        ROW.format("main", "from", '"2024-01-01"', 10),
        "limits[1].from (line 4): must be a date such as 2024-06-14, without quotes.",
    ),
    ("[entry\n", "line 1, column 7: not valid TOML: Expected ']' at the end of a table declaration."),
    ("a = 1\na = 2\n", "line 2, column 6: not valid TOML: Cannot overwrite a value."),
    ("a = ", "end of document: not valid TOML: Invalid value."),
    (b"\xff\xfea", "the file: not UTF-8 (byte 1). Save it as UTF-8."),
    (b"#" * 5_000_001, "the file: larger than 5 MB."),
    ("x = " + "[" * 5000 + "]" * 5000, "the file: nested too deeply."),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_what_is_wrong_is_said_in_one_sentence(
    home: Home, write: Write, sentence: Sentence, text: str | bytes, said: str
) -> None:
    write("local/settings.toml", text)
    assert sentence(lambda: load_settings(home)) == f"config/local/settings.toml: {said}"


def test_the_sentence_is_whole_in_chinese_too(home: Home, write: Write) -> None:
    write("local/settings.toml", '[markets.CN]\nbenchmrk = "000300.SH"')
    with pytest.raises(ConfigProblem) as caught:
        load_settings(home)
    said = "config/local/settings.toml：markets.CN.benchmrk（第 2 行）：没有这个键。是不是 benchmark？"
    assert caught.value.text("zh") == said


def test_a_missing_key_is_looked_for_where_the_whole_is(home: Home, write: Write, sentence: Sentence) -> None:
    write("settings.toml", 'language = "zh"\n')
    assert sentence(lambda: load_settings(home)) == "config/settings.toml: colours: this key is missing."


def test_a_missing_file_and_a_folder_in_its_place(tmp_path: Path, sentence: Sentence) -> None:
    home = Home(tmp_path / "home", checkout=tmp_path)
    with pytest.raises(MissingFile):
        load_settings(home)
    said = "config/settings.toml is missing: restore it from git, or from a fresh checkout."
    assert sentence(lambda: load_settings(home)) == said
    (home.config / "settings.toml").mkdir(parents=True)
    assert sentence(lambda: load_settings(home)) == "config/settings.toml: the file: a folder, not a file."


def test_a_byte_order_mark_and_windows_lines_are_read(home: Home, write: Write) -> None:
    path = write("local/settings.toml", '\ufefflanguage = "zh"\r\n# 注释\r\n'.encode())
    assert read_table(home, path) == {"language": "zh"}
    assert load_settings(home).language == "zh"


LAYER = st.fixed_dictionaries(
    {},
    optional={
        "a": st.integers(),
        "b": st.lists(st.integers(), max_size=2),
        "c": st.dictionaries(st.sampled_from("xy"), st.integers()),
    },
)


Layer = dict[str, Any]


@given(LAYER, LAYER, LAYER)
def test_laying_over_keeps_what_is_above_and_is_associative(low: Layer, middle: Layer, high: Layer) -> None:
    merged = laid_over(low, high)
    assert laid_over(merged, high) == merged
    assert laid_over(low, {}) == low == laid_over({}, low)
    assert all(merged[key] == high[key] for key in high if key != "c")
    assert laid_over(laid_over(low, middle), high) == laid_over(low, laid_over(middle, high))


TEXT = """\
a = 1            # line 1
[b]
c.d = 2          # line 3
"e f" = 3        # line 4

[[g]]            # line 6
h = 1
[[g]]            # line 8
h = 2            # line 9
[g.i]            # line 10
j = 3            # line 11
[[g.k]]          # line 12
l = 4            # line 13
[[g.k]]
l = 5            # line 15
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("a",), 1),
        (("b", "c", "d"), 3),
        (("b", "e f"), 4),
        (("g", 0), 6),
        (("g", 1, "h"), 9),
        (("g", 1, "i", "j"), 11),
        (("g", 1, "k", 0, "l"), 13),
        (("g", 1, "k", 1, "l"), 15),
        (("g", 1, "missing"), 8),
        (("z",), None),
        ((), None),
        (("b", "c"), 3),
        (("g", 1, "k"), 12),
        (("b", "x"), 2),
    ],
)
def test_a_key_is_found_on_its_line(where: tuple[str | int, ...], line: int | None) -> None:
    assert tomllib.loads(TEXT)
    assert line_of(TEXT, where) == line


def test_positions_are_spelled_from_one() -> None:
    assert spell(("g", 1, "k", 0, "l")) == "g[2].k[1].l"
