"""The house keeps its rules, and each rule can fail: it is shown on a small house built to break it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests import architecture
from tests.architecture import House, read_house

ROOT: Final = Path(__file__).resolve().parent.parent
HEAVY: Final = frozenset({
    "akshare", "exchange_calendars", "jinja2", "numpy", "pandas", "pydantic", "rich", "scipy", "sqlite_utils",
    "statsmodels", "tomlkit", "yfinance",
})  # fmt: skip
Rule = Callable[[House], Iterator[str]]


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    house = read_house(ROOT)
    assert house, "there is no house to look at"
    assert list(rule(house)) == []


def loaded_by(module: str, root: Path) -> set[str]:
    """Import ``module`` in a fresh Python and give the top-level names of everything that came with it."""
    code = f"import json, sys; import {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_starting_loads_nothing_heavy() -> None:
    assert loaded_by("watchlist.cli", ROOT) & HEAVY == set()


def test_a_heavy_start_would_be_seen(tmp_path: Path) -> None:
    build(tmp_path, {"cli.py": "def main():\n    import tomlkit\n"})
    assert loaded_by("watchlist.cli", tmp_path) & HEAVY == set()
    build(tmp_path, {"cli.py": "from watchlist.output import table\n", "output/table.py": "import tomlkit\n"})
    assert loaded_by("watchlist.cli", tmp_path) & HEAVY == {"tomlkit"}


def build(root: Path, files: dict[str, str]) -> House:
    """Write a small house: paths under ``watchlist/`` to source; every file gets the docstring it needs."""
    for name, source in {"__init__.py": "", **files}.items():
        path = root / "watchlist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""A room."""\n{source}', "utf-8")
    return read_house(root)


# rule, files of a house that breaks it, words of the one finding
BROKEN: Final = [
    ("floors", {"core/a.py": "import watchlist.steps.b", "steps/b.py": ""}, "floor 1 imports watchlist.steps.b"),
    ("floors", {"domain/a.py": "from ..core import b", "core/b.py": ""}, "floor 0 imports watchlist.core.b"),
    ("floors", {"core/a.py": "def f():\n    from watchlist.cli import g", "cli.py": ""}, "core.a:3: floor 1 imports"),
    ("floors", {"core/a.py": "import watchlist.reading.b", "reading/b.py": ""}, "imports watchlist.reading.b"),
    ("floors", {"storage/a.py": "import watchlist.sources.files", "sources/files.py": ""}, "watchlist.sources.files"),
    ("floors", {"sources/a.py": "import watchlist.ledger.b", "ledger/b.py": ""}, "imports watchlist.ledger.b"),
    ("floors", {"steps/update.py": "import watchlist.steps.score", "steps/score.py": ""}, "only daily may"),
    ("floors", {"steps/update.py": "from . import daily", "steps/daily.py": ""}, "imports the step watchlist.steps.d"),
    ("floors", {"queries/a.py": "import watchlist.steps.b", "steps/b.py": ""}, "imports watchlist.steps.b"),
    ("floors", {"output/a.py": "import watchlist.cli", "cli/__init__.py": ""}, "imports watchlist.cli"),
    ("floors", {"attic/a.py": ""}, "no floor is named for attic"),
    ("circles", {"core/a.py": "from watchlist.core import b", "core/b.py": "from .a import f"}, "core.a -> watchlist"),
    ("purity", {"core/a.py": "import os.path"}, "imports os.path"),
    ("purity", {"domain/a.py": "from pathlib import Path"}, "imports pathlib.Path"),
    ("purity", {"reading/a.py": "def f():\n    import requests"}, "reading.a:3: a pure floor imports requests"),
    ("purity", {"core/a.py": "import importlib\nimportlib.import_module('akshare')"}, "imports akshare"),
    ("purity", {"core/a.py": "print(1)"}, "calls print"),
    ("purity", {"core/a.py": "with open('x') as f: pass"}, "calls open"),
    ("purity", {"core/a.py": "import datetime as dt\nx = dt.datetime.now(dt.UTC)"}, "uses datetime.datetime.now"),
    (
        "purity",
        {"core/a.py": "from datetime import date as day\nx = dict(today=day.today)"},
        "uses datetime.date.today",
    ),
    ("purity", {"core/a.py": "import pandas as pd\nx = pd.read_csv('x')"}, "uses pandas.read_csv"),
    ("purity", {"core/a.py": "import pandas as pd\nx = pd.Timestamp.now()"}, "uses pandas.Timestamp.now"),
    ("purity", {"core/a.py": "import numpy as np\nx = np.random"}, "uses numpy.random"),
    ("sql_in_storage", {"steps/a.py": "q = 'select symbol from bars '"}, "SQL outside storage: select symbol"),
    ("sql_in_storage", {"cli.py": "q = f'''\n  INSERT OR IGNORE INTO {t} values (1)'''"}, "INSERT OR IGNORE INTO x"),
    ("sql_in_storage", {"cli.py": "q = f'select {columns} from {t} where 1'"}, "select x from x where"),
    ("sql_in_storage", {"output/a.py": "q = 'update bars set close = 1'"}, "update bars set"),
    ("sql_in_storage", {"steps/a.py": "q = 'delete from bars where 1'"}, "delete from bars"),
    ("sql_in_storage", {"web/a.py": "q = 'create table t (a) strict'"}, "create table"),
    ("sql_in_storage", {"steps/a.py": "q = 'pragma user_version'"}, "pragma user_version"),
    ("sql_in_storage", {"steps/a.py": "q = 'with r as (select 1) select 2'"}, "with r as (select 1)"),
    ("sql_in_storage", {"steps/a.py": "from sqlite_utils import Database\nd = Database()"}, "calls Database outside"),
    ("sql_in_storage", {"cli.py": "import sqlite3 as s\nc = s.connect('x')"}, "calls s.connect outside storage"),
    ("sql_in_storage", {"steps/a.py": "def f(c):\n    c.execute(q)"}, "calls c.execute outside storage"),
    ("sizes", {"core/a.py": "x = 1\n" * 400}, "401 lines, over 400"),
    ("sizes", {"core/a.py": "def f():\n" + "    x = 1\n" * 50}, "f has 51 lines, over 50"),
    ("telling_names", {"core/utils.py": ""}, "utils says nothing"),
    ("telling_names", {"core/price_helper.py": ""}, "helper says nothing"),
    ("telling_names", {"common/a.py": ""}, "common says nothing"),
]


