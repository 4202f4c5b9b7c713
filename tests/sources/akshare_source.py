"""Reads akshare's source, without running it, for code that evaluates what it is given."""

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

# Called by name, these run text as Python; ``literal_eval`` and a JSON decoder do not.
EVALUATE: Final = frozenset({"eval", "exec", "compile", "__import__", "execfile"})
RUN: Final = frozenset({"os.system", "os.popen", "subprocess.run", "subprocess.Popen", "pickle.loads", "pd.eval"})


@dataclass(slots=True)
class Module:
    """One module: its functions, its constants, and where its imported names come from."""

    name: str
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    body: list[ast.stmt] = field(default_factory=list)


def evaluations(name: str) -> list[str]:
    """List where ``akshare.NAME`` or an akshare function that it uses evaluates text; empty when nowhere."""
    home = read("akshare").imports[name]
    return sorted(set(_in_function(*home, set())))


@cache
def read(name: str) -> Module:
    """Read a module of akshare's by its dotted name."""
    spec = importlib.util.find_spec("akshare")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent.parent.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    module = Module(name)
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        module.body.append(node)
        if isinstance(node, ast.FunctionDef):
            module.functions[node.name] = node
        elif (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        ):
            module.constants |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("akshare"):
            module.imports |= {(alias.asname or alias.name): (node.module, alias.name) for alias in node.names}
    return module


def _in_function(module_name: str, name: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    """Walk a function and everything of akshare's that it names."""
    if (module_name, name) in seen:
        return
    seen.add((module_name, name))
    module = read(module_name)
    if name in module.imports:
        yield from _in_function(*module.imports[name], seen)
    elif name in module.functions:
        yield from _in_code(module, module.functions[name], seen)
    elif _is_module(f"{module_name}.{name}"):  # ``from akshare.utils import demjson``: all of it may be used
        whole = read(f"{module_name}.{name}")
        for node in whole.body:
            yield from _in_code(whole, node, seen)


def _in_code(module: Module, code: ast.AST, seen: set[tuple[str, str]]) -> Iterator[str]:
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and _evaluates(module, node):
            yield f"{module.name}:{node.lineno}: {ast.unparse(node)[:60]}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield from _in_function(module.name, node.id, seen)


def _evaluates(module: Module, call: ast.Call) -> bool:
    called = call.func
    if isinstance(called, ast.Name):
        return called.id in EVALUATE
    if not isinstance(called, ast.Attribute):
        return False
    if ast.unparse(called) in RUN:
        return True
    # A JavaScript engine may be given akshare's own constant, and nothing else.
    return called.attr in {"eval", "execute"} and not _is_constant(module, call.args)


def _is_constant(module: Module, arguments: list[ast.expr]) -> bool:
    if len(arguments) != 1 or not isinstance(arguments[0], ast.Name):
        return False
    home, name = module.imports.get(arguments[0].id, (module.name, arguments[0].id))
    return name in read(home).constants


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
