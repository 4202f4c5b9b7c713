"""The two founding reports are in the ledger to the letter, and a wrong ledger file is refused in one sentence."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from watchlist.domain.model import Strength
from watchlist.domain.symbols import board
from watchlist.ledger.home import CHECKOUT, Home
from watchlist.ledger.report import Quote, Report
from watchlist.ledger.reports import load_report, load_reports

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]

GUOSEN, SHANGHAI = "2024-06-14-guosen-aigc", "2024-04-17-shanghai-media-weekly"
SOURCES: Final = {GUOSEN: "000_90c94ccc870e727d", SHANGHAI: "003_35f47a59c56e95ba"}
LARGE, VIDEO = "大模型、IP及数据", "AI+视频\\营销\\游戏"


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {report.id: report for report in load_reports(Home(CHECKOUT.parent / "no-such-home"))}


def gold(shared: Path, report: str) -> dict[str, Any]:
    text = (shared / "reports" / f"{SOURCES[report]}.gold.json").read_text("utf-8")
    answers: dict[str, Any] = json.loads(text)
    return answers


def test_both_reports_are_there_oldest_first(reports: dict[str, Report]) -> None:
    assert list(reports) == [SHANGHAI, GUOSEN]


@pytest.mark.parametrize("report", [GUOSEN, SHANGHAI])
def test_the_pairs_are_those_of_the_answers(reports: dict[str, Report], shared: Path, report: str) -> None:
    found = {(one.theme, one.symbol): (one.name, one.strength.value) for one in reports[report].recommendations}
    answers = gold(shared, report)["unique_pairs"]
    assert found == {(pair["theme"], pair["code"]): (pair["name"], pair["strength"]) for pair in answers}
    assert len(reports[report].recommendations) == {GUOSEN: 24, SHANGHAI: 11}[report]


@pytest.mark.parametrize("report", [GUOSEN, SHANGHAI])
def test_every_mention_is_a_quote_with_the_name_in_it(reports: dict[str, Report], shared: Path, report: str) -> None:
    found = sorted(
        (one.symbol, quote.start, quote.end, quote.name_start, quote.name_end, quote.text, quote.name)
        for one in reports[report].recommendations
        for quote in one.quotes
    )
    assert found == sorted(
        (m["code"], m["quote_start"], m["quote_end"], m["start"], m["end"], m["quote"], m["name_printed"])
        for m in gold(shared, report)["recommendations"]
    )
    assert len(found) == {GUOSEN: 46, SHANGHAI: 11}[report]


@pytest.mark.parametrize("report", [GUOSEN, SHANGHAI])
def test_every_quote_stands_in_the_text_at_its_offsets(reports: dict[str, Report], shared: Path, report: str) -> None:
    raw = (shared / "reports" / f"{SOURCES[report]}.txt").read_bytes()
    source = reports[report].text
    assert source is not None
    assert hashlib.sha256(raw).hexdigest() == source.sha256
    text = raw.decode(source.encoding)
    assert len(text) == source.characters
    quotes = reports[report].quotes()
    assert len(quotes) == {GUOSEN: 46 + 2, SHANGHAI: 11 + 7 + 1}[report]
    for quote in quotes:
        assert text[quote.start : quote.end] == quote.text


@pytest.mark.parametrize("report", [GUOSEN, SHANGHAI])
def test_sector_calls_are_kept_apart(reports: dict[str, Report], shared: Path, report: str) -> None:
    found = [(list(call.what), call.verb, call.quotes[0].text) for call in reports[report].sector_calls if call.verb]
    answers = gold(shared, report)["sector_recommendations"]
    expected = [call["what"] if isinstance(call["what"], list) else [call["what"]] for call in answers]
    assert found == [(what, call["verb"], call["quote"]) for what, call in zip(expected, answers, strict=True)]


def test_guosen_says_of_itself_only_what_is_known(reports: dict[str, Report]) -> None:
    report = reports[GUOSEN]
    assert (report.broker, report.published) == ("国信证券", dt.date(2024, 6, 14))
    assert report.title == "传媒：AIGC系列研究-大模型和算力服务更快更省，AI应用值得期待"
    assert report.evidence is not None
    assert "2024-06-11" in report.evidence
    assert (report.analysts, report.industry_rating, report.rating_scale, report.benchmarks) == ((), None, None, None)


def test_guosen_prints_its_list_twice(reports: dict[str, Report]) -> None:
    # The first printing ends at 1380, the second begins at 13607.
    places = {
        (one.theme, one.name): {"first" if quote.end < 2000 else "second" for quote in one.quotes}
        for one in reports[GUOSEN].recommendations
    }
    alone = {pair: min(where) for pair, where in places.items() if len(where) == 1}
    assert alone == {(LARGE, "中文在线"): "first", (LARGE, "中国科传"): "second", (LARGE, "阅文集团"): "second"}
    both = {name for theme, name in places if theme == LARGE} & {name for theme, name in places if theme == VIDEO}
    assert both == {"掌趣科技", "华策影视", "奥飞娱乐"}
    twice = [one for one in reports[GUOSEN].recommendations if one.name == "盛天网络"]
    assert [len(one.quotes) for one in twice] == [3]
    assert len({one.symbol for one in reports[GUOSEN].recommendations}) == 21


def test_a_name_broken_over_lines_survives_the_file(reports: dict[str, Report]) -> None:
    names = {quote.name for one in reports[GUOSEN].recommendations for quote in one.quotes}
    assert {"光线\n\n传媒", "盛\n\n天网络", "华\n\n策影视", "巨\n\n人网络"} <= names
    tencent_child = next(one for one in reports[GUOSEN].recommendations if one.name == "阅文集团")
    assert (tencent_child.symbol, board(tencent_child.symbol)) == ("00772.HK", "hk")


def test_shanghai_prints_scale_analyst_and_benchmarks(reports: dict[str, Report]) -> None:
    report = reports[SHANGHAI]
    assert [(analyst.name, analyst.licence) for analyst in report.analysts] == [("陈旻", "S0870522020001")]
    assert report.industry_rating is not None
    assert (report.industry, report.industry_rating.label, report.industry_rating.change) == ("传媒", "增持", "维持")
    assert report.benchmarks is not None
    assert report.benchmarks.markets == {"CN": ("000300.SH",), "HK": ("HSI.HI",), "US": ("SPX.GI", "IXIC.GI")}
    rated = [call for call in report.sector_calls if call.rating]
    assert [(call.what, call.rating, call.quotes[0].text) for call in rated] == [(("传媒",), "增持", "增持（维持）")]


def test_shanghais_scale_is_the_printed_one(reports: dict[str, Report], shared: Path) -> None:
    scale = reports[SHANGHAI].rating_scale
    assert scale is not None
    assert scale.stock is not None
    assert scale.industry is not None
    printed = gold(shared, SHANGHAI)["rating_scale"]
    bands = [(level.label, level.min, level.max) for level in scale.stock.levels]
    assert bands == [
        (level["label"], _share(level["min_pct"]), _share(level["max_pct"])) for level in printed["stock"]["levels"]
    ]
    assert (scale.stock.months, scale.industry.months) == (6, 12)
    assert [level.label for level in scale.industry.levels] == [
        level["label"] for level in printed["industry"]["levels"]
    ]


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


REPORT: Final = """\
broker = "某证券"
title = "一份研报"
published = 2024-01-02

