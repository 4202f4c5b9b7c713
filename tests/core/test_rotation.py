"""Rotation keeps the last backup of each of the newest days, weeks and months, and always the newest one."""

import datetime as dt

from watchlist.core.rotation import Keep, kept


def at(*days: str) -> list[dt.datetime]:
    return [dt.datetime.fromisoformat(f"{day}T18:30:00+00:00") for day in days]


def test_the_newest_is_kept_whatever_the_rules_say() -> None:
    assert kept(at("2026-01-05", "2026-01-06"), Keep(0, 0, 0)) == set(at("2026-01-06"))
    assert kept([], Keep(7, 5, 12)) == set()


def test_of_a_day_its_last_backup_stays() -> None:
    morning, evening = (dt.datetime(2026, 1, 5, hour, tzinfo=dt.UTC) for hour in (9, 18))
    assert kept([evening, morning], Keep(3, 0, 0)) == {evening}


def test_days_weeks_and_months_each_keep_their_last() -> None:
    # Monday 2025-12-29 and Sunday 2026-01-04 are one ISO week of two months and two years.
    moments = at("2025-11-30", "2025-12-28", "2025-12-29", "2025-12-31", "2026-01-02", "2026-01-04", "2026-01-05")
    assert kept(moments, Keep(2, 0, 0)) == set(at("2026-01-04", "2026-01-05"))
    assert kept(moments, Keep(1, 3, 0)) == set(at("2026-01-05", "2026-01-04", "2025-12-28"))
    assert kept(moments, Keep(1, 0, 3)) == set(at("2026-01-05", "2025-12-31", "2025-11-30"))


def test_a_year_of_days_leaves_what_the_rules_add_up_to() -> None:
    first = dt.datetime(2026, 1, 1, 18, 30, tzinfo=dt.UTC)
    every = [first + dt.timedelta(days=day) for day in range(365)]
    left: list[dt.datetime] = []
    for moment in every:  # one a day, rotated each time, as it is used
        left = sorted(kept([*left, moment], Keep(7, 5, 12)))
    # 25 to 31 December, which end two weeks; the Sundays 6, 13 and 20; the ends of January to November.
    assert len(left) == 7 + 3 + 11
    assert left[0].date() == dt.date(2026, 1, 31)
