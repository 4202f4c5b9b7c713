"""Explanations: how a number came to be, step by step, each with its value, its formula and where that comes from."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from watchlist.core.book import MarketBook
from watchlist.domain.errors import NoExchangeRate
from watchlist.domain.model import Status
from watchlist.domain.spoken import say
from watchlist.queries.publications import publications
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

DOCS: Final = "docs/scores.md"  # where a step is told in plain words


@dataclass(frozen=True, slots=True)
class Step:
    """One step in both languages; ``value`` as it is written, ``source`` a rule of this program or a paper."""

    step: str
    step_zh: str
    value: str
    formula: str
    formula_zh: str
    source: str


def spoken(step: Step, language: str) -> Row:
    """Give one step for a table in one language."""
    row = asdict(step)
    row["value"] = say(step.value, language)
    return row | {"step": row["step_zh"], "formula": row["formula_zh"]} if language == "zh" else row


def explain_recommendation(situation: Situation, position: int) -> list[Step]:
    """Explain how one recommendation's returns, excess and hit came to be.

    Prices are as traded; in another currency a step gives the rates, and the formulas work them in.

    Raises:
        NoExchangeRate: there was no rate to count it with.
    """
    mention = situation.known.mentions[position]
    place = situation.book.place.get(position)
    steps = [
        Step("publication", "发布", mention.published.isoformat(), f"{mention.broker}: “{mention.quote}”",
             f"{mention.broker}：“{mention.quote}”", "ledger 台账"),
    ]  # fmt: skip
    if place is None:
        return [*steps, _nothing(str(Status.NO_PRICE))]
    part, at = situation.book.markets[place[0]], place[1]
    rates = situation.counted(part.panel).rates
    if np.isnan(rates[min(first_session(part, at), rates.size - 1)]):
        own = situation.rules.markets[part.panel.market].currency
        raise NoExchangeRate(own=own, wanted=situation.known.currency)
    if int(part.entries.session[at]) < 0:
        return [*steps, _nothing(str(part.now.status[at]))]
    return [
        *steps,
        *_entry(situation, part, at),
        *_exchange(situation, part, at),
        *_returns(part, at),
        *_horizons(situation, part, at),
    ]


def first_session(part: MarketBook, at: int) -> int:
    """Give the position of the first session that could act on a recommendation; the panel's width if none has come."""
    return int(publications(part, np.array([at])).session[0])


def _nothing(status: str) -> Step:
    return Step("entry", "买入", "–", f"never bought: {status}", f"未买入：{say(status, 'zh')}", DOCS)


def _entry(situation: Situation, part: MarketBook, at: int) -> list[Step]:
    panel, entered = part.panel, int(part.entries.session[at])
    first = first_session(part, at)
    waited = [str(panel.sessions[n]) for n in range(first, entered)]
    why = "suspended, without volume, or locked at its limit" if waited else "could be bought at once"
    why_zh = "停牌、无成交或一字板" if waited else "当日可买"
    last = part.session(first - 1)
    price, gap = float(part.entries.price[at] / panel.rates[entered]), float(part.entries.gap[at])
    how = "close" if part.entries.at_close[at] else "open"
    shown = ", ".join(waited) or "–"
    return [
        Step("first session", "首个可行动交易日", str(part.session(first)),
             f"first session of {panel.market} after publication; last one before it {last}",
             f"发布后 {panel.market} 的首个交易日；此前最后交易日 {last}", DOCS),
        Step("waited", "等待", str(len(waited)), f"{shown}: {why}", f"{shown}：{why_zh}", DOCS),
        Step("entry", "买入", f"{part.session(entered)} {price:.4g}",
             f"{how} of the session, as traded; the rule is {situation.rules.entry.at}",
             f"当日{'收盘价' if how == 'close' else '开盘价'}（不复权）", DOCS),
        Step("entry gap", "买入缺口", "–" if np.isnan(gap) else f"{gap:+.4%}",
             "entry price / last close before publication - 1, actions worked in",
             "买入价 ÷ 发布前收盘价 − 1（已复权）", "Barber et al. 2001"),
    ]  # fmt: skip


