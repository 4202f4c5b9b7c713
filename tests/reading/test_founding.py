"""The founding reports' ledger files are what a reading drafts from their texts, but for what only a person knew."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watchlist.ledger.draft import checked, report_table
from watchlist.ledger.home import CHECKOUT, Home
from watchlist.ledger.reports import load_report
from watchlist.reading.about import Told
from watchlist.steps.inbox import differences
from watchlist.steps.read import load_names, read_file

if TYPE_CHECKING:
    from watchlist.ledger.report import Report

HOME = Home(CHECKOUT)
# What the text does not say, and a person found out.
GUOSEN = ("2024-06-14-guosen-aigc", "000_90c94ccc870e727d.txt")
LATEST = dt.date(2026, 1, 1)
SHANGHAI = ("2024-04-17-shanghai-media-weekly", "003_35f47a59c56e95ba.txt")


@pytest.mark.parametrize(("name", "file"), [GUOSEN, SHANGHAI])
def test_the_ledger_is_what_reading_drafts(shared: Path, name: str, file: str) -> None:
    there = load_report(HOME, CHECKOUT / "config" / "reports" / f"{name}.toml")
    told = Told(published=there.published, title=there.title) if name == GUOSEN[0] else Told()
    reading = read_file(shared / "reports" / file, load_names(HOME), told, there.published)
    drafted: Report = checked(report_table(reading, name))
    assert differences(there, drafted) == ()
    assert (drafted.broker, drafted.title, drafted.published) == (there.broker, there.title, there.published)
    assert drafted.text == there.text


def test_what_the_text_does_not_say_stays_unknown(shared: Path) -> None:
    reading = read_file(shared / "reports" / GUOSEN[1], load_names(HOME), Told(), LATEST)
    about = reading.draft.about
    assert (about.title, about.published, about.analysts, about.rating_scale) == (None, None, (), None)
