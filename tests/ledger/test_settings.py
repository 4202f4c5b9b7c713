"""The tracked settings say what the rules say, and refuse what they must."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from watchlist.domain.symbols import board, is_symbol
from watchlist.ledger.home import Home
from watchlist.ledger.settings import Limit, Settings, load_settings

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def settings(home: Home) -> Settings:
    return load_settings(home)


def test_markets_have_their_calendar_benchmark_and_hours(settings: Settings) -> None:
    facts = {
        name: (m.calendar, m.benchmark, m.cutoff.isoformat("minutes"), m.currency)
        for name, m in settings.markets.items()
    }
    assert facts == {
        "CN": ("XSHG", "000300.SH", "09:15", "CNY"),
        "HK": ("XHKG", "HSI.HI", "09:00", "HKD"),
        "US": ("XNYS", "SPX.GI", "09:30", "USD"),
    }
    assert settings.markets["CN"].final_after == dt.time(15, 30)
    assert settings.markets["US"].sources.shares == ("yahoo", "sina")
    assert settings.markets["CN"].sources.shares == ("tencent", "sina", "eastmoney", "yahoo")


def test_a_market_has_a_first_time_and_retries_one_time_alone_or_none(
    settings: Settings, home: Home, write: Write
) -> None:
    assert settings.schedule["CN"] == (dt.time(18, 30), dt.time(20), dt.time(22))
    write("local/settings.toml", "[schedule]\nCN = 19:00:00\nUS = []\n")
    changed = load_settings(home).schedule
    assert (changed["CN"], changed["US"], changed["HK"]) == ((dt.time(19),), (), settings.schedule["HK"])


def test_horizons_entry_and_life_of_a_call(settings: Settings) -> None:
    assert settings.horizons.keys == ("5", "20", "60", "120", "250", "1m", "3m", "6m", "12m")
    assert settings.horizons.default == "6m"
    assert (settings.entry.rule, settings.entry.max_wait, settings.calls.default_months) == ("open", 20, 12)


def test_every_benchmark_and_stand_in_has_prices_to_check(settings: Settings, shared: Path) -> None:
    kept = [symbol for market in settings.markets.values() for symbol in (market.benchmark, *market.also)]
    symbols = dict.fromkeys([*kept, *(symbol for sector in settings.sectors for symbol in sector.symbols)])
    assert len(symbols) == 10
    assert all(map(is_symbol, symbols))
    there = {path.stem for path in (shared / "market" / "bars").glob("*.csv")}
    # 申万传媒 is not public in bulk; its stand-in is.
    assert set(symbols) - there == {"801760.SI"}


# RULES 7: board, ST, day, percent, first sessions without a limit
LIMITS = [
    ("main", False, "2024-06-17", 10, 5),
    ("main", False, "2023-04-07", 10, 1),
    ("main", False, "2023-04-10", 10, 5),
    ("main", True, "2026-07-03", 5, 0),
    ("main", True, "2026-07-06", 10, 0),
    ("chinext", False, "2020-08-21", 10, 1),
    ("chinext", False, "2020-08-24", 20, 5),
    ("chinext", True, "2020-08-21", 5, 0),
    ("chinext", True, "2025-05-20", 20, 0),
    ("star", False, "2019-07-22", 20, 5),
    ("star", True, "2024-01-02", 20, 5),
    ("bse", False, "2021-11-15", 30, 1),
    ("fund", False, "2024-06-17", 10, 0),
    ("hk", False, "2024-06-17", None, 0),
    ("us", False, "2024-06-17", None, 0),
]


def limit_on(settings: Settings, where: str, day: str, *, st: bool = False) -> Limit | None:
    """Look up the row in force: an ST share's own where its board has one (RULES 7)."""
    rows = [row for row in settings.limits if row.board == where and row.since <= dt.date.fromisoformat(day)]
    own = [row for row in rows if row.st is st] or [row for row in rows if not row.st]
    return own[-1] if own else None


@pytest.mark.parametrize("row", LIMITS, ids=str)
def test_the_limit_in_force(settings: Settings, row: tuple[str, bool, str, int | None, int]) -> None:
    where, st, day, percent, free = row
    limit = limit_on(settings, where, day, st=st)
    assert limit is not None
    assert (limit.limit, limit.free_sessions) == (percent, free)


