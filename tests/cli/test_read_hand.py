"""Adding, editing, withdrawing and naming by hand: the user's own files change, the tracked ones never."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import one_sentence, run
from watchlist.ledger.home import CHECKOUT

ADD = ("add", "600519", "--broker", "招商证券", "--date", "2024-06-14", "--theme", "白酒", "--rating", "买入")


def ledger(home: Path) -> list[dict[str, Any]]:
    (path,) = (home / "config" / "local" / "reports").glob("*.toml")
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["recommendations"]
    return rows


def test_one_recommendation_is_added_and_its_offsets_computed(tmp_path: Path) -> None:
    assert run(*ADD, "--target", "2000", "--note", "我们推荐贵州茅台", home=tmp_path).code == 0
    (row,) = ledger(tmp_path)
    assert (row["symbol"], row["rating"], row["target_price"], row["currency"]) == ("600519.SH", "买入", 2000, "CNY")
    quote = row["quotes"][0]
    assert quote["text"][quote["name_start"] : quote["name_end"]] == "贵州茅台"


def test_a_second_goes_into_the_same_file_and_none_twice(tmp_path: Path) -> None:
    run(*ADD, home=tmp_path)
    assert run("add", "五粮液", *ADD[2:], home=tmp_path).code == 0
    assert len(ledger(tmp_path)) == 2
    one_sentence(run(*ADD, "--lang", "en", home=tmp_path), 2, "python main.py edit 2024-06-14-cms-手工记录")
    assert len(ledger(tmp_path)) == 2


def test_a_second_leaves_every_word_that_a_person_wrote(tmp_path: Path) -> None:
    run(*ADD, home=tmp_path)
    (own,) = (tmp_path / "config" / "local" / "reports").glob("*.toml")
    mine = own.read_text("utf-8").replace("evidence = ", "# 电话会议上说的\nevidence = ") + "# 目标价待查\n"
    own.write_text(mine, "utf-8")
    assert run("add", "五粮液", *ADD[2:], home=tmp_path).code == 0
    assert own.read_text("utf-8").startswith(mine.rstrip())
    assert [row["name"] for row in ledger(tmp_path)] == ["贵州茅台", "五粮液"]


def test_a_second_says_what_is_wrong_in_the_file_and_leaves_it(tmp_path: Path) -> None:
    run(*ADD, home=tmp_path)
    (own,) = (tmp_path / "config" / "local" / "reports").glob("*.toml")
    own.write_text(own.read_text("utf-8") + "strength = \n", "utf-8")
    mine = own.read_bytes()
    one_sentence(run("add", "五粮液", *ADD[2:], home=tmp_path), 1, own.name)
    assert own.read_bytes() == mine


def test_an_unknown_security_is_refused(tmp_path: Path) -> None:
    one_sentence(run("add", "没有这家", *ADD[2:], home=tmp_path), 2, "没有这家")


def test_editing_a_tracked_report_edits_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracked = CHECKOUT / "config" / "reports" / "2024-06-14-guosen-aigc.toml"
    before = tracked.read_bytes()
    own = tmp_path / "config" / "local" / "reports" / tracked.name
    monkeypatch.setenv("EDITOR", "true")  # a person who looks and changes nothing
    assert "Nothing was changed" in run("edit", "guosen", "--lang", "en", home=tmp_path).err
    assert not own.exists()
    monkeypatch.setenv("EDITOR", str(tmp_path / "no-such-editor"))
    one_sentence(run("edit", "guosen", home=tmp_path), 2, tracked.name)
    assert own.read_bytes() == before  # to be opened by hand
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho "# 待核对" >> "$1"\n', "utf-8")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    for times in (1, 2):
        assert run("edit", tracked.stem, home=tmp_path).code == 0
        assert own.read_bytes() == before + "# 待核对\n".encode() * times
    assert tracked.read_bytes() == before
    one_sentence(run("edit", "nobody", home=tmp_path), 2, "nobody")


def test_a_retraction_is_appended_with_its_reason(tmp_path: Path) -> None:
    from watchlist.domain.identity import recommendation_id  # noqa: PLC0415 - what the user copies from a table

    rec = recommendation_id("2024-04-17-shanghai-media-weekly", "MR", "603466.SH")
    said = run("retract", rec[:8], "--why", "录入错误", home=tmp_path)
    assert said.code == 0
    assert "603466.SH" in said.out
    kept = tomllib.loads((tmp_path / "config" / "local" / "retractions.toml").read_text("utf-8"))["retracted"]
    assert [(one["id"], one["why"]) for one in kept] == [(rec, "录入错误")]
    one_sentence(run("retract", rec, "--why", "again", home=tmp_path), 2, "录入错误")
    one_sentence(run("retract", "ffffffffffffffff", "--why", "x", home=tmp_path), 2)


def test_themes_are_mapped_merged_renamed_and_undone(tmp_path: Path) -> None:
    run(*ADD, home=tmp_path)
    assert "白酒" in run("theme", "list", home=tmp_path).out
    assert run("theme", "map", "白酒", "ai", home=tmp_path).code == 0
    own = tmp_path / "config" / "local" / "themes.toml"
    assert tomllib.loads(own.read_text("utf-8"))["mapped"] == {"白酒": "ai"}
    assert run("theme", "rename", "mr", "混合现实", home=tmp_path).code == 0
    assert run("theme", "merge", "new-film", "ai-video", home=tmp_path).code == 0
    assert tomllib.loads(own.read_text("utf-8"))["mapped"]["影视新模式"] == "ai-video"
    assert run("theme", "undo", home=tmp_path).code == 0
    assert "影视新模式" not in tomllib.loads(own.read_text("utf-8"))["mapped"]
    one_sentence(run("theme", "merge", "ai", "ai", home=tmp_path), 2, "itself")
    one_sentence(run("theme", "map", "白酒", "nothing-like-it", home=tmp_path), 2)


@pytest.mark.parametrize(("name", "code"), [("", 1), ("  ", 1), ("大模型/IP/数据", 2)])
def test_a_name_that_cannot_be_leaves_the_themes_as_they_were(tmp_path: Path, name: str, code: int) -> None:
    one_sentence(run("theme", "rename", "ai", name, home=tmp_path), code)
    assert run("theme", "list", home=tmp_path).code == 0


def test_a_rating_that_nobody_prints_is_refused_and_a_verb_is_none(tmp_path: Path) -> None:
    words = one_sentence(run(*ADD[:-1], "很好", "--lang", "en", home=tmp_path), 2, "很好", "中性")
    assert "卖出" in words
    assert not (tmp_path / "config" / "local").exists()
    assert run(*ADD[:-1], "建议关注", home=tmp_path).code == 0


def test_a_new_theme_takes_what_is_printed_under_its_name(tmp_path: Path) -> None:
    run(*ADD, home=tmp_path)
    said = run("theme", "list", "--lang", "en", home=tmp_path)
    assert "suggestion" in said.out
    assert 'Without a theme: 1. theme map "白酒" THEME gives it to one, theme add makes one.' in said.err
    assert run("theme", "add", "liquor", "白酒", "--english", "Liquor", home=tmp_path).code == 0
    said = run("theme", "list", "--lang", "en", home=tmp_path)
    assert "suggestion" not in said.out
    assert said.err == ""
    assert "Liquor" in said.out
    assert run("theme", "undo", home=tmp_path).code == 0
    assert '"白酒"' in run("theme", "list", home=tmp_path).err


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (("add", "酒", "酒类"), "no id of a theme"), (("add", "ai", "另一个"), "theme ai already"),
        (("add", "other", "MR"), "theme mr already"), (("rename", "ai", "MR"), "theme mr already"),
        (("map", "白酒", "wine"), "make it with python main.py theme add ID NAME"),
    ],
)  # fmt: skip
def test_what_no_theme_can_be_is_one_sentence_and_changes_nothing(
    tmp_path: Path, typed: tuple[str, ...], word: str
) -> None:
    one_sentence(run("theme", *typed, "--lang", "en", home=tmp_path), 2, word)
    assert not (tmp_path / "config" / "local" / "themes.toml").exists()


def test_a_name_that_nothing_prints_is_mapped_and_that_is_said(tmp_path: Path) -> None:
    said = run("theme", "map", "酒水", "ai", "--lang", "en", home=tmp_path)
    assert said.code == 0
    assert "No report or list prints 酒水 so far." in said.err
