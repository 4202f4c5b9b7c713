"""The leaderboard of 27,214 real ratings: fast enough, honest about how little is known, and checked by other means."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from tests.cli.built_homes import american_home
from tests.cli.program import run

BROKERS: Final = ("B of A Securities", "Wells Fargo", "UBS", "Evercore ISI Group", "JP Morgan")
BUYS: Final = {"Buy", "Outperform", "Overweight"}
SELLS: Final = {"Sell", "Underperform", "Underweight"}


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with the American ratings and their prices; nothing else is scored."""
    return american_home(shared, tmp_path_factory)


@pytest.fixture(scope="module")
def board(home: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run("brokers", "--rank", "--market", "US", "--json", home=home).rows
    return rows


def test_every_rating_is_counted_and_the_older_ones_have_no_price(board: list[dict[str, Any]], shared: Path) -> None:
    ratings = pd.read_csv(shared / "market_us" / "ratings.csv")
    assert len(board) == 194
    assert sum(row["coverage"]["recorded"] for row in board) == len(ratings) == 27_214
    bars = {path.stem: pd.read_csv(path) for path in (shared / "market_us" / "bars").glob("*.csv")}
    # A rating published before the first bar of its share, or of the index, cannot be scored.
    first = ratings["symbol"].map(lambda symbol: bars[symbol]["session"].min())
    older = ratings["date"] < np.maximum(first, bars["SPX.GI"]["session"].min())
    assert sum(row["coverage"]["no_price"] for row in board) == older.sum()


def test_most_brokers_are_insufficient_or_not_significant(board: list[dict[str, Any]]) -> None:
    ranked = [row for row in board if row["rank"] is not None]
    assert sorted(row["rank"] for row in ranked) == list(range(1, len(ranked) + 1))
    assert 5 <= len(ranked) < len(board) / 2
    for row in ranked:
        assert row["matured"] >= 30
        assert row["rank_low"] <= row["rank"] <= row["rank_high"]
        assert row["q_value"] >= row["alpha_p"] - 1e-12
    for row in board:
        if row["rank"] is None:
            assert row["status"] == "insufficient"
            assert row["why"]
            assert (row["alpha_shrunken"], row["q_value"]) == (None, None)
    assert sum(row["significant"] is True for row in board) <= len(ranked) / 2


def test_the_same_question_has_the_same_bytes(home: Path, board: list[dict[str, Any]]) -> None:
    again = run("brokers", "--rank", "--market", "US", "--json", home=home)
    assert again.rows == board


@pytest.mark.parametrize("broker", BROKERS)
def test_figures_agree_with_a_plain_loop_over_frames(broker: str, board: list[dict[str, Any]], shared: Path) -> None:
    row = next(one for one in board if one["group"] == broker)
    wanted = by_hand(broker, shared / "market_us")
    assert (row["recommendations"], row["calls"]) == (wanted["mentions"], wanted["calls"])
    assert row["matured"] == wanted["matured"]
    assert (row["shares"], row["months"]) == (wanted["shares"], wanted["months"])
    assert row["hit_rate"] == pytest.approx(wanted["hit_rate"], abs=1e-12)
    assert row["mean_price_excess"] == pytest.approx(wanted["mean"], abs=1e-10)
    assert row["median_price_excess"] == pytest.approx(wanted["median"], abs=1e-10)
    assert row["alpha_days"] == wanted["days"]
    assert row["alpha"] == pytest.approx(wanted["alpha"], abs=1e-9)
    assert row["alpha_beta"] == pytest.approx(wanted["beta"], abs=1e-9)
    assert row["alpha_t"] == pytest.approx(wanted["t"], abs=1e-6)
    assert row["alpha_error"] == pytest.approx(wanted["alpha"] / wanted["t"], abs=1e-9)
    assert row["alpha_p"] == pytest.approx(2 * student(row["alpha_days"] - 2).sf(abs(wanted["t"])), abs=1e-6)
    assert row["strict"] is bool(abs(wanted["t"]) >= 3)
    low, high = proportion_confint(round(wanted["hit_rate"] * wanted["matured"]), wanted["matured"], method="wilson")
    assert [row["hit_rate_low"], row["hit_rate_high"]] == pytest.approx([low, high], abs=1e-12)
    # The prices are adjusted ones without actions: total and price returns are the same.
    assert row["mean_excess"] == pytest.approx(wanted["mean"], abs=1e-10)
    assert (row["mean_clusters"], row["mean_error"]) == (wanted["halves"], None)  # two years have too few halves
    assert row["coverage"]["recorded"] == wanted["mentions"]
    assert row["coverage"]["no_price"] == wanted["unpriced"]


def test_rank_shrinkage_and_false_finds_are_those_of_the_published_formulas(board: list[dict[str, Any]]) -> None:
    ranked = sorted((row for row in board if row["rank"] is not None), key=lambda row: row["rank"])
    value, error, p = (np.array([row[name] for row in ranked]) for name in ("alpha", "alpha_error", "alpha_p"))
    # DerSimonian and Laird 1986, written out.
    weight = 1 / error**2
    fixed = (weight * value).sum() / weight.sum()
    excess = (weight * (value - fixed) ** 2).sum() - (value.size - 1)
    spread = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    precision = 1 / (spread + error**2)
    mean, kept = (precision * value).sum() / precision.sum(), spread / (spread + error**2)
    shrunken = kept * value + (1 - kept) * mean
    assert [row["alpha_shrunken"] for row in ranked] == pytest.approx(shrunken.tolist(), abs=1e-9)
    assert [row["shrink_weight"] for row in ranked] == pytest.approx(kept.tolist(), abs=1e-9)
    # Benjamini and Hochberg 1995: from the largest p down, the smallest of p n / place so far.
    order = np.argsort(p)
    steps = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty(p.size)
    q[order] = np.minimum.accumulate(steps[::-1])[::-1]
    assert [row["q_value"] for row in ranked] == pytest.approx(np.minimum(q, 1).tolist(), abs=1e-9)
    assert [row["significant"] for row in ranked] == (q <= 0.10).tolist()
    places = sorted(range(value.size), key=lambda n: (-round(float(shrunken[n]), 12), -ranked[n]["alpha_t"]))
    assert places == list(range(value.size))


def by_hand(broker: str, folder: Path) -> dict[str, Any]:
    """Work out a broker's figures with frames and loops, from the files alone and nothing of the program."""
    index = pd.read_csv(folder / "bars" / "SPX.GI.csv", parse_dates=["session"]).set_index("session")
    sessions = index.index
    ratings = pd.read_csv(folder / "ratings.csv", parse_dates=["date"])
    mine = ratings[ratings["broker"] == broker]
    outcomes, moves = [], pd.DataFrame(index=sessions)
    calls = unpriced = 0
    for symbol, said in mine.groupby("symbol"):
        share = pd.read_csv(folder / "bars" / f"{symbol}.csv", parse_dates=["session"]).set_index("session")
        share = share.loc[share.index.isin(sessions)]
        level = share["close"].reindex(sessions).ffill()
        unpriced += int((said["date"] < max(share.index.min(), sessions.min())).sum())
        for call in lives(said):
            calls += 1
            first = next((e for e in (entry(day, share, index) for day in call["days"]) if e is not None), None)
            if first is None:
                continue
            day, at = first
            outcomes.append((symbol, call["direction"], day, *six_months(day, at, share, index, level)))
            if call["direction"] != 0:
                end = min(closing(call, share, sessions), share.index.max())
                held = (sessions > at) & (sessions <= end)
                column = pd.Series(
                    np.where(held, call["direction"] * level.pct_change(fill_method=None), np.nan), sessions
                )
                moves[f"{symbol} {day}"] = column
    return {"mentions": len(mine), "calls": calls, "unpriced": unpriced} | judged(outcomes) | regressed(moves, index)


def lives(said: pd.DataFrame) -> list[dict[str, Any]]:
    """Fold ratings of one share into calls: the same direction within twelve months extends, another one closes."""
    found: list[dict[str, Any]] = []
    for day, word in zip(said["date"], said["rating"], strict=True):
        direction = 1 if word in BUYS else -1 if word in SELLS else 0
        last = found[-1] if found else None
        if last is not None and last["expires"] >= day and last["direction"] == direction:
            last["days"].append(day)
            last["expires"] = max(last["expires"], day + pd.DateOffset(months=12))
            continue
        if last is not None and last["expires"] >= day:
            last["turned"] = day
        found.append({"direction": direction, "days": [day], "expires": day + pd.DateOffset(months=12), "turned": None})
    return found


def entry(day: pd.Timestamp, share: pd.DataFrame, index: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Buy at the first bar after publication, within twenty sessions, where both legs had a price before."""
    if share.index.min() > day or index.index.min() > day:
        return None
    later = share.index[(share.index > day) & (share["volume"] != 0) & share["open"].notna()]
    ahead = index.index[index.index > day]
    if later.empty or ahead.searchsorted(later[0]) > 20:
        return None
    return day, later[0]


def six_months(
    day: pd.Timestamp, at: pd.Timestamp, share: pd.DataFrame, index: pd.DataFrame, level: pd.Series
) -> tuple[float, float]:
    """Give both price returns to the last session within six months; NaN where it has not come or the bars end."""
    until = day + pd.DateOffset(months=6)
    if until > index.index.max() or share.index.max() < index.index[index.index <= until][-1]:
        return np.nan, np.nan
    close = index.index[index.index <= until][-1]
    opened = float(index["open"][at])
    own, base = ("open", opened) if not np.isnan(opened) else ("close", float(index["close"][at]))
    return level[close] / share.loc[at, own] - 1, float(index["close"][close]) / base - 1


def closing(call: dict[str, Any], share: pd.DataFrame, sessions: Any) -> Any:  # noqa: ANN401 - sessions and one of them
    """Give the session in which a call ends: the first bar after it turned, or the last session of its term."""
    expiry = sessions[sessions <= call["expires"]][-1] if call["expires"] <= sessions[-1] else sessions[-1]
    if call["turned"] is not None:
        later = share.index[share.index > call["turned"]]
        if not later.empty and later[0] <= call["expires"]:
            return min(later[0], expiry)
    return expiry


def judged(outcomes: list[tuple[Any, ...]]) -> dict[str, Any]:
    frame = pd.DataFrame(outcomes, columns=["symbol", "direction", "day", "own", "index"])
    frame = frame[(frame["direction"] != 0) & frame["own"].notna()]
    excess = frame["direction"] * (frame["own"] - frame["index"])
    return {
        "matured": len(frame),
        "shares": frame["symbol"].nunique(),
        "months": frame["day"].dt.to_period("M").nunique(),
        "halves": (frame["day"].dt.year * 2 + (frame["day"].dt.month > 6)).nunique(),
        "hit_rate": (excess > 0).mean(),
        "mean": excess.mean(),
        "median": excess.median(),
    }


def regressed(moves: pd.DataFrame, index: pd.DataFrame) -> dict[str, Any]:
    """Regress the mean move of five calls or more on the index, with Newey-West errors written out."""
    enough = moves.notna().sum(axis=1) >= 5
    y = moves.mean(axis=1)[enough].to_numpy()
    market = index["close"].pct_change(fill_method=None)[enough].to_numpy()
    x = np.column_stack([np.ones(y.size), market])
    inverse = np.linalg.inv(x.T @ x)
    fit = inverse @ x.T @ y
    scores = x * (y - x @ fit)[:, None]
    middle = scores.T @ scores
    lags = int(4 * (y.size / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    variance = inverse @ middle @ inverse * y.size / (y.size - 2)
    return {"days": y.size, "alpha": fit[0] * 252, "beta": fit[1], "t": fit[0] / np.sqrt(variance[0, 0])}
