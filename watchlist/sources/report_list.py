"""Eastmoney's list of research reports on a share, with what akshare drops: target price and the broker's own rating.

The endpoint is asked directly; akshare's function fails where there is no report, and leaves these columns out.
"""

import datetime as dt
import importlib
import json
import math
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from watchlist.domain.symbols import code
from watchlist.sources.contract import Blocked, Failed, NoData
from watchlist.sources.wire import Exchange, Reading, asked

HOST: Final = "reportapi.eastmoney.com"
_LIST: Final = f"https://{HOST}/report/list"
_PAGE: Final = 100
_MOST_PAGES: Final = 50
_CUT: Final = "cut"


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One research report as the list shows it; what is not printed is ``None``.

    Attributes:
        rating: in the broker's own words (买入, 推荐); ``rating_eastmoney``: on Eastmoney's one scale.
        rating_before: the one before, on Eastmoney's scale.
        change: Eastmoney's own code for how the rating moved, as it came; what the codes mean is published nowhere.
        target_low, target_high: target price in the trading currency; one price is both.
    """

    identity: str
    broker: str
    analysts: tuple[str, ...]
    published: dt.date
    title: str
    rating: str | None
    rating_eastmoney: str | None
    rating_before: str | None
    change: str | None
    target_low: float | None
    target_high: float | None


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports on one share, newest first.

    Attributes:
        is_cut: the list went on, with older ones, where it was given up.
    """

    reports: tuple[ListedReport, ...]
    is_cut: bool = False


def fetch_reports(symbol: str, since: dt.date, until: dt.date) -> Reports | NoData | Blocked | Failed:
    """Ask for the reports on an A-share published from ``since`` to ``until``; runs in the worker process."""
    found = asked(lambda: _rows(code(symbol), since, until), Reading(_nothing))
    if not isinstance(found, pd.DataFrame):
        return found
    try:
        reports = tuple(_report({str(key): value for key, value in row.items()}) for row in found.to_dict("records"))
        return Reports(reports, bool(found.attrs[_CUT]))
    except (KeyError, ValueError, TypeError) as error:
        return Failed(f"{HOST}: a report that cannot be read ({type(error).__name__}: {error})")


def _rows(digits: str, since: dt.date, until: dt.date) -> pd.DataFrame:
    """Ask page by page, newest first; the transport below puts a time limit to each.

    Returns:
        a row a report; its attribute :data:`_CUT` says whether more pages were there than are asked for.
    """
    requests: Any = importlib.import_module("requests")
    rows: list[dict[str, Any]] = []
    for page in range(1, _MOST_PAGES + 1):
        wanted = {
            "industryCode": "*", "pageSize": str(_PAGE), "industry": "*", "rating": "*", "ratingChange": "*",
            "beginTime": f"{since}", "endTime": f"{until}", "pageNo": str(page), "fields": "", "qType": "0",
            "orgCode": "", "code": digits, "rcode": "",
        }  # fmt: skip
        answer = requests.get(_LIST, params=wanted).json()
        rows += answer["data"]
        pages = int(answer["TotalPage"])
        if page >= pages:
            break
    if any(row["stockCode"] != digits for row in rows):
        raise ValueError(digits)
    frame = pd.DataFrame(rows)
    frame.attrs[_CUT] = pages > _MOST_PAGES
    return frame


def _report(row: dict[str, Any]) -> ListedReport:
    low, high = _price(row.get("indvAimPriceL")), _price(row.get("indvAimPriceT"))
    return ListedReport(
        identity=str(row["infoCode"]),
        broker=str(row["orgSName"]),
        analysts=tuple(name for name in str(row.get("researcher") or "").replace("，", ",").split(",") if name),
        published=dt.date.fromisoformat(str(row["publishDate"])[:10]),
        title=str(row["title"]),
        rating=_text(row.get("sRatingName")),
        rating_eastmoney=_text(row.get("emRatingName")),
        rating_before=_text(row.get("lastEmRatingName")),
        change=_text(row.get("ratingChange")),
        target_low=low if low is not None else high,
        target_high=high if high is not None else low,
    )


def _text(value: object) -> str | None:
    """Give a cell as text, ``None`` for an empty one; a whole number that a table made a fraction is whole again."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return f"{value:g}" if isinstance(value, float) else str(value).strip() or None


def _price(value: object) -> float | None:
    text = _text(value)
    return float(text) if text is not None and float(text) > 0 else None


def _nothing(answer: Exchange) -> str | None:
    """Say that Eastmoney answered well and lists no report, else ``None``."""
    try:
        reply = json.loads(answer.body)
        return f"{answer.host} lists no report" if reply["data"] == [] else None
    except (ValueError, KeyError, TypeError):
        return None
