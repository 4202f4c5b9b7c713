"""How the reader fares with very long text: one thing said over and over shows a rule that grows faster than the text.

What is refused is refused at once. ``python -m bench.reading`` prints seconds of processor time.
"""

import datetime as dt
import sys
import time
from typing import Final

from watchlist.ledger.home import CHECKOUT, Home
from watchlist.reading.about import Told
from watchlist.reading.names import Names
from watchlist.steps.read import MOST_CHARACTERS, Unreadable, load_names, read_bytes

_LONG: Final = (
    "推荐", "推荐和", "建议关注贵州茅台、", "推荐贵州茅台\n", "关注贵州茅台（600519", "标的：贵州茅台\n",
    "相关标的：", "贵州茅台", "五 粮 液 ", "、", "，", "。", "：", "\n", "  ", "-", "|", "|1.0", "•\n", "1、",
    "①", "a）贵州茅台", "(", "（", "【", "《", "》《", "0", "600519", "600519 ", "1.0 ", "1,", "20%",
    "2024年1月2日", "目标价", "目标价 from ", "维持“买入”", "“买入”、", "评级 买入 1.0 |", "行业", "电子行业",
    "重点", "免责声明", "风险提示", "相关报告：\n《", "资料来源：", "分析师：张三、", "国信证券、", "aB1",
    "*ST", "XD", "we recommend ", "top picks ", "Tencent (700 HK), ", "<b>", "<a href=", "\x00 ",
    "\U0001f525", "公司", "公司 代码\n", "金股\n公司 行业 理由\n贵州茅台 白酒 好\n",
    "海天、", "推荐海天、\n", "请阅读声明\n",
    "一行字\n", "贵州茅台 买入\n", "贵州茅台（600519，买入）\n",
    "，可关注", "，强烈推荐。", "1、半导体\n", "贵州茅台（600519）点评：\n",
)  # fmt: skip
_MEGABYTES: Final = (1, 5, 20)


def seconds_of(text: str, names: Names) -> float | None:
    """Give the processor time that reading takes; ``None`` where the text is refused."""
    began = time.process_time()
    try:
        read_bytes(text.encode(), "bench", names, Told(), dt.date(2026, 1, 1))
    except Unreadable:
        return None
    return time.process_time() - began


def main() -> None:
    """Print a line a unit: a quarter of what is taken, all of it, and 1, 5 and 20 MB."""
    names = load_names(Home(CHECKOUT))
    sizes = (MOST_CHARACTERS // 4, MOST_CHARACTERS)
    print("unit", *(f"{size:,} characters" for size in sizes), *(f"{size} MB" for size in _MEGABYTES), sep="\t")
    slowest = 0.0
    for unit in sys.argv[1:] or _LONG:
        took = [seconds_of(unit * (size // len(unit)), names) for size in sizes]
        took += [seconds_of(unit * (size * 1_000_000 // len(unit.encode())), names) for size in _MEGABYTES]
        slowest = max([slowest, *(one for one in took if one is not None)])
        print(repr(unit), *("refused" if one is None else f"{one:.2f}" for one in took), sep="\t", flush=True)
    print(f"slowest {slowest:.1f} s")


if __name__ == "__main__":
    main()
