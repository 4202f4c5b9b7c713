"""Target prices by hand: upside, reached by a close, touched, splits, currencies, sells, ends of lives."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.core.markets import INDEX, RULES, bars, day, near, said, steady, weekdays
from watchlist.core.bars import HighLow, SymbolBars
from watchlist.core.book import Known, keep_book
from watchlist.core.target_book import keep_targets
from watchlist.domain.calendars import Dates, days
from watchlist.domain.model import Action, Mention, Security
from watchlist.domain.symbols import trading_currency

SHARE = "600001.SH"
# Published after the close of Wednesday 06-05, where the share stood at 10.00.
LINES = """\
2024-06-04 9 9
2024-06-05 10 10
2024-06-06 10 11
2024-06-07 11 11.5
2024-06-11 11.5 12
2024-06-12 12 9"""
SESSIONS = days(["2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07", "2024-06-11", "2024-06-12"])


@dataclass(frozen=True)
class Seen:
    """How one target stands, as plain values."""

    status: str
    upside: float | None
    reached: str | None
    touched: str | None
    until: str | None


def aim(target: float | None, currency: str | None = "CNY", **more: object) -> Mention:
    """Give a recommendation of the share on 2024-06-05 with a target price."""
    words = {"symbol": SHARE, "published": "2024-06-05", "direction": 1, "at": None, "months": 12} | more
    mention = said(
        str(words["symbol"]), str(words["published"]), int(str(words["direction"])), months=int(str(words["months"])),
        at=None if words["at"] is None else str(words["at"]),
    )  # fmt: skip
    return replace(mention, target_price=target, target_currency=currency if target is not None else None)


def seen(
    mention: Mention, share: SymbolBars | None = None, ranges: HighLow | None = None, *,
    index: Dates = SESSIONS, as_of: str = "2024-06-12", security: Security | None = None, following: Sequence[str] = (),
) -> Seen:  # fmt: skip
    share = bars(SHARE, LINES) if share is None else share
    known = Known(
        [mention],
        {INDEX: steady(INDEX, index, 1000.0), "HSI.HI": steady("HSI.HI", index, 1000.0), share.symbol: share},
        {} if security is None else {share.symbol: security},
        {"CN": days(list(following))} if following else {},
        ranges={} if ranges is None else {share.symbol: ranges},
    )
    book = keep_book(known, RULES, day(as_of))
    market, at = book.place[0]
    aimed, part = keep_targets(known, book)[market], book.markets[market]

    def iso(position: int) -> str | None:
        found = part.session(position)
        return None if found is None else found.isoformat()

    upside = float(aimed.upside[at])
    return Seen(
        str(aimed.status[at]), None if np.isnan(upside) else upside, iso(int(aimed.reached[at])),
        iso(int(aimed.touched[at])), iso(int(aimed.until[at])),
    )  # fmt: skip


def test_a_close_at_the_target_reaches_it_and_upside_counts_from_the_close_known_at_publication() -> None:
    # 12.00 over 10.00 is 20 %; the close of 06-11 stands on it. A month of the scale ends 07-05: it has not come.
    assert seen(aim(12.0, months=1)) == Seen("reached", near(0.2), "2024-06-11", None, None)


def test_without_a_close_at_the_target_it_is_open_while_its_months_last_and_then_missed() -> None:
    assert seen(aim(12.5)) == Seen("open", near(0.25), None, None, None)
    # 46 sessions from 06-04: a month after 06-05 is 07-05, a Friday.
    long = weekdays("2024-06-04", 46)
    share = steady(SHARE, long)
    assert seen(aim(12.5, months=1), share, index=long, as_of="2024-07-04") == Seen(
        "open", near(0.25), None, None, None
    )
    missed = seen(aim(12.5, months=1), share, index=long, as_of="2024-07-05", following=["2024-07-08"])
    assert missed == Seen("missed", near(0.25), None, None, "2024-07-05")


def test_a_close_after_the_months_are_over_comes_too_late() -> None:
    long = weekdays("2024-06-04", 46)
    level = np.where(long <= np.datetime64("2024-07-05"), 10.0, 13.0)
    share = SymbolBars(SHARE, long, level, level, np.full(46, 1000.0))
    assert seen(aim(12.5, months=1), share, index=long, as_of="2024-08-01").status == "missed"
    assert seen(aim(12.5, months=2), share, index=long, as_of="2024-08-01").reached == "2024-07-08"


def test_the_day_of_publication_itself_reaches_nothing_unless_it_was_said_before_the_open() -> None:
    # At 08:30 of 06-06 the close of 06-05 is known, and that very session counts: 11.00 on 06-06 is the target.
    early = seen(aim(11.0, published="2024-06-06", at="2024-06-06T08:30:00+08:00"))
    assert early == Seen("reached", near(0.1), "2024-06-06", None, None)
    # At 20:00 its close of 11.00 is known: the price is there already.
    assert seen(aim(11.0, published="2024-06-06", at="2024-06-06T20:00:00+08:00")).status == "already_there"


def test_an_intraday_touch_is_kept_apart_from_a_close() -> None:
    # 12.40 is between the highest close, 12.00, and the high of 06-07, 12.60.
    ranges = HighLow(SESSIONS, np.array([9, 10, 11, 12.6, 12, 12.0]), np.array([9, 10, 10, 11, 11, 9.0]))
    assert seen(aim(12.4), ranges=ranges) == Seen("open", near(0.24), None, "2024-06-07", None)
    # A close at the target has been touched, here the day before already.
    assert seen(aim(12.0), ranges=ranges).touched == "2024-06-07"
    # A session without a high touches nothing.
    assert seen(aim(12.4), ranges=HighLow(SESSIONS, np.full(6, np.nan), np.full(6, np.nan))).touched is None


def test_a_split_between_publication_and_target_moves_the_target_with_it() -> None:
    # Ten become twenty on 06-07: a target of 12.00 is 6.00 of the new shares. 5.50, then 6.00 on 06-11.
    halved = "2024-06-04 9 9\n2024-06-05 10 10\n2024-06-06 10 11\n2024-06-07 5.5 5.5\n2024-06-11 5.5 6\n2024-06-12 6 5"
    split = Action(day("2024-06-07"), split=2.0)
    share = bars(SHARE, halved, split)
    high = HighLow(SESSIONS, np.array([9, 10, 11, 6.1, 6, 6.0]), np.array([9, 10, 10, 5, 5, 5.0]))
    assert seen(aim(12.0), share, high) == Seen("reached", near(0.2), "2024-06-11", "2024-06-07", None)
    # Without the action the same prices never come near it, and without the split worked in 11.50 would be missed.
    assert seen(aim(12.0), bars(SHARE, halved)).status == "open"
    # A dividend moves no target: 1.00 a share on 06-07 leaves 12.00 what it was.
    paid = bars(SHARE, LINES, Action(day("2024-06-07"), cash=1.0))
    assert seen(aim(12.0), paid).reached == "2024-06-11"


def test_a_split_that_the_report_knew_of_is_in_its_target_already() -> None:
    # Published on the morning of the ex-date: the last close, 10.00, is 5.00 of the shares the target counts in.
    halved = "2024-06-04 9 9\n2024-06-05 10 10\n2024-06-06 5 5.5\n2024-06-07 5.5 6\n2024-06-11 6 6\n2024-06-12 6 5"
    share = bars(SHARE, halved, Action(day("2024-06-06"), split=2.0))
    morning = aim(6.0, published="2024-06-06", at="2024-06-06T08:30:00+08:00")
    assert seen(morning, share) == Seen("reached", near(0.2), "2024-06-07", None, None)
    # Suspended on 06-06 and 06-07, published in between, split on 06-06: 10.00 before is 5.00 after.
    stopped = bars(SHARE, "2024-06-04 9 9\n2024-06-05 10 10\n2024-06-11 5 5.5\n2024-06-12 5.5 6", *share.actions)
    assert seen(aim(6.0, published="2024-06-07"), stopped) == Seen("reached", near(0.2), "2024-06-12", None, None)


def test_another_currency_is_never_compared() -> None:
    # 12 US dollars are no 12 yuan: the close of 12.00 reaches nothing, and no upside is worked out.
    assert seen(aim(12.0, "USD")) == Seen("other_currency", None, None, None, None)
    assert seen(aim(12.0, None)).status == "other_currency"
    hong_kong = bars("00772.HK", LINES)
    assert seen(aim(12.0, "CNY", symbol="00772.HK"), hong_kong).status == "other_currency"
    assert seen(aim(12.0, "HKD", symbol="00772.HK"), hong_kong).status == "reached"


@pytest.mark.parametrize(
    ("symbol", "currency"),
    [("600519.SH", "CNY"), ("900901.SH", "USD"), ("200002.SZ", "HKD"), ("00700.HK", "HKD"), ("AAPL.US", "USD")],
)
def test_b_shares_trade_in_dollars(symbol: str, currency: str) -> None:
    assert trading_currency(symbol) == currency


def test_a_sell_is_reached_from_above() -> None:
    # Sell at 10.00 with a target of 9.50: -5 %; 11.00 to 12.00 is no success, the close of 9.00 on 06-12 is.
    assert seen(aim(9.5, direction=-1)) == Seen("reached", near(-0.05), "2024-06-12", None, None)
    lows = HighLow(SESSIONS, np.array([9, 10, 11, 12, 12, 12.0]), np.array([9, 10, 10, 9.4, 11, 9.0]))
    assert seen(aim(9.5, direction=-1), ranges=lows).touched == "2024-06-07"
    # A target above the price is none to fall to.
    assert seen(aim(12.0, direction=-1)).status == "already_there"


def test_a_neutral_target_is_reached_from_the_side_it_lies_on() -> None:
    assert seen(aim(11.5, direction=0)).reached == "2024-06-07"
    assert seen(aim(9.0, direction=0)).reached == "2024-06-12"
    assert seen(aim(10.0, direction=0)).status == "already_there"


def test_a_buy_below_the_price_promises_nothing_that_a_fall_could_keep() -> None:
    assert seen(aim(9.5)) == Seen("already_there", near(-0.05), None, None, None)
    assert seen(aim(10.0)).status == "already_there"


def test_without_a_target_or_without_a_price_nothing_is_said() -> None:
    assert seen(aim(None)) == Seen("no_target", None, None, None, None)
    late = bars(SHARE, "2024-06-11 11.5 12\n2024-06-12 12 9")
    assert seen(aim(12.0), late) == Seen("no_price", None, None, None, None)
    # Listed only after the report: there is no close to rise from, but a first close of 12.00 is the target.
    listed = Security(SHARE, "名", listed=day("2024-06-11"))
    assert seen(aim(12.0), late, security=listed) == Seen("reached", None, "2024-06-11", None, None)


def test_a_share_that_ends_leaves_its_target_delisted_or_unknown() -> None:
    ended = bars(SHARE, "2024-06-04 9 9\n2024-06-05 10 10\n2024-06-06 10 11\n2024-06-07 11 11.5")
    gone = Security(SHARE, "名", listed=dt.date(2000, 1, 4), delisted=day("2024-06-11"))
    assert seen(aim(12.0), ended, security=gone).status == "delisted"
    assert seen(aim(12.0), ended).status == "stale"
    # What was reached before the end stays reached.
    assert seen(aim(11.5), ended).status == "reached"


def test_what_comes_after_the_as_of_day_is_not_known() -> None:
    assert seen(aim(12.0), as_of="2024-06-07").status == "open"
