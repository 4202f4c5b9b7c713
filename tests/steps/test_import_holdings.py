"""Import of holdings: dated snapshots of accounts go into the database; nothing is overwritten, nothing is lost."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.program import Said, one_sentence, run, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, bars, make_world
from watchlist.domain.errors import Words
from watchlist.domain.model import Security
from watchlist.ledger.listed import Listed, security_of

CHINESE = "证券代码\t证券名称\t股票余额\t成本价\t股东代码\n"
LIST = CHINESE + '="600000"\t浦发银行\t1,000\t10.00\tA1\n000001\t平安银行\t500\t19.5\t01\n'


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def bring(world: World, text: str, *options: str, name: str = "持仓.xls") -> Said:
    path = world.home / name
    path.write_bytes(text.encode("gb18030"))
    return run("holdings", "import", path, *options, home=world.home, now=EVENING)


def stored(world: World) -> list[tuple[object, ...]]:
    return tables(world.database, "holdings")["holdings"]


def revisions(world: World) -> list[tuple[object, ...]]:
    """Give ``(account, day, rev, op, problems)`` of every snapshot."""
    rows = tables(world.database, "holding_snapshots")["holding_snapshots"]
    return [(*row[:4], row[5]) for row in rows]


def test_a_snapshot_is_stored_with_our_symbols(world: World) -> None:
    said = bring(world, LIST, "--date", "2024-05-31", "--account", "main")
    assert said.code == 0, said.err
    assert stored(world) == [
        ("main", "2024-05-31", 1, PINGAN, "01", "平安银行", 500.0, 19.5, None),
        ("main", "2024-05-31", 1, PUFA, "A1", "浦发银行", 1000.0, 10.0, None),
    ]


def test_the_same_again_adds_nothing_and_another_list_is_a_revision(world: World) -> None:
    for _ in range(2):
        assert bring(world, LIST, "--date", "2024-05-31").code == 0
    assert revisions(world) == [("", "2024-05-31", 1, "add", 0)]
    changed = bring(world, LIST.replace("1,000", "900"), "--date", "2024-05-31", "--json")
    assert [one["change"] for one in changed.rows["snapshots"]] == ["amend"]
    assert revisions(world)[1] == ("", "2024-05-31", 2, "amend", 0)
    assert len(stored(world)) == 4  # what stood before stays


def test_a_dry_run_writes_nothing_and_lists_what_it_passes_over(world: World) -> None:
    text = "持仓查询 2024-05-31\n" + LIST + "000002\t万科A\t0\t0\t01\n合计\t\t1,500\t\t\n"
    said = bring(world, text, "--dry-run", "--json")
    assert stored(world) == []
    assert said.rows["dry_run"] is True
    assert [one["line"] for one in said.rows["passed_over"]] == [1, 5, 6]
    assert said.rows["snapshots"] == [{"account": "–", "day": "2024-05-31", "holdings": 2, "change": "add"}]


def test_problems_stand_until_the_file_is_mended(world: World) -> None:
    said = bring(world, LIST + "999\t某某\t100\t1\t01\n", "--date", "2024-05-31")
    assert said.code == 1
    assert "line 4" in said.err
    assert revisions(world) == [("", "2024-05-31", 1, "add", 1)]
    # A list that lost a line says so wherever its numbers are shown.
    assert bring(world, LIST, "--date", "2024-05-31").code == 0
    assert revisions(world)[1] == ("", "2024-05-31", 2, "amend", 0)
    standing = [row for row in tables(world.database, "problems")["problems"] if row[6] is None]
    assert standing == []


def test_the_day_must_be_known_and_may_not_be_ahead(world: World) -> None:
    one_sentence(bring(world, LIST), 2, "--date")
    one_sentence(bring(world, LIST, "--date", "2030-01-01"), 2, "2030-01-01")
    one_sentence(bring(world, "2024-05-01 至 2024-05-31\n" + LIST), 2, "2024-05-01", "2024-05-31")
    dated = "日期,代码,数量\n2024-05-31,600000,100\n"
    one_sentence(bring(world, dated, "--date", "2024-05-30"), 2, "2024-05-31")
    assert not world.database.exists() or stored(world) == []


def test_lines_of_one_security_are_joined_and_one_said_twice_is_a_problem(world: World) -> None:
    text = "date,symbol,shares,cost,account\n2024-05-31,600000,100,10,a\n2024-05-31,sh600000,300,12,a\n"
    assert bring(world, text).code == 0
    assert [row[6:8] for row in stored(world)] == [(400.0, 11.5)]
    assert bring(world, text + "2024-05-31,600000.SH,300,12,a\n").code == 1


def test_days_and_accounts_of_the_lines_make_snapshots_of_their_own(world: World) -> None:
    text = "date,symbol,shares,account\n2024-04-30,600000,100,a\n2024-05-31,600000,200,a\n2024-05-31,000001,50,b\n"
    assert bring(world, text).code == 0
    assert [row[:3] for row in revisions(world)] == [
        ("a", "2024-04-30", 1), ("a", "2024-05-31", 1), ("b", "2024-05-31", 1),
    ]  # fmt: skip
    one_sentence(bring(world, text, "--account", "c"), 2, "a, b")


def test_one_persons_list_is_not_taken_for_anothers(world: World) -> None:
    assert bring(world, LIST, "--date", "2024-05-31").code == 0
    other = CHINESE + "600000\t浦发银行\t7\t1\tB9\n"
    one_sentence(bring(world, other, "--date", "2024-06-03"), 2, "A1", "--account")
    assert bring(world, other, "--date", "2024-06-03", "--account", "mother").code == 0
    # One of the two holders is enough: the other sold everything.
    assert bring(world, CHINESE + "600000\t浦发银行\t7\t1\tA1\n", "--date", "2024-06-03").code == 0


def test_a_list_that_says_that_nothing_is_held_is_a_snapshot(world: World) -> None:
    assert bring(world, LIST, "--date", "2024-05-31").code == 0
    assert bring(world, CHINESE, "--date", "2024-06-03").code == 0
    assert [row[1] for row in revisions(world)] == ["2024-05-31", "2024-06-03"]
    assert bring(world, CHINESE + "junk\tx\ty\t1\t2\n", "--date", "2024-06-04").code == 1
    assert len(revisions(world)) == 2  # nothing that could be read is not the same as nothing held


def test_a_snapshot_is_withdrawn_with_a_reason_and_can_come_back(world: World) -> None:
    def withdraw(day: str, account: str) -> Said:
        return run("holdings", "retract", day, "--account", account, "--why", "wrong", home=world.home, now=EVENING)

    bring(world, LIST, "--date", "2024-05-31", "--account", "12345678")
    one_sentence(withdraw("2024-05-30", "12345678"), 1, "snapshots")
    said = withdraw("2024-05-31", "*5678")
    assert said.code == 0, said.err
    assert run("holdings", "snapshots", "--json", home=world.home, now=EVENING).rows == []
    bring(world, LIST, "--date", "2024-05-31", "--account", "12345678")
    assert [row[2:4] for row in revisions(world)] == [(1, "add"), (2, "retract"), (3, "add")]


def test_a_workbook_with_several_sheets_is_asked_about(world: World) -> None:
    book = openpyxl.Workbook()
    for name, row in (("普通", [1, "平安银行", 100]), ("信用", [600000, "浦发银行", 200])):
        sheet = book.create_sheet(name)
        sheet.append(["代码", "名称", "数量"])
        sheet.append(row)
    path = world.home / "持仓.xlsx"
    book.save(path)
    options = ("--date", "2024-05-31")
    one_sentence(run("holdings", "import", path, *options, home=world.home, now=EVENING), 1, "普通, 信用", "--sheet")
    assert run("holdings", "import", path, *options, "--sheet", "普通", home=world.home, now=EVENING).code == 0
    # The spreadsheet had eaten the zeros of 000001; the name says which security it is.
    assert [row[3] for row in stored(world)] == [PINGAN]


def test_hostile_files_change_nothing(world: World) -> None:
    (world.home / "bomb.xlsx").write_bytes(b"PK\x03\x04 and no more")
    one_sentence(run("holdings", "import", world.home / "bomb.xlsx", home=world.home, now=EVENING), 1, "damaged")
    one_sentence(run("holdings", "import", world.home / "none.xls", home=world.home, now=EVENING), 1, "no file")
    assert stored(world) == []


def test_json_speaks_of_lines_in_both_languages(world: World) -> None:
    said = bring(world, LIST + "abc1\t某某\t100\t1\t01\n", "--date", "2024-05-31", "--json")
    found = json.loads(said.out)
    assert found["problems"][0].keys() == {"line", "what", "what_zh"}
    assert found["problems"][0]["line"] == 4


LISTED = Listed.of(
    {
        symbol: Security(symbol, name)
        for symbol, name in (
            ("000001.SZ", "平安银行"), ("000001.SH", "上证指数"), ("000700.SZ", "模塑科技"), ("00700.HK", "腾讯控股"),
            ("601318.SH", "中国平安"), ("02318.HK", "中国平安"), ("200002.SZ", "万科B"), ("600519.SH", "贵州茅台"),
        )
    },
    (),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "name", "place", "currency", "symbol"),
    [
        ("000001", "", None, None, "000001.SZ"),  # an index is not held
        ("1", "平安银行", None, None, "000001.SZ"),
        ("1", "", "SZ", None, "000001.SZ"),
        ("700", "腾讯控股", None, "CNY", "00700.HK"),
        ("700", "模塑科技", None, None, "000700.SZ"),
        ("700", "", "HK", None, "00700.HK"),
        ("700", "", None, "HKD", "00700.HK"),
        ("00700", "", None, "CNY", "00700.HK"),
        ("02318", "中国平安", None, None, "02318.HK"),
        ("601318", "中国平安", None, None, "601318.SH"),
        ("SH600519", "贵州茅台", None, None, "600519.SH"),
        ("600519.SS", "", None, None, "600519.SH"),
        ("113050", "南银转债", "SH", None, "113050.SH"),  # a bond of Shanghai, whose code looks like Shenzhen's
        ("688981", "中芯国际", None, None, "688981.SH"),  # in no list: there is only one meaning
        ("XD贵州茅", "", None, None, None),
        ("贵州茅台", "", None, None, "600519.SH"),
        ("AAPL", "", None, "USD", "AAPL.US"),
        ("700", "", None, "CNY", None),
        ("2415", "", None, None, None),
        ("600519", "平安银行", None, None, None),  # the code says one thing and the name another
    ],
)
def test_what_a_line_means(code: str, name: str, place: str | None, currency: str | None, symbol: str | None) -> None:
    found = security_of(LISTED, code, name=name, place=place, currency=currency)
    assert (None if isinstance(found, Words) else found) == symbol


def test_bonds_and_repos_are_kept_without_a_price_and_are_no_failure_of_the_day(world: World) -> None:
    text = LIST + "204001\tGC001\t1000\t100\tA1\n113052\t兴业转债\t20\t105.1\tA1\n"
    said = bring(world, text, "--date", "2024-05-31", "--lang", "en")
    assert said.code == 0, said.err
    assert "kept without a price, no source here has them: 113052.SH 204001.SH" in said.err
    day = run("daily", home=world.home, market=world.market, now=EVENING, env={"WATCHLIST_LANG": "en"})
    assert day.code == 0, day.err
    assert "204001" not in day.err
    found = json.loads(run("check", "--json", home=world.home, now=EVENING).out)["findings"]
    (one,) = [one for one in found if "204001.SH" in one["where"]]
    assert (one["level"], one["where"]) == ("ok", "113052.SH 204001.SH")
    held = run("holdings", "--json", home=world.home, now=EVENING).rows
    assert {row["symbol"]: row["value"] for row in held if row["symbol"] in {"204001.SH", "113052.SH"}} == {
        "204001.SH": None, "113052.SH": None,
    }  # fmt: skip
    # A folder of one's own may have them.
    world.prices("113052.SH", bars(105, 0.01))
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    held = run("holdings", "--json", home=world.home, now=EVENING).rows
    assert next(row["value"] for row in held if row["symbol"] == "113052.SH") is not None
