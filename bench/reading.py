"""How the reader fares with very long text: one thing said over and over shows a rule that grows faster than the text.

What is refused is refused at once. ``python -m bench.reading`` prints seconds of processor time.
"""

import argparse
import datetime as dt
import json
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


def main(arguments: list[str]) -> int:
    """Print a line a unit: a quarter of what is taken, all of it, and 1, 5 and 20 MB."""
    parser = argparse.ArgumentParser(prog="python -m bench reading", description=__doc__)
    parser.add_argument("units", nargs="*", help="what to repeat; a list of what was slow once unless given")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a quarter of what is taken, and no megabytes")
    options = parser.parse_args(arguments)
    names = load_names(Home(CHECKOUT))
    sizes = (MOST_CHARACTERS // 4, *(() if options.small else (MOST_CHARACTERS,)))
    megabytes = () if options.small else _MEGABYTES
    if not options.json:
        print("unit", *(f"{size:,} characters" for size in sizes), *(f"{size} MB" for size in megabytes), sep="\t")
    found: dict[str, list[float | None]] = {}
    for unit in options.units or _LONG:
        found[unit] = [seconds_of(unit * (size // len(unit)), names) for size in sizes]
        found[unit] += [seconds_of(unit * (size * 1_000_000 // len(unit.encode())), names) for size in megabytes]
        if not options.json:
            print(
                repr(unit), *("refused" if one is None else f"{one:.2f}" for one in found[unit]), sep="\t", flush=True
            )
    slowest = max((one for each in found.values() for one in each if one is not None), default=0.0)
    print(json.dumps({"seconds": found, "slowest": slowest}) if options.json else f"slowest {slowest:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
