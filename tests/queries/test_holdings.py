"""Holdings of a small world, worked out by hand, and of the real market, worked out again by pandas.

The sessions, prices and calls of the small world are those of ``test_by_hand``: session n is a weekday from 2024-01-02,
浦发 closes at 10 + 0.01 n and pays 0.50 on session 93 after a close of 10.92, 平安 at 20 - 0.01 n and splits in two on
session 109, 万科 at 8 + 0.02 n, every index at 3000 + n. Snapshots are of session 65 (2024-04-02) and 90 (2024-05-07).
"""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.built_homes import founding_home
from tests.cli.program import NOW, Said, one_sentence, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World, bars
from tests.queries.conftest import build
from tests.test_docs import named, sections
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.output.holding_columns import nobody_lines
from watchlist.queries.recommendations import Filters
from watchlist.queries.review import review_of
from watchlist.queries.situation import When, load_situation
from watchlist.storage.database import reading

Row = dict[str, Any]
LAST = "2024-06-28"
LONGI = "601012.SH"
HEAD = "date,symbol,shares,cost,account\n"
HELD_FIRST = (f"{PUFA},1000,10", f"{PINGAN},500,19", f"{LONGI},100,20")
HELD_SECOND = (f"{PUFA},1000,10", f"{PINGAN},500,19", f"{WANKE},300,9.5")
FIRST_LIST = HEAD + "".join(f"2024-04-02,{one},main\n" for one in HELD_FIRST)
SECOND_LIST = HEAD + "".join(f"2024-05-07,{one},main\n" for one in HELD_SECOND)
# What one unit of each became: from session 65 to 90, and from 90 to 128.
PUFA_1, PINGAN_1 = 10.90 / 10.65, 19.10 / 19.35
PUFA_2, PINGAN_2, WANKE_2 = 11.28 / 10.90 * 10.92 / 10.42, 2 * 9.36 / 19.10, 10.56 / 9.80
WORTH_1, WORTH_2 = 10650 + 9675, 10900 + 9550 + 2940
RETURN_1 = (10650 * PUFA_1 + 9675 * PINGAN_1) / WORTH_1 - 1
RETURN_2 = (10900 * PUFA_2 + 9550 * PINGAN_2 + 2940 * WANKE_2) / WORTH_2 - 1


