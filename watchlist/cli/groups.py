"""The commands that ask about groups: themes, brokers and any other grouping."""

import datetime as dt
from functools import partial

import click

from watchlist.cli.answers import Answering, Asked, answering, query
from watchlist.cli.app import command, option

_NAMED = 3  # shares that are named before the rest is only counted
_HISTORY = option("--history", is_flag=True, en="How the numbers changed over the kept score runs.",
                  zh="历次评分中各数字的变化。")  # fmt: skip


@command(
    "themes",
    en="Themes: how good, how sure, how complete.",
    zh="各主题的表现、可靠程度与完整度。",
    example="themes --horizon 20 --period 1m,ytd,since",
)
@option("--per-mention", is_flag=True, en="Count mentions instead of calls.", zh="按提及次数而非观点计数。")
@option(
    "--weighting",
    type=click.Choice(["equal", "held", "cap", "float"]),
    default="equal",
    en="The index: equal daily, held, or by market cap or free float.",
    zh="主题指数权重：每日等权、买入持有、总市值或流通市值。",
)
@_HISTORY
@query
def themes(asked: Asked, per_mention: bool, weighting: str, history: bool) -> None:  # noqa: FBT001  (options)
    """Show themes."""
    from watchlist.cli.judge import appraiser, give_history, wants_everything
    from watchlist.output.columns import THEMES
    from watchlist.queries.groups import theme_rows
    from watchlist.queries.recommendations import select
    from watchlist.queries.review import theme_curves
    from watchlist.queries.theme_details import with_theme_details
    from watchlist.queries.weightings import unknown_shares, weighted_index

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        if history:
            give_history(answer, situation, "theme")
            return
        rows = theme_rows(situation, filters, per_mention=per_mention, appraise=appraiser(answer, situation),
                          indexed=partial(weighted_index, weighting=weighting))  # fmt: skip
        if wants_everything(asked):
            rows = with_theme_details(situation, filters, rows)

        _say_unknown(answer, unknown_shares(situation, select(situation, filters), weighting))

        def curves() -> dict[str, list[list[float]]]:
            drawn = theme_curves(situation, filters) if weighting == "equal" else {}
            return {"index": [[level for _, level, _ in drawn.get(row["theme"], ())] for row in rows]}

        answer.give(rows, THEMES, situation, title=_group_title(situation.when.as_of, "Themes", "主题"),
                    caption=_group_caption(situation.horizon, asked.period, weighting), curves=curves)  # fmt: skip


@command(
    "brokers",
    en="Brokers, or another grouping: how good, how sure.",
    zh="按券商或其他分组统计表现。",
    example="brokers --by strength --horizon 60",
)
@option(
    "--by",
    default="broker",
    metavar="GROUP",
    en="broker, analyst, theme, rating, strength, report, month, year, market.",
    zh="分组：broker, analyst, theme, rating, strength, report, month, year, market。",
)
@option("--per-mention", is_flag=True, en="Count mentions instead of calls.", zh="按提及次数而非观点计数。")
@option(
    "--rank",
    is_flag=True,
    en="The leaderboard: shrunken alpha, the places that luck allows, and who has too little to be ranked.",
    zh="排行榜：收缩估计的阿尔法、名次区间，以及样本不足者。",
)
@option("--explain", metavar="GROUP", en="How the numbers of one group came to be.", zh="说明某一分组的数字如何得出。")
@_HISTORY
@query
def brokers(
    asked: Asked,
    by: str,
    per_mention: bool,  # noqa: FBT001  (options of the command line)
    rank: bool,  # noqa: FBT001
    explain: str | None,
    history: bool,  # noqa: FBT001
) -> None:
    """Show brokers or another grouping."""
    from watchlist.cli.judge import appraiser, explain_group, give_history, give_leaderboard
    from watchlist.output.columns import BROKERS
    from watchlist.queries.groups import broker_rows

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        if explain is not None:
            explain_group(answer, situation, by, explain)
            return
        if rank:
            give_leaderboard(answer, situation, by, per_mention=per_mention)
            return
        if history:
            give_history(answer, situation, by)
            return
        appraise = appraiser(answer, situation)
        rows = broker_rows(situation, filters, by, per_mention=per_mention, appraise=appraise)
        answer.give(rows, BROKERS, situation, title=_group_title(situation.when.as_of, "Groups", "分组"),
                    caption=_group_caption(situation.horizon, asked.period))  # fmt: skip


def _say_unknown(answer: Answering, symbols: list[str]) -> None:
    """Say whose number of shares an index needs and does not have, and where to write it."""
    if not symbols:
        return
    some = " ".join(symbols[:_NAMED]) + (" …" if len(symbols) > _NAMED else "")
    answer.app.tell(
        f"Not known how many shares there are of {len(symbols)} members ({some}): write [[shares]] into "
        "config/local/settings.toml, then run python main.py record; their themes have no such index.",
        f"{len(symbols)} 只成分的股本未知（{some}）：请在 config/local/settings.toml 写入 [[shares]]，"
        "再运行 python main.py record；所在主题暂无该指数。",
    )


def _group_title(as_of: dt.date, en: str, zh: str) -> tuple[str, str]:
    return f"{en}, as of {as_of}", f"{zh}，截至 {as_of}"


_INDEX = {
    "equal": ("equal weight", "等权"), "held": ("bought and held", "买入持有"),
    "cap": ("weight by market cap", "总市值加权"), "float": ("weight by free float", "流通市值加权"),
}  # fmt: skip


def _group_caption(horizon: str, period: str | None, weighting: str | None = None) -> tuple[str, str]:
    """Explain the columns of a table of groups; ``weighting``: of its theme index, where it has one."""
    if period is not None:
        return (
            "Total return over each period, mean of what was held when it began. Before costs and taxes.",
            "各区间的含息收益：区间开始时已持有者的平均。未计费用、税前。",
        )
    en, zh = "", ""
    if weighting is not None:
        how, how_zh = _INDEX[weighting]
        en, zh = f"Index: {how} while calls are open, † ended. ", f"主题指数：观点有效期内{how_zh}，† 已结束。"
    en = (
        f"Return and excess: mean since entry. {en}Hit rate: calls ahead of their benchmark after {horizon}, with the "
        "95 % Wilson interval. Before costs and taxes."
    )
    zh = f"收益与超额：买入以来的平均。{zh}胜率：{horizon} 后跑赢基准的观点占比，含 95% Wilson 区间。未计费用、税前。"
    return en, zh
