"""Answers that judge: appraisals, the leaderboard, histories, explanations and sector calls."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from watchlist.cli.answers import Answering, Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchlist.queries.appraisal import Appraiser
    from watchlist.queries.explain import Step
    from watchlist.queries.situation import Situation

Rows = list[dict[str, Any]]
_RANKING_EN = (
    "Price legs on both sides, before costs and taxes. alpha: yearly calendar-time alpha of the open calls; shrunken: "
    "pulled to the mean of all by its error; 90 %: places that resampled days give; q: share of false finds. "
    "– is insufficient: below 30 matured calls, 10 shares or 6 months."
)
_RANKING_ZH = (
    "双边均为价格收益，未计费用、税前。阿尔法：有效观点的日历时间年化阿尔法；收缩后：按误差向总体均值收缩；"
    "90%：按日自助得到的名次范围；q 值：误判比例。– 为样本不足：到期观点不足 30 条、证券不足 10 只或不足 6 个月。"
)


def wants_everything(asked: Asked) -> bool:
    """Say whether more is wanted than the default table shows."""
    return asked.form in {"csv", "json", "jsonl"} or asked.output is not None or asked.columns is not None


def appraiser(answer: Answering, situation: "Situation") -> "Appraiser | None":
    """Give what adds to groups how sure their numbers are, where that is wanted."""
    if not wants_everything(answer.asked):
        return None
    from watchlist.queries.whole import load_appraiser

    return load_appraiser(answer.connection, situation)


def with_reactions(answer: Answering, situation: "Situation", rows: Rows) -> Rows:
    """Add to recommendations what their shares did around the report, where that is wanted."""
    if not wants_everything(answer.asked) or not rows:
        return rows
    from watchlist.queries import whole

    return whole.with_reactions(situation, whole.load_appraiser(answer.connection, situation), rows)


def give_leaderboard(answer: Answering, situation: "Situation", by: str, *, per_mention: bool) -> None:
    """Answer with the leaderboard; live and backfilled calls apart."""
    from watchlist.output.score_columns import LEADERBOARD
    from watchlist.queries.leaderboard import leaderboard

    rows = leaderboard(situation, answer.filters(), by, per_mention=per_mention)
    as_of = situation.when.as_of
    if wants_everything(answer.asked):
        answer.give(rows, LEADERBOARD, situation, title=("", ""))
        return
    for record, en, zh in (("live", "recorded live", "实时记录"), ("backfilled", "backfilled", "事后补录")):
        mine = [row for row in rows if row["record"] == record]
        if mine:
            title = (f"Leaderboard, {en}, as of {as_of}", f"排行榜（{zh}），截至 {as_of}")
            answer.give(mine, LEADERBOARD, situation, title=title, caption=(_RANKING_EN, _RANKING_ZH))


def give_history(answer: Answering, situation: "Situation", by: str) -> None:
    """Answer with the path of groups over the kept score runs."""
    from watchlist.output.score_columns import HISTORY
    from watchlist.queries.history import history_rows

    rows = history_rows(answer.connection, situation, answer.filters(), by)
    title = ("History of the kept score runs", "历次留存评分")
    answer.give(rows, HISTORY, situation, title=title)


def explain_share(answer: Answering, situation: "Situation", symbol: str) -> None:
    """Answer with how the numbers of a security's recommendations came to be."""
    from watchlist.queries.explain import explain_recommendation
    from watchlist.queries.recommendations import select

    positions = select(situation, replace(answer.filters(), symbols=(symbol,)))
    explained = []
    for position in sorted(positions, key=lambda p: situation.known.mentions[p].published):
        mention = situation.known.mentions[position]
        head = f"{symbol} {mention.broker} {mention.published} · {mention.theme_printed}"
        explained.append((head, explain_recommendation(situation, position)))
    _give_steps(answer, situation, explained)


def explain_group(answer: Answering, situation: "Situation", by: str, group: str) -> None:
    """Answer with how the numbers of a group came to be.

    Raises:
        UnknownWord: there is no such group.
        NoExchangeRate: a market of the groups cannot be counted in the currency asked for.
    """
    from watchlist.domain.spoken import say
    from watchlist.queries.explain import explain_group as steps
    from watchlist.queries.leaderboard import groups_named, leaderboard

    rows = leaderboard(situation, answer.filters(), by)
    found = groups_named(rows, group, "--explain")
    heads = [f"{row['group']} · {say(row['record'], answer.app.language)}" for row in found]
    _give_steps(answer, situation, [(head, steps(row)) for head, row in zip(heads, found, strict=True)])


def give_sectors(answer: Answering) -> None:
    """Answer with sector calls and industry ratings."""
    from watchlist.output.score_columns import SECTORS
    from watchlist.queries.planned import stand_ins
    from watchlist.queries.sectors import STATUSES, sector_rows

    filters = answer.filters(STATUSES)
    situation = answer.situation(stand_ins(answer.app.settings))
    rows = sector_rows(answer.connection, situation, filters)
    as_of = situation.when.as_of
    caption = (
        "Over the industry scale's months from publication, by the index or fund of the sector; price legs.",
        "按行业评级标准的期限（自发布日起），以板块替代指数或基金计量；价格收益。",
    )
    answer.give(rows, SECTORS, situation, title=(f"Sector calls, as of {as_of}", f"板块推荐，截至 {as_of}"),
                caption=caption)  # fmt: skip


def _give_steps(answer: Answering, situation: "Situation", explained: "Sequence[tuple[str, Sequence[Step]]]") -> None:
    """Give each explanation a table of its own; where everything is wanted, one list of all."""
    from watchlist.output.score_columns import EXPLAINED
    from watchlist.queries.explain import spoken

    if wants_everything(answer.asked):
        rows = [{"about": head, **asdict(step)} for head, steps in explained for step in steps]
        answer.give(rows, EXPLAINED, situation, title=("", ""))
        return
    for head, steps in explained:
        answer.give([spoken(step, answer.app.language) for step in steps], EXPLAINED, situation, title=(head, head))
