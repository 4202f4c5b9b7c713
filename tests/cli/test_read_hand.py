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
    one_sentence(run(*ADD, home=tmp_path), 2, "already")
    assert len(ledger(tmp_path)) == 2


def test_an_unknown_security_is_refused(tmp_path: Path) -> None:
    one_sentence(run("add", "没有这家", *ADD[2:], home=tmp_path), 2, "没有这家")


def test_editing_a_tracked_report_edits_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    tracked = CHECKOUT / "config" / "reports" / "2024-06-14-guosen-aigc.toml"
    before = tracked.read_bytes()
    assert run("edit", "guosen", home=tmp_path).code == 0
    assert (tmp_path / "config" / "local" / "reports" / tracked.name).read_bytes() == before
    assert tracked.read_bytes() == before


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


@pytest.mark.parametrize("name", ["", "  ", "大模型/IP/数据"])
def test_a_name_that_cannot_be_leaves_the_themes_as_they_were(tmp_path: Path, name: str) -> None:
    one_sentence(run("theme", "rename", "ai", name, home=tmp_path), 1)
    assert run("theme", "list", home=tmp_path).code == 0
