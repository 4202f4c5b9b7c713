"""Lists from elsewhere go on the watchlist: blocks of terminals, code lists, tables, holdings; twice adds nothing."""

import json
import struct
from pathlib import Path

import pytest

from tests.cli.program import Said, one_sentence, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World, make_world
from watchlist.ledger.home import Home
from watchlist.ledger.watch import Watched, load_watchlist

STOCKBLOCK = """\
[BLOCK_NAME_MAP_TABLE]
2A=白酒
2B=银行
[BLOCK_STOCK_CONTEXT]
2A=17:600519,33:000858,
2B=17:600000,33:000001,
[BLOCK_SORT]
2A=1
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def bring(world: World, content: str | bytes, *options: str, name: str = "list.txt") -> Said:
    path = world.home / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("gb18030"))
    return run("watch", "import", path, *options, home=world.home, now=EVENING)


def watched(world: World) -> dict[str, Watched]:
    return {one.symbol: one for one in load_watchlist(Home(world.home))}


def selection(*shares: tuple[int, str]) -> bytes:
    return struct.pack("<H", len(shares)) + b"".join(bytes([7, kind]) + digits.encode() for kind, digits in shares)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("自选股.blk", "\r\n1600000\r\n0000001\r\n0000002\r\n"),
        ("block.sel", selection((0x11, "600000"), (0x21, "000001"), (0x21, "000002"))),
        ("stockblock.ini", "[BLOCK_STOCK_CONTEXT]\r\n2A=17:600000,33:000001,33:000002,\r\n"),
        ("17.json", '{"context":"600000|000001|000002|,17|33|33|","ln":"","xn":""}'),
        ("codes.txt", "600000\n000001\n000002\n"),
        ("names.txt", "600000 浦发银行\n000001 平安银行\n000002 万科Ａ\n"),
        ("spelled.txt", "SH600000\nsz000001\n000002.SZ\n"),
        ("tradingview.txt", "SSE:600000,SZSE:000001,SZSE:000002"),
        ("table.csv", "自选股\n股票代码,股票名称\n600000,浦发银行\n1,平安银行\n2,万科A\n"),
        ("持仓.xls", '证券代码\t名称\t股票余额\n="600000"\t浦发银行\t1\n000001\t\t2\n000002\t万科A\t0\n合计\t\t3\n'),
    ],
)  # fmt: skip
def test_every_form_of_a_list_is_read(world: World, name: str, content: str | bytes) -> None:
    said = bring(world, content, name=name)
    assert said.code == 0, said.err
    assert list(watched(world)) == [PUFA, PINGAN, WANKE]


def test_the_same_list_twice_adds_nothing_and_keeps_what_is_there(world: World) -> None:
    bring(world, "600000\n", "--theme", "银行", "--note", "低估")
    before = (world.home / "config/local/watchlist.toml").read_bytes()
    again = bring(world, "600000\n600000\n", "--theme", "别的", "--json")
    assert (again.rows["added"], again.rows["watched_already"]) == ([], 2)
    assert (world.home / "config/local/watchlist.toml").read_bytes() == before
    assert (watched(world)[PUFA].theme, watched(world)[PUFA].note) == ("银行", "低估")


def test_a_dry_run_writes_nothing(world: World) -> None:
    said = bring(world, "600000\n000001\n", "--dry-run", "--json")
    assert said.rows["added"] == [PUFA, PINGAN]
    assert said.rows["dry_run"] is True
    assert watched(world) == {}


def test_a_block_of_tonghuashun_is_chosen_by_its_name(world: World) -> None:
    assert bring(world, STOCKBLOCK, "--block", "银行", name="stockblock.ini").code == 0
    assert {symbol: one.note for symbol, one in watched(world).items()} == {PUFA: "银行", PINGAN: "银行"}
    one_sentence(bring(world, STOCKBLOCK, "--block", "煤炭", name="stockblock.ini"), 1, "白酒, 银行")
    assert bring(world, STOCKBLOCK, name="stockblock.ini").code == 0
    assert set(watched(world)) == {PUFA, PINGAN, "600519.SH", "000858.SZ"}


def test_names_are_kept_where_nobody_knows_the_security(world: World) -> None:
    text = "代码,名称,分组,备注\n688981,中芯国际,芯片,观察\n600000,浦发,,\n"
    bring(world, text, "--theme", "其他")
    assert (watched(world)["688981.SH"].name, watched(world)["688981.SH"].theme) == ("中芯国际", "芯片")
    assert (watched(world)[PUFA].name, watched(world)[PUFA].theme) == (None, "其他")


def test_what_cannot_be_known_is_a_problem_with_its_line(world: World) -> None:
    said = bring(world, "600000\n700\n某某股份\n31#00700\n=A1\n", "--json")
    found = json.loads(said.out)
    assert said.code == 1
    assert found["added"] == [PUFA]
    assert [one["line"] for one in found["problems"]] == [2, 3, 4, 5]
    # Everything the file says is a ticker or a problem.
    assert found["tickers"] + len(found["problems"]) == 5


def test_what_is_no_list_is_refused(world: World) -> None:
    one_sentence(bring(world, "\n\n"), 1, "no security")
    one_sentence(bring(world, b"\x00\x01\x02\x03\x04"), 1, "no text")
    one_sentence(run("watch", "import", world.home / "none.blk", home=world.home, now=EVENING), 1, "no file")
    assert watched(world) == {}


@pytest.mark.parametrize("text", ['{"context": 5}', '{"a": ' * 2000, "{", '{"context":"|,|"}'])
def test_broken_files_of_tonghuashun_are_no_crash(world: World, text: str) -> None:
    said = bring(world, text, name="17.json")
    assert said.code == 1
    assert "Traceback" not in said.err
