"""Names are found where they stand, to their last letter and not beyond."""

import pytest

from tests.reading.checkout import names
from watchlist.reading.reader import read


@pytest.mark.parametrize("text", ["五粮液", "贵州茅台", "*ST中", "XD贵州", "推荐*ST中南", "TENCENT"])
def test_no_name_ends_behind_the_text(text: str) -> None:
    assert all(end <= len(text) for at in range(len(text)) for end in names().ends_at(text, at))


def test_a_name_at_the_very_end_is_whole() -> None:
    assert names().ends_at("推荐五粮液", 2) == [5]
    raw = "代码(000858)五粮液维持“买入”评级(000858)五粮液"
    assert all(raw[q.start : q.end] == q.text for one in read(raw, names()).recommendations for q in one.quotes)


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("600519.SH", "600519.SH"),
        ("600519.SS", "600519.SH"),
        ("600519 CH", "600519.SH"),
        ("SZ000858", "000858.SZ"),
        ("0700.HK", "00700.HK"),
        # The exchange is misprinted: no share of the other bears the number.
        ("600519.SZ", "600519.SH"),
        ("002415.SH", "002415.SZ"),
        ("SZ600519", "600519.SH"),
        # Indices, whose numbers are shares' too, and shares that were listed since.
        ("000300.SH", "000300.SH"),
        ("000001.SH", "000001.SH"),
        ("603999.SH", "603999.SH"),
        ("688999.SH", "688999.SH"),
        # Digits of other scripts.
        ("٦٠٠٥١٩.SH", "600519.SH"),
        ("６００５１９．SH", "600519.SH"),
    ],
)
def test_a_printed_code_is_the_share_that_bears_it(code: str, symbol: str) -> None:
    (one,) = read(f"建议关注某某科技（{code}）。", names()).recommendations
    assert one.symbol == symbol


@pytest.mark.parametrize("code", ["00000.HK", "0.HK"])
def test_nobody_bears_the_number_zero(code: str) -> None:
    assert read(f"建议关注某某科技（{code}）。", names()).recommendations == ()
