"""The registry of live sources and the probe."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.fake_exchange.exchange import FakeExchange
from watchlist.sources.contract import Source
from watchlist.sources.live import live_sources, reachable

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"tencent", "sina", "eastmoney", "shenwan", "csindex", "yahoo"}


class Asleep:
    """A source whose probe hangs, as a look-up without an answer does."""

    name = "asleep"

    def reachable(self) -> bool:
        time.sleep(5)
        return True


def test_every_source_is_there_and_none_is_simulated(tmp_path: Path) -> None:
    sources = live_sources(tmp_path)
    assert sources.keys() == NAMES
    assert {source.name for source in sources.values()} == NAMES
    assert not any(source.simulated for source in sources.values())


def test_building_them_imports_no_vendor_library_and_starts_nothing() -> None:
    program = (
        "import sys, multiprocessing, pathlib\n"
        "from watchlist.sources.live import live_sources\n"
        "live_sources(pathlib.Path('nowhere'))\n"
        "print(sorted({'akshare', 'yfinance', 'curl_cffi', 'requests'} & sys.modules.keys()))\n"
        "print(multiprocessing.active_children(), pathlib.Path('nowhere').exists())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[] False"]


def test_what_answers_is_reachable(sources: Mapping[str, Source], exchange: FakeExchange) -> None:
    assert reachable(sources) == NAMES
    assert exchange.log == []


def test_behind_a_closed_proxy_nothing_is_reachable(tmp_path: Path) -> None:
    assert reachable(live_sources(tmp_path)) == frozenset()


def test_a_probe_that_hangs_is_not_waited_for() -> None:
    sources: dict[str, Source] = {"asleep": Asleep()}  # type: ignore[dict-item]
    assert reachable(sources, seconds=0.2) == frozenset()
