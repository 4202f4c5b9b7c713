"""Homes for the pictures: the founding reports on real prices, a report of our own, and a list of 27,214 ratings."""

import datetime as dt
import os
from pathlib import Path
from typing import Final

from tests.cli.program import Said, run

TODAY: Final = {"small": dt.date(2026, 5, 28), "own": dt.date(2026, 5, 28), "large": dt.date(2026, 6, 18)}
# A report of our own: no word of it is anybody else's. The broker does not exist.
OWN: Final = """示例证券 研究所
2024年07月15日

传媒行业示例周报：文本由本项目自拟，仅用于演示

行业评级：增持（维持）

一、本周观点
这份示例用来说明程序如何读研报。公司名称是真的，观点与理由是编的。
我们看好互动内容的出海机会，重点推荐三七互娱（002555.SZ）、恺英网络（002517.SZ）；建议关注巨人网络（002558.SZ）。
影视方面，建议关注光线传媒（300251.SZ），给予“买入”评级，目标价 12.50 元。

二、风险提示
示例中的风险同样是编的。
"""
HELD: Final = (
    "日期,证券代码,证券名称,股票余额,成本价,资金账号\n"
    + "".join(f"{day},300418,昆仑万维,1000,30.5,一号\n{day},002555,三七互娱,1500,14.2,一号\n"
              f"{day},300251,光线传媒,800,8.1,二号\n{day},601019,山东出版,2000,9,二号\n"
              for day in ("2024-06-28", "2024-12-31"))
    + "2024-06-28,600633,浙数文化,500,10.2,一号\n"
)  # fmt: skip


def shared() -> Path:
    """Give the folder of real prices.

    Raises:
        SystemExit: it is not there.
    """
    folder = Path(os.environ.get("WATCHLIST_SHARED") or "../shared")
    if not (folder / "market_us").is_dir():
        message = f"{folder} has no market_us: name the folder of real prices in WATCHLIST_SHARED"
        raise SystemExit(message)
    return folder.resolve()


def small(home: Path) -> None:
    """Fill a home with the founding reports, holdings, and score runs at the ends of three quarters."""
    market = shared() / "market"
    _said(run("daily", "--until", TODAY["small"], home=home, market=market))
    (home / "held.csv").write_text(HELD, "utf-8")
    _said(run("holdings", "import", home / "held.csv", home=home))
    _said(run("daily", "--until", TODAY["small"], home=home, market=market))
    for day in ("2024-06-28", "2024-09-30", "2024-12-31"):
        _said(run("score", "--as-of", day, home=home, market=market))


def own(home: Path) -> None:
    """Fill a home with a report of our own beside the founding ones, and keep its text."""
    (home / "own.txt").write_text(OWN, "utf-8")
    _said(run("read", home / "own.txt", "--broker", "示例证券", "--accept", home=home))
    _said(run("daily", "--until", TODAY["own"], home=home, market=shared() / "market"))


def large(home: Path) -> None:
    """Fill a home with 27,214 ratings beside the founding reports."""
    market = home / "market"
    (market / "bars").mkdir(parents=True)
    bars = {
        path.name: path for folder in ("market", "market_us") for path in (shared() / folder / "bars").glob("*.csv")
    }
    for name, path in bars.items():
        (market / "bars" / name).symlink_to(path)
    (market / "actions.csv").symlink_to(shared() / "market" / "actions.csv")
    _said(run("import", shared() / "market_us" / "ratings.csv", home=home))
    _said(run("daily", "--until", TODAY["large"], home=home, market=market))


def _said(said: Said) -> None:
    if said.code not in {0, 1}:  # 1: a problem was found, which the pictures show
        raise SystemExit(said.err)
