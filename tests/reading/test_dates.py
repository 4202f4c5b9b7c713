"""The day on a report and the days it covers, in every way they are printed; each read by hand."""

import datetime as dt

import pytest

from watchlist.reading.dates import period, published

DAY = dt.date(2024, 3, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二六年三月一日", "2026-03-01"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("二零一九年十月十日", "2019-10-10"),
        ("一九九七年七月二十日", "1997-07-20"),
        ("二〇二三年二月二十九日", None),  # no leap year
        ("二〇二三年十十月一日", None),
        ("二〇二三年五月二三日", None),  # the 23rd is written 二十三
        ("报告日期：20230901", "2023-09-01"),
        ("20230901", None),  # eight digits may be anything
        ("2023 09 01", "2023-09-01"),
        ("3 September 2023", "2023-09-03"),
        ("Sept. 3rd, 2023", "2023-09-03"),
        ("2023-02-30", None),
    ],
)
def test_the_day_is_read_as_it_is_printed(text: str, day: str | None) -> None:
    found = published(text + "\n行业点评")
    assert (found[0].isoformat() if found else None) == day


def test_a_day_inside_a_paragraph_is_an_event_s() -> None:
    told = "公司主要产品的价格继续上行，" * 6 + "2023年9月1日价格创出年内新高"
    assert published(told) is None
    found = published(told, lined=False)
    assert found is not None
    assert found[0] == dt.date(2023, 9, 1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("电子行业周报（2024.2.26-2024.3.1）", "2024-02-26", "2024-03-01"),
        ("电子行业周报（20240226-0301）", "2024-02-26", "2024-03-01"),
        ("电子行业周报（20240226-20240301）", "2024-02-26", "2024-03-01"),
        ("电子行业周报（2023.12.25-01.01）", "2023-12-25", "2024-01-01"),
        ("电子行业周报（20231225-0101）", "2023-12-25", "2024-01-01"),
        ("电子行业周报（2020101-0301）", None, None),  # January the 1st, or October the 1st
        ("电子行业周报（2.26-3.1）", "2024-02-26", "2024-03-01"),
        ("电子行业周报（12.25-1.1）", "2023-12-25", "2024-01-01"),
        ("电子行业周报（2.29-1.5）", None, None),  # 2023 had no such day
        ("电子行业周报（3.18-3.24）", None, None),  # after the day of the report
        ("电子行业点评（2.26-3.1）", None, None),  # no periodical
    ],
)
def test_a_periodical_says_what_it_covers(text: str, first: str | None, last: str | None) -> None:
    found = period(text, DAY)
    assert tuple(day.isoformat() for day in found or ()) == ((first, last) if first else ())
