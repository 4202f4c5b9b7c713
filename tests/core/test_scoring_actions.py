"""Actions before and after the entry: every window goes by the steps inside it and by no other, worked out by hand."""

import numpy as np

from tests.core.markets import AT_CLOSE, Market, bars, day, near, said, weekdays
from watchlist.core.scoring import between, listed_later, sold_at_open
from watchlist.domain.model import Action, Security

SHARE = "00001.HK"  # of a market without price limits
JUNE = weekdays("2024-06-03", 7, closed=["2024-06-10"])  # 3 to 7, then 11 and 12 June
INDEX = bars("HSI.HI", "\n".join(f"{date} {1000 + 10 * n} {1005 + 10 * n}" for n, date in enumerate(JUNE)))
# 06-04: one becomes two. 06-06: 1.00 cash on a close of 6.00, step 6 / 5 = 1.2. 06-07: one becomes two, step 2.
STEPPED = bars(
    SHARE,
    """
    2024-06-03 8.00 8.00
    2024-06-04 4.00 4.00
    2024-06-05 5.00 6.00
    2024-06-06 5.50 5.00
    2024-06-07 2.50 3.00
    2024-06-11 3.00 2.00
    """,
    Action(day("2024-06-04"), split=2.0),
    Action(day("2024-06-06"), cash=1.0),
    Action(day("2024-06-07"), split=2.0),
)
PLACE = Market(INDEX, (STEPPED,), market="HK")


def test_best_and_worst_leave_what_came_before_the_entry_out() -> None:
    got = PLACE.ask(said(SHARE, "2024-06-04"), "2024-06-11")
    assert (got.entry, got.price) == (day("2024-06-05"), 5.0)
    # Closes in what one share bought at 5.00 became: 6.00; 5.00 x 1.2; 3.00 x 2.4 = 7.20; 2.00 x 2.4 = 4.80.
    assert (got.best, got.worst) == (near(0.44), near(-0.04))
    assert (got.now.total_return, got.now.price_return) == (near(-0.04), near(2.0 * 2 / 5 - 1))


def test_the_entry_gap_leaves_what_came_before_the_last_known_close_out() -> None:
    # 4.00 known at publication, after the split of that day; the open of the next is 5.00.
    assert PLACE.ask(said(SHARE, "2024-06-04"), "2024-06-11").gap == near(0.25)
    # Published before the split: 8.00 known is 4.00 on 06-04, where it opens.
    assert PLACE.ask(said(SHARE, "2024-06-03"), "2024-06-11").gap == near(0.0)


def test_between_two_closes_only_the_steps_between_them_count() -> None:
    part = PLACE.book(said(SHARE, "2024-06-04"), as_of="2024-06-11").markets["HK"]
    end = np.array([5])
    # From the close of 06-05, 6.00, to 2.00: x 2.4 with the dividend, x 2 without.
    price, total, benchmark = between(part.panel, part.asked, part.benchmarks, 2, end)
    assert (price[0], total[0], benchmark[0]) == (near(2 * 2 / 6 - 1), near(2 * 2.4 / 6 - 1), near(1055 / 1025 - 1))
    # From the very first close, 8.00: x 4.8, and x 4.
    price, total, _ = between(part.panel, part.asked, part.benchmarks, 0, end)
    assert (price[0], total[0]) == (near(0.0), near(0.2))


def test_a_close_bought_is_paid_and_the_benchmark_s_close_with_it() -> None:
    got = Market(INDEX, (STEPPED,), rules=AT_CLOSE, market="HK").ask(said(SHARE, "2024-06-04"), "2024-06-11")
    assert (got.entry, got.price) == (day("2024-06-05"), 6.0)
    assert got.now.total_return == near(2 * 2.4 / 6 - 1)
    assert got.now.benchmark_return == near(1055 / 1025 - 1)


def test_what_is_sold_at_an_open_gets_the_opens_of_both_legs() -> None:
    part = PLACE.book(said(SHARE, "2024-06-04"), as_of="2024-06-11").markets["HK"]
    legs = sold_at_open(part.panel, part.asked, part.entries, part.benchmarks, np.array([4]))
    # 5.00 to the open of 06-07, 2.50 x 2.4 = 6.00; the index from 1020 to 1040.
    assert legs.total_return[0] == near(0.2)
    assert legs.benchmark_return[0] == near(1040 / 1020 - 1)
    assert legs.status.tolist() == ["matured"]
    none = sold_at_open(part.panel, part.asked, part.entries, part.benchmarks, np.array([-1]))
    assert np.isnan(none.total_return[0])


def test_a_share_is_listed_later_than_what_was_published_before_its_first_session_opens() -> None:
    born = bars(SHARE, "2024-06-05 5 5\n2024-06-06 5 5\n2024-06-07 5 5")
    listing = Security(SHARE, "new", listed=day("2024-06-05"))
    spoken = (
        said(SHARE, "2024-06-04"),
        said(SHARE, "2024-06-05"),  # on the day, at no known hour: the day is over for it
        said(SHARE, "2024-06-05", at="2024-06-05T08:00:00+08:00"),  # before the opening auction
        said(SHARE, "2024-06-05", at="2024-06-05T17:00:00+08:00"),
        said(SHARE, "2024-06-06", at="2024-06-06T08:00:00+08:00"),
    )
    part = Market(INDEX, (born,), securities=(listing,), market="HK").book(*spoken, as_of="2024-06-07").markets["HK"]
    assert listed_later(part.panel, part.asked).tolist() == [True, False, True, False, False]