def close(value: float) -> Any:  # noqa: ANN401 - pytest's own type has no name
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def bring(world: World, text: str, *options: str, now: dt.datetime = EVENING, name: str = "list.csv") -> Said:
    (world.home / name).write_text(text, "utf-8")
    said = run("holdings", "import", world.home / name, *options, home=world.home, now=now)
    assert said.code == 0, said.err
    return said


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the world with both snapshots; it is only read."""
    world = build(tmp_path_factory.mktemp("held"), 'rating = "减持"\ndirection = -1')
    bring(world, FIRST_LIST)
    bring(world, SECOND_LIST)
    return world


def ask(world: World, *arguments: str) -> dict[str, Row]:
    rows = run("holdings", *arguments, "--json", home=world.home, now=EVENING).rows
    return {row["symbol"]: row for row in rows}


def whole(world: World, *arguments: str) -> Row:
    (row,) = run("holdings", "--portfolio", *arguments, "--json", home=world.home, now=EVENING).rows
    return dict(row)


def test_shares_values_and_weights(holding: World) -> None:
    rows = ask(holding, "--as-of", LAST)
    assert list(rows) == [PUFA, PINGAN, WANKE, LONGI]
    assert [rows[s]["position"] for s in rows] == ["held", "held", "held", "sold"]
    # 平安 split two for one after the snapshot, so that a share cost half of it.
    split = rows[PINGAN]
    assert (split["shares"], split["shares_in_snapshot"], split["cost"], split["close"]) == (1000, 500, 9.5, 9.36)
    worth = 11280 + 9360 + 3168
    for symbol, value in ((PUFA, 11280), (PINGAN, 9360), (WANKE, 3168)):
        assert rows[symbol]["value"] == close(value)
        assert rows[symbol]["weight"] == close(value / worth)
    assert rows[PUFA]["unrealised_return"] == close(11.28 / 10 * 10.92 / 10.42 - 1)
    assert split["unrealised_return"] == close(2 * 9.36 / 19 - 1)
    assert rows[WANKE]["unrealised_return"] == close(10.56 / 9.5 - 1)
    sold = rows[LONGI]
    assert (sold["shares"], sold["value"], sold["weight"], sold["contribution"]) == (0, None, None, None)


def test_contributions_add_up_over_both_snapshots(holding: World) -> None:
    rows, portfolio = ask(holding, "--as-of", LAST), whole(holding, "--as-of", LAST)
    assert rows[PUFA]["contribution"] == close(
        10650 / WORTH_1 * (PUFA_1 - 1) + (1 + RETURN_1) * 10900 / WORTH_2 * (PUFA_2 - 1)
    )
    assert rows[WANKE]["contribution"] == close((1 + RETURN_1) * 2940 / WORTH_2 * (WANKE_2 - 1))
    assert portfolio["total_return"] == close((1 + RETURN_1) * (1 + RETURN_2) - 1)
    assert sum(row["contribution"] or 0 for row in rows.values()) == close(portfolio["total_return"])
    assert portfolio["benchmark_return"] == close(3128 / 3065 - 1)
    assert portfolio["excess_return"] == close(portfolio["total_return"] - (3128 / 3065 - 1))
    first, second = portfolio["stretches"]
    assert (first["from"], first["to"], first["unpriced"]) == ("2024-04-02", "2024-05-07", [LONGI])
    assert first["total_return"] == close(RETURN_1)
    assert (second["value"], second["holdings"], second["unpriced"]) == (close(WORTH_2), 3, [])


def test_a_later_beginning_counts_from_what_was_held_then(holding: World) -> None:
    # From session 109 on, after the split and the dividend: 1000 x 11.09, 1000 x 9.455, 300 x 10.18.
    worth = 11090 + 9455 + 3054
    portfolio = whole(holding, "--as-of", LAST, "--from", "2024-06-03")
    assert portfolio["from"] == "2024-06-03"
    assert portfolio["total_return"] == close((11280 + 9360 + 3168) / worth - 1)


def test_what_brokers_say_of_each(holding: World) -> None:
    rows, portfolio = ask(holding, "--as-of", LAST), whole(holding, "--as-of", LAST)
    assert {symbol: row["standing"] for symbol, row in rows.items()} == {
        PUFA: "backed", PINGAN: "backed", WANKE: "opposed", LONGI: "unbacked",
    }  # fmt: skip
    (call,) = rows[PUFA]["calls"]
    assert (call["broker"], call["entry_session"], call["strength"], call["mentions"]) == (
        "甲证券",
        "2024-03-04",
        "recommend",
        2,
    )
    assert call["total_return"] == close(11.28 / 10.43 * 10.92 / 10.42 - 1)
    assert call["excess_return"] == close(11.28 / 10.43 * 10.92 / 10.42 - 3128 / 3043)
    assert rows[PUFA]["recommended_by"] == ["甲证券"]
    assert rows[WANKE]["calls"][0]["direction"] == -1
    assert portfolio["standings"]["backed"]["weight"] == close((11280 + 9360) / (11280 + 9360 + 3168))
    assert portfolio["standings"]["opposed"]["holdings"] == 1
    # A call of twelve months after 2024-04-01 has ended a year later.
    assert ask(holding, "--as-of", "2024-06-28", "--broker", "乙")[PUFA]["standing"] == "unbacked"


def test_a_part_of_a_review_knows_the_calls_on_all_that_is_held(holding: World) -> None:
    # As of 2024-06-28 two holdings are backed and 万科 is opposed, whichever security or market is looked at.
    home, day = find_home(holding.home, {}), dt.date.fromisoformat(LAST)
    with reading(home.database) as connection:
        situation = load_situation(connection, load_settings(home), When(day))
        for part in (Filters(symbols=(PUFA,)), Filters(status="running"), Filters(market="HK")):
            held = review_of(situation, connection, part)["holdings"]
            counts = {word: standing["holdings"] for word, standing in held["standings"].items()}
            assert counts == {"backed": 2, "opposed": 1, "lapsed": 0, "unbacked": 0}


def test_the_status_of_a_holding_is_a_filter_and_one_it_never_has_is_refused(holding: World) -> None:
    for word in ("stale", "no_rate"):
        assert ask(holding, "--as-of", "2024-05-06", "--status", word) == {}
    assert PUFA in ask(holding, "--as-of", "2024-05-06", "--status", "running")
    said = run("holdings", "--status", "open", "--lang", "zh", home=holding.home)
    assert said.code == 2
    assert "running, suspended, delisted, stale, no_price, no_rate" in said.err


def test_a_review_holds_what_was_known_when_its_situation_was_loaded(holding: World, tmp_path: Path) -> None:
    world = World(shutil.copytree(holding.home, tmp_path / "home"), holding.market)
    home, day = find_home(world.home, {}), dt.date.fromisoformat(LAST)
    with reading(home.database) as connection:
        situation = load_situation(connection, load_settings(home), When(day))
    bring(world, HEAD + f"2024-06-03,{PUFA},9000,10,main\n")
    assert ask(world, "--as-of", LAST)[PUFA]["shares"] == 9000
    with reading(home.database) as connection:
        held = review_of(situation, connection)["holdings"]
    assert {row["symbol"]: row["shares"] for row in held["rows"] if row["position"] == "held"}[PUFA] == 1000


def test_the_health_of_a_past_day_counts_no_later_bar(holding: World) -> None:
    # 2024-05-07 is session 90 and 2024-06-28 session 128; 浦发 goes ex between them.
    home, found = find_home(holding.home, {}), []
    for day in ("2024-05-07", LAST):
        with reading(home.database) as connection:
            review = review_of(
                load_situation(connection, load_settings(home), When(dt.date.fromisoformat(day))), connection
            )
        found.append(next(row for row in review["health"]["securities"] if row["symbol"] == PUFA))
    assert [row["last_session"] for row in found] == ["2024-05-07", LAST]
    assert found[1]["bars"] - found[0]["bars"] == 38
    assert [row["actions"] for row in found] == [0, 1]


def test_only_what_brokers_stand_to_so(holding: World) -> None:
    assert ask(holding, "--as-of", "2024-05-06", "--standing", "unbacked").keys() == {LONGI}
    assert ask(holding, "--as-of", LAST, "--standing", "unbacked").keys() == set()  # it is sold
    assert ask(holding, "--as-of", LAST, "--standing", "backed").keys() == {PUFA, PINGAN}
    none = run("holdings", "--as-of", LAST, "--standing", "lapsed", "--json", home=holding.home, now=EVENING)
    assert (none.code, none.rows) == (0, [])


def test_what_nobody_recommends_names_who_did_last() -> None:
    def row(symbol: str, standing: str, *ended: tuple[str, str | None], position: str = "held") -> Row:
        calls = [{"broker": broker, "closed_session": day} for broker, day in ended]
        return {"symbol": symbol, "position": position, "standing": standing, "ended_calls": calls}

    rows = [
        row("A", "lapsed", ("甲", "2024-05-06"), ("乙", "2025-01-03"), ("丙", None)),
        row("B", "backed", ("甲", "2024-05-06")),
        row("C", "unbacked"),
        row("D", "opposed"),
        row("E", "lapsed", ("甲", "2024-05-06"), position="sold"),
    ]
    assert [(one["symbol"], one["last_by"], one["ended"]) for one in nobody_lines(rows)] == [
        ("A", "乙", "2025-01-03"), ("C", None, None),
    ]  # fmt: skip


def test_what_is_recommended_and_not_held(holding: World, tmp_path: Path) -> None:
    world = World(shutil.copytree(holding.home, tmp_path / "home"), holding.market)
    bring(world, f"date,symbol,shares,account\n2024-06-03,{WANKE},300,main\n")
    rows = ask(world, "--as-of", LAST, "--from", "2024-06-03")
    assert {symbol: row["position"] for symbol, row in rows.items()} == {WANKE: "held", PINGAN: "none", PUFA: "none"}
    absent = rows[PUFA]
    assert (absent["standing"], absent["recommended_by"], absent["recommended_since"]) == (
        "backed", ["甲证券"], "2024-03-01",
    )  # fmt: skip
    assert (absent["close"], absent["shares"], absent["weight"], absent["contribution"]) == (11.28, None, None, None)
    assert whole(world, "--as-of", LAST)["not_held"] == 0  # from the first snapshot on both were held once
    assert list(ask(world, "--as-of", LAST, "--symbol", PINGAN)) == [PINGAN]


def test_every_key_is_in_the_commands(holding: World) -> None:
    words = named("".join(sections("docs/commands.md")[head] for head in ("holdings", "calls", "watch")))
    (row, *_), portfolio = ask(holding, "--as-of", LAST).values(), whole(holding, "--as-of", LAST)
    keys = {*row, *row["calls"][0], *portfolio, *portfolio["stretches"][0], *portfolio["snapshots"][0]}
    assert not keys - words


def test_as_of_and_known_at(holding: World, tmp_path: Path) -> None:
    assert ask(holding, "--as-of", "2024-05-06").keys() == {PUFA, PINGAN, LONGI}
    empty = run("holdings", "--as-of", "2024-04-01", home=holding.home, now=EVENING)
    assert (empty.code, empty.out) == (0, "")
    assert "2024-04-01" in empty.err
    home = shutil.copytree(holding.home, tmp_path / "home")
    world = World(home, holding.market)
    bring(world, SECOND_LIST.replace("300", "400"), now=EVENING + dt.timedelta(hours=2))
    assert ask(world, "--as-of", LAST)[WANKE]["shares"] == 400
    then = (EVENING + dt.timedelta(hours=1)).isoformat()
    assert ask(world, "--as-of", LAST, "--known-at", then)[WANKE]["shares"] == 300
    assert run("holdings", "snapshots", "--json", home=home, now=EVENING).rows[0]["rev"] == 2


def test_what_does_not_go_with_holdings_is_said(holding: World) -> None:
    def told(*arguments: str) -> Said:
        return run("holdings", *arguments, home=holding.home, now=EVENING)

    one_sentence(told("--horizon", "20"), 2, "--horizon")
    one_sentence(told("--account", "other"), 2, "main")
    one_sentence(told("--portfolio", "--standing", "backed"), 2, "--standing")
    one_sentence(told("--as-of", "2024-05-01", "--from", "2024-06-01"), 2, "--from", "--as-of")
    one_sentence(told("--currency", "USD"), 1, "CNYUSD.FX")


def test_tables_speak_both_languages(holding: World) -> None:
    english = run("holdings", "--as-of", LAST, "--lang", "en", home=holding.home, now=EVENING)
    chinese = run("holdings", "--as-of", LAST, "--lang", "zh", home=holding.home, now=EVENING)
    assert "Open calls on what is held" in english.out
    assert "sell" in english.out
    assert "所持证券的有效观点" in chinese.out
    assert "看空" in chinese.out
    assert "+14.79%" not in chinese.out
    assert f"{((1 + RETURN_1) * (1 + RETURN_2) - 1) * 100:+.2f}%" in chinese.out


def test_an_empty_database_says_how_to_begin(world: World) -> None:
    said = run("holdings", home=world.home, now=EVENING)
    assert (said.code, said.out) == (0, "")
    assert "holdings import FILE" in said.err


def test_several_currencies_are_counted_in_one(tmp_path: Path) -> None:
    """Hong Kong's share is 200 + n HKD, a Hong Kong dollar 0.90 yuan at first and 0.95 from session 100 on."""
    world = build(tmp_path, 'rating = "减持"\ndirection = -1')
    world.write("securities.csv", (world.home / "config/securities.csv").read_text("utf-8") + "00700.HK,腾讯控股,,,,\n")
    world.prices("00700.HK", bars(200, 1))
    lines = bars(0.9, 0).splitlines(keepends=True)
    dear = bars(0.95, 0).splitlines(keepends=True)
    world.prices("HKDCNY.FX", "".join(lines[:101] + dear[101:]))
    bring(world, f"date,symbol,shares,cost,currency\n2024-05-07,{PUFA},1000,10,\n2024-05-07,00700,100,250,CNY\n")
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    rows, portfolio = ask(world, "--as-of", LAST), whole(world, "--as-of", LAST)
    assert portfolio["currency"] == "CNY"
    assert rows["00700.HK"]["value"] == close(100 * 328 * 0.95)
    # Bought in yuan, as through the mainland: 328 HKD are 311.60 yuan now.
    assert rows["00700.HK"]["unrealised_return"] == close(328 * 0.95 / 250 - 1)
    begin, grown = 100 * 290 * 0.9, 328 * 0.95 / (290 * 0.9)
    whole_return = (10900 * PUFA_2 + begin * grown) / (10900 + begin) - 1
    assert portfolio["total_return"] == close(whole_return)
    # The index of Hong Kong is counted in yuan as well.
    index = (10900 * 3128 / 3090 + begin * 3128 / 3090 * 0.95 / 0.9) / (10900 + begin) - 1
    assert portfolio["benchmark_return"] == close(index)
    dollars = whole(world, "--as-of", LAST, "--currency", "HKD")
    assert dollars["value"] == close(11280 / 0.95 + 32800)


