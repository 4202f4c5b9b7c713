"""Shots: which pages and charts are taken, of which home, how wide, light or dark, and in which language."""

from dataclasses import dataclass
from typing import Final

WIDE: Final = 1280
PHONE: Final = 390
EMPTY: Final = "2023-06-30"  # a day before the first report


@dataclass(frozen=True, slots=True)
class Shot:
    """One kept picture.

    Attributes:
        name: of its file, without the ending.
        path: of the page; ``file:`` a page from a file, ``chart:`` a drawing, ``sheet:`` a sheet of the workbook, by
            number; ``draft`` and ``own`` are the pages of a report of our own.
        about: what it shows, for the index.
        home: ``small``, ``own`` or ``large``.
    """

    name: str
    path: str
    about: str
    language: str = "en"
    scheme: str = "light"
    width: int = WIDE
    home: str = "small"


def _s(name: str, path: str, about: str, *how: str, home: str = "small") -> Shot:
    """Make a shot; ``how`` names what is unusual: ``zh``, ``dark``, ``phone``."""
    return Shot(name, path, about, "zh" if "zh" in how else "en", "dark" if "dark" in how else "light",
                PHONE if "phone" in how else WIDE, home)  # fmt: skip


_THEN: Final = "as_of=2024-09-30"  # while the calls of the founding reports stand
KEPT: Final = (
    _s("overview-zh", "/", "The overview: headline, themes with their indices, brokers", "zh"),
    _s("overview-en-dark-phone", "/", "The overview on a phone, dark: green is up in English", "dark", "phone"),
    _s("overview-empty-en", f"/?as_of={EMPTY}", "The overview before anything is recommended: it says what to do"),
    _s("overview-large-en", "/", "The overview of 27,248 recommendations", home="large"),
    _s("changes-zh", "/changes?since=2024-06-28&as_of=2024-12-31", "What is new since a day", "zh"),
    _s("recommendations-en", "/recommendations", "Recommendations: filtered, searched, sorted, paged by links"),
    _s(
        "recommendations-zh-dark-phone",
        "/recommendations",
        "The same on a phone: the share stays in sight",
        "zh",
        "dark",
        "phone",
    ),
    _s("recommendations-large-en", "/recommendations?sort=-excess_return", "The first hundred of 27,248", home="large"),
    _s("calls-zh-dark", "/calls", "Calls: the life of each opinion", "zh", "dark"),
    _s("themes-en", "/themes", "Themes, their indices and the map of horizons"),
    _s("theme-zh-phone", "/themes/ai-video", "One theme on a phone", "zh", "phone"),
    _s("brokers-large-en-dark", "/brokers", "194 brokers, dark", "dark", home="large"),
    _s("brokers-by-theme-zh", "/brokers?by=theme", "Another grouping: themes as groups", "zh"),
    _s("leaderboard-large-en", "/leaderboard", "The leaderboard: ranked beyond luck, or insufficient", home="large"),
    _s("leaderboard-large-zh-phone", "/leaderboard", "The leaderboard on a phone", "zh", "phone", home="large"),
    _s("explain-zh", "/explain?group=国信证券", "How one group's numbers came to be", "zh"),
    _s("history-en", "/history?by=theme", "The path of the scores over the kept runs"),
    _s("watch-zh", "/watch", "The watchlist, with the last 60 sessions as small curves", "zh"),
    _s("watch-en-dark-phone", "/watch", "The watchlist on a phone", "dark", "phone"),
    _s("holdings-en", f"/holdings?{_THEN}", "Holdings: open calls on each, what nobody recommends, what is not held"),
    _s(
        "holdings-zh-dark-phone",
        f"/holdings?{_THEN}&standing=unbacked",
        "What is held and nobody recommends",
        "zh",
        "dark",
        "phone",
    ),
    _s("holdings-empty-zh", f"/holdings?as_of={EMPTY}", "Holdings before the first snapshot", "zh"),
    _s("reviews-en", "/reviews", "Reviews of periods: every quarter a link"),
    _s("review-quarter-zh", "/reviews/2024Q3?against=2024-06-28", "A quarter held against a frozen run", "zh"),
    _s(
        "review-quarter-en-dark-phone",
        "/reviews/2024Q3?against=2024-06-28",
        "The same on a phone, dark",
        "dark",
        "phone",
    ),
    _s("review-quarter-large-en", "/reviews/2026Q1", "A quarter of the large list", home="large"),
    _s(
        "symbol-zh-dark",
        "/symbols/300418.SZ",
        "One share: its price, its benchmark, and who said what when",
        "zh",
        "dark",
    ),
    _s("symbol-large-en-phone", "/symbols/AAPL.US", "A share that many brokers speak of", "phone", home="large"),
    _s("returns-en", "/returns?theme=ai-video&from=2024-06-28", "Returns of a theme between two dates"),
    _s("report-own-zh", "own", "A report of our own with everything marked in its text", "zh", home="own"),
    _s("report-own-en-dark-phone", "own", "The same on a phone, dark", "dark", "phone", home="own"),
    _s(
        "recommendation-own-zh",
        "own-recommendation",
        "One recommendation: its words, and each number step by step",
        "zh",
        home="own",
    ),
    _s(
        "edit-draft-en",
        "draft",
        "serve --edit: a pasted text, what was found in it, what the text does not say",
        home="own",
    ),
    _s("health-zh", "/health", "Data health", "zh"),
    _s("downloads-en-dark", "/downloads", "Every file of export", "dark"),
    _s("refused-zh-phone", "/nothing", "An address that leads nowhere", "zh", "phone"),
    _s("review-zh", "file:zh", "The review page of export review.html, without quotes", "zh"),
    _s("review-en-dark-phone", "file:en", "The same in English on a phone, dark", "dark", "phone"),
    _s("themes-chart-en", "chart:themes", "chart themes"),
    _s("symbol-chart-zh", "chart:symbol", "chart symbol 300418", "zh"),
    _s("brokers-chart-zh", "chart:brokers", "chart brokers", "zh"),
    _s("horizons-en", "chart:horizons", "chart horizons"),
    _s("workbook-summary-zh", "sheet:1", "The workbook on paper: its summary", "zh"),
    _s("workbook-themes-zh", "sheet:themes", "The sheet of themes with its chart", "zh"),
)
# Further pages that are taken with --all, at both widths, both schemes and both languages, to be looked at.
LOOKED_AT: Final = (
    "/",
    "/changes?since=2024-06-28&as_of=2024-12-31",
    "/recommendations",
    "/calls",
    "/themes",
    "/themes/ai-video",
    "/brokers",
    "/brokers?by=theme",
    "/leaderboard",
    "/history?by=theme",
    "/explain?group=国信证券",
    "/watch",
    "/sectors",
    f"/holdings?{_THEN}",
    "/reviews",
    "/reviews/2024Q3",
    "/returns?symbols=300418&from=2024-06-14",
    "/symbols/300418.SZ",
    "/reports",
    "/reports/2024-06-14-guosen-aigc",
    "/health",
    "/search?q=昆仑万维",
    "/downloads",
    "/words",
    "/api",
    "/nothing",
    f"/?as_of={EMPTY}",
    f"/themes?as_of={EMPTY}",
    f"/holdings?as_of={EMPTY}",
    "file:",
)
