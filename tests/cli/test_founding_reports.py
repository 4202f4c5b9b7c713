"""The two founding reports on real prices turn out as they are known to, and as a second reckoning by loops finds."""

import csv
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import run, run_apart, tables

AS_OF: Final = "2026-03-20"
GUOSEN, SHANGHAI = "国信证券", "上海证券"
PUBLISHED: Final = {GUOSEN: "2024-06-14", SHANGHAI: "2024-04-17"}
GOLD: Final = {GUOSEN: "000_90c94ccc870e727d", SHANGHAI: "003_35f47a59c56e95ba"}
HORIZONS: Final = {"5", "20", "60", "120", "250", "1m", "3m", "6m", "12m"}
# The months after publication, by hand; both days are neither at a month's end nor changed by clamping.
MONTHS_AFTER: Final = {
    GUOSEN: {"1m": "2024-07-14", "3m": "2024-09-14", "6m": "2024-12-14", "12m": "2025-06-14"},
    SHANGHAI: {"1m": "2024-05-17", "3m": "2024-07-17", "6m": "2024-10-17", "12m": "2025-04-17"},
}
# Last traded 2025-10-13, then taken off the exchange (the folder's own account of it).
DELISTED: Final = {"300280.SZ": "2025-10-13"}

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Share:
    """A share's file, as columns."""

    sessions: list[str]
    open: list[float]
    close: list[float]
    actions: list[tuple[str, float, float]]

    def at(self, day: str) -> int:
        """Give the place of the last bar on or before a day."""
        return bisect_right(self.sessions, day) - 1

    def steps(self, after: str, until: str) -> tuple[float, float]:
        """Multiply up what went ex after one session and by another.

        For the price, only splits: more shares are no gain. For the total: before / ((before - cash) / split).
        """
        price = total = 1.0
        for day, cash, split in self.actions:
            if after < day <= until:
                before = self.close[bisect_left(self.sessions, day) - 1]
                price *= split
                total *= before / ((before - cash) / split)
        return price, total

    def between(self, start: str, end: str, base: float) -> tuple[float, float]:
        """Reckon price and total return from a price paid on one session to the close of another."""
        price, total = self.steps(start, end)
        change = self.close[self.sessions.index(end)] / base
        return change * price - 1, change * total - 1


@pytest.fixture(scope="module")
def shares(shared: Path) -> dict[str, Share]:
    with (shared / "market" / "actions.csv").open(encoding="utf-8") as stream:
        actions = [
            (row["symbol"], row["ex_date"], float(row["cash"] or 0), float(row["split"] or 1))
            for row in csv.DictReader(stream)
        ]
    found = {}
    for path in (shared / "market" / "bars").glob("*.csv"):
        with path.open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        found[path.stem] = Share(
            [row["session"] for row in rows],
            [float(row["open"] or "nan") for row in rows],
            [float(row["close"]) for row in rows],
            sorted(action[1:] for action in actions if action[0] == path.stem),
        )
    return found


@pytest.fixture(scope="module")
def recommendations(founding: Path) -> Rows:
    rows: Rows = run("recommendations", "--as-of", AS_OF, "--json", home=founding).rows
    return rows


def ask(home: Path, *arguments: str) -> Any:  # noqa: ANN401 - whatever the program answers
    return run(*arguments, "--json", home=home).rows


def printed_pairs(shared: Path) -> Iterator[tuple[str, str, str, str]]:
    for broker, name in GOLD.items():
        answers = json.loads((shared / "reports" / f"{name}.gold.json").read_text("utf-8"))
        yield from ((broker, pair["theme"], pair["code"], pair["strength"]) for pair in answers["unique_pairs"])


# Numbers known beforehand.


def test_all_35_pairs_are_there(recommendations: Rows, shared: Path) -> None:
    found = {(row["broker"], row["theme_printed"], row["symbol"], row["strength"]) for row in recommendations}
    assert found == set(printed_pairs(shared))
    assert len(recommendations) == 35


def test_one_share_that_rose_and_one_that_was_delisted(recommendations: Rows) -> None:
    of_guosen = {row["symbol"]: row for row in recommendations if row["broker"] == GUOSEN}
    kunlun, zitian = of_guosen["300418.SZ"], of_guosen["300280.SZ"]
    assert (kunlun["entry_session"], kunlun["entry_price"]) == ("2024-06-17", 34.22)
    assert round(kunlun["total_return"] * 100, 2) == 56.93
    assert kunlun["status"] == "running"
    assert zitian["status"] == "delisted"
    assert zitian["last_session"] == "2025-10-13"
    assert round(zitian["total_return"] * 100, 2) == -97.72


