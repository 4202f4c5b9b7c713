"""A quarter worked out by hand: calls that stood, came and went in the second quarter of 2024, in the small market.

The sessions are the weekdays from 2024-01-02, which is session 0; 浦发 closes at 10 + 0.01 n, 平安 at 20 - 0.01 n, 万科
at 8 + 0.02 n, every index at 3000 + n, and each opens at the close before. A call lives for a month.

========  ======  =====  ==========  ==================================  =============================
broker    share   says   published   bought                              ends
========  ======  =====  ==========  ==================================  =============================
甲证券    浦发    buy    2024-03-15  03-18, session 54, at 10.53         04-15, session 74, expired
甲证券    平安    buy    2024-04-03  04-04, session 67, at 19.34         05-03, session 88, expired
乙证券    浦发    buy    2024-04-10  04-11, session 72, at 10.71         04-25, session 82, at the open
乙证券    浦发    sell   2024-04-24  04-25, session 82, at 10.81         05-24, session 103, expired
乙证券    万科    buy    2024-06-05  06-06, session 112, at 10.22        stands at the end, session 128
========  ======  =====  ==========  ==================================  =============================

浦发 is in the themes AI and MR of 甲证券, in one call; all else is in AI.
"""

import datetime as dt
from pathlib import Path
from typing import Final

from tests.cli.program import run
from tests.cli.small_world import EVENING, PINGAN, PUFA, SECURITIES, SETTINGS, WANKE, World, bars, make_world, report
from watchlist.domain.model import Action
from watchlist.storage.database import transaction, writing
from watchlist.storage.prices import Fetched, save_fetches
from watchlist.storage.runs import begin_run

MARCH: Final = dt.datetime(2024, 3, 30, 4, 0, tzinfo=dt.UTC)
LATER: Final = EVENING + dt.timedelta(hours=2)
TENCENT: Final = "00700.HK"
QUOTE: Final = "我们重点推荐这一只，理由见正文"
SELL: Final = 'rating = "减持"\ndirection = -1'


def quarter_world(folder: Path) -> World:
    """Build the world: scored at the end of March, when only the first report was there, and at the end of June."""
    world = make_world(folder)
    world.write("local/settings.toml", SETTINGS + "[calls]\ndefault_months = 1\n")
    world.prices(WANKE, bars(8, 0.02))
    both = report("2024-03-15", recommended={PUFA: "浦发银行"})
    again = report("2024-03-15", recommended={PUFA: "浦发银行"}, theme="MR").partition("\n[[recommendations]]")[2]
    world.write("reports/first.toml", f"{both}\n[[recommendations]]{again}")
    _daily(world, MARCH, "--until", "2024-03-29")
    world.write("reports/second.toml", report("2024-04-03", recommended={PINGAN: "平安银行"}))
    world.write("reports/third.toml", report("2024-04-10", "乙证券", {PUFA: "浦发银行"}))
    world.write("reports/fourth.toml", report("2024-04-24", "乙证券", {PUFA: "浦发银行"}, more=SELL))
    world.write("reports/fifth.toml", report("2024-06-05", "乙证券", {WANKE: "万科A"}))
    _daily(world, EVENING)
    return world


def _daily(world: World, now: dt.datetime, *more: str) -> None:
    said = run("daily", *more, home=world.home, market=world.market, now=now)
    assert said.code == 0, said.err


def fetched(world: World, symbol: str, *, bar: tuple[str, float] | None = None, action: Action | None = None) -> None:
    """Store what a later fetch brought, as another source's confirmation would."""
    bars = {} if bar is None else {bar[0]: (bar[1], bar[1] + 0.2, bar[1] - 0.2, bar[1], 500.0)}
    since, until = dt.date(2024, 1, 2), dt.date(2024, 6, 28)
    later = EVENING + dt.timedelta(hours=1)
    with writing(world.database) as database, transaction(database) as connection:
        new = Fetched(symbol, "files", False, since, until, bars, () if action is None else (action,), ())  # noqa: FBT003
        save_fetches(connection, [new], begin_run(connection, "update", later), later)


def restated_world(folder: Path) -> World:
    """Build it with what was learned after it: a close, a dividend, a late report; scored as it is known now.

    A share of Hong Kong is in it too, which closes at 20 + 0.02 n; a Hong Kong dollar is worth 0.90 + 0.0001 n yuan.
    """
    world = quarter_world(folder)
    world.prices(TENCENT, bars(20, 0.02))
    world.prices("HKDCNY.FX", _rates())
    world.write("securities.csv", f"{SECURITIES}{TENCENT},腾讯控股,,,,\n")
    world.write("watchlist.toml", '[[watch]]\nsymbol = "HKDCNY.FX"\nadded = 2024-01-02\n')
    world.write("reports/late.toml", report("2024-03-20", "丙证券", {PINGAN: "平安银行"}, quote=QUOTE))
    world.write("reports/hongkong.toml", report("2024-03-29", "=丁证券+1", {TENCENT: "腾讯控股"}, quote=QUOTE))
    said = run("daily", home=world.home, market=world.market, now=LATER)
    assert said.code == 0, said.err
    fetched(world, PUFA, bar=("2024-03-29", 11.0))
    fetched(world, PUFA, action=Action(dt.date(2024, 3, 25), 0.5, 1.0))
    assert run("score", home=world.home, now=LATER).code == 0
    return world


def _rates() -> str:
    lines = bars(0.9, 0.0001).splitlines()
    days = [line.partition(",")[0] for line in lines[1:]]
    rates = [0.9 + 0.0001 * n for n in range(len(days))]
    rows = [f"{day},{rate:.4f},{rate:.4f},{rate:.4f},{rate:.4f}," for day, rate in zip(days, rates, strict=True)]
    return "\n".join([lines[0], *rows, ""])