def _exchange(situation: Situation, part: MarketBook, at: int) -> list[Step]:
    """Say at which rates both legs were counted; no step where that is the share's own currency."""
    own, wanted = situation.rules.markets[part.panel.market].currency, situation.known.currency
    if wanted is None or wanted == own:
        return []
    start, end = int(part.entries.session[at]), int(part.now.end[at])
    days = f"{part.session(start)}, {part.session(end)}"
    return [
        Step("exchange rate", "汇率", f"{part.panel.rates[start]:.6g} {part.panel.rates[end]:.6g}",
             f"{wanted} for one {own}, the last known on {days}; every return below is in {wanted}, both legs",
             f"1 {own} 折合 {wanted}，取 {days} 最近已知值；以下收益两边均以 {wanted} 计", DOCS),
    ]  # fmt: skip


def _returns(part: MarketBook, at: int) -> list[Step]:
    panel, row = part.panel, int(part.asked.row[at])
    start, end = int(part.entries.session[at]), int(part.now.end[at])
    index = int(part.asked.benchmark[at])
    bought, sold = float(panel.rates[start]), float(panel.rates[end])
    price, close = float(part.entries.price[at]) / bought, float(panel.close[row, end]) / sold
    # In the own currency both rates are one, and nothing is said of them.
    rate, rate_zh = ("", "") if bought == sold == 1 else (
        f" x {sold:.6g} / {bought:.6g}", f" × {sold:.6g} ÷ {bought:.6g}",
    )  # fmt: skip
    split = float(panel.split_factor[row, end] / panel.split_factor[row, start])
    step = float(panel.total_factor[row, end] / panel.total_factor[row, start])
    opened = part.benchmarks.close if part.entries.at_close[at] else part.benchmarks.open
    first, last = float(opened[index, start]) / bought, float(part.benchmarks.close[index, end]) / sold
    now = part.now
    name = part.benchmarks.symbols[index]
    excess = float(now.excess_return[at])
    wealth = (1 + float(now.total_return[at])) / (1 + float(now.benchmark_return[at])) - 1
    return [
        Step("last close", "最后收盘", f"{part.session(end)} {close:.4g}", f"status {now.status[at]}",
             f"状态：{say(str(now.status[at]), 'zh')}", DOCS),
        Step("price return", "价格收益", f"{now.price_return[at]:+.4%}",
             f"{close:.6g} / {price:.6g} x {split:.6g}{rate} - 1",
             f"{close:.6g} ÷ {price:.6g} × {split:.6g}{rate_zh} − 1（送转）", DOCS),
        Step("total return", "含息收益", f"{now.total_return[at]:+.4%}",
             f"{close:.6g} / {price:.6g} x {step:.6g}{rate} - 1: steps of dividends and splits",
             f"{close:.6g} ÷ {price:.6g} × {step:.6g}{rate_zh} − 1（分红送转复权步长）", DOCS),
        Step("benchmark", "基准", f"{now.benchmark_return[at]:+.4%}",
             f"{name} (price): {last:.6g} / {first:.6g}{rate} - 1",
             f"{name}（价格指数）：{last:.6g} ÷ {first:.6g}{rate_zh} − 1", DOCS),
        Step("excess", "超额收益", f"{excess:+.4%}", "total return - benchmark", "含息收益 − 基准收益",
             "Lyon, Barber, Tsai 1999"),
        Step("price excess", "价格超额", f"{now.price_excess[at]:+.4%}", "price return - benchmark: like with like",
             "价格收益 − 基准收益（同口径）", DOCS),
        Step("relative wealth", "相对财富", f"{wealth:+.4%}", "(1 + total return) / (1 + benchmark) - 1",
             "(1 + 含息收益) ÷ (1 + 基准收益) − 1", DOCS),
        Step("best, worst", "最大浮盈、浮亏", f"{part.best[at]:+.4%} {part.worst[at]:+.4%}",
             "total return at the best and worst close since entry", "买入以来收盘的最高与最低含息收益", DOCS),
    ]  # fmt: skip


def _horizons(situation: Situation, part: MarketBook, at: int) -> list[Step]:
    steps = []
    for key in situation.rules.horizons:
        legs, hit = part.horizons[key], float(part.hits[key][at])
        excess = float(legs.excess_return[at])
        known = not np.isnan(excess)
        verdict = ("", "") if np.isnan(hit) else ("; a hit", "；命中") if hit else ("; a miss", "；未命中")
        end = part.session(int(legs.end[at]))
        steps.append(
            Step(f"horizon {key}", f"持有期 {key}", f"{excess:+.4%}" if known else "–",
                 f"exit {end or '–'}, {legs.status[at]}{verdict[0]}",
                 f"卖出 {end or '–'}，{say(str(legs.status[at]), 'zh')}{verdict[1]}",
                 DOCS)
        )  # fmt: skip
    return steps