def test_the_means_of_the_two_larger_themes(founding: Path) -> None:
    rows = {row["theme"]: row for row in ask(founding, "themes", "--as-of", AS_OF)}
    assert {name: row["recommendations"] for name, row in rows.items()} == {
        "large-models": 12, "ai-video": 12, "ai": 2, "mr": 2, "new-games": 3, "new-film": 4,
    }  # fmt: skip
    assert round(rows["ai-video"]["since_entry"]["total_return"] * 100, 2) == 66.87
    assert round(rows["large-models"]["since_entry"]["total_return"] * 100, 2) == 31.20


def test_guosen_has_24_mentions_and_21_calls(founding: Path) -> None:
    rows = {row["group"]: row for row in ask(founding, "brokers", "--as-of", AS_OF)}
    assert (rows[GUOSEN]["recommendations"], rows[GUOSEN]["calls"], rows[GUOSEN]["symbols"]) == (24, 21, 21)
    assert (rows[SHANGHAI]["recommendations"], rows[SHANGHAI]["calls"]) == (11, 11)
    calls = ask(founding, "calls", "--broker", GUOSEN, "--as-of", AS_OF)
    assert len(calls) == 21
    twice = {call["symbol"] for call in calls if call["mentions"] == 2}
    assert twice == {"300315.SZ", "300133.SZ", "002292.SZ"}  # 掌趣科技 华策影视 奥飞娱乐
    assert all(call["mentions"] == 1 for call in calls if call["symbol"] not in twice)


def test_the_printed_top_20_comes_out(founding: Path, shared: Path) -> None:
    answers = json.loads((shared / "reports" / f"{GOLD[GUOSEN]}.gold.json").read_text("utf-8"))
    printed = {row["code"]: row["ytd_pct"] for row in answers["tables"][0]["rows"]}
    rows = ask(founding, "returns", *printed, "--from", "2023-12-29", "--to", "2024-06-03")
    found = {row["symbol"]: row["price_return"] * 100 for row in rows if row["price_return"] is not None}
    priced = {code for code in printed if (shared / "market" / "bars" / f"{code}.csv").is_file()}
    assert found.keys() == priced
    assert len(found) == 20
    assert [row["symbol"] for row in rows] == list(printed)
    # Printed to one decimal: half of it for rounding, a tenth of a point in all.
    assert {code: value for code, value in found.items() if abs(value - printed[code]) > 0.1} == {}


def test_a_dividend_is_shown_beside_the_price(founding: Path) -> None:
    (row,) = ask(founding, "returns", "300133.SZ", "--from", "2023-12-29", "--to", "2024-06-03")
    assert round(row["price_return"] * 100, 2) == 22.15
    assert round(row["total_return"] * 100, 2) == 22.86
    table = run("returns", "300133.SZ", "--from", "2023-12-29", "--to", "2024-06-03", home=founding).out
    assert "+22.15%" in table
    assert "+22.86%" in table


# A second reckoning.


def leg(share: Share, entry: str, until: str) -> tuple[float, float]:
    """Reckon price and total return from the open of a session to the last close on or before a day."""
    return share.between(entry, share.sessions[share.at(until)], share.open[share.sessions.index(entry)])


def test_every_return_comes_out_again(recommendations: Rows, shares: dict[str, Share]) -> None:
    for row in recommendations:
        symbol, share = row["symbol"], shares[row["symbol"]]
        index = shares["HSI.HI" if symbol.endswith(".HK") else "000300.SH"]
        entry = next(day for day in index.sessions if day > PUBLISHED[row["broker"]])
        last = min(AS_OF, DELISTED.get(symbol, AS_OF))
        price, total = leg(share, entry, last)
        benchmark, _ = leg(index, entry, last)
        assert row["entry_session"] == entry
        assert row["entry_price"] == share.open[share.sessions.index(entry)]
        assert row["price_return"] == pytest.approx(price, abs=1e-12), symbol
        assert row["total_return"] == pytest.approx(total, abs=1e-12), symbol
        assert row["benchmark_return"] == pytest.approx(benchmark, abs=1e-12), symbol
        assert row["excess_return"] == pytest.approx(total - benchmark, abs=1e-12), symbol
        assert row["price_excess"] == pytest.approx(price - benchmark, abs=1e-12), symbol


