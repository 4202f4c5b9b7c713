"""Local price files: read to the last digit, or refused with file, line and cell."""

import datetime as dt
import math
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchlist.domain.errors import MarketFileProblem, TruncatedFile
from watchlist.domain.model import Action
from watchlist.sources.contract import Actions, Bars, NoData
from watchlist.sources.files import FilesSource, _bars_by_line, _plain_bars

SHARE: Final = "600000.SH"
OTHER: Final = "000001.SZ"
HEADER: Final = "session,open,high,low,close,volume\n"
GOOD: Final = HEADER + "2024-06-27,10,11,9,10.5,1000\n2024-06-28,10.5,11.5,9.5,11.01,0\n"
ACTIONS: Final = "symbol,ex_date,cash,split,note\n"
START, END = dt.date(2024, 1, 1), dt.date(2024, 12, 31)


@pytest.fixture
def source(tmp_path: Path) -> FilesSource:
    (tmp_path / "bars").mkdir()
    return FilesSource(tmp_path)


def put(source: FilesSource, text: str | bytes, name: str = f"bars/{SHARE}.csv") -> None:
    (source.folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def read(source: FilesSource, since: dt.date = START, until: dt.date = END) -> list[tuple[object, ...]]:
    found = source.bars(SHARE, since, until)
    assert isinstance(found, Bars)
    assert list(found.frame.columns) == ["session", "open", "high", "low", "close", "volume"]
    return list(found.frame.itertuples(index=False, name=None))


def test_bars_are_read_as_they_stand(source: FilesSource) -> None:
    put(source, GOOD)
    assert source.serves(SHARE)
    assert read(source) == [
        ("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0), ("2024-06-28", 10.5, 11.5, 9.5, 11.01, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD], ids=["CRLF", "byte order mark"])
def test_files_from_other_systems_are_read_alike(source: FilesSource, text: str) -> None:
    put(source, text)
    assert [row[0] for row in read(source)] == ["2024-06-27", "2024-06-28"]


def test_unknown_cells_are_not_zero(source: FilesSource) -> None:
    put(source, HEADER + "2024-06-27,,,,10.5,\n")
    ((_, opened, high, low, close, volume),) = read(source)
    assert close == 10.5
    assert all(math.isnan(float(str(value))) for value in (opened, high, low, volume))


def test_both_ends_of_a_range_are_in_it(source: FilesSource) -> None:
    put(source, GOOD)
    day = dt.date(2024, 6, 28)
    assert [row[0] for row in read(source, day, day)] == ["2024-06-28"]
    assert isinstance(source.bars(SHARE, dt.date(2024, 7, 1), END), NoData)
    assert isinstance(source.bars("000001.SZ", START, END), NoData)
    assert not source.serves("000001.SZ")


def test_a_file_without_rows_is_no_data(source: FilesSource) -> None:
    put(source, HEADER)
    assert isinstance(source.bars(SHARE, START, END), NoData)


def line(text: str) -> str:
    return GOOD + text + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (line("2024-07-01,10,11,9,ten,1000"), 'line 4: close "ten"'),
        (line("2024-07-01,10,11,9,0,1000"), 'line 4: close "0"'),
        (line("2024-07-01,10,11,9,-1,1000"), 'line 4: close "-1"'),
        (line("2024-07-01,10,11,9,inf,1000"), 'line 4: close "inf"'),
        (line("2024-07-01,nan,11,9,10,1000"), 'line 4: open "nan"'),
        (line("2024-07-01,0,11,9,10,1000"), 'line 4: open "0"'),
        (line("2024-07-01,10,11,9,1_0,1000"), 'line 4: close "1_0"'),
        (line("2024-07-01,10,11,9, ,1000"), "line 4: close"),
        (line("2024-07-01,10,11,9,10,-5"), 'line 4: volume "-5"'),
        (line("2024-06-28,10,11,9,10,5"), "line 4: session 2024-06-28 does not come after 2024-06-28"),
        (line("2024-06-26,10,11,9,10,5"), "line 4: session 2024-06-26"),
        (line("2024-02-30,10,11,9,10,5"), 'line 4: session "2024-02-30"'),
        (line("20240701,10,11,9,10,5"), 'line 4: session "20240701"'),
        (line("2024-W27-1,10,11,9,10,5"), 'line 4: session "2024-W27-1"'),
        (line("2024-07-01,10,11,9,10"), "line 4: 5 cells instead of 6"),
        (line("2024-07-01,10,11,9,10,5,6"), "line 4: 7 cells instead of 6"),
        (line(""), "line 4"),
        (GOOD.replace("open,high", "high,open"), 'line 1: the header is "session,high,open'),
        ("", "line 1: the header"),
        ("session,close\n2024-06-14,10.0\n", 'line 1: the header is "session,close"'),
        (line('"2024-07-01'), "line"),
    ],
)
def test_a_wrong_line_is_named(source: FilesSource, text: str, words: str) -> None:
    put(source, text)
    with pytest.raises(MarketFileProblem) as caught:
        source.bars(SHARE, START, END)
    sentence = caught.value.text("en")
    assert words in sentence
    assert sentence.startswith(f"{SHARE}.csv")
    assert "nothing of" in sentence
    assert sentence != caught.value.text("zh")


@pytest.mark.parametrize("cut", [1, 5, 14, 20])
def test_a_file_cut_short_is_called_so(source: FilesSource, cut: int) -> None:
    put(source, GOOD[:-cut])
    with pytest.raises(TruncatedFile, match="cut short"):
        source.bars(SHARE, START, END)


def test_a_file_of_another_encoding_is_refused(source: FilesSource) -> None:
    put(source, GOOD.encode("utf-16"))
    with pytest.raises(MarketFileProblem):
        source.bars(SHARE, START, END)


def test_a_wrong_line_outside_the_range_is_not_passed_over(source: FilesSource) -> None:
    put(source, line("2024-07-01,10,11,9,ten,1000"))
    with pytest.raises(MarketFileProblem):
        source.bars(SHARE, START, dt.date(2024, 6, 27))


@given(st.binary(max_size=200))
def test_nothing_but_a_whole_file_is_believed(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    """Law: whatever follows the header is read line by line, or refused in one sentence."""
    folder = tmp_path_factory.mktemp("law")
    (folder / "bars").mkdir()
    path = folder / "bars" / f"{SHARE}.csv"
    path.write_bytes(GOOD.encode() + junk)
    said = ""
    try:
        found = FilesSource(folder).bars(SHARE, START, END)
    except MarketFileProblem as error:
        said = error.text("en")
    assert said.startswith(f"{SHARE}.csv") or (isinstance(found, Bars) and len(found.frame) >= 2)


# Actions.


def test_actions_are_read_for_one_security(source: FilesSource) -> None:
    rows = "600000.SH,2024-07-02,,1.4,\n000001.SZ,2024-07-01,0.1,,x\n"
    rows += "600000.SH,2024-07-01,0.5,,\n600000.SH,2023-07-01,1,2,\n"
    put(source, ACTIONS + rows, "actions.csv")
    assert source.actions(SHARE, START, END) == Actions(
        (Action(dt.date(2024, 7, 1), 0.5, 1.0), Action(dt.date(2024, 7, 2), 0.0, 1.4))
    )


def test_no_file_of_actions_means_there_were_none(source: FilesSource) -> None:
    assert source.actions(SHARE, START, END) == Actions(())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("600000.SH,2024-07-01,,,\n", "line 2: neither cash nor split"),
        ("600000.SH,2024-07-01,-1,,\n", 'line 2: cash "-1"'),
        ("600000.SH,2024-07-01,,0,\n", 'line 2: split "0"'),
        ("600000.SH,1/7/2024,1,,\n", 'line 2: ex_date "1/7/2024"'),
        ("600000.SH,2024-07-01,1,,\n600000.SH,2024-07-01,2,,\n", "line 3: 600000.SH has two lines for 2024-07-01"),
        ("600000.SH,2024-07-01,1,\n", "line 2: 4 cells instead of 5"),
        ("600000.SH,2024-07-01,1,,", "cut short"),
        ("000001.SZ,2024-07-01,one,,\n", 'line 2: cash "one"'),
    ],
)
def test_a_wrong_action_is_named(source: FilesSource, row: str, words: str) -> None:
    put(source, ACTIONS + row, "actions.csv")
    with pytest.raises(MarketFileProblem) as caught:
        source.actions(SHARE, START, END)
    assert words in caught.value.text("en")


