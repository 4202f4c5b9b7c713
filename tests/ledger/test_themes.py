"""Printed names find the user's themes, however they are spelled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from watchlist.domain.errors import UnknownWord
from watchlist.ledger.home import Home
from watchlist.ledger.reports import load_reports
from watchlist.ledger.themes import UNASSIGNED, Themes, load_themes

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def themes(home: Home) -> Themes:
    return load_themes(home)


def test_every_printed_theme_of_the_ledger_is_mapped(home: Home, themes: Themes) -> None:
    printed = {one.theme for report in load_reports(home) for one in report.recommendations}
    found = {text: theme.id if (theme := themes.of_printed(text)) else None for text in printed}
    assert found == {
        "大模型、IP及数据": "large-models",
        "AI+视频\\营销\\游戏": "ai-video",
        "AI": "ai",
        "MR": "mr",
        "游戏新模式": "new-games",
        "影视新模式": "new-film",
    }


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("ai-video", "ai-video"),
        ("AI-VIDEO", "ai-video"),
        ("AI+视频/营销/游戏", "ai-video"),
        ("ＡＩ＋视频＼营销＼游戏", "ai-video"),
        (" AI+视频 / 营销 / 游戏 ", "ai-video"),
        ("ai", "ai"),
        ("大模型、IP及数据", "large-models"),
        ("游戏", "new-games"),
        ("新影视", "new-film"),
        ("mixed reality", "mr"),
        ("Large models, IP and data", "large-models"),
        ("传媒涨幅榜", "media-gainers"),
        ("未归类", "unassigned"),
        ("unassigned", "unassigned"),
    ],
)
def test_a_theme_is_found_by_any_of_its_names(themes: Themes, text: str, theme: str) -> None:
    assert themes.find(text).id == theme


def test_what_is_mapped_to_nothing_is_unassigned(themes: Themes) -> None:
    assert themes.of_printed("卫星互联网") is None
    assert themes.of_printed("") is None
    assert (UNASSIGNED.id, UNASSIGNED.name) == ("unassigned", "未归类")


def test_an_unknown_theme_gets_the_nearest_name(themes: Themes, sentence: Sentence) -> None:
    assert sentence(lambda: themes.find("ai-vidoe")) == '--theme does not know "ai-vidoe". Did you mean ai-video?'
    assert sentence(lambda: themes.find("卫星", option="theme map")) == (
        'theme map does not know "卫星". Known: large-models, ai-video, ai, mr, new-games, new-film, media-gainers.'
    )
    with pytest.raises(UnknownWord) as caught:
        themes.find("影视新模")
    assert caught.value.text("zh") == "--theme 不认识“影视新模”。是不是 影视新模式？"


ROW = '[[themes]]\nid = "{}"\nname = "{}"\nname_en = "{}"\nprinted = {}\n'


def test_the_users_own_theme_takes_the_place_of_the_tracked_one(home: Home, write: Write) -> None:
    write(
        "local/themes.toml",
        ROW.format("mr", "混合现实", "MR glasses", '["XR"]') + ROW.format("space", "卫星", "Space", "[]"),
    )
    own = load_themes(home)
    assert [theme.id for theme in own.themes][-1] == "space"
    assert own.find("XR").name == "混合现实"
    assert own.find("mr").id == "mr"
    assert own.of_printed("Mixed reality") is None


def test_a_printed_name_can_be_mapped_by_itself(home: Home, write: Write) -> None:
    write("local/themes.toml", '[mapped]\n"卫星互联网" = "mr"\n"游戏" = "ai-video"\n')
    own = load_themes(home)
    assert own.find("卫星互联网").id == "mr"
    assert own.find("游戏").id == "ai-video"
    assert own.find("游戏新模式").id == "new-games"


WRONG = [
    (ROW.format("xr", "XR", "XR", '["MR"]'), 'themes[1] (line 1): mr and xr both claim "MR". Leave it to one.'),
    (ROW.format("xr", "XR", "x", "[]") + ROW.format("xr", "X", "x", "[]"), "themes[2].id (line 7): xr is taken."),
    (ROW.format("unassigned", "无", "None", "[]"), "themes[1].id (line 2): unassigned is taken."),
    (ROW.format("X R", "XR", "x", "[]"), "themes[1].id (line 2): must look like ^[a-z0-9][a-z0-9-]*$."),
    ('[[themes]]\nid = "xr"\nnam = "XR"\nname_en = "x"', "themes[1].nam (line 3): unknown key. Did you mean name?"),
    ('[mapped]\n"卫星" = "m"', 'mapped.卫星 (line 2): no theme has the id "m". Did you mean mr?'),
    (
        '[[themes]]\nid = "xr"\nname = "XR"\nname_en = "x"\nbenchmark = "801760"',
        'themes[1].benchmark (line 5): "801760" is no symbol such as 300418.SZ.',
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_a_wrong_file_is_refused(home: Home, write: Write, sentence: Sentence, text: str, said: str) -> None:
    write("local/themes.toml", text)
    assert sentence(lambda: load_themes(home)) == f"config/local/themes.toml: {said}"