def test_best_worst_and_days_come_out_again(recommendations: Rows, shares: dict[str, Share]) -> None:
    for row in recommendations:
        symbol, share, entry = row["symbol"], shares[row["symbol"]], row["entry_session"]
        index = shares["HSI.HI" if symbol.endswith(".HK") else "000300.SH"]
        last = min(AS_OF, DELISTED.get(symbol, AS_OF))
        closes = [leg(share, entry, day)[1] for day in share.sessions if entry <= day <= last]
        assert row["max_gain"] == pytest.approx(max(closes), abs=1e-12), symbol
        assert row["max_loss"] == pytest.approx(min(closes), abs=1e-12), symbol
        assert row["days_held"] == sum(entry <= day <= last for day in index.sessions), symbol


def test_every_horizon_comes_out_again(recommendations: Rows, shares: dict[str, Share]) -> None:
    matured = 0
    for row in recommendations:
        symbol, share, entry = row["symbol"], shares[row["symbol"]], row["entry_session"]
        index = shares["HSI.HI" if symbol.endswith(".HK") else "000300.SH"]
        ends = {str(n): index.sessions[index.sessions.index(entry) + n - 1] for n in (5, 20, 60, 120, 250)}
        ends |= {key: index.sessions[index.at(day)] for key, day in MONTHS_AFTER[row["broker"]].items()}
        for key, end in ends.items():
            horizon, total, benchmark = row["horizons"][key], leg(share, entry, end)[1], leg(index, entry, end)[0]
            assert horizon["exit_session"] == end, (symbol, key)
            assert horizon["status"] == ("matured" if end in share.sessions else "suspended"), (symbol, key)
            assert horizon["total_return"] == pytest.approx(total, abs=1e-12), (symbol, key)
            assert horizon["excess_return"] == pytest.approx(total - benchmark, abs=1e-12), (symbol, key)
            assert horizon["hit"] is (total - benchmark > 0), (symbol, key)
            matured += 1
    assert matured == 35 * 9


def test_a_theme_between_two_dates_comes_out_again(founding: Path, shares: dict[str, Share]) -> None:
    start, end = "2024-07-01", "2025-03-31"
    (row,) = ask(founding, "returns", "--theme", "ai-video", "--from", start, "--to", end)
    totals = []
    for member in row["members"]:
        share = shares[member["symbol"]]
        first, last = share.at(start), share.at(end)
        price, total = share.between(share.sessions[first], share.sessions[last], share.close[first])
        totals.append(total)
        assert member["price_return"] == pytest.approx(price, abs=1e-12)
    assert len(totals) == 12
    assert row["total_return"] == pytest.approx(sum(totals) / 12, abs=1e-12)
    assert row["weighting"] == "equal"


def test_a_frozen_score_says_the_same(founding: Path) -> None:
    now = {row["id"]: row for row in ask(founding, "recommendations", "--as-of", "2026-11-22")}
    found = tables(founding / "db" / "watchlist.db", "latest_scores")["latest_scores"]
    assert len(found) == 35 * (1 + len(HORIZONS))
    assert {row[3] for row in found} == now.keys()


# The shapes that other programs rely on.


def keys(words: str) -> frozenset[str]:
    """Read keys as the design lists them."""
    return frozenset(words.replace(",", " ").split())


PERIOD: Final = keys("total_return, benchmark_return, excess_return")
RETURNS: Final = keys(
    "symbol, name, from_session, to_session, from_close, to_close, price_return, total_return, benchmark, "
    "benchmark_kind, benchmark_return, excess_return, price_excess, status"
)
RECOMMENDATION: Final = keys(
    "report, broker, analyst, published, recorded_lag_days, theme, theme_printed, symbol, name, direction, strength, "
    "rating, target_price, quote, benchmark, benchmark_kind, entry_session, entry_price, as_of, status, price_return, "
    "total_return, benchmark_return, excess_return, price_excess, max_gain, max_loss, days_held, call, horizons"
)
GROUP: Final = keys(
    "brokers, recommendations, calls, symbols, as_of, since_entry, horizon, sample, hit_rate, hit_rate_low, "
    "hit_rate_high, mean_excess, horizons, periods, stale, missing"
)


