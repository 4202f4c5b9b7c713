"""What a vendor answers is text, whatever is in it: through the true libraries, into the database, out as a table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import run
from tests.fake_exchange import eastmoney
from tests.fake_exchange.exchange import FakeExchange
from tests.hostile.corpus import PAYLOADS, nothing_happens, of_terminal
from tests.sources.test_fetch_reports import NOW, SHARE
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.sources.contract import Source
from watchlist.steps.fetch_reports import fetch_reports
from watchlist.steps.import_ratings import take_list
from watchlist.storage.database import writing

TEXTS: Final = [one.text for one in PAYLOADS[::4]]  # two a page, fifty pages at most


def test_a_list_of_reports_is_only_text(
    sources: Mapping[str, Source], exchange: FakeExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not exchange.faults
    rows = tuple((text, text, 3, "买入", text, text, text, "", "") for text in TEXTS)
    monkeypatch.setattr(eastmoney, "_REPORTS", rows)
    home = find_home(tmp_path, {})
    with writing(home.database) as database:
        settings = load_settings(home)
        fetched = fetch_reports(database, settings, sources, (SHARE,), NOW)
        assert fetched.reports == len(TEXTS)
        with nothing_happens(tmp_path):
            result = take_list(database, home, settings, fetched.found, "eastmoney", NOW, dry_run=False)
        tables = {row[0] for row in database.conn.execute("select name from sqlite_master where type = 'table'")}
    assert {"bars", "recommendations"} <= tables
    # One day, one share: who cannot be told apart is one broker; nobody is lost.
    assert result.recommendations + len(result.problems) == len(TEXTS)
    assert result.recommendations > len(TEXTS) // 2
    assert run("record", home=tmp_path, now=NOW).code == 0
    said = run("recommendations", "--columns", "broker,name,analyst", home=tmp_path, now=NOW)
    assert said.code == 0, said.err
    assert of_terminal(said.out + said.err) == []
