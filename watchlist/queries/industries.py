"""Industries: what stands for the industry of a recommendation, where that is known (S12, RULES 34)."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchlist.core.bars import SymbolBars
from watchlist.queries.planned import stand_ins
from watchlist.queries.situation import Situation
from watchlist.storage.prices import load_bars
from watchlist.storage.report_heads import report_heads


@dataclass(frozen=True, slots=True)
class Industries:
    """What stands for industries.

    Attributes:
        by_report: by report, the first of what the settings name for the industry it is about that has prices.
        bars: of those.
    """

    by_report: Mapping[str, str]
    bars: Mapping[str, SymbolBars]

    def of(self, situation: Situation, positions: Iterable[int]) -> dict[int, str]:
        """Give by position what a recommendation's industry is measured by; those without are left out.

        The second index of its theme, where that names one with prices (RULES 17), else that of its report's industry.
        """
        found = {}
        for position in map(int, positions):
            mention = situation.known.mentions[position]
            second = situation.known.second.get(mention.theme_printed)
            known = second if second in situation.known.bars else self.by_report.get(mention.report)
            if known is not None:
                found[position] = known
        return found


def load_industries(connection: sqlite3.Connection, situation: Situation) -> Industries:
    """Load what the settings name for the industries of the reports."""
    bars = load_bars(connection, stand_ins(situation.settings), situation.when.known_at)
    by_report = {}
    for report, head in report_heads(connection, situation.when.known_at).items():
        symbols = situation.settings.stand_ins(head["industry"] or "")
        known = next((symbol for symbol in symbols if symbol in bars), None)
        if known is not None:
            by_report[report] = known
    return Industries(by_report, bars)