def test_the_shape_of_returns(founding: Path) -> None:
    rows = ask(founding, "returns", "300418", "772.HK", "HSI.HI", "--from", "2024-06-14", "--to", AS_OF)
    assert [row["symbol"] for row in rows] == ["300418.SZ", "00772.HK", "HSI.HI"]
    assert all(row.keys() == RETURNS for row in rows)
    (theme,) = ask(founding, "returns", "--theme", "AI", "--from", "2024-06-14", "--to", AS_OF)
    head = {"theme", "from_session", "to_session", "weighting", "members", *PERIOD, "price_return"}
    assert head <= theme.keys()
    assert all(member.keys() == RETURNS for member in theme["members"])


def test_the_shape_of_recommendations(recommendations: Rows) -> None:
    outcome = {"exit_session", *PERIOD, "price_excess", "hit", "status"}
    for row in recommendations:
        assert row.keys() >= RECOMMENDATION
        assert row["call"].keys() == {"status", "mentions", "closed_session", "reason", "total_return", "excess_return"}
        assert row["horizons"].keys() == HORIZONS
        assert all(horizon.keys() >= outcome for horizon in row["horizons"].values())
        assert row["benchmark_kind"] == "price"
        assert row["quote"].strip()


def test_the_shape_of_themes_and_brokers(founding: Path) -> None:
    for command, own in (("themes", {"theme", "name", "index"}), ("brokers", {"group"})):
        for row in ask(founding, command, "--as-of", AS_OF):
            assert row.keys() >= GROUP | own
            assert row["since_entry"].keys() == PERIOD
            assert row["horizons"].keys() == HORIZONS
            summary = {"hit_rate", "hit_rate_low", "hit_rate_high", "sample", "mean_excess", "median_excess"}
            assert all(horizon.keys() >= summary for horizon in row["horizons"].values())
            assert all(period.keys() == PERIOD for period in row["periods"].values())
            if "index" in own:
                index = {"level", *PERIOD, "max_drawdown", "members"}
                assert row["index"].keys() >= index
            else:
                assert "index" not in row


def test_the_shape_of_watch(founding: Path) -> None:
    rows = ask(founding, "watch", "--as-of", AS_OF)
    assert len(rows) == 17 + 24 + 1  # the printed table's others, the recommended A-shares, and 阅文集团
    wanted = {
        "symbol",
        "name",
        "themes",
        "session",
        "close",
        "change",
        "periods",
        "benchmark",
        "recommended_by",
        "stale",
    }
    for row in rows:
        assert row.keys() >= wanted
        assert row["periods"].keys() == {"1d", "1w", "1m", "3m", "ytd", "1y", "since_added"}
        assert all(period.keys() == PERIOD for period in row["periods"].values())
    assert {tuple(row["themes"]) for row in rows[:17]} == {("media-gainers",)}


def test_the_shape_of_check(founding: Path) -> None:
    said = run("check", "--json", home=founding)
    answer = json.loads(said.out)
    assert answer.keys() == {"level", "findings"}
    assert answer["level"] in {"ok", "warning", "critical", "unknown"}
    assert said.code == (0 if answer["level"] == "ok" else 1)
    assert all(finding.keys() >= {"level", "what", "where", "advice"} for finding in answer["findings"])


def test_numbers_are_fractions_and_dates_are_iso(recommendations: Rows) -> None:
    for row in recommendations:
        for name in ("published", "entry_session", "as_of"):
            assert len(row[name]) == 10
        assert row["as_of"] == AS_OF
        assert -1 < row["total_return"] < 5


# The real program, in processes of its own.


def test_the_program_itself_answers_the_same(tmp_path: Path, shared: Path, recommendations: Rows) -> None:
    said = run_apart("daily", home=tmp_path, market=shared / "market")
    assert said.code == 0, said.err
    asked = run_apart("recommendations", "--as-of", AS_OF, "--json", home=tmp_path)
    # When it was recorded differs from the shared database; everything else is the same to the last digit.
    assert [{**row, "recorded_lag_days": 0} for row in asked.rows] == [
        {**row, "recorded_lag_days": 0} for row in recommendations
    ]