def test_a_folder_of_bars_makes_it_reachable(tmp_path: Path) -> None:
    assert not FilesSource(tmp_path).reachable()
    (tmp_path / "bars").mkdir()
    assert FilesSource(tmp_path).reachable()


def test_the_real_files_are_whole(shared: Path) -> None:
    source = FilesSource(shared / "market")
    symbols = [path.stem for path in (shared / "market" / "bars").glob("*.csv")]
    assert len(symbols) == 51
    start, end = dt.date(2023, 1, 1), dt.date(2026, 12, 31)
    counts = {symbol: source.bars(symbol, start, end) for symbol in symbols}
    found = {symbol: len(bars.frame) for symbol, bars in counts.items() if isinstance(bars, Bars)}
    for symbol in symbols:
        text = (shared / "market" / "bars" / f"{symbol}.csv").read_text("utf-8")
        assert found[symbol] == text.count("\n") - 1
    events = [source.actions(symbol, start, end) for symbol in symbols]
    assert sum(len(event.actions) for event in events if isinstance(event, Actions)) == 103


CELLS: Final = st.sampled_from(["10", "10.5", "1e1", " 9", "", "0", "-1", "nan", "inf", "1_0", "0x1", "x", "９", "+3"])
DAYS: Final = st.sampled_from(
    ["2024-06-03", "2024-06-04", "2024-6-5", "20240606", "2024-06-31", "", "2024-06-07 ", "x"]
)
LINES: Final = st.lists(st.tuples(DAYS, CELLS, CELLS, CELLS, CELLS, CELLS).map(",".join) | st.just(""), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_file_read_by_column_is_the_file_read_by_line(
    tmp_path: Path,
    lines: list[str],
    end: str,
    whole: bool,  # noqa: FBT001 - drawn
) -> None:
    path = tmp_path / f"{SHARE}.csv"
    path.write_bytes((end.join([HEADER.strip(), *lines]) + end * whole).encode())
    found = _plain_bars(path)
    try:
        expected = _bars_by_line(path)
    except MarketFileProblem:
        assert found is None
    else:
        assert found is None or found.astype(object).equals(expected.astype(object))


@given(st.integers(1, 4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_usual_files_are_read_by_column(tmp_path: Path, count: int) -> None:
    path = tmp_path / f"{SHARE}.csv"
    path.write_text(HEADER + "".join(f"2024-06-0{at},10,11,,10.5,0\n" for at in range(1, count + 1)), "utf-8")
    found = _plain_bars(path)
    assert found is not None
    assert found.equals(_bars_by_line(path))


def frame(**changed: object) -> pd.DataFrame:
    rows = {
        "symbol": ["600000.SH", "000001.SZ", "600000.SH"], "session": ["2024-06-28", "2024-06-28", "2024-06-27"],
        "open": [10.5, np.nan, 10.0], "high": [11.5, np.nan, 11.0], "low": [9.5, np.nan, 9.0],
        "close": [11.01, 8.0, 10.5], "volume": [0.0, np.nan, 1000.0],
    }  # fmt: skip
    return pd.DataFrame(rows | changed)


@pytest.mark.parametrize("kind", ["text", "date", "moment"])
def test_a_market_in_one_parquet_file_is_read_like_its_files(tmp_path: Path, kind: str) -> None:
    made = frame()
    if kind != "text":
        days = pd.to_datetime(made["session"])
        made["session"] = days.dt.date if kind == "date" else days
    made.to_parquet(tmp_path / "bars.parquet")
    source = FilesSource(tmp_path)
    assert source.reachable()
    assert (source.serves(SHARE), source.serves("600001.SH")) == (True, False)
    assert read(source) == [
        ("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0), ("2024-06-28", 10.5, 11.5, 9.5, 11.01, 0.0),
    ]  # fmt: skip
    assert isinstance(source.bars("600001.SH", START, END), NoData)


def test_a_file_of_its_own_comes_before_the_markets(tmp_path: Path) -> None:
    frame().to_parquet(tmp_path / "bars.parquet")
    (tmp_path / "bars").mkdir()
    source = FilesSource(tmp_path)
    put(source, HEADER + "2024-06-27,10,11,9,10.6,1000\n")
    assert [row[4] for row in read(source)] == [10.6]


@pytest.mark.parametrize(
    ("changed", "wrong", "words"),
    [
        ({"close": [11.01, np.nan, 10.5]}, OTHER, "line 3: close"),
        ({"open": [0.0, 1.0, 1.0]}, SHARE, "line 2: open"),
        ({"volume": [1.0, -1.0, 1.0]}, OTHER, "line 3: volume"),
        ({"low": [1.0, 1.0, np.inf], "high": [-1.0, 2.0, 2.0]}, SHARE, "line 2: high"),  # the first of two
        ({"session": ["2024-06-28", "2024-06-28", "2024-06-28"]}, SHARE, "line 4: session"),
        ({"session": ["2024-06-28", "soon", "2024-06-27"]}, OTHER, "line 3: session"),
        ({"high": ["11.5", "dear", "11"]}, OTHER, "line 3: high"),
    ],
)  # fmt: skip
def test_a_wrong_row_of_the_market_is_named_and_stops_no_other_security(
    tmp_path: Path, changed: dict[str, object], wrong: str, words: str
) -> None:
    frame(**changed).to_parquet(tmp_path / "bars.parquet")
    source = FilesSource(tmp_path)
    assert source.serves(SHARE)
    assert source.serves(OTHER)
    with pytest.raises(MarketFileProblem) as caught:
        source.bars(wrong, START, END)
    assert f"bars.parquet, {words}" in caught.value.text("en")
    sound = source.bars(SHARE if wrong == OTHER else OTHER, START, END)
    assert isinstance(sound, Bars)
    assert sound.frame["close"].tolist() == ([10.5, 11.01] if wrong == OTHER else [8.0])


def test_a_row_of_nobody_is_told_to_everybody_who_asks_the_file(tmp_path: Path) -> None:
    frame(symbol=["600000.SH", None, "600000.SH"]).to_parquet(tmp_path / "bars.parquet")
    source = FilesSource(tmp_path)
    assert source.serves("600001.SH")
    for _ in range(2):
        with pytest.raises(MarketFileProblem, match="line 3: symbol"):
            source.bars("600001.SH", START, END)


def test_another_parquet_file_is_no_market(tmp_path: Path) -> None:
    frame().drop(columns="close").to_parquet(tmp_path / "bars.parquet")
    with pytest.raises(MarketFileProblem, match="its columns are"):
        FilesSource(tmp_path).bars(SHARE, START, END)
    (tmp_path / "bars.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(MarketFileProblem, match="damaged"):
        FilesSource(tmp_path).bars(SHARE, START, END)
