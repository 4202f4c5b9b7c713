"""Target prices: the one that is printed, and no percentage, multiple, year or end of a range in its place."""

import pytest

from watchlist.reading.targets import target_in


@pytest.mark.parametrize(
    ("text", "price", "currency"),
    [
        ("目标价45.2元", 45.2, "CNY"),
        ("合理目标价为1,234.56元", 1234.56, "CNY"),
        ("目标价(12个月)：50元", 50.0, "CNY"),
        ("6个月目标价 25.00", 25.0, None),
        ("目标价由10元上调至12元", 12.0, "CNY"),
        ("目标价从10.5元上调20%至12.6元", 12.6, "CNY"),
        ("目标价12.5元(前值10元)", 12.5, "CNY"),
        ("目标价12.50港元，对应25倍PE", 12.5, "HKD"),
        ("TP HK$48.50", 48.5, "HKD"),
        ("12-month target price of US$12.5", 12.5, "USD"),
    ],
)
def test_a_price_is_read_with_its_currency(text: str, price: float, currency: str | None) -> None:
    assert target_in(text) == (price, currency)


@pytest.mark.parametrize(
    "text",
    [
        "目标价上调12.5%",
        "目标价较现价有25.3 %空间",
        "目标价上调1,200%",
        "目标价对应25倍PE",
        "目标价对应25.5倍PE",
        "目标价对应2024年25倍PE",
        "目标价对应 18.5x PE",
        "target price (12-month)",
    ],
)
def test_a_number_of_another_kind_is_no_price(text: str) -> None:
    assert target_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "目标价10-12元",
        "目标价10.5-12元",
        "目标价10.55~12.30元",
        "目标价10元-12元",
        "目标价10元至12元",
        "目标价10—12元",
        "目标价HK$10-HK$12",
        "TP HK$10 to HK$12",
    ],
)
def test_a_range_has_no_one_price(text: str) -> None:
    assert target_in(text) is None


@pytest.mark.parametrize("text", ["目标价0元", "目标价0.00"])
def test_no_share_is_worth_nothing(text: str) -> None:
    assert target_in(text) is None
