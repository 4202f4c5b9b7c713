"""SQL is never put together from what came in: every text that is no constant stands here, with its reason."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT

ASKS: Final = {"execute", "executemany", "executescript", "query", "read_sql"}
OURS: Final = "names of tables and columns that stand in the program itself"
# module:function -> what goes into its SQL.
MADE_HERE: Final = {
    "storage/database:_refresh_views": "names of the views there are, and the files of db/views",
    "storage/database:_steps": "the files of db/migrations",
    "storage/database:apply": "the files of db/migrations",
    "storage/frozen:score_runs": OURS,
    "storage/holdings:_seal": OURS,
    "storage/holdings:load_snapshots": "a condition that stands above it",
    "storage/bulk:_refuse": "a column's check as the table's own definition has it; values go in as one bound JSON",
    "storage/bulk:_unchecked": "a number that stands above it, and the one SQLite gave",
    "storage/bulk:insert_columns": OURS,
    "storage/glance:_value": "what its callers in this module ask, each a constant",
    "storage/imports:_newest": OURS,
    "storage/ledger:_append": OURS,
    "storage/ledger:record_revisions": OURS,
    "storage/mention_columns:load_mention_columns": OURS,
    "storage/prices:_blocks": "what its callers in this module ask, each a constant; values are bound",
    "storage/prices:_plain": "what its callers in this module ask, each a constant; values are bound",
    "storage/prices:_seal_stored": OURS,
    "storage/prices:_store_bars": "one of two constants of its module; values are bound",
    "storage/score_files:_insert": "names of a row's own columns; its values are bound by them",
    "storage/scores:load_scores": OURS,
    "storage/scores:save_score_run": OURS + ", and the number of the run that was just made",
    "storage/seals:_found_in": OURS,
    "storage/seals:_types": OURS,
    "storage/seals:is_sealed": OURS,
    "storage/seals:mismatched_revisions": OURS,
    "storage/seals:suspects": OURS,
}  # fmt: skip


def unfixed(source: str, module: str) -> Iterator[str]:
    """Name the functions that ask a database by a text which is not written out where it is used."""
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        said = _assigned(tree) | _assigned(function)
        for call in ast.walk(function):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ASKS):
                continue
            if call.args and not _is_fixed(call.args[0], said):
                yield f"{module}:{function.name}"


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """Give every value that a name is given, at the top of a module or anywhere in a function."""
    nodes = tree.body if isinstance(tree, ast.Module) else ast.walk(tree)
    said: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            said.setdefault(ast.unparse(node.target), []).append(node.value)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                said.setdefault(ast.unparse(target), []).append(node.value)
    return said


def _is_fixed(text: ast.expr, said: dict[str, list[ast.expr]]) -> bool:
    if isinstance(text, ast.Constant):
        return True
    if isinstance(text, ast.Name):
        values = said.get(text.id)
        return values is not None and all(_is_fixed(one, {}) for one in values)
    if isinstance(text, ast.IfExp):
        return _is_fixed(text.body, said) and _is_fixed(text.orelse, said)
    return False


def found() -> set[str]:
    return {
        one
        for path in sorted((ROOT / "watchlist").rglob("*.py"))
        for one in unfixed(path.read_text("utf-8"), path.relative_to(ROOT / "watchlist").with_suffix("").as_posix())
    }


def test_sql_that_is_put_together_is_on_the_list() -> None:
    assert found() - MADE_HERE.keys() == set(), "bind values with ?; names of ours go on the list, with the reason"


def test_the_list_holds_nothing_that_is_gone() -> None:
    assert MADE_HERE.keys() - found() == set()


def test_sql_is_spoken_in_storage_alone() -> None:
    assert {one.split("/")[0] for one in MADE_HERE} == {"storage"}


@pytest.mark.parametrize(
    ("source", "bad"),
    [
        ("def f(c, x): c.execute(f'select {x}')", True),
        ("def f(c, x): c.execute('select ' + x)", True),
        ("def f(c, x): c.execute('select %s' % x)", True),
        ("def f(c, x): c.execute('select {}'.format(x))", True),
        ("def f(c, x):\n  q = f'select {x}'\n  c.execute(q)", True),
        ("def f(c, x):\n  q = 'select 1'\n  q = x\n  c.execute(q)", True),
        ("def f(c, q): c.execute(q)", True),
        ("def f(c, x): c.conn.executemany(f'insert {x}', [])", True),
        ("def f(c, x): c.execute('select ?', (x,))", False),
        ("def f(c, x): c.execute('select 1 '\n  'from a where b = ?', (x,))", False),
        ("Q = 'select ?'\ndef f(c, x): c.execute(Q, (x,))", False),
        ("def f(c, x):\n  q = 'a'\n  c.execute(q if x else 'b')", False),
    ],
)
def test_the_scan_sees_what_it_should(source: str, bad: bool) -> None:  # noqa: FBT001 - a case and its answer
    assert list(unfixed(source, "m")) == (["m:f"] if bad else [])


def test_every_module_of_storage_is_looked_at() -> None:
    assert len(list((ROOT / "watchlist" / "storage").glob("*.py"))) > 20
    assert Path(ROOT / "watchlist" / "storage" / "seals.py").is_file()
