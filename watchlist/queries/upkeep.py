"""Upkeep: the panel files of each market that has them, or is large enough, follow what an update brought."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from watchlist.core.base_rate import FEWEST
from watchlist.core.still_days import still_days
from watchlist.domain.errors import Words, counted
from watchlist.ledger.documents import settings_from
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import Settings
from watchlist.queries.priced import shares_with_bars, terms_of
from watchlist.storage.ledger import load_document, load_securities
from watchlist.storage.panel_build import Refreshed, refresh_panel
from watchlist.storage.panel_check import check_panel
from watchlist.storage.panel_files import PanelFiles
from watchlist.storage.panels import Terms, load_panel
from watchlist.storage.prices import load_bars

Progress = Callable[[int, int, str], None]
_LISTED: Final = 8


def refresh_panels(
    connection: sqlite3.Connection, settings: Settings, progress: Progress | None = None
) -> list[Words]:  # fmt: skip
    """Bring every market's panel files up to date: those that there are, and those of 200 shares or more.

    Args:
        progress: told ``(done, all, market)`` of shares that are laid out whole.

    Returns:
        a sentence for each market where more was done than adding new sessions.
    """
    said: list[Words] = []
    for terms, shares in panels_worth(connection, settings):
        market = terms.market
        done = refresh_panel(
            connection, terms, shares, load_securities(connection, shares, None),
            None if progress is None else lambda at, of, name=market: progress(at, of, name),  # type: ignore[misc]
        )  # fmt: skip
        said += _told(market, done)
    return said


def panel_injuries(connection: sqlite3.Connection, settings: Settings) -> Iterator[tuple[str, Words]]:
    """Hold all panel files against the database: the market and a sentence for each that does not fit it."""
    for terms, shares in panels_worth(connection, settings):
        market, found = terms.market, check_panel(connection, terms, load_securities(connection, shares, None))
        if found is not None and not found.readable:
            yield market, Words(f"the panel files of {market} cannot be read", f"{market} 的面板文件无法读取")
        elif found is not None and found.wrong:
            listed = " ".join(found.wrong[:_LISTED]) + (" …" if len(found.wrong) > _LISTED else "")
            yield (
                market,
                Words(
                    f"the panel files of {market} differ from the database, of "
                    f"{counted(len(found.wrong), 'share')}: {listed}",
                    f"{market} 的面板文件与数据库不符，涉及 {len(found.wrong)} 只股票：{listed}",
                ),
            )


def still_days_said(connection: sqlite3.Connection, settings: Settings) -> Iterator[tuple[str, Words]]:
    """Say of each market with panel files on which sessions much of an exchange has bars without a trade."""
    for terms, shares in panels_worth(connection, settings):
        files = PanelFiles.of(connection, terms.market)
        if files is None or not files.exist():
            continue
        securities = load_securities(connection, shares, None)
        for one in still_days(load_panel(connection, terms, shares, securities)):
            yield (
                f"{one.exchange} {one.session}",
                Words(
                    f"{one.still} of {one.bars} shares of {one.exchange} have a bar without a trade on {one.session}, "
                    f"{one.repeated} of them the close before once more: what was served that day was old",
                    f"{one.session} {one.exchange} 有 {one.still}/{one.bars} 只股票的日线没有成交，"
                    f"其中 {one.repeated} 只与前收盘相同：当日所取数据疑为旧数据",
                ),
            )


def panels_worth(connection: sqlite3.Connection, settings: Settings) -> Iterator[tuple[Terms, list[str]]]:
    """Give the markets that have panel files or are large enough: what they are laid out by, and their shares."""
    document = load_document(connection, "settings", None)
    if document is None:
        return
    rules = rules_from(settings_from(document, settings))
    for market, shares in shares_with_bars(connection).items():
        files = PanelFiles.of(connection, market)
        if files is None or market not in rules.markets or not (len(shares) >= FEWEST or files.exist()):
            continue
        benchmark = rules.markets[market].benchmark
        index = load_bars(connection, [benchmark], None).get(benchmark)
        if index is not None:
            yield terms_of(rules, market, index), shares


def _told(market: str, done: Refreshed) -> Iterator[Words]:
    if done.broken:
        yield Words(
            f"The panel files of {market} were damaged: "
            f"{counted(done.broken, 'share was', 'shares were')} laid out anew from the database.",
            f"{market} 的面板文件已损坏：已从数据库重新生成 {done.broken} 只股票。",
        )
    elif done.first:
        yield Words(
            f"{counted(done.laid, 'share')} of {market} {'was' if done.laid == 1 else 'were'} "
            "laid out as panel files: questions read them there.",
            f"已将 {market} 的 {done.laid} 只股票生成面板文件：相关查询将直接读取。",
        )
    elif done.laid:
        yield Words(
            f"The past of {counted(done.laid, 'share')} of {market} changed: their panel was laid out anew.",
            f"{market} 有 {done.laid} 只股票的历史数据变动：其面板已重新生成。",
        )
