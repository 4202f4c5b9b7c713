"""How the reader fares with very much and very odd text: `python -m bench.reading 200000` is the nightly run."""

import random
import sys
import time
from typing import Final

from watchlist.ledger.home import CHECKOUT, Home
from watchlist.reading.names import Names
from watchlist.reading.reader import read
from watchlist.steps.read import load_names

_PIECES: Final = (
    "推荐",
    "建议关注",
    "关注",
    "贵州茅台",
    "五粮液",
    "、",
    "，",
    "。",
    "；",
    "：",
    "\n",
    "1、",
    "a）",
    "①",
    "（",
    "）",
    "【",
    "】",
    "《",
    "》",
    "600519",
    "0700.HK",
    "NVDA US",
    "买入",
    "（维持）",
    "目标价",
    "100元",
    "等标的",
    "相关标的：",
    "风险提示",
    "免责声明",
    "相关报告",
    "资料来源：",
    "分析师：",
    "张三",
    "S0870522020001",
    "2024年1月2日",
    "国信证券",
    "板块",
    "机器人",
    "以及",
    "Top picks: ",
    "Tencent",
    "|",
    " ",
    "*ST",
    "-U",
    "评级",
    "行业",
    "20%以上",
    "<b>",
    "\x1b[31m",
    "\u202e",
    "我们早在2月",
    "不",
)
_LONG: Final = (
    "推荐",
    "建议关注贵州茅台、",
    "、",
    "目标价",
    "600519 ",
    "1.0 ",
    "(",
    "《",
    "免责声明",
    "  ",
    "重点",
    "aB1",
    "标的：贵州茅台\n",
)
_CHARACTERS: Final = 200_000


def odd_texts(count: int, names: Names) -> None:
    """Read random texts; every quote must be what stands there, and nothing may fail."""
    chance = random.Random(20240614)  # noqa: S311 - repeatable, not secret
    for number in range(count):
        raw = "".join(chance.choices(_PIECES, k=chance.randint(1, 60)))
        draft = read(raw, names)
        for one in draft.recommendations:
            if any(raw[quote.start : quote.end] != quote.text for quote in one.quotes):
                sys.exit(f"text {number}: a quote is not what stands there: {raw!r}")


def long_texts(names: Names) -> None:
    """Read one thing said over and over, which shows a rule that grows faster than the text."""
    for unit in _LONG:
        began = time.perf_counter()
        read(unit * (_CHARACTERS // len(unit)), names)
        print(f"{unit!r:24} {time.perf_counter() - began:6.2f} s")


def main() -> None:
    """Run both: how many odd texts is the first argument."""
    names = load_names(Home(CHECKOUT))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    began = time.perf_counter()
    odd_texts(count, names)
    print(f"{count} odd texts in {time.perf_counter() - began:.1f} s")
    long_texts(names)


if __name__ == "__main__":
    main()