def test_a_board_before_its_first_row_has_no_answer(settings: Settings) -> None:
    assert limit_on(settings, "star", "2019-07-19") is None
    assert limit_on(settings, "index", "2024-06-17") is None


def test_every_board_of_the_reports_has_a_limit_row(settings: Settings, shared: Path) -> None:
    shares = [path.stem for path in (shared / "market" / "bars").glob("*.csv")]
    boards = {board(symbol) for symbol in shares} - {"index"}
    assert boards == {"main", "chinext", "hk", "fund"}
    assert all(limit_on(settings, name, "2024-06-17") for name in boards)


def test_sectors_name_their_stand_ins(settings: Settings) -> None:
    assert settings.stand_ins("传媒") == ("801760.SI", "512980.SH")
    assert settings.stand_ins("游戏") == ("159869.SZ",)
    assert settings.stand_ins("出版") == ()


def test_the_users_own_lie_over_the_tracked_key_by_key(home: Home, write: Write, settings: Settings) -> None:
    write("local/settings.toml", '[markets.CN]\nbenchmark = "000905.SH"\n[horizons]\nsessions = [10]\ndefault = "10"\n')
    own = load_settings(home)
    assert own.markets["CN"].benchmark == "000905.SH"
    assert own.markets["CN"].calendar == "XSHG"
    assert own.horizons.keys == ("10", "1m", "3m", "6m", "12m")
    assert own.limits == settings.limits


ROW = '[[limits]]\nboard = "main"\nst = false\nfrom = {}\nlimit = {}\nfree_sessions = 5\ntick = 0.01\n'
WRONG = [
    (
        '[markets.CN]\nbenchmark = "000300"',
        'markets.CN.benchmark (line 2): "000300" is no symbol such as 300418.SZ. Did you mean 000300.SZ or 000300.SH?',
    ),
    (
        '[markets.CN]\nbenchmark = "H00300.CSI"',
        "markets.CN.benchmark (line 2): H00300.CSI counts dividends in: a benchmark is a price index.",
    ),
    ('[markets.CN]\nbenchmark = "HSI.HI"', "markets.CN.benchmark (line 2): HSI.HI is of another market."),
    (
        '[markets.CN]\ntimezone = "Asia/Shangai"',
        'markets.CN.timezone (line 2): "Asia/Shangai" is no time zone such as Asia/Shanghai.',
    ),
    ("[markets.CN]\ncutoff = 16:00:00", "markets.CN (line 1): final_after must be later than cutoff."),
    ('[horizons]\ndefault = "6"', 'horizons.default (line 2): "6" is none of the horizons. Did you mean 6m?'),
    ("[horizons]\nmonths = [6, 6]", "horizons (line 1): horizon 6m is there twice."),
    (
        ROW.format("2024-01-01", 10) + ROW.format("2023-01-01", 10),
        "limits[2].from (line 11): 2023-01-01 is not after the row of main before it (2024-01-01).",
    ),
    (ROW.format("2024-01-01", '"no"'), 'limits[1].limit (line 5): must be a whole percent or "none".'),
    (
        '[[sectors]]\nname = "传媒"\nsymbols = ["801760"]',
        'sectors[1].symbols[1] (line 3): "801760" is no symbol such as 300418.SZ.',
    ),
    (
        '[[sectors]]\nname = "a"\nsymbols = ["801760.SI"]\n[[sectors]]\nname = "a"\nsymbols = ["801760.SI"]',
        "sectors[2] (line 4): sector a is there twice.",
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_what_does_not_fit_is_refused(home: Home, write: Write, sentence: Sentence, text: str, said: str) -> None:
    write("local/settings.toml", text)
    assert sentence(lambda: load_settings(home)) == f"config/local/settings.toml: {said}"


def test_settings_survive_json(settings: Settings) -> None:
    assert Settings.model_validate_json(settings.model_dump_json(by_alias=True)) == settings


def test_a_market_may_not_be_left_out(home: Home, write: Write, sentence: Sentence) -> None:
    tracked = home.tracked("settings.toml").read_text("utf-8")
    write("settings.toml", tracked.replace("[markets.US", "[markets.HK.US"))
    assert "markets.HK.US (line" in sentence(lambda: load_settings(home))
    head, rest = tracked.split("[markets.US]")
    write("settings.toml", head + "# Price limits" + rest.split("# Price limits", 1)[1])
    assert sentence(lambda: load_settings(home)) == "config/settings.toml: markets.US: this market is missing."
