"""The API's description as its page shows it: OpenAPI speaks English, and each sentence has a Chinese one here."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

CHINESE: Final[Mapping[str, str]] = {
    "What brokers recommended and what became of it. Read-only; the same shapes as the commands with `--json`: "
    "fractions, ISO dates, null for unknown. Every list takes the same filters.":
        "券商推荐了什么、结果如何。只读；与命令 `--json` 的结构相同："
        "小数而非百分数，ISO 日期，未知为 null。各列表筛选条件相同。",
    "Every recommendation and how it stands, newest report first.": "每条推荐及其现状，最新研报在前。",
    "Sector calls and industry ratings, apart from those of shares.": "板块推荐与行业评级，与个股分列。",
    "Calls: the life of a broker's opinion on a share.": "观点：券商对一只证券看法的存续。",
    "The watchlist: the user's own tickers, then every recommended one.": "自选：先列自选，再列所有被推荐的证券。",
    "What is new: calls, results, prices, corrected numbers.": "变化：观点、结果、行情、更正的数字。",
    "What is held by the latest snapshots: weight, contribution, and what brokers say of it; then what is not.":
        "最新快照的持仓：权重、贡献与券商观点；其后为推荐而未持有的。",
    "The portfolio as a whole, from snapshot to snapshot: one object, none where nothing is held.":
        "整个组合，按快照分段：一个对象；无持仓则为空。",
    "Returns between two dates: of securities a row each, of a theme one row with its members.":
        "两个日期之间的收益：证券各一行；主题一行，含其成分。",
    "The review of a period, held against a score run: all of `export review.json --period`.":
        "期间复盘，与某次评分核对：即 `export review.json --period` 的全部内容。",
    "One table of it: of `export --what`.": "其中一张表：即 `export --what`。",
    "Themes: how good, how sure, how complete.": "主题：成绩、把握与完整程度。",
    "Brokers, or another grouping: how good, how sure, how complete.": "券商或其他分组：成绩、把握与完整程度。",
    "The leaderboard: who is good beyond luck, and who has too little to be ranked; live before backfilled.":
        "排行榜：谁的成绩超出运气，谁样本不足；实时记录在前，事后补录在后。",
    "The path of groups over the kept score runs.": "各分组在历次评分中的数字。",
    "How the leaderboard's numbers of one group came to be, a row a step.":
        "排行榜上一个分组的数字如何得出，每步一行。",
    "One security: who recommended it, in which words, how it stands, and what was restated of it.":
        "一只证券：谁推荐、原话、现状，以及更正过的数据。",
    "How each number of a security's recommendations came to be, a row a step.":
        "一只证券各条推荐的数字如何得出，每步一行。",
    "One security's adjusted path beside its benchmark's, with a mark for each recommendation.":
        "一只证券的复权走势与基准，并标出每条推荐。",
    "The health of database, prices and ledger.": "数据库、行情与台账的健康状况。",
    "A list, an object a line, or CSV with nested values as `horizons.6m.hit`.":
        "列表、每行一个对象，或 CSV（嵌套值写作 `horizons.6m.hit`）。",
    "At most so many rows.": "最多行数。",
    "Leave out so many first.": "略去最前若干行。",
    "The language of an error's sentence.": "错误信息的语言。",
    "Use sessions up to this day; today by default.": "只用到该日为止的交易日；默认今天。",
    "Use only what had been recorded by this day or moment.": "只用该日或该时刻之前已记录的内容。",
    "Measure against this index: 000300.SH, SPX.GI.": "以该指数为基准：000300.SH、SPX.GI。",
    "Count every return in this currency.": "以该货币计算收益。",
    "One theme: its id, its name, or what a report printed for it.": "主题：编号、名称或研报所印名称。",
    "One broker; part of the name is enough.": "券商；名称的一部分即可。",
    "One analyst: name or licence number.": "分析师：姓名或执业编号。",
    "A printed rating, or a strength: recommend.": "所印评级，或推荐力度：recommend。",
    "These securities: 300418.SZ, 300418 or a name.": "证券：300418.SZ、300418 或名称。",
    "One market.": "市场。",
    "One status: running, delisted, stale …": "状态：running、delisted、stale 等。",
    "1 buy, 0 neutral, -1 sell.": "1 看多，0 中性，-1 看空。",
    "Published on this day or later.": "该日或之后发布。",
    "Published on this day or earlier.": "该日或之前发布。",
    "Checked as the commands do: 1w,1m,ytd. Rows hold every period.": "与命令写法相同：1w,1m,ytd。各行含全部区间。",
    "The horizon that groups are judged by: 20 sessions, 6m months.": "分组所用持有期：20 为交易日，6m 为月。",
    "Since the end of this day; the last score run but one without it.": "自该日结束起；默认自上一次评分起。",
    "Moves of so much or more: 0.05 is 5 %.": "不小于此的涨跌：0.05 即 5%。",
    "Only this horizon's results.": "只含该持有期的结果。",
    "Contributions from this day's close on; the first snapshot.": "自该日收盘起计贡献；默认自首个快照起。",
    "Only this account.": "只含该账户。",
    "Only holdings that brokers back, speak against, no longer back, or never named.":
        "只含券商推荐中、看空、推荐已结束或从未提及的持仓。",
    "Or this theme.": "或该主题。",
    "From the last close on or before this day.": "自该日或之前最后收盘起。",
    "To that of this day; today by default.": "至该日或之前最后收盘；默认今天。",
    "How a theme's members are chosen.": "主题成分如何选取。",
    "2026Q3, 2026H1, 2026, 2026-07..2026-09.": "期间：2026Q3、2026H1、2026、2026-07..2026-09。",
    "Up to this day of it; its last one, or today while it runs, without it.":
        "截至其中该日；默认为最后一日，进行中则为今天。",
    "Held against this score run, its number or a day.": "与该次评分核对：编号或日期。",
    "The horizon that groups are judged by.": "分组所用持有期。",
    "Leave the reports' words out.": "不含研报原文。",
    "Count mentions; without it a call counts once.": "按提及计数；否则每个观点计一次。",
    "The grouping.": "分组方式。",
    "Which table.": "哪张表。",
    "Its name, or part of it.": "名称或其一部分。",
    "A security: 300418.SZ, 300418 or a name.": "证券：300418.SZ、300418 或名称。",
}  # fmt: skip


def spoken(sentence: str, language: str) -> str:
    """Give a sentence of the description in the language, without the marks of code."""
    return (CHINESE.get(sentence, sentence) if language == "zh" else sentence).replace("`", "")


def endpoints(description: Mapping[str, Any], language: str) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Give each address, what it answers, and what it may name with what that means."""
    gets = {address: methods["get"] for address, methods in description["paths"].items()}
    every = [one for get in gets.values() for one in get.get("parameters", []) if "description" in one]
    usual = {one["name"]: one["description"] for one in reversed(every)}  # said once, where several questions take it
    for address, get in gets.items():
        named = [
            (f"{one['name']} *" if one["required"] else one["name"],
             spoken(one.get("description") or usual.get(one["name"], ""), language))
            for one in get.get("parameters", [])
        ]  # fmt: skip
        yield address, spoken(get.get("description") or get["summary"], language), named
