"""A period as files, pages and the API ask for it: up to which day, which quarters there are, and against which run."""

import datetime as dt
import sqlite3

from watchlist.domain.errors import FutureDate, UsageMistake
from watchlist.domain.periods import Period, parse_period
from watchlist.ledger.settings import Settings
from watchlist.queries.holdings import holdings
from watchlist.queries.period_review import period_review
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.restated import load_restated
from watchlist.queries.runs import run_before, run_named
from watchlist.queries.situation import Situation


class OutsidePeriod(UsageMistake):
    """The as-of day does not lie in the period."""

    en = "{option} {day} does not lie in {label}, which runs from {first} to {last}."
    zh = "{option} {day} 不在 {label}（{first} 至 {last}）之内。"


def period_day(period: Period, as_of: dt.date | None, today: dt.date) -> dt.date:
    """Give the as-of day of a period: its last one, or today while it runs, unless one in it is asked for.

    Raises:
        FutureDate: the period has not begun.
        OutsidePeriod: the day asked for does not lie in it.
    """
    if period.first > today:
        raise FutureDate(option=f"--period {period.label}", date=period.first, today=today)
    if as_of is not None and not period.first <= as_of <= period.last:
        raise OutsidePeriod(option="--as-of", day=as_of, label=period.label, first=period.first, last=period.last)
    return as_of or min(period.last, today)


def with_period(
    review: Row, connection: sqlite3.Connection, settings: Settings, situation: Situation, filters: Filters,
    *, period: Period, against: str | None,
) -> Row:  # fmt: skip
    """Add to a review what its period was: what came and went, what it earned, and what was restated.

    Args:
        review: of the situation and the filters; contributions of its holdings then count from the period's eve on.
        against: the score run it is held against, by number or day; the last one of the time before by default.

    Raises:
        UnknownRun: there is no such run.
    """
    run = run_before(connection, period) if against is None else run_named(connection, against)
    restated = None if run is None else load_restated(connection, settings, run, filters)
    held = holdings(situation, filters, since=period.before, calls=review["calls"])
    return {**review, "holdings": held, "period": period_review(situation, period, filters, restated)}


def quarters(first: dt.date, last: dt.date) -> list[Period]:
    """Give every quarter that two days and the time between them lie in, the newest first."""
    at = (first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month - 1) // 3)
    return [parse_period(f"{number // 4}Q{number % 4 + 1}") for number in range(at[1], at[0] - 1, -1)]
