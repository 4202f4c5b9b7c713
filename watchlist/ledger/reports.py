"""The ledger: one file a report, tracked in ``config/reports/`` or the user's own in ``config/local/reports/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watchlist.domain.errors import ConfigProblem, Words
from watchlist.ledger.home import Home
from watchlist.ledger.report import Report
from watchlist.ledger.toml_file import check, problem, read_table


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's files: the reports of those that can be read, by day, and what is wrong with the others, by id."""

    reports: tuple[Report, ...]
    broken: Mapping[str, ConfigProblem]


def load_reports(home: Home) -> list[Report]:
    """Read the whole ledger, tracked and the user's own, by date of publication, then by id.

    Raises:
        ConfigProblem: a file is wrong, or two files are one report.
    """
    ledger = load_ledger(home)
    for wrong in ledger.broken.values():
        raise wrong
    return list(ledger.reports)


def load_ledger(home: Home) -> Ledger:
    """Read what can be read of the ledger, so that one bad file never holds up the others."""
    reports: list[Report] = []
    broken: dict[str, ConfigProblem] = {}
    files: dict[object, Path] = {}
    for path in home.reports:
        try:
            report = load_report(home, path)
            first = files.setdefault((report.broker, report.title, report.published), path)
            if first != path:
                what = Words(f"the same report as {home.shown(first)}", f"与 {home.shown(first)} 是同一份研报")
                raise problem(home, path, ("title",), what, Words(" Remove one of them.", "请删除其一。"))
            reports.append(report)
        except ConfigProblem as wrong:
            broken[path.stem] = wrong
    return Ledger(tuple(sorted(reports, key=lambda report: (report.published, report.id))), broken)


def load_report(home: Home, path: Path) -> Report:
    """Read one file of the ledger; its id is the stem of the file and need not be written.

    Raises:
        ConfigProblem: one sentence naming file, key, line and the nearest right word.
    """
    table = read_table(home, path)
    report = check(home, [(path, {"id": path.stem} | table)], Report)
    if report.id != path.stem:
        what = Words(f'id "{report.id}" is not the name of its file', f"id “{report.id}”与文件名不符")
        raise problem(home, path, ("id",), what, Words(f' Write id = "{path.stem}".', f'请写 id = "{path.stem}"。'))
    return report
