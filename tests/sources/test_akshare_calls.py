"""What akshare may be called for, read from its installed source."""

import ast
from pathlib import Path

import pytest

from tests.sources.akshare_source import evaluations
from watchlist.sources import akshare_calls
from watchlist.sources.akshare_calls import ALLOWED, akshare


@pytest.mark.parametrize("name", ALLOWED)
def test_no_allowed_path_evaluates_what_a_server_sends(name: str) -> None:
    assert evaluations(name) == []


@pytest.mark.parametrize(
    "name",
    ["stock_zh_a_daily", "stock_hk_daily", "stock_us_daily", "fund_etf_dividend_sina", "fund_open_fund_info_em"],
)
def test_the_reader_finds_what_it_looks_for(name: str) -> None:
    assert evaluations(name) != []


def test_what_is_not_allowed_is_not_called() -> None:
    with pytest.raises(KeyError):
        akshare("stock_zh_a_daily", symbol="sh600000")


def test_akshare_is_called_through_the_list_only() -> None:
    folder = Path(akshare_calls.__file__).parents[1]
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "akshare"], path
