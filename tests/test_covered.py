"""What the tests reach: added up on a small report by hand; the table of the documents keeps what is asked."""

from tests.architecture import FLOORS
from tests.covered import BEGIN, END, Reach, folders, percent, read, table
from tests.house import PAGE


def counted(statements: int, run: int, branches: int, taken: int) -> dict[str, dict[str, int]]:
    return {"summary": {
        "num_statements": statements, "covered_lines": run, "num_branches": branches, "covered_branches": taken,
    }}  # fmt: skip


REPORT = {"files": {
    "watchlist/core/entry.py": counted(30, 30, 10, 9),
    "watchlist/core/returns.py": counted(50, 50, 10, 10),
    "watchlist/__init__.py": counted(1, 1, 0, 0),
}}  # fmt: skip


def test_folders_are_added_up_as_by_hand() -> None:
    core = folders(read(REPORT))[list(FLOORS).index("core")]
    assert core == Reach("core", 80, 80, 20, 19)
    assert (core.share, core.asked) == (0.99, 1)  # (80 + 19) of (80 + 20)
    assert "| core    | 1     | 80         | 80  | 20       | 19    | 99.0%   | 100%  |" in table(read(REPORT))


def test_almost_all_is_not_all() -> None:
    assert (percent(0.99999), percent(1.0), percent(0.95)) == ("99.9%", "100.0%", "95.0%")


def test_the_documents_show_every_folder_with_what_is_asked_of_it() -> None:
    shown = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown.splitlines()[2:]]
    assert [row[0] for row in rows] == [*FLOORS, "all"]
    assert [row[0] for row in rows if float(row[-2][:-1]) < float(row[-1][:-1])] == []
