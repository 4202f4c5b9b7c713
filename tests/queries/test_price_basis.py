"""Prices that no price limit can be told from are scored at the close, and every answer says so."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import run
from tests.cli.small_world import EVENING, PINGAN, PUFA, SETTINGS, WANKE, World, bars, make_world, report, weekdays

AT_CLOSE: Final = f'{SETTINGS}[entry]\nrule = "close"\n'
CLOSES: Final = "session,open,high,low,close,volume\n"


def built(folder: Path, adjusted: str) -> World:
    """Build a world of 浦发 with closes alone, 万科 with whole bars, and 平安 as given; entry is at the close."""
    world = make_world(folder)
    world.write("local/settings.toml", AT_CLOSE)
    world.write("reports/second.toml", report("2024-05-06", "乙证券", {WANKE: "万科A"}))
    world.prices(WANKE, bars(8, 0.02))
    world.prices(PUFA, CLOSES + "".join(f"{day},,,,{10 + n / 100:.2f},\n" for n, day in enumerate(weekdays())))
    world.prices(PINGAN, adjusted)
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a world whose 平安 is adjusted by a made-up factor; it is only read."""
    rows = (f"{day},,,,{(20 - n / 100) * 0.98765:.4f},\n" for n, day in enumerate(weekdays()))
    return built(tmp_path_factory.mktemp("closes"), CLOSES + "".join(rows))


def ask(world: World, *arguments: str) -> Any:  # noqa: ANN401 - what JSON holds
    answer = run(*arguments, "--json", home=world.home, now=EVENING)
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_each_recommendation_says_what_prices_it_was_bought_at(world: World) -> None:
    rows = ask(world, "recommendations")
    assert {row["symbol"]: row["price_basis"] for row in rows} == {
        PUFA: "closes_only", PINGAN: "adjusted", WANKE: "as_traded",
    }  # fmt: skip
    assert {row["entry_at"] for row in rows} == {"close"}
    pufa = next(row for row in rows if row["symbol"] == PUFA)
    # Published on Friday 2024-03-01, the 44th weekday: bought on the 45th at 10.44; the last, 06-28, is the 129th.
    assert (pufa["entry_session"], pufa["entry_price"]) == ("2024-03-04", 10.44)
    assert pufa["price_return"] == pytest.approx(11.28 / 10.44 - 1, abs=1e-12)


def test_groups_and_the_data_health_of_a_review_name_them(world: World, tmp_path: Path) -> None:
    rows = {row["group"]: row for row in ask(world, "brokers")}
    assert (rows["甲证券"]["closes_only"], rows["甲证券"]["adjusted"]) == ([PUFA], [PINGAN])
    assert (rows["乙证券"]["closes_only"], rows["乙证券"]["adjusted"]) == ([], [])
    (theme,) = ask(world, "themes")
    assert (theme["closes_only"], theme["adjusted"]) == ([PUFA], [PINGAN])
    for name in ("review.json", "review.html"):
        assert run("export", str(tmp_path / name), home=world.home, now=EVENING).code == 0
    health = json.loads((tmp_path / "review.json").read_text("utf-8"))["health"]
    assert (health["closes_only"], health["adjusted"]) == ([PUFA], [PINGAN])
    page = (tmp_path / "review.html").read_text("utf-8")
    assert f"price limits not applied (1): {PUFA}" in page
    assert f"no price limit can be told (1): {PINGAN}" in page


@pytest.mark.parametrize(("language", "said"), [
    ("en", (f"price limits not applied): 1 share, {PUFA}.", f"no price limit can be told): 1 share, {PINGAN}.")),
    ("zh", (f"未应用涨跌停限制）：1 只，{PUFA}", f"无法判断涨跌停）：1 只，{PINGAN}")),
])  # fmt: skip
@pytest.mark.parametrize("question", ["recommendations", "themes", "brokers"])
def test_tables_say_so_below(world: World, question: str, language: str, said: tuple[str, str]) -> None:
    answer = run("--lang", language, question, home=world.home, now=EVENING)
    told = "".join(answer.out.split())
    assert all("".join(words.split()) in told for words in said)


def test_whole_bars_as_traded_are_not_spoken_of(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    assert {row["price_basis"] for row in ask(world, "recommendations")} == {"as_traded"}
    assert "price limit" not in run("recommendations", home=world.home, now=EVENING).out


def test_the_closes_of_a_whole_market_are_flagged(shared: Path, tmp_path: Path) -> None:
    import pandas as pd  # noqa: PLC0415  (only where the data is there)

    closes = pd.read_parquet(shared / "market" / "panel_close.parquet", filters=[("symbol", "==", PINGAN)])
    days = pd.to_datetime(closes["date"]).dt.strftime("%Y-%m-%d").tolist()
    priced = sorted(zip(days, closes["close"].astype(float).tolist(), strict=True))
    rows = (f"{day},,,,{close!r},\n" for day, close in priced if day < "2024-06-29")
    world = built(tmp_path, CLOSES + "".join(rows))
    assert {row["symbol"]: row["price_basis"] for row in ask(world, "recommendations")}[PINGAN] == "adjusted"
