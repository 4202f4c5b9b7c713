"""The house rules that code can be held to: reads every module under a root with ``ast`` and lists what breaks them.

Each rule is a function from the modules to sentences, so that a test can show each of them failing on a small house.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

HOUSE: Final = "watchlist"
FLOORS: Final = {
    "domain": 0,
    "core": 1,
    "reading": 1,
    "ledger": 2,
    "sources": 2,
    "storage": 2,
    "queries": 3,
    "steps": 3,
    "output": 4,
    "web": 4,
    "cli": 4,
}
# Between rooms of one floor only these doors are open: who asks, and where what may be asked for begins.
DOORS: Final = {
    ("ledger", "watchlist.sources.contract"),
    ("storage", "watchlist.sources.contract"),
    ("steps", "watchlist.queries"),
    ("cli", "watchlist.output"),
    ("cli", "watchlist.web"),
    ("web", "watchlist.output"),
}
STRINGS_STEPS: Final = "watchlist.steps.daily"
HIGHEST_PURE_FLOOR: Final = 1
IMPURE_MODULES: Final = frozenset({
    "akshare", "asyncio", "click", "curl_cffi", "ftplib", "getpass", "glob", "http", "io", "jinja2", "locale",
    "logging", "mmap", "multiprocessing", "os", "pathlib", "platform", "random", "requests", "rich", "schedule",
    "secrets", "select", "shutil", "signal", "smtplib", "socket", "sqlite3", "sqlite_utils", "ssl", "subprocess",
    "sys", "tempfile", "tenacity", "threading", "time", "urllib", "uuid", "webbrowser", "yfinance",
})  # fmt: skip
IMPURE_CALLS: Final = frozenset({"open", "print", "input", "exec", "eval", "breakpoint", "__import__"})
# Clocks, chance and files behind modules that are otherwise pure; references count, not only calls.
IMPURE_NAMES: Final = re.compile(
    r"datetime\.datetime\.(now|today|utcnow)|datetime\.date\.today|pandas\.Timestamp\.(now|today|utcnow)"
    r"|pandas\.(read_\w+|HDFStore|ExcelWriter)|numpy\.(random\b.*|load|loadtxt|genfromtxt|fromfile|memmap|save\w*)"
)
# Others may name a database they hand on, for its type; to open one and to ask it is for storage.
DATABASE_CALLS: Final = re.compile(r"sqlite3\.connect|sqlite_utils\b.*|.+\.execute(many|script)?")
SQL: Final = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|replace\s+into\s|update\s+\S+\s+set\s|delete\s+from\s"
    r"|(create|drop|alter)\s+(temp\w*\s+|virtual\s+|unique\s+)?(table|view|index|trigger)\s|pragma\s+\w|vacuum\b"
    r"|attach\s+(database\s|['\"])|with\s+(recursive\s+)?\w+(\s*\([^)]*\))?\s+as\s*\()",
    re.IGNORECASE | re.DOTALL,
)
EMPTY_WORDS: Final = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"})
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 50


@dataclass(frozen=True)
class Module:
    """One file of the house; ``name`` is dotted, and an ``__init__`` bears its package's name."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def room(self) -> str:
        """The folder under the house, or the file right under it; empty for the house's own ``__init__``."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def floor(self) -> int | None:
        return 0 if not self.room else FLOORS.get(self.room)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Give line and full dotted name of everything imported, wherever in the file and however it is written."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = f"{self._package(node.level)}.{node.module or ''}".strip(".") if node.level else node.module
                yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                names = [word.value for word in node.args[:1] if isinstance(word, ast.Constant)]
                yield from ((node.lineno, name) for name in names if isinstance(name, str))

    def _package(self, level: int) -> str:
        parts = self.name.split(".") if self.path.stem == "__init__" else self.name.split(".")[:-1]
        return ".".join(parts[: len(parts) - level + 1])

    def at(self, line: int, what: str) -> str:
        """Write one finding: the place, then the sentence."""
        return f"{self.name}:{line}: {what}"


House = dict[str, Module]


def read_house(root: Path) -> House:
    """Find every module of the house that stands in ``root``, by dotted name."""
    found = {}
    for path in sorted((root / HOUSE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


def inner_imports(house: House, module: Module) -> Iterator[tuple[int, Module]]:
    """Give line and module of every import inside the house: the deepest module that the imported name begins with."""
    for line, full in module.imports():
        name = full
        while name and name not in house:
            name = name.rpartition(".")[0]
        if full.split(".")[0] == HOUSE and name and name != module.name:
            yield line, house[name]


def floors(house: House) -> Iterator[str]:
    """Hold that every room has a floor, and that imports go to lower floors, to the same room, or through a door."""
    for module in house.values():
        if module.floor is None:
            yield module.at(1, f"no floor is named for {module.room}")
            continue
        for line, other in inner_imports(house, module):
            if other.floor is None or other.floor < module.floor or not other.room:
                continue
            if other.room == module.room:
                strings = module.name == STRINGS_STEPS or other.name == f"{HOUSE}.steps"
                if module.room == "steps" and not strings:
                    yield module.at(line, f"a step imports the step {other.name}; only daily may")
            elif not any(module.room == room and f"{other.name}.".startswith(f"{door}.") for room, door in DOORS):
                yield module.at(line, f"floor {module.floor} imports {other.name} of floor {other.floor}")


def circles(house: House) -> Iterator[str]:
    """Hold that no chain of imports comes back to where it began."""
    done: set[str] = set()

    def walk(module: Module, chain: tuple[str, ...]) -> Iterator[str]:
        if module.name in chain:
            yield module.at(1, f"a circle: {' -> '.join((*chain[chain.index(module.name) :], module.name))}")
        elif module.name not in done:
            for _, other in inner_imports(house, module):
                yield from walk(other, (*chain, module.name))
            done.add(module.name)

    for module in house.values():
        yield from walk(module, ())


def purity(house: House) -> Iterator[str]:
    """Hold that floors 0 and 1 know no file, network, database, clock or chance."""
    for module in house.values():
        if module.floor is None or module.floor > HIGHEST_PURE_FLOOR:
            continue
        for line, full in module.imports():
            if full.split(".")[0] in IMPURE_MODULES:
                yield module.at(line, f"a pure floor imports {full}")
        meant = _aliases(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS:
                yield module.at(node.lineno, f"a pure floor calls {node.func.id}")
            elif isinstance(node, ast.Attribute | ast.Name):
                full = _dotted(node, meant)
                if IMPURE_NAMES.fullmatch(full):
                    yield module.at(node.lineno, f"a pure floor uses {full}")


def _aliases(tree: ast.Module) -> dict[str, str]:
    meant = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            meant.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and node.module:
            meant.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return meant


def _dotted(node: ast.expr, meant: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        start = _dotted(node.value, meant)
        return start and f"{start}.{node.attr}"
    return meant.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def sql_in_storage(house: House) -> Iterator[str]:
    """Hold that only storage speaks to a database: no SQL elsewhere.

    A heuristic: strings that begin like a statement. One that begins with a capital is an English sentence.
    """
    for module in house.values():
        if module.room == "storage":
            continue
        meant = _aliases(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and DATABASE_CALLS.fullmatch(_dotted(node.func, meant)):
                yield module.at(node.lineno, f"calls {ast.unparse(node.func)} outside storage")
        for line, text in _strings(module.tree):
            if SQL.match(text) and not text.split()[0].istitle():
                yield module.at(line, f"SQL outside storage: {' '.join(text.split())[:40]}")


def _strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give every string but docstrings and other bare ones; what an f-string fills in is written as ``x``."""
    left_out = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    left_out |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.lineno, node.value


def sizes(house: House) -> Iterator[str]:
    """Hold that no file is over 400 lines and no function over 50."""
    for module in house.values():
        lines = len(module.text.splitlines())
        if lines > LONGEST_FILE:
            yield module.at(1, f"{lines} lines, over {LONGEST_FILE}")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield module.at(node.lineno, f"{node.name} has {lines} lines, over {LONGEST_FUNCTION}")


def opening_sentences(house: House) -> Iterator[str]:
    """Hold that every module opens by saying what it is."""
    for module in house.values():
        if not (ast.get_docstring(module.tree) or "").strip():
            yield module.at(1, "does not open with a docstring")


def telling_names(house: House) -> Iterator[str]:
    """Hold that no module bears a name that could hold anything."""
    for module in house.values():
        empty = EMPTY_WORDS.intersection(re.split(r"[._]", module.name))
        if empty:
            yield module.at(1, f"{min(empty)} says nothing about what is in it")


RULES: Final = (floors, circles, purity, sql_in_storage, sizes, opening_sentences, telling_names)
