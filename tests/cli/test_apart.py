"""A report is read apart: one that takes too long, or brings its process down, takes nothing with it."""

import datetime as dt
import pickle
import resource
import sys
import zlib
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import one_sentence, run
from tests.cli.test_read import REPORT
from watchlist.domain.errors import Words
from watchlist.ledger.home import Home
from watchlist.reading.about import Told
from watchlist.steps.read import Unreadable
from watchlist.web.apart import ApartReader, BroughtDown

TODAY: Final = dt.date(2026, 1, 1)
# Every line is a list of its own: as slow as text of the size that is taken can be.
SLOW: Final = "推荐贵州茅台\n" * 60_000


def hurried(home: Path) -> None:
    path = home / "config" / "local" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("[reading]\nseconds = 0.1\n", "utf-8")


def test_what_takes_too_long_is_given_up(tmp_path: Path) -> None:
    hurried(tmp_path)
    text = tmp_path / "slow.txt"
    text.write_text(SLOW, "utf-8")
    one_sentence(run("read", text, home=tmp_path), 1, "slow.txt", "0.1 s", "reading.seconds")


def test_the_others_of_a_folder_are_read_all_the_same(tmp_path: Path) -> None:
    hurried(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(SLOW, "utf-8")
    (inbox / "b.txt").write_bytes(REPORT.read_bytes())
    said = run("read", inbox, "--json", home=tmp_path)
    assert said.code == 1
    assert "a.txt" in said.err
    assert "002371.SZ" in said.out


def test_a_process_that_ends_is_told_and_replaced(tmp_path: Path) -> None:
    with ApartReader(Home(tmp_path), 30) as reader:
        assert reader.read("建议关注贵州茅台。".encode(), Told(), TODAY).draft.recommendations
        process = reader._process  # noqa: SLF001 - nothing of ours brings it down
        assert process is not None
        process.kill()
        process.join()
        with pytest.raises(BroughtDown):
            reader.read(b"x", Told(), TODAY)
        again = reader.read("建议关注五粮液。".encode(), Told(), TODAY)
        assert [one.symbol for one in again.draft.recommendations] == ["000858.SZ"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_what_unpacks_without_end_takes_no_memory_but_its_own(tmp_path: Path) -> None:
    """A page of two kilobytes, packed twice, whose content is a thousand million blanks."""
    packing = zlib.compressobj(9)
    once = b"".join(packing.compress(b" " * 1_000_000) for _ in range(1_000)) + packing.flush()
    content = pdf_of(zlib.compress(once, 9), b"[/FlateDecode /FlateDecode]")
    assert len(content) < 3_000
    with ApartReader(Home(tmp_path), 60) as reader:
        with pytest.raises((BroughtDown, Unreadable)) as raised:
            reader.read(content, Told(), TODAY, "bomb.pdf")
        assert "bomb.pdf" in raised.value.text("en")
        # RUSAGE_CHILDREN counts what ended; the other process may still be there.
        assert reader.read("建议关注贵州茅台。".encode(), Told(), TODAY).draft.recommendations
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_500_000  # kilobytes


def pdf_of(content: bytes, filters: bytes) -> bytes:
    """Write a page by hand (ISO 32000): its content as it is, under the filters named."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
    ]  # fmt: skip
    text, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return text + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table, len(text))  # fmt: skip


def test_a_wrong_list_of_names_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "config" / "local" / "names.csv"
    path.parent.mkdir(parents=True)
    path.write_text("symbol,name,kind,from,to\nnobody,x,short,,\n", "utf-8")
    one_sentence(run("read", REPORT, home=tmp_path), 1, "names.csv", "line 2")


def test_an_error_keeps_its_words_between_processes() -> None:
    again = pickle.loads(pickle.dumps(Unreadable(file="a.txt", why=Words("gone.", "没了。"))))  # noqa: S301 - our own bytes
    assert isinstance(again, Unreadable)
    assert ("gone" in again.text("en"), "没了" in again.text("zh")) == (True, True)
