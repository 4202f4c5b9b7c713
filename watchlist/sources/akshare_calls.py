"""The akshare functions this program may call, all in one place.

More than twenty of akshare's functions hand what a server sends to ``eval``. A function is on this list only when
neither it nor any akshare function it calls does; a test reads the installed package and holds that.
"""

import importlib
import threading
from typing import Any, Final

import pandas as pd

# Name: what it is used for.
ALLOWED: Final = {
    "stock_zh_a_hist_tx": "Tencent: A-shares and funds",
    "stock_zh_index_daily_tx": "Tencent: Chinese indices",
    "fund_etf_hist_sina": "Sina: A-shares and funds (the share page's own file, without its factors)",
    "stock_zh_index_daily": "Sina: Chinese indices",
    "stock_hk_index_daily_sina": "Sina: Hong Kong shares and indices",
    "index_us_stock_sina": "Sina: US shares and indices",
    "stock_zh_a_hist": "Eastmoney: A-shares",
    "fund_etf_hist_em": "Eastmoney: exchange-traded funds",
    "stock_zh_index_daily_em": "Eastmoney: Chinese indices",
    "stock_hk_hist": "Eastmoney: Hong Kong shares",
    "index_hist_sw": "Shenwan: sector indices",
    "stock_zh_index_hist_csindex": "China Securities Index: total-return and thematic indices",
    "stock_info_sh_delist": "Shanghai's exchange: what it delisted",
    "stock_info_sz_delist": "Shenzhen's exchange: what it delisted",
    "stock_info_sh_name_code": "Shanghai's exchange: what it lists",
    "stock_info_sz_name_code": "Shenzhen's exchange: what it lists",
    "stock_info_bj_name_code": "Beijing's exchange: what it lists",
    "stock_info_sz_change_name": "Shenzhen's exchange: which names changed, and when",
    "stock_info_change_name": "Sina: what a mainland share was called before",
    "stock_hk_spot": "Sina: what Hong Kong lists",
    "stock_us_spot_em": "Eastmoney: what New York lists",
}


def prepare(seconds: float, pause: float = 0.0) -> None:
    """Import akshare on top of the tap; runs first in a worker process, whose calls are limited to ``seconds``.

    Args:
        pause: shortest time between two requests of one call, for functions that turn many pages.
    """
    requests_tap: Any = importlib.import_module("watchlist.sources.requests_tap")
    requests_tap.tap(seconds, pause)
    # tqdm would make a semaphore of the system's, which a killed process leaves behind.
    progress: Any = importlib.import_module("tqdm")
    progress.tqdm.set_lock(threading.RLock())
    importlib.import_module("akshare")


def akshare(name: str, /, **arguments: object) -> pd.DataFrame:
    """Call one allowed akshare function; akshare is imported here, never before.

    Raises:
        KeyError: the function is not allowed.
    """
    if name not in ALLOWED:
        raise KeyError(name)
    function: Any = getattr(importlib.import_module("akshare"), name)
    # Some of them keep their first answer for as long as the process lives.
    getattr(function, "cache_clear", lambda: None)()
    frame: pd.DataFrame = function(**arguments)
    return frame