[[recommendations]]
theme = "AI"
name = "昆仑万维"
symbol = "300418.SZ"
verb = "推荐"
strength = "recommend"

[[recommendations.quotes]]
start = 10
end = 16
text = "推荐昆仑万维"
"""
QUOTE: Final = '\n[[recommendations.quotes]]\nstart = 10\nend = 16\ntext = "推荐昆仑万维"\n'
AGAIN: Final = (
    '\n[[recommendations]]\ntheme = "AI"\nname = "昆仑"\nsymbol = "300418.SZ"\nverb = "推荐"\nstrength = "watch"\n'
)
# what is changed in the report above, and what is said of it
WRONG: Final = [
    (
        '"300418.SZ"',
        '"300418"',
        'recommendations[1].symbol (line 8): "300418" is no symbol such as 300418.SZ. Did you mean 300418.SZ?',
    ),
    (
        '"recommend"',
        '"recomend"',
        'recommendations[1].strength (line 10): unknown strength "recomend". Did you mean recommend?',
    ),
    ("strength =", "strenght =", "recommendations[1].strenght (line 10): unknown key. Did you mean strength?"),
    ("end = 16", "end = 10", "recommendations[1].quotes[1].end (line 14): 10 is not after start (10)."),
    ("end = 16", "end = 17", "recommendations[1].quotes[1].text (line 15): has 6 characters, start and end say 7."),
    ("start = 10", "start = -1", "recommendations[1].quotes[1].start (line 13): must be at least 0."),
    (
        "start = 10",
        "start = 10\nname_start = 12",
        "recommendations[1].quotes[1] (line 12): name_start and name_end belong together.",
    ),
    (
        "start = 10",
        "start = 10\nname_start = 12\nname_end = 17",
        "recommendations[1].quotes[1] (line 12): the name lies outside the quote.",
    ),
    (QUOTE, "", "recommendations[1].quotes (line 5): this key is missing."),
    (QUOTE, "quotes = []\n", "recommendations[1].quotes (line 11): must not be empty."),
    (
        QUOTE,
        QUOTE + AGAIN + QUOTE,
        "recommendations[2] (line 17): 300418.SZ in AI is recommendations[1] already. Give that one both quotes.",
    ),
    ('verb = "推荐"', "", "recommendations[1] (line 5): needs a verb or a rating."),
    (
        'verb = "推荐"',
        'verb = "推荐"\ndirection = 2',
        "recommendations[1].direction (line 10): must be 1 (buy), 0 (neutral) or -1 (sell).",
    ),
    (
        'verb = "推荐"',
        'verb = "推荐"\ntarget_price = 40.0',
        "recommendations[1] (line 5): target_price and currency belong together.",
    ),
    (
        'verb = "推荐"',
        'verb = "推荐"\ntarget_price = 0.0\ncurrency = "CNY"',
        "recommendations[1].target_price (line 10): must be more than 0.",
    ),
    ("2024-01-02", "0024-01-02", "published (line 3): 0024-01-02 is no likely date of a report."),
    ("2024-01-02", '"2024-01-02"', "published (line 3): must be a date such as 2024-06-14, without quotes."),
    (
        "2024-01-02",
        "2024-01-02\npublished_at = 2024-01-02T08:30:00",
        "published_at (line 4): needs its time zone, as in 2024-06-14T08:30:00+08:00.",
    ),
    ('"一份研报"', '" "', "title (line 2): must not be empty."),
    (
        '"一份研报"',
        '"一份研报"\nid = "another"',
        'id (line 3): id "another" is not the name of its file. Write id = "2024-01-02-a".',
    ),
    (REPORT, 'broker = "a"\ntitle = "b"\npublished = 2024-01-02', "the file: holds no recommendation."),
    ("[[rec", '[text]\nsha256 = "x"\ncharacters = 20\n[[rec', "text.sha256 (line 6): must be 64 hexadecimal digits."),
    (
        "published",
        f'text = {{ sha256 = "{"0" * 64}", characters = 15 }}\npublished',
        "text.characters (line 3): a quote ends at 16, beyond the 15 of the text.",
    ),
    (
        "published",
        "period = { start = 2024-01-02, end = 2024-01-01 }\npublished",
        "period (line 3): end 2024-01-01 is before start 2024-01-02.",
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[said[:60] for _, _, said in WRONG])
def test_a_wrong_report_is_refused(home: Home, write: Write, sentence: Sentence, old: str, new: str, said: str) -> None:
    assert old in REPORT
    write("local/reports/2024-01-02-a.toml", REPORT.replace(old, new, 1))
    assert sentence(lambda: load_reports(home)) == f"config/local/reports/2024-01-02-a.toml: {said}"


def test_the_users_own_reports_add_up(home: Home, write: Write) -> None:
    write("local/reports/2024-01-02-a.toml", REPORT)
    loaded = load_reports(home)
    assert [report.id for report in loaded] == ["2024-01-02-a", SHANGHAI, GUOSEN]
    assert loaded[0].recommendations[0].strength is Strength.RECOMMEND


def test_a_report_of_the_same_name_takes_the_place_of_the_tracked_one(home: Home, write: Write) -> None:
    write(f"local/reports/{GUOSEN}.toml", REPORT)
    assert [(report.id, report.broker) for report in load_reports(home)] == [(GUOSEN, "某证券"), (SHANGHAI, "上海证券")]


def test_one_report_in_two_files_is_refused(home: Home, write: Write, sentence: Sentence) -> None:
    write("local/reports/2024-01-02-a.toml", REPORT)
    write("local/reports/2024-01-02-b.toml", REPORT)
    said = "title (line 2): the same report as config/local/reports/2024-01-02-a.toml. Remove one of them."
    assert sentence(lambda: load_reports(home)) == f"config/local/reports/2024-01-02-b.toml: {said}"


def _without_nothing(value: Any) -> Any:  # noqa: ANN401 - TOML values of every kind
    if isinstance(value, dict):
        return {key: _without_nothing(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_without_nothing(inner) for inner in value]
    return value


@pytest.mark.parametrize("report", [GUOSEN, SHANGHAI])
def test_a_report_written_out_and_read_again_is_the_same(
    reports: dict[str, Report], home: Home, write: Write, report: str
) -> None:
    plain = _without_nothing(reports[report].model_dump(by_alias=True))
    path = write(f"local/reports/{report}.toml", tomlkit.dumps(plain))
    assert load_report(home, path) == reports[report]


def texts() -> Iterator[st.SearchStrategy[str]]:
    yield st.text(min_size=1, max_size=20)
    yield st.text(st.sampled_from('推荐昆仑 \n\r\t"\\、：'), min_size=1, max_size=20)


@given(st.one_of(*texts()).filter(str.strip), st.integers(min_value=0, max_value=10**6))
def test_any_words_survive_toml(text: str, start: int) -> None:
    quote = Quote(start=start, end=start + len(text), text=text)
    again = tomlkit.parse(tomlkit.dumps(quote.model_dump(exclude_none=True))).unwrap()
    assert Quote.model_validate(again) == quote
