"""One shape out of every vendor's table: the frame of the contract, inside the dates that were asked."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from watchlist.domain.errors import counted
from watchlist.sources.contract import BAR_COLUMNS, Bars, Failed, NoData

PRICES = ("open", "high", "low", "close")
_ENGLISH = {name: name for name in (*PRICES, "volume")} | {"session": "date", "turnover": "amount"}
_CHINESE = {
    "session": "日期", "open": "开盘", "high": "最高", "low": "最低", "close": "收盘", "volume": "成交量",
    "turnover": "成交额",
}  # fmt: skip


class Outside(NoData):
    """The vendor has the security, and no bars in the range."""


def bars_of(
    frame: pd.DataFrame, since: dt.date, until: dt.date, *, lot: float = 1.0, names: Mapping[str, str] | None = None
) -> Bars | NoData | Failed:
    """Bring a vendor's table into the contract's frame: rows inside ``[since, until]``, ascending, one a session.

    Args:
        frame: the vendor's table; its columns are akshare's English or Chinese ones.
        lot: shares in one unit of the vendor's volume; NaN where the unit is not known for certain.
        names: our column to the vendor's, where they differ from both.
    """
    columns = dict(_CHINESE if "日期" in frame.columns else _ENGLISH) | dict(names or {})
    # Other ways of writing a day would be guessed at, row by row.
    days = pd.to_datetime(frame[columns["session"]], format="ISO8601", errors="coerce")
    if days.isna().any():
        return Failed(f"{counted(int(days.isna().sum()), 'row')} without a date")
    bars = pd.DataFrame({"session": days.dt.strftime("%Y-%m-%d").to_numpy(dtype=object)})
    for column in (*BAR_COLUMNS[1:], "turnover"):
        if columns[column] in frame.columns:
            bars[column] = pd.to_numeric(frame[columns[column]], errors="coerce").to_numpy(dtype=float)
        elif column != "turnover":
            bars[column] = float("nan")
    bars["volume"] *= lot
    return in_range(bars, since, until)


def in_range(bars: pd.DataFrame, since: dt.date, until: dt.date) -> Bars | NoData | Failed:
    """Cut a frame of the contract to ``[since, until]``, both ends included, and put it in order."""
    inside = bars[(bars["session"] >= since.isoformat()) & (bars["session"] <= until.isoformat())]
    if inside.empty:
        return Outside(f"no bars from {since} to {until}")
    if inside["close"].isna().any():
        return Failed(f"{counted(int(inside['close'].isna().sum()), 'row')} without a close")
    if inside.drop_duplicates()["session"].duplicated().any():
        return Failed("two different bars for one session")
    return Bars(inside.drop_duplicates("session").sort_values("session", ignore_index=True))