def explain_group(row: dict[str, Any]) -> list[Step]:
    """Explain a row of the leaderboard: its gate, its rates, its alpha and how it was shrunken and ranked."""

    def percent(name: str, form: str = "+.2%") -> str:
        return "–" if row[name] is None else f"{row[name]:{form}}"

    def number(name: str) -> str:
        return "–" if row[name] is None else f"{row[name]:.4g}"

    judged, hits = row["matured"], round((row["hit_rate"] or 0) * row["matured"])
    weight = number("shrink_weight")
    cover = row["coverage"]
    return [
        Step("coverage", "覆盖", f"{cover['scored']} / {cover['recorded']}",
             ", ".join(f"{name} {cover[name]}" for name in ("open", "untradable", "no_price", "delisted", "stale")),
             f"未到期 {cover['open']}、未能买入 {cover['untradable']}、无行情 {cover['no_price']}、"
             f"退市 {cover['delisted']}、过期 {cover['stale']}", DOCS),
        Step("gate", "门槛", row["status"],
             f"30 matured calls on 10 shares in 6 months: {judged}, {row['shares']}, {row['months']}"
             + (f" ({row['why']})" if row["why"] else ""),
             f"须有 30 条到期观点、10 只证券、6 个月：{judged}、{row['shares']}、{row['months']}", DOCS),
        Step("hit rate", "胜率", percent("hit_rate", ".2%"),
             f"{hits} of {judged} price excesses after {row['horizon']} right",
             f"{row['horizon']} 后价格超额方向正确 {hits} / {judged}", "Wilson 1927"),
        Step("interval", "区间", " – ".join(percent(f"hit_rate_{end}", ".2%") for end in ("low", "high")),
             "(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96",
             "(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n)，z = 1.96", "Wilson 1927"),
        Step("mean price excess", "平均价格超额", percent("mean_price_excess"),
             f"month bootstrap 95 %: {percent('mean_low')} … {percent('mean_high')}",
             f"按月自助 95%：{percent('mean_low')} … {percent('mean_high')}", DOCS),
        Step("error of the mean", "均值标准误", percent("mean_error"),
             f"{row['mean_clusters']} clusters as long as the horizon, √(G/(G-1) Σ d²) / n; t = {number('mean_t')}",
             f"{row['mean_clusters']} 组，与持有期等长，√(G/(G−1) Σ d²) ÷ n；t = {number('mean_t')}",
             "Dutta, Knif, Kolari, Pynnonen 2018"),
        Step("alpha", "阿尔法", percent("alpha"),
             f"R_p = a + b R_b + e over {row['alpha_days']} days with 5 open calls or more, a year; "
             f"b = {number('alpha_beta')}, {row['alpha_empty']} days left out",
             f"在 {row['alpha_days']} 个至少 5 条观点的交易日回归 R_p = a + b R_b + e，年化；"
             f"b = {number('alpha_beta')}，剔除 {row['alpha_empty']} 日", "Fama 1998"),
        Step("t", "t 值", number("alpha_t"), f"Newey-West error {percent('alpha_error')}, {row['alpha_lags']} lags",
             f"Newey-West 标准误 {percent('alpha_error')}，滞后 {row['alpha_lags']} 期", "Newey, West 1987"),
        Step("shrunken", "收缩后", percent("alpha_shrunken"),
             f"B a + (1 - B) mean, B = tau² / (tau² + error²) = {weight}",
             f"B a + (1 − B) 均值，B = τ² ÷ (τ² + 标准误²) = {weight}", "Efron, Morris 1975"),
        Step("q", "q 值", number("q_value"), f"p = {number('alpha_p')} adjusted for all ranked ones; the bar is 10 %",
             f"p = {number('alpha_p')}，按全部参评者校正；门槛 10%", "Benjamini, Hochberg 1995"),
        Step("rank", "名次", "–" if row["rank"] is None else f"{row['rank']} ({row['rank_range']})",
             "by the shrunken alpha; in brackets where resampled days put its own alpha nine times of ten",
             "按收缩后阿尔法；括号为按日自助下九成情形的名次", DOCS),
    ]  # fmt: skip
