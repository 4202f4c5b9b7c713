"""Identities that last: of recommendations, and of the reports that imported ones came in."""

import hashlib
from typing import Final

IMPORTED: Final = "import:"  # reports of imported lists begin with this: no file of the ledger stands behind them


def recommendation_id(report: str, theme_printed: str, symbol: str) -> str:
    """Give the lasting identity of a recommendation: 16 hexadecimal digits of (report, printed theme, symbol)."""
    return hashlib.sha256(f"{report}\x1f{theme_printed}\x1f{symbol}".encode()).hexdigest()[:16]


def imported_report_id(broker: str, published: str, key: str = "") -> str:
    """Give the id of an imported report: all that a broker said on one day (ISO), or what ``key`` tells apart of it."""
    return f"{IMPORTED}{broker} {published}{key and ' '}{key}"
