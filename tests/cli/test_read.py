"""The command read: drafts as table, JSON and page; the ledger on --accept; nothing hostile in a text does anything."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import one_sentence, run

TEXTS: Final = Path(__file__).resolve().parents[1] / "reading" / "texts"
REPORT: Final = TEXTS / "01_numbered_colon.txt"
HOSTILE: Final = (
    "华泰证券\n# <script>alert(1)</script>标题一二三四\n日期：2023年9月4日\n\n"
    "1、=cmd|' /C calc'!A1主题：推荐贵州茅台、五粮液\x1b[31m\x07。\n"
    "2、[/red]<img src=x onerror=alert(1)>：推荐泸州老窖\u202e。\n"
    '3、"""\\u0000]]：推荐山西汾酒。\n'
)


def test_a_draft_is_json_and_writes_nothing(tmp_path: Path) -> None:
    draft = run("read", REPORT, "--json", "--accept", home=tmp_path).rows
    assert set(draft) == {"report", "recommendations", "sector_calls", "problems"}
    assert (draft["report"]["broker"], draft["report"]["published"]) == ("华泰证券", "2023-09-04")
    raw = REPORT.read_text("utf-8")
    for one in draft["recommendations"]:
        assert all(raw[quote["start"] : quote["end"]] == quote["text"] for quote in one["quotes"])
    assert list(tmp_path.rglob("*.toml")) == []


def test_a_draft_is_a_table_with_its_words(tmp_path: Path) -> None:
    said = run("read", REPORT, "--lang", "zh", home=tmp_path)
    assert said.code == 0
    assert all(word in said.out for word in ("半导体设备", "北方华创", "002371.SZ", "推荐"))


def test_accepting_writes_once_and_an_edited_file_stays(tmp_path: Path) -> None:
    assert run("read", REPORT, "--accept", home=tmp_path).code == 0
    (path,) = (tmp_path / "config" / "local" / "reports").glob("*.toml")
    assert path.name.startswith("2023-09-04-huatai-")
    written = path.read_bytes()
    again = run("read", REPORT, "--accept", home=tmp_path)
    assert "nothing was changed" in again.err
    assert path.read_bytes() == written
    path.write_text(written.decode().replace('strength = "watch"', 'strength = "focus"'), "utf-8")
    edited = path.read_bytes()
    third = run("read", REPORT, "--accept", home=tmp_path)
    assert third.code == 0
    assert "stays as it is" in third.err
    assert path.read_bytes() == edited


def test_what_the_text_does_not_say_is_asked_for(tmp_path: Path) -> None:
    text = tmp_path / "pasted.txt"
    text.write_text("建议关注贵州茅台。", "utf-8")
    said = run("read", text, "--accept", home=tmp_path)
    assert said.code == 2
    assert all(word in said.err for word in ("--broker", "--title", "--published"))
    assert list(tmp_path.rglob("*.toml")) == []


def test_a_folder_is_an_inbox_and_one_bad_file_stops_nothing(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.pdf").write_bytes(b"%PDF-1.4 not really")
    (inbox / "b.txt").write_bytes(REPORT.read_bytes())
    (inbox / "c.txt").write_bytes(b"\x00\xff\x00")
    said = run("read", inbox, "--accept", home=tmp_path)
    assert said.code == 1
    assert "damaged" in said.err
    assert "c.txt" in said.err
    assert len(list((tmp_path / "config" / "local" / "reports").glob("*.toml"))) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"x" * 3_000_001, "larger"), (b"%PDF-1.4 nothing", "damaged"), (b"\x00" * 40, "no text")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    one_sentence(run("read", path, home=tmp_path), 1, words)


def test_nothing_named_is_a_mistake(tmp_path: Path) -> None:
    one_sentence(run("read", home=tmp_path), 2, "--clipboard")


def test_a_hostile_text_is_inert_everywhere(tmp_path: Path) -> None:
    text, page = tmp_path / "hostile.txt", tmp_path / "page.html"
    text.write_text(HOSTILE, "utf-8")
    said = run("read", text, "--accept", "--title", "标题", "--page", page, home=tmp_path)
    assert said.code == 0, said.err
    assert not any(mark in said.out + said.err for mark in ("\x1b", "\x07", "\u202e"))
    html = page.read_text("utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert "\x1b" not in html
    assert "default-src 'none'" in html
    (ledger,) = (tmp_path / "config" / "local" / "reports").glob("*.toml")
    rows = tomllib.loads(ledger.read_text("utf-8"))["recommendations"]
    assert {row["symbol"] for row in rows} == {"600519.SH", "000858.SZ", "000568.SZ", "600809.SH"}
    again = run("recommendations", "--json", home=tmp_path)
    assert again.code in {0, 1}
    assert json.loads(again.out or "[]") == []


@pytest.mark.skipif(sys.platform == "win32", reason="the clipboard's program is a shell script here")
def test_the_clipboard_is_read_by_the_first_program_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs under the names of the true ones: one waits for a desktop for ever, one fails, one gives its text."""
    monkeypatch.setattr("watchlist.cli.read._PATIENCE", 0.2)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    programs = {"pbpaste": "exec sleep 60", "wl-paste": "exit 1"}
    for name, body in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        (tmp_path / name).chmod(0o700)
    one_sentence(run("read", "--clipboard", "--lang", "en", home=tmp_path), 2, "read -")
    (tmp_path / "xsel").write_text("#!/bin/sh\nprintf '建议关注中微公司。'\n", "utf-8")
    (tmp_path / "xsel").chmod(0o700)
    said = run("read", "--clipboard", "--json", home=tmp_path)
    assert [one["symbol"] for one in json.loads(said.out)["recommendations"]] == ["688012.SH"]


def test_what_a_person_must_decide_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("国信证券\n2024年6月1日\n推荐贵州茅台、某某新材，建议回避五粮液。\n", "utf-8")
    chinese = run("read", path, "--lang", "zh", home=tmp_path)
    # 5 characters with the broker, 10 with the day, and 推荐贵州茅台、
    assert "第 22 字：“某某新材”列于名单中，但不是已知的证券" in chinese.err
    problems = run("read", path, "--json", home=tmp_path).rows["problems"]
    raw = path.read_text("utf-8")
    assert {(one["kind"], one["text"]) for one in problems} == {
        ("unknown_name", "某某新材"), ("negative_advice", "建议回避五粮液"),
    }  # fmt: skip
    assert all(raw[one["start"] : one["end"]] == one["text"] and one["file"] == "a.txt" for one in problems)