SHARES = {"300418.SZ": 1200.0, "601019.SH": 2000.0, "300058.SZ": 3000.0, "600373.SH": 800.0, "300280.SZ": 500.0}
LATER = {"300418.SZ": 600.0, "300133.SZ": 3000.0, "300058.SZ": 4200.0, "601595.SH": 700.0}


def adjusted(market: Path, symbol: str) -> pd.DataFrame:
    """Read one share's closes, with what one share became and what it is worth, from the files alone."""
    found = pd.read_csv(market / "bars" / f"{symbol}.csv", parse_dates=["session"]).set_index("session")
    actions = pd.read_csv(market / "actions.csv", parse_dates=["ex_date"]).fillna({"cash": 0.0, "split": 1.0})
    steps, splits = pd.Series(1.0, found.index), pd.Series(1.0, found.index)
    for ex_date, cash, split in actions.loc[actions["symbol"] == symbol, ["ex_date", "cash", "split"]].to_numpy():
        later = found.index[found.index >= ex_date]
        if 0 < len(later) < len(found):
            before = float(found.loc[found.index < ex_date, "close"].iloc[-1])
            steps[later[0]] *= before / ((before - cash) / split)
            splits[later[0]] *= split
    return found.assign(split=splits.cumprod(), wealth=found["close"] * steps.cumprod())


