"""The fault matrix of updates: whatever befalls a source, a first and a next day's update store no wrong row."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.fake_exchange.faults import Fault
from tests.steps.live.conftest import table
from tests.steps.live.market import ROOT, Desk

BEFORE, DAY = dt.date(2026, 7, 14), dt.date(2026, 7, 15)
# The source that a fault befalls is asked first: the security, the market's order of sources, and the requests.
FIRST_ASKED: Final[dict[str, tuple[str, dict[str, tuple[str, ...]], str]]] = {
    "csindex": ("H00300.CSI", {"cn": ("csindex", "eastmoney", "tencent", "sina", "yahoo")}, "csindex"),
    "eastmoney": ("600000.SH", {"cn": ("eastmoney", "tencent", "sina", "yahoo")}, "push2his|datacenter"),
    "shenwan": ("801760.SI", {"cn": ("shenwan", "tencent", "sina", "yahoo")}, "swsresearch"),
    "sina": ("600000.SH", {"cn": ("sina", "tencent", "eastmoney", "yahoo")}, r"sina\.com"),
    "tencent": ("600000.SH", {}, r"newfqkline"),
    "yahoo": ("00700.HK", {}, "yahoo"),
}
FAULTS: Final = (
    "timeout", "dribble", "drop", "reset", "short", "cut", "html", "429", "502", "empty", "stale", "wrong", "scale",
    "shift", "restate", "gap",
)  # fmt: skip


def fault_of(kind: str, pattern: str) -> Fault:
    if kind.isdigit():
        return Fault("status", pattern, -1, status=int(kind))
    others = {"csindex": "930713.CSI", "swsresearch": "801010.SI"}
    return Fault(kind, pattern, -1, other=others.get(pattern, "688981.SH"))


def outcome(desk: Desk, symbol: str, source: str, kind: str, day: dt.date) -> str:
    """Update under a fault, hold that nothing wrong is stored, and say in words what became of it."""
    _, _, pattern = FIRST_ASKED[source]
    desk.exchange.faults.append(fault_of(kind, pattern))
    (line,) = desk.update(day, symbol).lines
    desk.exchange.faults.clear()
    wrong, lacking = desk.unlike(symbol, day)
    assert wrong == [], (source, kind, line)
    paid = desk.paid(symbol)
    assert set(paid) <= {(str(e.ex), e.cash, 1.0) for e in desk.exchange.world.securities[symbol].events}
    if lacking:
        # What is not there is said, or it was nobody's to have: a source alone that ends early.
        assert line.problem is not None or kind in {"stale", "gap", "empty"}, (source, kind, line)
        return "waits"
    taken = {
        str(row[0])
        for row in desk.rows(
            "select distinct f.source from bars as b join fetches as f on f.id = b.fetch_id where b.symbol = ?", symbol
        )
    }
    return "itself" if taken == {source} else "falls back"


@pytest.mark.parametrize("source", FIRST_ASKED)
def test_no_fault_stores_a_wrong_row(desk: Desk, source: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    symbol, order, _ = FIRST_ASKED[source]
    desk.order(cn=order.get("cn", ()))
    if source == "shenwan":
        desk.trust(BEFORE)  # nobody else has its indices
    desk.update(BEFORE, symbol)
    assert desk.unlike(symbol, BEFORE) == ([], [])
    shutil.copy(desk.path, tmp_path / "before.db")
    expected = documented()
    for kind in FAULTS:
        words = ""
        # On a machine that is busy enough a plain call may be too slow; nothing wrong may be stored even then.
        for _ in range(2):
            words = (
                words if words == expected[kind, source] else both(desk, symbol, source, kind, tmp_path / "before.db")
            )
        request.node.user_properties.append((("matrix", kind, source), words))
        assert words == expected[kind, source], (kind, source)


def both(desk: Desk, symbol: str, source: str, kind: str, before: Path) -> str:
    """Say what a fault comes to in a first fetch and in a next day's."""
    cells = []
    for is_first in (True, False):
        for leftover in desk.path.parent.glob("watchlist.db*"):
            leftover.unlink()
        if not is_first:
            shutil.copy(before, desk.path)
        cells.append(outcome(desk, symbol, source, kind, DAY))
    return cells[0] if cells[0] == cells[1] else f"first: {cells[0]}; next day: {cells[1]}"


def documented() -> dict[tuple[str, str], str]:
    """Read the matrix in ``docs/sources.md``."""
    lines = (ROOT / "docs" / "sources.md").read_text("utf-8").split("| fault |")[-1].split("\n\n")[0].splitlines()
    head = [cell.strip() for cell in lines[0].strip(" |").split("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:] if line.startswith("|")]
    return {(row[0], source): cell for row in rows for source, cell in zip(head, row[1:], strict=True)}


def test_the_document_has_a_cell_for_every_fault_and_source() -> None:
    cells = documented()
    assert cells.keys() == {(fault, source) for fault in FAULTS for source in FIRST_ASKED}
    assert "\n".join(table(cells)) in (ROOT / "docs" / "sources.md").read_text("utf-8")
