"""The commands that give: export."""

from pathlib import Path

import click

from watchlist.cli.app import command, current, date_of, option, past, shared
from watchlist.domain.errors import UsageMistake

WHAT = ("recommendations", "themes", "brokers", "calls")


class UnknownExport(UsageMistake):
    """A file's ending names nothing that can be exported."""

    en = "{path} does not say what to write: end it in .csv (one table), .json (everything) or .html (the review page)."
    zh = "无法从 {path} 判断导出内容：请以 .csv（单表）、.json（全部）或 .html（复盘页面）结尾。"


@command(
    "export",
    en="Write a file for the portfolio review: .csv, .json or .html.",
    zh="导出组合复盘文件：.csv、.json 或 .html。",
    example="export review.html",
)
@click.argument("path", type=click.Path(path_type=Path))
@option(
    "--what", type=click.Choice(WHAT), default="recommendations", en="The table of a CSV file.", zh="CSV 文件所含的表。"
)
@option("--as-of", metavar="DATE", en="Use sessions up to this day.", zh="只用到该日为止的交易日。")
@shared
def export(path: Path, what: str, as_of: str | None) -> None:
    """Write a file for the portfolio review: .csv, .json or .html."""
    from watchlist.output.interchange import as_csv, as_json, write_text
    from watchlist.output.page import review_page
    from watchlist.queries.recommendations import Filters, call_rows
    from watchlist.queries.review import review
    from watchlist.queries.situation import When, load_situation

    app = current()
    form = path.suffix.lower()
    if form not in {".csv", ".json", ".html"}:
        raise UnknownExport(path=path)
    day = past(date_of(as_of, "--as-of"), "--as-of", app) or app.today
    with app.reading() as connection:
        if form == ".csv" and what == "calls":
            situation = load_situation(connection, app.settings, When(day))
            rows = call_rows(situation, Filters())
            simulated = situation.simulated
        else:
            found = review(connection, app.settings, day)
            rows, simulated = found.get(what, []), found["simulated"]
    if form == ".csv":
        text = as_csv([{"simulated": True, **row} for row in rows] if simulated else rows)
    elif form == ".json":
        text = as_json(found)
    else:
        text = review_page(found, app.language, app.settings.colours)
    write_text(path, text, encoding="utf-8-sig" if form == ".csv" else "utf-8")
    app.tell(f"Wrote {path}.", f"已写入 {path}。")


COMMANDS = (export,)
