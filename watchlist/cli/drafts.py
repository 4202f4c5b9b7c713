"""A draft before a person: as a table with the words each line comes from, as a page, and taken into the ledger."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from watchlist.cli.app import App
from watchlist.domain.errors import WatchlistError

if TYPE_CHECKING:
    from watchlist.ledger.draft import Reading

_LONGEST_QUOTE: Final = 60


def show_draft(app: App, draft: dict[str, Any], file: str) -> None:
    """Print the recommendations of a draft; calls on sectors below, problems on standard error."""
    from watchlist.output.columns import Column
    from watchlist.output.table import plain, print_table

    columns = [
        Column("theme", "theme", "主题"),
        Column("name", "name", "名称"),
        Column("symbol", "symbol", "代码"),
        Column("strength", "strength", "力度", "word"),
        Column("verb", "verb", "用语"),
        Column("rating", "rating", "评级"),
        Column("target_price", "target", "目标价", "price"),
        Column("quote", "quote", "原文"),
    ]
    report = draft["report"]
    rows = [{**one, "quote": _around(one["quotes"][0])} for one in draft["recommendations"]]
    unknown = app.say("not said", "未写明")
    title = " · ".join(str(report[key] or unknown) for key in ("broker", "published", "title"))
    if rows:
        print_table(rows, columns, app.language, sys.stdout, title=f"{file}: {title}")
    else:
        nothing = app.say(
            "No recommendation of a share was found; python main.py add takes one by hand.",
            "未找到个股推荐；可用 python main.py add 手工添加。",
        )
        click.echo(str(plain(f"{file}: {title}")))
        click.echo(nothing)
    for one in draft["sector_calls"]:
        words = f"{one['verb'] or one['rating']} {'、'.join(one['what'])}"
        click.echo(str(plain(app.say(f"Sector: {words}", f"行业：{words}"))))
    for one in draft["problems"]:
        text = app.say(f"Problem at {one['start']}: {one['what']}", f"第 {one['start']} 字：{one['what_zh']}")
        click.echo(str(plain(text)), err=True)
    if not (rows or draft["sector_calls"] or draft["problems"]):
        app.tell(
            f"{file} recommends nothing that could be read: see that it is the text of a report, whole, and look at "
            "docs/reading.md for how it is read.",
            f"未从 {file} 读出任何推荐：请确认它是完整的研报文字；读取规则见 docs/reading.md。",
        )


def _around(quote: dict[str, Any]) -> str:
    words = " ".join(quote["text"].split())
    if len(words) <= _LONGEST_QUOTE:
        return words
    at = max(0, (quote["name_start"] or quote["start"]) - quote["start"] - _LONGEST_QUOTE // 2)
    return ("…" if at else "") + words[at : at + _LONGEST_QUOTE] + "…"


def write_page(app: App, path: Path, reading: "Reading") -> None:
    """Write the text with everything found in it highlighted.

    Raises:
        UnsafePath: the disk refuses.
    """
    from watchlist.output.draft_page import draft_page
    from watchlist.output.interchange import write_text
    from watchlist.steps.read import draft_object

    write_text(path, draft_page(draft_object(reading), reading.raw, app.language))
    app.tell(f"The text with everything found is in {path}.", f"高亮全文已写入 {path}。")


def wants_it(app: App, reading: "Reading") -> bool:
    """Ask the person at the terminal whether to take a draft; in pipes say how, and take nothing."""
    if not reading.draft.recommendations and not reading.draft.sectors:
        return False
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        app.tell(
            "Nothing was written: --accept takes the draft into your ledger.", "未写入任何内容：加 --accept 写入台账。"
        )
        return False
    return click.confirm(app.say("Take it into your ledger?", "写入台账？"), default=False, err=True)


def take(app: App, reading: "Reading", evidence: str | None, *, alone: bool) -> int:
    """Take a draft into the ledger and say what became of it; give how many failed, 0 or 1.

    Raises:
        WatchlistError: it cannot be taken, and it is the only one.
    """
    from watchlist.output.table import plain
    from watchlist.steps.inbox import accept

    try:
        result = accept(app.home, reading, evidence)
    except WatchlistError as error:
        if alone:
            raise
        app.tell(error.text("en"), error.text("zh"))
        return 1
    path = app.home.shown(result.path)
    if result.outcome == "written":
        app.tell(f"Written to {path}; {app.daily} scores it.", f"已写入 {path}；运行 {app.daily} 评分。")
    elif result.outcome == "unchanged":
        app.tell(f"{path} says the same already: nothing was changed.", f"{path} 内容相同：未作任何更改。")
    else:
        app.tell(
            f"{path} is there and says otherwise; it stays as it is. What a new reading would change:",
            f"{path} 已存在且内容不同，保持不变。重新读取的差异：",
        )
        for line in result.differences:
            click.echo(str(plain(line)), err=True)
    return 0
