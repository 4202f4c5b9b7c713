"""Why a source gave nothing reads as Chinese where the sentence around it is."""

import re
from enum import StrEnum

import pytest

from watchlist.sources.reasons import in_chinese
from watchlist.sources.wire import Exchange, Trouble, refusal


@pytest.mark.parametrize("trouble", [one for one in Trouble if one], ids=str)
def test_every_trouble_of_an_exchange_is_said_in_chinese(trouble: StrEnum) -> None:
    failed = refusal(Exchange("https://qt.gtimg.cn/q", trouble=Trouble(trouble)))
    assert failed is not None
    said = in_chinese(failed.reason)
    assert said.startswith("qt.gtimg.cn: ")
    assert re.search("[a-z]", said.removeprefix("qt.gtimg.cn: ")) is None, said


def test_facts_stay_and_what_is_not_known_stays() -> None:
    assert in_chinese("yahoo: time limit of 20 s; sina: HTTP 456") == "yahoo: 超过 20 秒的时限；sina: HTTP 456"
    assert in_chinese("tencent does not serve 600519.SH") == "tencent 不提供 600519.SH"
    assert in_chinese("KeyError: 'data'") == "KeyError: 'data'"
