"""Tables as pages: what each shows, what its cells lead to, and which files hold the same rows."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from watchlist.domain.errors import Words
from watchlist.output import columns as shown
from watchlist.output import review_columns as full
from watchlist.output import score_columns as judged
from watchlist.output.columns import Column, Row
from watchlist.queries.groups import BY
from watchlist.queries.returns import MEMBERS
from watchlist.web.choice import known_word
from watchlist.web.questions import Questions, Rows

_C = Column
Query = Mapping[str, str]
ALL: Final = ("theme", "broker", "symbol", "rating", "market", "direction", "analyst", "since", "until")
WITH_STATUS: Final = ("theme", "broker", "status", *ALL[2:])
FORMS: Final = ("csv", "json", "jsonl")
RECOMMENDATIONS: Final = (
    _C("name", "Share", "证券"),
    _C("broker", "Broker, theme", "券商、主题"),
    _C("total_return", "Return", "含息收益", "percent"),
    _C("excess_return", "Excess", "超额收益", "percent"),
    _C("published", "Published", "发布"),
    _C("entry_session", "Entry", "买入"),
    _C("status", "Status", "状态", "word"),
)
# Groupings, and what they are called.
GROUPINGS: Final = (
    ("broker", "broker", "券商"),
    ("analyst", "analyst", "分析师"),
    ("theme", "theme", "主题"),
    ("rating", "rating", "评级"),
    ("strength", "strength", "力度"),
    ("report", "report", "研报"),
    ("month", "month", "月份"),
    ("year", "year", "年份"),
    ("market", "market", "市场"),
)
REPORTS: Final = (
    _C("published", "Published", "发布"),
    _C("broker", "Broker", "券商"),
    _C("title", "Title", "标题"),
    _C("count", "Recommendations", "推荐", "count"),
)
_WATCHED: Final = (
    *shown.WATCH[:4],
    _C("periods.1m.total_return", "1m", "1月", "percent"),
    _C("periods.3m.total_return", "3m", "3月", "percent"),
    _C("periods.ytd.total_return", "ytd", "今年", "percent"),
    *shown.WATCH[5:],
)


@dataclass(frozen=True)
class Table:
    """A table as a page.

    Attributes:
        name: of its page.
        rows: gives them all.
        api: where the same rows are, as files too; none where they are downloads of the review.
        filters: what the form offers.
        links: by column path, the page that its cell leads to; ``None`` where to none.
        by: whether its rows are groups of a grouping.
        periods: whether ``period`` puts periods side by side.
        template: of the page.
    """

    name: str
    title: Words
    about: Words
    columns: tuple[Column, ...]
    rows: Callable[[Questions, Query], Rows]
    api: str | None
    filters: tuple[str, ...] = ALL
    links: Mapping[str, Callable[[Row], str | None]] = field(default_factory=dict)
    by: bool = False
    periods: bool = False
    template: str = "table"

    def shown(self, periods: Sequence[str]) -> tuple[Column, ...]:
        """Give the columns, with periods side by side where they were asked for."""
        return shown.with_periods(self.columns, tuple(periods)) if periods and self.periods else self.columns


def by_of(query: Query) -> str:
    """Read the grouping.

    Raises:
        UnknownWord: there is no such one.
    """
    by = query.get("by") or "broker"
    known_word(by, "by", BY)
    return by


def members_of(query: Query) -> str:
    """Read how the members of a theme are chosen.

    Raises:
        UnknownWord: there is no such way.
    """
    members = query.get("members") or MEMBERS[0]
    known_word(members, "members", MEMBERS)
    return members


def _to(folder: str, key: str) -> Callable[[Row], str | None]:
    return lambda row: f"/{folder}/{row[key]}" if row[key] else None


SHARE: Final = {
    "symbol": _to("symbols", "symbol"),
    "name": _to("symbols", "symbol"),
    "broker": _to("brokers", "broker"),
}

TABLES: Final = {
    table.name: table
    for table in (
        Table(
            "calls", Words("Calls", "观点"),
            Words("The life of a broker’s opinion on a share: from its first mention until it expires or turns.",
                  "券商对一只证券看法的存续：自首次提及至到期或反转。"),
            full.CALLS, lambda ask, _: ask.calls(), None, WITH_STATUS, SHARE,
        ),
        Table(
            "watch", Words("Watchlist", "自选"),
            Words("Your own tickers first, then every recommended share.", "先列自选，再列所有被推荐的证券。"),
            _WATCHED, lambda ask, _: ask.watch(), "watch", ALL, SHARE, periods=True,
        ),
        Table(
            "themes", Words("Themes", "主题"),
            Words("Return and excess: means since entry. † the index stands still: fewer than three open calls.",
                  "收益与超额：买入以来的平均。† 指数静止：有效观点不足三个。"),
            shown.THEMES, lambda ask, _: ask.themes(), "themes", ALL, {"name": _to("themes", "theme")}, periods=True,
            template="themes",
        ),
        Table(
            "brokers", Words("Brokers and other groups", "券商与其他分组"),
            Words("The order shows returns, not skill: below 30 matured calls nothing is ranked.",
                  "顺序只反映收益，不代表能力：到期观点不足 30 个不作排名。"),
            shown.BROKERS, lambda ask, query: ask.groups(by_of(query)), "brokers", ALL, by=True, periods=True,
        ),
        Table(
            "leaderboard", Words("Leaderboard", "排行榜"),
            Words("Ranked by shrunken calendar-time alpha, live calls apart from backfilled ones; 90 %: how far luck "
                  "could have moved the rank. Without a rank there is too little to tell.",
                  "按收缩后的日历时间阿尔法排名，实时记录与事后补录分开；90%：运气可能造成的名次范围。无名次者样本不足。"),
            (judged.LEADERBOARD[2], _C("record", "record", "记录", "word"), *judged.LEADERBOARD[:2],
             *judged.LEADERBOARD[3:]),
            lambda ask, query: ask.leaderboard(by_of(query)), "leaderboard", ALL, by=True,
        ),
        Table(
            "history", Words("Path of the scores", "历次评分"),
            Words("Each group as the kept score runs saw it.", "各分组在历次留存评分中的数字。"),
            judged.HISTORY, lambda ask, query: ask.history(by_of(query)), "history", ALL, by=True,
        ),
        Table(
            "sectors", Words("Sector calls", "板块推荐"),
            Words("Recommendations of sectors and industry ratings, measured by the index or fund that stands for the "
                  "sector; price legs.", "板块推荐与行业评级，以替代指数或基金计量；价格收益。"),
            judged.SECTORS, lambda ask, _: ask.sectors(), "sectors", ("broker", "since", "until"),
            {"broker": _to("brokers", "broker")},
        ),
    )
}  # fmt: skip


def group_of(by: str, row: Row, ask: Questions) -> str | None:
    """Give the address of what a group is made of; no filter asks for those that name nobody."""
    name, link = str(row["group"]), ask.choice.link
    if name == "?":
        return None
    pages = {"broker": "/brokers/", "theme": "/themes/", "report": "/reports/"}
    if by in pages:
        return link(pages[by] + name)
    if by in {"month", "year"}:
        first = dt.date.fromisoformat(f"{name}-01" if by == "month" else f"{name}-01-01")
        beyond = (first + dt.timedelta(days=31)).replace(day=1) if by == "month" else first.replace(year=first.year + 1)
        last = beyond - dt.timedelta(days=1)
        return link("/recommendations", since=first.isoformat(), until=last.isoformat())
    named: dict[str, str | None] = {"rating" if by == "strength" else by: name}
    return replace(ask.choice, **named).link("/recommendations", filtered=True)


def files(table: Table, ask: Questions, query: Query) -> list[tuple[str, str]]:
    """Give the files that hold a table's rows: what each is called, and its address."""
    if table.api is not None:
        return api_files(table.api, ask, query)
    path = f"/downloads/{table.name}."
    return [(ending, ask.choice.link(path + ending, filtered=True)) for ending in (*FORMS, "parquet")]


# Words of a page's address that an answer has nothing to do with, and refuses.
_NOT_OF: Final = {
    "holdings": ("horizon", "period"),
    "changes": ("known_at", "benchmark", "currency", "status", "until", "period"),
}


def api_files(name: str, ask: Questions, query: Query) -> list[tuple[str, str]]:
    """Give the files of an answer of the API, with what the page's address names of it."""
    own = {key: query[key] for key in ("by", "from", "account", "standing") if query.get(key)}
    left_out = dict.fromkeys(_NOT_OF.get(name, ()))
    return [
        (form, ask.choice.link(f"/api/{name}", {**own, "limit": "10000", "format": form}, filtered=True, **left_out))
        for form in FORMS
    ]
