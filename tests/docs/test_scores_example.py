"""The example that docs/scores.md works out by hand: the program is given its bars and must say the same.

Every expected number here stands in the document, rounded as printed there; none comes from the program.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.docs.console import ROOT, Command, run

DOCUMENT: Final = ROOT / "docs" / "scores.md"
SYMBOL, INDEX = "605999.SH", "000300.SH"
REPORT: Final = f"""
broker = "示例证券"
title = "示例"
published = 2024-06-14

[[recommendations]]
theme = "AI"
name = "示例股份"
symbol = "{SYMBOL}"
verb = "推荐"
strength = "recommend"
quotes = [{{ start = 0, end = 6, text = "推荐示例股份" }}]
"""
ROW: Final = re.compile(
    r"(?m)^\| (\d{4}-\d\d-\d\d)[^|]* \| ([\d.]+) \| ([\d.]+) \| ([\d,]+\.\d\d) \| ([\d,]+\.\d\d) \|$"
)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give what the program says of the one recommendation of the example."""
    home = tmp_path_factory.mktemp("example")
    _write_prices(home / "market")
    (home / "config" / "reports").mkdir(parents=True)
    (home / "config" / "reports" / "2024-06-14-example.toml").write_text(REPORT, "utf-8")
    code, said = _run(home, "daily --until 2024-06-21")
    # The watched shares and the other indices have no files here: that is said, and the rest goes on.
    assert code == 1, said
    code, said = _run(home, "recommendations --as-of 2024-06-21 --json")
    assert code == 0, said
    rows: list[dict[str, Any]] = json.loads("\n".join(said))
    assert len(rows) == 1
    return rows[0]


def _run(home: Path, arguments: str) -> tuple[int, list[str]]:
    return run(Command(DOCUMENT, 0, f"python main.py {arguments}", ()), home, market=home / "market")


def _write_prices(folder: Path) -> None:
    rows = ROW.findall(DOCUMENT.read_text("utf-8"))
    assert len(rows) == 7
    (folder / "bars").mkdir(parents=True)
    for symbol, first in ((SYMBOL, 1), (INDEX, 3)):
        lines = ["session,open,high,low,close,volume"]
        for row in rows:
            opened, close = row[first].replace(",", ""), row[first + 1].replace(",", "")
            lines.append(f"{row[0]},{opened},,,{close},{1_000_000 if symbol == SYMBOL else ''}")
        (folder / "bars" / f"{symbol}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "actions.csv").write_text(f"symbol,ex_date,cash,split,note\n{SYMBOL},2024-06-19,0.5,,\n", "utf-8")


def test_entry(answer: dict[str, Any]) -> None:
    assert (answer["entry_session"], answer["entry_price"], answer["entry_at"]) == ("2024-06-17", 20.0, "open")
    assert answer["status"] == "running"


@pytest.mark.parametrize(
    ("key", "percent"),
    [
        ("entry_gap", "2.56"),
        ("price_return", "6.60"),
        ("total_return", "9.20"),
        ("benchmark_return", "1.00"),
        ("excess_return", "8.20"),
        ("price_excess", "5.60"),
        ("relative_wealth", "8.12"),
        ("net_return", "8.86"),
        ("max_gain", "9.20"),
        ("max_loss", "2.50"),
    ],
)
def test_returns_in_percent(answer: dict[str, Any], key: str, percent: str) -> None:
    assert f"{answer[key] * 100:.2f}" == percent
    assert f"+{percent}" in DOCUMENT.read_text("utf-8")


def test_horizon_and_days(answer: dict[str, Any]) -> None:
    assert answer["days_held"] == 5
    five = answer["horizons"]["5"]
    assert (five["exit_session"], five["status"], five["hit"]) == ("2024-06-21", "matured", True)


def test_a_month_that_has_not_passed_is_open(answer: dict[str, Any]) -> None:
    """It ends on 2024-07-12, three weeks after the last bar, whenever the program is run."""
    assert answer["horizons"]["1m"]["status"] == "open"
    assert answer["call"]["status"] == "open"
