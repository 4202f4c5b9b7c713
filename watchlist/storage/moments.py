"""Moments: how times are written in the database, UTC to the microsecond, so that their text order is their order."""

import datetime as dt


def stamp(moment: dt.datetime) -> str:
    """Write an aware moment as the database does: ``2026-11-22T04:30:00.000000Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> dt.datetime:
    """Read a moment back, aware."""
    return dt.datetime.fromisoformat(text)
