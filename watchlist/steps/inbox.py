"""Accept: a draft becomes a file of the user's own ledger; what a person has written is never overwritten."""

import datetime as dt
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from watchlist.domain.errors import WatchlistError
from watchlist.ledger.draft import Reading, checked, missing, refused, report_id, report_table, toml_of
from watchlist.ledger.home import REPORTS, Home
from watchlist.ledger.report import Report
from watchlist.ledger.reports import load_report
from watchlist.ledger.texts import keep_text
from watchlist.ledger.whole_file import write_whole

SUFFIXES: Final = frozenset({".txt", ".md", ".markdown", ".pdf", ".text"})
_BY_HAND: Final = {"id", "evidence", "title", "published", "published_at", "text"}


class NothingToAccept(WatchlistError):
    """A text recommends nothing: there is nothing for the ledger."""

    en = "{file} recommends nothing that could be read: nothing was written."
    zh = "{file} 中没有读到任何推荐：未写入任何内容。"


class NotAccepted(WatchlistError):
    """A draft is none that the ledger takes."""

    en = "{file} cannot be accepted: {what}"
    zh = "{file} 无法写入台账：{what}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a draft: ``written``, ``unchanged``, or ``differs`` from a file that is there and stays."""

    outcome: Literal["written", "unchanged", "differs"]
    path: Path
    differences: tuple[str, ...] = ()


def accept(home: Home, reading: Reading, evidence: str | None = None) -> Accepted:
    """Write a draft to ``config/local/reports/``, and keep a copy of its text; a second time changes nothing.

    Raises:
        SilentText: broker, title or day is known to nobody.
        NothingToAccept: nothing is recommended.
        UnsafePath: the disk refuses.
    """
    if not reading.draft.recommendations and not reading.draft.sectors:
        raise NothingToAccept(file=reading.file)
    there = _same_text(home, reading.sha256)
    if there is None:
        missing(reading.draft, reading.file)
    stem = there[1].id if there else _stem(reading)
    about = reading.draft.about
    table = report_table(reading, stem, evidence)
    if there:
        table |= {"title": about.title or there[1].title, "published": about.published or there[1].published}
        table |= {"broker": about.broker or there[1].broker}
    report = _checked(table, reading.file)
    if there:
        keep_text(home, there[1].id, reading.raw)
        found = differences(there[1], report)
        return Accepted("differs" if found else "unchanged", there[0], found)
    path = home.local / REPORTS / f"{stem}.toml"
    if path.exists():
        found = differences(load_report(home, path), report)
        return Accepted("differs" if found else "unchanged", path, found)
    write_whole(
        home, path, toml_of(table, f"{about.broker}: {about.title}. Drafted from {reading.file}; yours to correct.")
    )
    load_report(home, path)
    keep_text(home, stem, reading.raw)
    return Accepted("written", path)


def differences(there: Report, drafted: Report) -> tuple[str, ...]:
    """List, line by line, what a ledger's report and a draft say differently; how a person dated and named it stays."""
    return tuple(
        line
        for line in difflib.unified_diff(_lines(there), _lines(drafted), "ledger", "draft", lineterm="", n=0)
        if not line.startswith("@@")
    )


def inbox_files(folder: Path) -> list[Path]:
    """List the files of a folder that may be reports, by name."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)


def _same_text(home: Home, sha256: str) -> tuple[Path, Report] | None:
    for path in home.reports:
        report = load_report(home, path)
        if report.text is not None and report.text.sha256 == sha256:
            return path, report
    return None


def _stem(reading: Reading) -> str:
    about = reading.draft.about
    return report_id(about.broker or "", about.title or "", about.published or dt.date.min)


def _checked(table: dict[str, Any], file: str) -> Report:
    try:
        return checked(table)
    except ValidationError as error:
        raise NotAccepted(file=file, what=refused(error)) from None


def _lines(report: Report) -> list[str]:
    lines = [
        f"{key} = {value}"
        for key, value in sorted(
            report.model_dump(
                mode="json", exclude=_BY_HAND | {"recommendations", "sector_calls"}, exclude_none=True
            ).items()
        )
    ]
    for one in report.recommendations:
        head = f"{one.theme or '-'} | {one.symbol} {one.name} | {one.verb or one.rating} | {one.strength}"
        target = f" | {one.target_price} {one.currency}" if one.target_price else ""
        lines.append(head + target)
        lines += [f"  {one.symbol} [{q.start}, {q.end}) {' '.join(q.text.split())[:60]}" for q in one.quotes]
    lines += [f"sector {'/'.join(one.what)} | {one.verb or one.rating}" for one in report.sector_calls]
    return lines
