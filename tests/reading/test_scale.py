"""The bounds of a printed rating scale, each as a person reads its words."""

import pytest

from watchlist.reading.scale import rating_scale

SCALE = "股票评级说明\n买入：未来6个月内相对沪深300指数涨幅20%以上；\n增持：{words}；\n减持：跌幅10%以上。"


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("相对沪深300指数涨幅5%以上", 0.05, None),
        ("相对沪深300指数涨幅不小于5%", 0.05, None),
        ("相对沪深300指数涨幅5%~20%", 0.05, 0.2),
        ("相对沪深300指数涨幅介于-5%与5%之间", -0.05, 0.05),
        ("相对沪深300指数变动在±5%之间", -0.05, 0.05),
        ("相对沪深300指数跌幅5%~15%", -0.15, -0.05),
        ("相对沪深300指数跌幅5%以上", None, -0.05),
        ("相对沪深300指数涨幅小于-5%", None, -0.05),
        ("相对沪深300指数涨幅小于5%", None, 0.05),
        ("相对沪深300指数涨幅不足 5%", None, 0.05),
        ("相对沪深300指数涨幅低于5%", None, 0.05),
        ("相对沪深300指数跌幅小于5%", -0.05, None),
        ("低于沪深300指数5%以上", None, -0.05),
    ],
)
def test_the_bounds_are_those_that_the_words_print(words: str, low: float | None, high: float | None) -> None:
    scale = rating_scale(SCALE.format(words=words))
    assert scale is not None
    (level,) = [level for level in scale["stock"]["levels"] if level["label"] == "增持"]
    assert (level.get("min"), level.get("max")) == (low, high)
    assert scale["stock"]["horizon_months"] == [6, 6]
