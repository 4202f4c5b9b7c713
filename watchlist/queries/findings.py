"""Findings: what a look at the program's health may say, in both languages, and how bad it is."""

from typing import Any, Final

Finding = dict[str, Any]
LEVELS: Final = ("ok", "warning", "critical", "unknown")


def finding(level: str, what: tuple[str, str], where: str, advice: tuple[str, str]) -> Finding:
    """Make a finding; the pairs are English and Chinese."""
    return {
        "level": level,
        "what": what[0],
        "where": where,
        "advice": advice[0],
        "what_zh": what[1],
        "advice_zh": advice[1],
    }
