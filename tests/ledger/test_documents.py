"""Settings as a recording keeps them: there and back, and a sentence where another version wrote them."""

import pytest

from tests.ledger.conftest import Write
from watchlist.domain.errors import ForeignSettings
from watchlist.ledger.documents import settings_document, settings_from
from watchlist.ledger.home import Home
from watchlist.ledger.settings import load_settings


def test_what_was_recorded_comes_back_over_what_is_now(home: Home) -> None:
    now = load_settings(home)
    document = settings_document(now)
    document["markets"]["CN"]["benchmark"] = "000905.SH"
    then = settings_from(document, now)
    assert then.markets["CN"].benchmark == "000905.SH"
    assert then.markets["CN"].sources == now.markets["CN"].sources
    assert then.schedule == now.schedule


def test_settings_of_another_version_are_refused_with_the_place(home: Home) -> None:
    now = load_settings(home)
    document = settings_document(now)
    document["markets"]["JP"] = document["markets"]["US"] | {"calendar": "XTKS"}
    with pytest.raises(ForeignSettings, match=r"markets\.JP.*python main.py daily"):
        settings_from(document, now)


# Asked of a person: a changed key of these changes some answer's number, one of the others none.
TOUCH_NUMBERS = {"calls", "entry", "horizons", "limits", "markets", "sectors", "shares"}


def test_only_what_touches_a_number_is_recorded(home: Home) -> None:
    assert set(settings_document(load_settings(home))) == TOUCH_NUMBERS


def test_how_long_a_report_may_be_read_makes_no_revision_and_stays_as_it_is_now(home: Home, write: Write) -> None:
    before = load_settings(home)
    write("local/settings.toml", "[reading]\nseconds = 7\n")
    now = load_settings(home)
    assert (now.reading.seconds, before.reading.seconds != 7) == (7, True)
    assert settings_document(now) == settings_document(before)
    older = settings_document(before) | {"reading": {"seconds": 9}}  # as versions wrote it that recorded it
    assert settings_from(older, now).reading.seconds == 7
