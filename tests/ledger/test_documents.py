"""Settings as a recording keeps them: there and back, and a sentence where another version wrote them."""

import pytest

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
