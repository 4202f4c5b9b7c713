"""5,524 real A-shares, closes only and adjusted: they load, they score at the close, and a missed split is found."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from tests.core.markets import LIMITS
from watchlist.core.arrival import Ground, examine
from watchlist.core.bars import SymbolBars
from watchlist.core.limits import LimitTable
from watchlist.core.panel import build_panel
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import plan_of, score_part
from watchlist.core.scoring import Asked, Benchmarks, prices_of
from watchlist.core.still_days import still_days
from watchlist.domain.calendars import days

if TYPE_CHECKING:
    import pandas as pd

RULE: Final = EntryRule("close")
FREE: Final = LimitTable(())  # adjusted prices are on no tick: their limits cannot be told


@pytest.fixture(scope="module")
def closes(shared: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415  (only where the data is there)

    frame = pd.read_parquet(shared / "market" / "panel_close.parquet")
    return frame.assign(date=pd.to_datetime(frame["date"]), close=frame["close"].astype(float))


def test_they_load_and_score_at_the_close_as_pandas_works_it_out(closes: "pd.DataFrame", shared: Path) -> None:
    import pandas as pd  # noqa: PLC0415

    wide = closes.pivot_table(index="date", columns="symbol", values="close", observed=True)
    traded = closes.pivot_table(index="date", columns="symbol", values="volume", observed=True) > 0
    index = pd.read_csv(shared / "market" / "bars" / "000300.SH.csv", parse_dates=["session"]).set_index("session")
    wide = wide[wide.index.isin(index.index)]
    traded, level = traded.loc[wide.index], index["close"].loc[wide.index].to_numpy()
    sessions = days(wide.index.to_numpy())
    bars = [_bars(str(symbol), mine) for symbol, mine in closes.groupby("symbol", observed=True)]
    panel = build_panel("CN", sessions, sessions[-1] + 1, bars, {}, FREE, needs_open=False)
    assert len(panel.symbols) == 5_524
    chance, count = np.random.default_rng(5), 20_000
    asked = Asked(
        chance.integers(0, len(bars), count), sessions[chance.integers(5, sessions.size - 1, count)],
        np.zeros(count, dtype=bool), np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64),
    )  # fmt: skip
    nothing = np.full((1, sessions.size), np.nan)
    plan = plan_of(panel, RULE, ("20",), sessions[0], sessions[-1])
    scores = score_part(prices_of(panel, Benchmarks(("000300.SH",), nothing, level[None])), plan, asked)
    assert scores.at_close[scores.entry >= 0].all()
    judged = np.flatnonzero(scores.stop[:, 0] >= 0)
    assert judged.size > count / 2
    carried = wide.ffill()
    for at in judged[:300]:
        symbol = panel.symbols[asked.row[at]]
        later = np.flatnonzero((sessions > asked.published[at]) & traded[symbol].to_numpy())
        entry = int(later[0])
        own = carried[symbol].iloc[entry + 20] / carried[symbol].iloc[entry]
        assert scores.entry[at] == entry
        assert scores.excess_return[at, 0] == pytest.approx(own - level[entry + 20] / level[entry], abs=1e-12)


def _bars(symbol: str, mine: "pd.DataFrame") -> SymbolBars:
    mine = mine.sort_values("date")
    close = mine["close"].to_numpy()
    return SymbolBars(symbol, days(mine["date"].to_numpy()), np.full(close.size, np.nan), close,
                      mine["volume"].to_numpy(dtype=float))  # fmt: skip


def test_days_on_which_an_exchange_was_served_old_prices_are_found(closes: "pd.DataFrame") -> None:
    sessions = days(np.unique(closes["date"].to_numpy()))
    bars = [_bars(str(symbol), mine) for symbol, mine in closes.groupby("symbol", observed=True)]
    found = still_days(build_panel("CN", sessions, sessions[-1] + 1, bars, {}, FREE, needs_open=False))
    # Counted apart, by pandas: bars without volume, and those of them that repeat the close of the share's bar before.
    rows = closes.sort_values(["symbol", "date"])
    still = rows["volume"] == 0
    same = still & (rows["close"] == rows.groupby("symbol", observed=True)["close"].shift())
    for one in found:
        here = (rows["date"] == one.session) & rows["symbol"].astype(str).str.endswith(one.exchange)
        assert (one.bars, one.still, one.repeated) == (here.sum(), (still & here).sum(), (same & here).sum())
    # The days that the folder's own account names, and no other.
    assert [(one.exchange, str(one.session)) for one in found] == [
        ("SH", "2024-01-15"), ("SZ", "2024-01-15"), ("SH", "2024-07-05"),
    ]  # fmt: skip
    assert found[2].repeated > 0.95 * found[2].bars
    assert found[0].still > 0.2 * found[0].bars


def test_a_split_that_was_missed_is_doubted_on_its_day(closes: "pd.DataFrame") -> None:
    # 300058 gave four for ten on 2025-06-03, and the source did not adjust for it.
    mine = closes[closes["symbol"] == "300058.SZ"].sort_values("date")
    rows = [
        (str(day.date()), (None, None, None, round(close, 2), float(volume)))
        for day, close, volume in zip(mine["date"], mine["close"], mine["volume"], strict=True)
    ]
    ground = Ground("300058.SZ", {}, days([session for session, _ in rows]), dt.date(2026, 12, 31), limits=LIMITS)
    assert examine("files", rows, ground).doubts.get("2025-06-03") == "limit"
