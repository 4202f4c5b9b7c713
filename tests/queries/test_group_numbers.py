"""Numbers of a group that few read and a committee asks for, worked out a second time by frames and loops."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from scipy.optimize import brentq
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from tests.cli.program import run
from tests.cli.small_world import HEADER, INDICES, World, make_world, report, weekdays

DAYS: Final = weekdays(dt.date(2022, 1, 3), dt.date(2024, 6, 28))
SHARES: Final = tuple(f"{600_100 + n}.SH" for n in range(14))
FUND: Final = "512800.SH"  # stands for the banks that all but the last report are about
# Seven reports, two shares each: two of them of one day, and one a session later.
PUBLISHED: Final = ("2022-12-01", "2023-01-31", "2023-01-31", "2023-02-01", "2023-05-31", "2023-09-28", "2023-10-31")
EVENING: Final = dt.datetime(2024, 6, 30, 4, 0, tzinfo=dt.UTC)


def moved(seed: int, market: np.ndarray | None = None, loading: float = 1.0) -> np.ndarray:
    """Draw daily closes; with a market they move with it too, never to a price limit."""
    random = np.random.default_rng(seed)
    own = random.normal(0.0002, 0.015, len(DAYS))
    moves = own if market is None else own + loading * np.concatenate([[0.0], market[1:] / market[:-1] - 1])
    return np.asarray(np.round(20 * np.cumprod(1 + np.clip(moves, -0.09, 0.09)), 2))


def written(closes: np.ndarray) -> str:
    """Write bars whose open is the close before."""
    opens = np.concatenate([closes[:1], closes[:-1]])
    lines = [f"{day},{o:.2f},{max(o, c) + 0.5:.2f},{min(o, c) - 0.5:.2f},{c:.2f},1000\n"
             for day, o, c in zip(DAYS, opens, closes, strict=True)]  # fmt: skip
    return HEADER + "".join(lines)


@pytest.fixture(scope="module")
def closes() -> dict[str, np.ndarray]:
    index = moved(99)
    return {"000300.SH": index, FUND: moved(77, index)} | {
        symbol: moved(n, index, 0.8 + n / 20) for n, symbol in enumerate(SHARES)
    }


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, closes: dict[str, np.ndarray]) -> World:
    """Give a world of fourteen shares in which one broker wrote seven reports."""
    world = make_world(tmp_path_factory.mktemp("group"))
    settings = "[history]\ndays = 900\n[markets.CN]\nalso = []\n[markets.US]\nalso = []\n"
    settings += f'[[sectors]]\nname = "银行"\nsymbols = ["801780.SI", "{FUND}"]\n'
    world.write("local/settings.toml", settings)
    for index in INDICES:
        world.prices(index, written(closes["000300.SH"]))
    for symbol in (*SHARES, FUND):
        world.prices(symbol, written(closes[symbol]))
    Path(world.home / "config" / "reports" / "first.toml").unlink()
    for n, published in enumerate(PUBLISHED):
        shares = dict.fromkeys(SHARES[2 * n : 2 * n + 2], "某")
        more = "direction = -1" if n == 4 else ""
        title = f'测试 {n}"\nindustry = "银行' if n < 6 else f"测试 {n}"
        world.write(f"reports/number-{n}.toml", report(published, recommended=shares, more=more).replace("测试", title))
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world


@pytest.fixture(scope="module")
def group(stored: World) -> dict[str, Any]:
    """Give the broker's row, at a horizon of 20 sessions."""
    rows: list[dict[str, Any]] = run("brokers", "--horizon", "20", "--json", home=stored.home, now=EVENING).rows
    assert len(rows) == 1
    return rows[0]


def entries() -> list[tuple[str, int, int]]:
    """Give share, direction and position of the first session after each report."""
    at = [next(n for n, day in enumerate(DAYS) if str(day) > published) for published in PUBLISHED]
    return [(SHARES[2 * n + k], -1 if n == 4 else 1, at[n]) for n in range(7) for k in range(2)]


def test_the_mean_and_its_clustered_error(group: dict[str, Any], closes: dict[str, np.ndarray]) -> None:
    index, excess, months = closes["000300.SH"], [], []
    for (symbol, direction, at), published in zip(entries(), np.repeat(PUBLISHED, 2), strict=True):
        own = closes[symbol]
        # Bought at the open, which is the close before; the twentieth session is 19 later.
        excess.append(direction * (own[at + 19] / own[at - 1] - index[at + 19] / index[at - 1]))
        months.append(published[:7])
    frame = pd.DataFrame({"excess": excess, "month": months})
    aside = (frame["excess"] - frame["excess"].mean()).groupby(frame["month"]).sum()
    clusters = len(aside)
    error = float(np.sqrt((aside**2).sum() * clusters / (clusters - 1)) / len(frame))
    wide = scipy.stats.t(clusters - 1).ppf(0.975) * error
    mean = frame["excess"].mean()
    assert group["mean_clustered"] == {
        "status": "ok",
        "sample": 14,
        "cluster_months": 1,
        "clusters": 6,
        "mean": pytest.approx(mean),
        "error": pytest.approx(error),
        "t": pytest.approx(mean / error),
        "p": pytest.approx(2 * scipy.stats.t(clusters - 1).sf(abs(mean / error))),
        "low": pytest.approx(mean - wide),
        "high": pytest.approx(mean + wide),
    }