@pytest.mark.parametrize(("rule", "files", "words"), BROKEN)
def test_a_broken_rule_is_found(tmp_path: Path, rule: str, files: dict[str, str], words: str) -> None:
    findings = list(getattr(architecture, rule)(build(tmp_path, files)))
    assert len(findings) == 1
    assert words in findings[0]


def test_a_module_without_an_opening_sentence_is_found(tmp_path: Path) -> None:
    house = build(tmp_path, {"core/a.py": ""})
    (tmp_path / "watchlist" / "core" / "a.py").write_text("x = 1\n", "utf-8")
    assert list(architecture.opening_sentences(read_house(tmp_path))) == [
        "watchlist.core.a:1: does not open with a docstring"
    ]
    assert list(architecture.opening_sentences({"watchlist": house["watchlist"]})) == []


GOOD: Final = {
    "domain/__init__.py": "",
    "domain/model.py": "from watchlist import __version__",
    "core/returns.py": "import datetime as dt\nimport numpy as np\nfrom watchlist.domain.model import x\n"
    "def f(open, today: dt.date):\n    return open.mean()",
    "core/scoring.py": "from watchlist.core import returns",
    "sources/contract.py": "from watchlist.domain import model",
    "sources/files.py": "import os\nfrom . import contract",
    "storage/database.py": "import sqlite3\nfrom watchlist.sources.contract import y\nq = 'select a from b '",
    "queries/watch.py": "import sqlite3\ndef f(c: sqlite3.Connection): pass",
    "steps/__init__.py": "",
    "steps/update.py": "import time\nfrom watchlist.queries import watch\n"
    "from watchlist.storage import database\nfrom watchlist.core import scoring",
    "steps/daily.py": "from watchlist.steps import update",
    "output/table.py": "'select a from b '\nhint = 'Select one from the list.'",
    "web/pages.py": "from watchlist.output import table",
    "cli/__init__.py": "def main():\n    from watchlist.cli.ask import show\n",
    "cli/ask.py": "from watchlist.output import table\nfrom watchlist.web import pages\nimport watchlist.steps.daily",
}


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_a_good_house_is_left_alone(tmp_path: Path, rule: Rule) -> None:
    assert list(rule(build(tmp_path, GOOD))) == []
