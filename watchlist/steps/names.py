"""Names: take the exchanges' lists of what they delisted into the user's own ``config/local/securities.csv``.

Only the user's own file is written, a line a security that is known, and not yet known to be delisted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from watchlist.domain.errors import Words
from watchlist.domain.model import Security
from watchlist.ledger.home import Home
from watchlist.ledger.securities import COLUMNS, NAME, load_securities
from watchlist.sources.delistings import Delistings, Outcome

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class NamesResult:
    """Which securities were marked as delisted, and which exchange did not answer."""

    marked: tuple[str, ...]
    problems: tuple[Words, ...]


def take_names(home: Home, lists: Mapping[str, Outcome]) -> NamesResult:
    """Mark what the exchanges have delisted."""
    known = load_securities(home)
    lines: dict[str, str] = {}
    problems = []
    for place, outcome in lists.items():
        if not isinstance(outcome, Delistings):
            problems.append(
                Words(
                    f"the list of {place} could not be had ({outcome.reason})",
                    f"未能取得 {place} 的退市名单（{outcome.reason}）",
                )
            )
            continue
        for entry in outcome.entries:
            security = known.get(entry.symbol)
            if security is not None and security.delisted is None:
                lines[entry.symbol] = written(replace(security, delisted=entry.delisted))
    _add(home.local / NAME, lines)
    return NamesResult(tuple(lines), tuple(problems))


def written(security: Security) -> str:
    """Write a security as a line of ``securities.csv``."""
    names = "|".join(
        f"{name}@{_day(since)}..{_day(until)}" if since or until else name for name, since, until in security.names
    )
    days = (security.listed, security.delisting_period_from, security.delisted)
    return ",".join([security.symbol, security.name, *map(_day, days), names])


def _day(day: "dt.date | None") -> str:
    return "" if day is None else day.isoformat()


def _add(path: Path, lines: Mapping[str, str]) -> None:
    """Add lines to a file, each in place of the line of the same symbol; written beside it first, then swapped in."""
    if not lines:
        return
    text = path.read_text("utf-8-sig") if path.is_file() else ",".join(COLUMNS) + "\n"
    kept = [line for line in text.splitlines() if line.split(",", 1)[0] not in lines]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text("\n".join([*kept, *lines.values()]) + "\n", "utf-8")
    fresh.replace(path)