def test_clusters_are_as_long_as_the_horizon(stored: World) -> None:
    """Seven reports from 2022-12 to 2023-10: the halves of three years, of which six are needed."""
    row = run("brokers", "--horizon", "6m", "--json", home=stored.home, now=EVENING).rows[0]["mean_clustered"]
    assert (row["status"], row["cluster_months"], row["clusters"]) == ("insufficient", 6, 3)
    assert (row["mean"], row["t"]) == (None, None)


def test_the_mean_reaction_to_the_reports(group: dict[str, Any], closes: dict[str, np.ndarray]) -> None:
    moves = {symbol: pd.Series(each).pct_change().to_numpy() for symbol, each in closes.items()}
    index, windows, before, scaled = moves["000300.SH"], [], [], []
    for symbol, direction, at in entries():
        past = slice(at - 270, at - 20) if at >= 270 else slice(1, at - 20)
        fit = OLS(moves[symbol][past], add_constant(index[past])).fit()
        around = moves[symbol][at : at + 2] - fit.params[0] - fit.params[1] * index[at : at + 2]
        ahead = add_constant(index[at : at + 2], has_constant="add")
        forecast = (fit.mse_resid * np.eye(2) + ahead @ fit.cov_params() @ ahead.T).sum()
        windows.append(direction * around)
        scaled.append(direction * around.sum() / np.sqrt(forecast))
        padded = np.full(250, np.nan)
        padded[-fit.resid.size :] = fit.resid
        before.append(direction * padded)
    event, residuals = np.array(windows), pd.DataFrame(np.array(before))
    found = group["reaction"]
    assert (found["status"], found["events"], found["sessions"]) == ("ok", 14, 2)
    assert found["car"] == pytest.approx(event.sum(axis=1).mean())
    mean, spread = event.mean(axis=0), residuals.mean(axis=0).std(ddof=1)
    for n, day in enumerate(("first_day", "second_day")):
        t = scipy.stats.ttest_1samp(event[:, n], 0).statistic
        assert found[day] == {
            "mean": pytest.approx(mean[n]),
            "brown_warner_t": pytest.approx(mean[n] / spread, rel=1e-6),
            "cross_sectional_t": pytest.approx(t),
        }
    assert found["brown_warner_t"] == pytest.approx((mean / spread).sum() / np.sqrt(2), rel=1e-6)
    standardised = scipy.stats.ttest_1samp(scaled, 0).statistic
    assert found["standardised_t"] == pytest.approx(standardised, rel=1e-6)
    # What the shares have in common beyond the index, as far as their two days overlap.
    beyond = pd.DataFrame({symbol: moves[symbol] - index for symbol in SHARES}).corr().to_numpy()
    total = 0.0
    for n, (one, s, at) in enumerate(entries()):
        for m, (other, r, later) in enumerate(entries()):
            pair = float(beyond[SHARES.index(one), SHARES.index(other)])
            total += 0 if n == m else s * r * max(2 - abs(at - later), 0) / 2 * pair
    together = total / (14 * 13)
    assert found["correlation"] == pytest.approx(together, abs=1e-9)
    adjusted = standardised * np.sqrt((1 - together) / (1 + 13 * together))
    assert found["kolari_pynnonen_t"] == pytest.approx(adjusted, rel=1e-6)
    assert found["p"] == pytest.approx(2 * scipy.stats.t(13).sf(abs(adjusted)), rel=1e-6)