def test_the_real_market_worked_out_again_by_pandas(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Wealth of each stretch from the price files alone, dividends put back in at the ex-reference price."""
    home = founding_home(shared, tmp_path_factory)
    world = World(home, shared / "market")
    days = ["2024-06-28", "2025-07-10", "2026-05-20"]
    for day, held in zip(days[:2], (SHARES, LATER), strict=True):
        bring(world, "date,symbol,shares\n" + "".join(f"{day},{s},{n}\n" for s, n in held.items()), now=NOW)
    rows = {r["symbol"]: r for r in run("holdings", "--as-of", days[2], "--json", home=home).rows}
    (portfolio,) = run("holdings", "--portfolio", "--as-of", days[2], "--json", home=home).rows

    again = {symbol: adjusted(shared / "market", symbol) for symbol in {*SHARES, *LATER}}

    def on(symbol: str, day: str, column: str) -> float:
        return float(again[symbol].loc[:day, column].iloc[-1])

    wealth, parts = 1.0, dict.fromkeys(again, 0.0)
    for start, end, held in ((days[0], days[1], SHARES), (days[1], days[2], LATER)):
        begin = {s: n * on(s, start, "close") for s, n in held.items()}
        gain = {s: begin[s] * (on(s, end, "wealth") / on(s, start, "wealth") - 1) for s in held}
        for symbol, gained in gain.items():
            parts[symbol] += wealth * gained / sum(begin.values())
        wealth *= 1 + sum(gain.values()) / sum(begin.values())
    assert portfolio["total_return"] == close(wealth - 1)
    assert {s: rows[s]["contribution"] for s in parts} == {s: close(value) for s, value in parts.items()}
    split = {s: on(s, days[2], "split") / on(s, days[1], "split") for s in LATER}
    value = {s: n * split[s] * on(s, days[2], "close") for s, n in LATER.items()}
    assert {s: rows[s]["value"] for s in LATER} == {s: close(v) for s, v in value.items()}
    assert {s: rows[s]["weight"] for s in LATER} == {s: close(v / sum(value.values())) for s, v in value.items()}
    # The one that was delisted on the way counted to its last trade, a loss of nearly everything.
    assert rows["300280.SZ"]["position"] == "sold"
    assert rows["300280.SZ"]["contribution"] < 0
