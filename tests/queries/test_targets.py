"""Target prices in every answer that shows them: JSON, CSV, chosen columns, the workbook and the page."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.cli.program import Said, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World, report
from tests.core.markets import near, said
from tests.queries.conftest import build
from watchlist.queries.targets import target_without_prices

KEYS = (
    "target_price",
    "target_currency",
    "upside",
    "target_status",
    "target_session",
    "target_touched",
    "target_until",
)


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a world where 浦发 (10 + 0.01 a session), 平安 (20 - 0.01, two for one on 06-03) and 万科 have targets."""
    world = build(tmp_path_factory.mktemp("targets"), 'rating = "减持"\ndirection = -1')
    for symbol, name, rating, direction, target, currency in (
        (PUFA, "浦发银行", "买入", 1, 11.0, "CNY"),
        (PINGAN, "平安银行", "减持", -1, 18.8, "CNY"),
        (WANKE, "万科A", "买入", 1, 9.0, "HKD"),
    ):
        more = f'rating = "{rating}"\ndirection = {direction}\ntarget_price = {target}\ncurrency = "{currency}"'
        text = report(broker="丙证券", recommended={symbol: name}, more=more).replace("测试", name)
        world.write(f"reports/{symbol}.toml", text)
    assert ask(world, "daily").code == 0
    return world


def ask(world: World, *arguments: object) -> Said:
    return run(*arguments, home=world.home, market=world.market, now=EVENING)


@pytest.fixture(scope="module")
def shown(targets: World) -> dict[str, tuple[object, ...]]:
    rows = ask(targets, "recommendations", "--broker", "丙证券", "--json").rows
    return {row["symbol"]: tuple(row[key] for key in KEYS) for row in rows}


def test_a_buy_is_reached_by_a_close_and_touched_before(shown: dict[str, tuple[object, ...]]) -> None:
    # Published on Friday 03-01 at a close of 10.43. The session numbered n closes at 10 + n / 100, its high 0.10 above:
    # 11.00 is touched at n = 90, 05-07, and closed at with n = 100, 05-21.
    assert shown[PUFA] == (11.0, "CNY", near(11 / 10.43 - 1), "reached", "2024-05-21", "2024-05-07", None)


def test_a_sell_is_reached_across_a_split(shown: dict[str, tuple[object, ...]]) -> None:
    # At a close of 19.57. 18.80 is n = 120, 06-18: 9.40 of the new shares; its low, 0.10 below the close, comes at
    # n = 110, 06-04: 18.90 - 0.10, halved and written with three decimals.
    assert shown[PINGAN] == (18.8, "CNY", near(18.8 / 19.57 - 1), "reached", "2024-06-18", "2024-06-04", None)


def test_another_currency_is_said_and_not_compared(shown: dict[str, tuple[object, ...]]) -> None:
    assert shown[WANKE] == (9.0, "HKD", None, "other_currency", None, None, None)


def test_without_a_target_the_keys_are_there_and_empty(targets: World) -> None:
    for row in ask(targets, "recommendations", "--broker", "甲证券", "--json").rows:
        assert [row[key] for key in KEYS] == [None, None, None, "no_target", None, None, None]


def test_what_is_counted_in_another_currency_leaves_targets_as_they_are(
    targets: World, shown: dict[str, tuple[object, ...]]
) -> None:
    (targets.market / "bars" / "USDCNY.FX.csv").write_text(
        "session,open,high,low,close,volume\n2024-01-02,7,7,7,7,\n2024-06-28,7,7,7,7,\n", "utf-8"
    )
    said = ask(targets, "recommendations", "--broker", "丙证券", "--currency", "USD", "--json")
    if said.code == 0:
        assert {row["symbol"]: tuple(row[key] for key in KEYS) for row in said.rows} == shown


def test_csv_columns_workbook_and_page_show_them(targets: World, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(targets, "recommendations", "--broker", "丙证券", "--csv").out)))
    assert {row["target_status"] for row in rows} == {"reached", "other_currency"}
    table = ask(
        targets, "recommendations", "--symbol", PUFA, "--columns", "symbol,upside,target_status", "--lang", "en"
    )
    assert "+5.47%" in table.out  # 11.00 / 10.43
    for name in ("review.xlsx", "review.html"):
        assert ask(targets, "export", tmp_path / name, "--lang", "zh").code == 0
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"发布时上涨空间", "已达到", "币种不同，不比较"} <= cells
    page = (tmp_path / "review.html").read_text("utf-8")
    assert "目标价 11.00 CNY (+5.5%) · 已达到 2024-05-21" in page
    assert "目标价 9.00 HKD · 币种不同，不比较" in page


def test_a_market_without_any_price_still_says_what_a_target_is_and_that_it_has_none() -> None:
    one = replace(said(PUFA, "2024-06-05"), target_price=11.0, target_currency="CNY")
    without = dict.fromkeys(("upside", "target_session", "target_touched", "target_until"))
    for mention, price, currency, status in (
        (one, 11.0, "CNY", "no_price"),
        (replace(one, target_currency="HKD"), 11.0, "HKD", "other_currency"),
        (replace(one, target_price=None, target_currency=None), None, None, "no_target"),
    ):
        told = {"target_price": price, "target_currency": currency, **without, "target_status": status}
        assert target_without_prices(mention) == told