def test_what_the_money_earned(group: dict[str, Any], closes: dict[str, np.ndarray]) -> None:
    """One yuan into each of the twelve buys at its entry's close, out after twelve months or on the last session."""
    held = []
    for (symbol, direction, at), published in zip(entries(), np.repeat(PUBLISHED, 2), strict=True):
        until = (pd.Timestamp(published) + pd.DateOffset(months=12)).date()
        if direction > 0:
            held.append((closes[symbol], at, max(n for n, day in enumerate(DAYS) if day <= until)))
    index = closes["000300.SH"]
    first, last = min(at for _, at, _ in held), max(end for *_, end in held)
    found = group["money_book"]
    days = (DAYS[last] - DAYS[first]).days
    assert (found["status"], found["calls"], found["days"]) == ("ok", 12, days)

    def left(rate: float, *, own: bool) -> float:
        """Say what is left when every payment bears interest at a rate."""
        total: float = sum(
            (level[end] / level[at]) / (1 + rate) ** ((DAYS[end] - DAYS[first]).days / 365.25)
            - 1 / (1 + rate) ** ((DAYS[at] - DAYS[first]).days / 365.25)
            for level, at, end in ((share if own else index, at, end) for share, at, end in held)
        )
        return total

    assert found["money_weighted"] == pytest.approx(brentq(lambda rate: left(rate, own=True), -0.9, 5), abs=1e-9)
    assert found["benchmark_money_weighted"] == pytest.approx(
        brentq(lambda rate: left(rate, own=False), -0.9, 5), abs=1e-9
    )
    linked = linked_index = 1.0
    for n in range(first + 1, last + 1):
        before = sum(level[n - 1] / level[at] for level, at, end in held if at < n <= end)
        after = sum(level[n] / level[at] for level, at, end in held if at < n <= end)
        linked, linked_index = linked * after / before, linked_index * index[n] / index[n - 1]
    assert found["time_weighted"] == pytest.approx(linked ** (365.25 / days) - 1, abs=1e-9)
    assert found["benchmark_time_weighted"] == pytest.approx(linked_index ** (365.25 / days) - 1, abs=1e-9)


@pytest.mark.parametrize(("prefix", "against", "reports"), [("", "000300.SH", 7), ("industry_", FUND, 6)])
def test_units_against_the_market_and_against_the_industry(
    group: dict[str, Any], closes: dict[str, np.ndarray], prefix: str, against: str, reports: int
) -> None:
    """Let one unit of each call run against as much of the index, set anew each month and at each change."""
    units = np.zeros((len(SHARES), len(DAYS)))
    for (symbol, direction, at), published in zip(entries()[: 2 * reports], np.repeat(PUBLISHED, 2), strict=False):
        until = (pd.Timestamp(published) + pd.DateOffset(months=12)).date()
        inside = [at < n and day <= until for n, day in enumerate(DAYS)]
        units[SHARES.index(symbol), inside] = direction
    own = np.zeros(len(SHARES))
    whole, sessions = 1.0, 0
    for n in range(1, len(DAYS)):
        if DAYS[n].month != DAYS[n - 1].month or (units[:, n] != units[:, n - 1]).any():
            own = units[:, n].copy()
        if not own.any():
            continue
        moves = np.array([closes[symbol][n] / closes[symbol][n - 1] - 1 for symbol in SHARES])
        index = closes[against][n] / closes[against][n - 1] - 1
        whole *= 1 + float((own * (moves - index)).sum() / np.abs(own).sum())
        own, sessions = own * (1 + moves), sessions + 1
    found = group["unit_book"]
    assert found[f"{prefix}status"] == "ok"
    assert (found[f"{prefix}shares"], found[f"{prefix}sessions"]) == (2 * reports, sessions)
    assert found[f"{prefix}excess_return"] == pytest.approx(whole - 1, abs=1e-9)


def test_a_theme_without_an_industry_index_has_no_industry_excess(stored: World) -> None:
    last = run("brokers", "--since", "2023-10-01", "--json", home=stored.home, now=EVENING).rows[0]["unit_book"]
    # Two shares, of a report without an industry: StarMine looks at five or more.
    assert (last["status"], last["shares"], last["excess_return"]) == ("insufficient", 2, None)
    assert (last["industry_status"], last["industry_shares"], last["industry_excess_return"]) == (
        "insufficient",
        0,
        None,
    )


def test_the_monthly_list_in_parts(group: dict[str, Any], closes: dict[str, np.ndarray]) -> None:
    """What was published in a month is held in the next, from its first close to that of the month after."""
    months = pd.PeriodIndex(DAYS, freq="M")
    whole = index = 1.0
    held = sorted({pd.Period(day, "M") + 1 for n, day in enumerate(PUBLISHED) if n != 4})
    for month in held:
        start, stop = (int(np.flatnonzero(months == each)[0]) for each in (month, month + 1))
        mine = [SHARES[2 * n + k] for n, day in enumerate(PUBLISHED) if n != 4 and pd.Period(day, "M") + 1 == month
                for k in range(2)]  # fmt: skip
        whole *= 1 + float(np.mean([closes[symbol][stop] / closes[symbol][start] - 1 for symbol in mine]))
        index *= closes["000300.SH"][stop] / closes["000300.SH"][start]
    found = group["monthly_book"]
    assert (found["market"], found["months"]) == ("CN", len(held))
    assert (found["equal"], found["benchmark"]) == (pytest.approx(whole - 1), pytest.approx(index - 1))
    # Every share was picked once, by one broker.
    parts = {"months": len(held), "price_return": found["equal"], "benchmark_return": found["benchmark"]}
    assert found["new"] == found["exclusive"] == parts
    assert found["repeated"] == found["shared"] == {"months": 0, "price_return": None, "benchmark_return": None}
