"""``update --names`` whole, over the true akshare: what a user sees, what is written, and a host that refuses."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import Said, run, tables
from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.ledger.home import find_home
from watchlist.ledger.securities import load_securities
from watchlist.sources import name_desk

HEADER: Final = "symbol,name,listed,delisting_period_from,delisted,names\n"
KNOWN: Final = HEADER + (
    "600000.SH,浦发银行,1999-11-10,,,\n600519.SH,贵州茅台,2001-08-27,,,\n688981.SH,中芯国际,2020-07-16,,,\n"
    "000001.SZ,平安银行,1991-04-03,,,\n000002.SZ,万科A,1991-01-29,,,\n300459.SZ,汤姆猫,2015-05-15,,,金科文化@..2021-08-18\n"
    "002517.SZ,恺英网络,2010-12-07,,,泰亚股份@..\n300280.SZ,紫天科技,2011-12-29,2025-09-15,,\n"
)


@pytest.fixture
def home(exchange: FakeExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert exchange.faults == []
    # No pauses against the stand-in.
    monkeypatch.setattr(name_desk.NameDesk.__init__, "__defaults__", (10.0, 0.0))
    config = tmp_path / "config"
    config.mkdir()
    (config / "securities.csv").write_text(KNOWN, "utf-8")
    (config / "names.csv").write_text("symbol,name,kind,from,to\n", "utf-8")
    return tmp_path


def names(home: Path, *more: str) -> Said:
    return run("update", "--names", "--lang", "en", *more, home=home)


def test_the_lists_are_taken_once_and_the_difference_is_said(home: Path, exchange: FakeExchange) -> None:
    first = names(home, "--dry-run")
    assert first.code == 0, first.err
    assert "Nothing was written." in first.err
    assert not (home / "config" / "local").exists()
    said = names(home)
    assert said.code == 0, said.err
    assert said.out == first.out
    assert "Lists that came: Shanghai 70, Shenzhen 64, Shenzhen's renamings 4, Beijing 31" in said.err
    found = load_securities(find_home(home, {}))
    assert found["603999.SH"].name == "新上市者"
    assert found["600519.SH"].name == "贵州茅台"
    assert found["300459.SZ"].name == "*ST汤姆"
    written = (home / "config" / "local" / "fetched" / "securities.csv").read_text("utf-8").splitlines()
    assert (
        "300459.SZ,*ST汤姆,2015-05-15,,,金科文化@..2021-08-18|汤姆猫@2021-08-19..2026-05-05|*ST汤姆@2026-05-06.."
        in written
    )
    assert "300280.SZ,紫天科技,2011-12-29,2025-09-15,2025-10-14," in written
    assert "002517.SZ,恺英新名,2010-12-07,,,泰亚股份|恺英网络@..2026-11-21|恺英新名@2026-11-22.." in written
    again = names(home)
    assert (again.code, again.out) == (0, "")
    assert "Nothing is new." in again.err
    assert run("watch", "add", "泡泡玛特", home=home).code == 0
    assert exchange.unexpected == []


def test_an_exchange_that_refuses_stops_no_other_and_is_left_alone(home: Path, exchange: FakeExchange) -> None:
    exchange.faults.append(Fault("html", "bse.cn", -1))
    said = names(home)
    assert said.code == 1
    assert "the list BJ could not be had (www.bse.cn: a web page in place of an answer)" in said.err
    assert "603999.SH" in load_securities(find_home(home, {}))
    standing = tables(home / "db" / "watchlist.db", "source_standings")["source_standings"]
    assert [row[0] for row in standing] == ["www.bse.cn"]
    exchange.faults.clear()
    exchange.log.clear()
    assert "left alone" in names(home).err
    assert not [url for url in exchange.log if "bse.cn" in url]


def test_a_list_that_lost_half_its_names_is_refused_with_a_sentence(home: Path, exchange: FakeExchange) -> None:
    assert names(home).code == 0
    kept = shutil.copytree(home / "config" / "local", home / "kept")
    exchange.faults.append(Fault("half", "sse.com.cn|szse.cn|getHKStockData", -1))
    said = names(home)
    assert said.code == 1
    for place in ("SH", "SZ", "HK"):
        assert f"the list of {place} was not taken" in said.err
    for file in ("securities.csv", "names.csv"):
        assert (home / "config" / "local" / "fetched" / file).read_bytes() == (kept / "fetched" / file).read_bytes()


def test_former_names_are_asked_for_share_by_share(home: Path, exchange: FakeExchange) -> None:
    said = names(home, "--symbol", "600000")
    assert said.code == 0
    assert "Lists that came: 600000.SH 0." in said.err
    assert "Nothing is new." in said.err
    assert run("update", "--names", "--symbol", "600633.SH", home=home).code == 2  # nobody knows it yet
    local = home / "config" / "local"
    local.mkdir(parents=True, exist_ok=True)
    (local / "securities.csv").write_text(HEADER + "600633.SH,浙数文化,,,,\n", "utf-8")
    said = run("update", "--names", "--symbol", "600633.SH", "--lang", "zh", home=home)
    assert said.code == 0, said.err
    assert "3 个其他名称" in said.err
    assert run("watch", "add", "浙报传媒", home=home).code == 0
    assert all("vCI_CorpInfo" in url for url in exchange.log)
    refused = names(home, "--symbol", "HSI.HI")
    assert refused.code == 2
