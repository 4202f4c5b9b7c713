"""The one door to a TOML file: read, lay over each other, check against a model, say in one sentence what is wrong."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from watchlist.domain.errors import ConfigProblem, MissingFile, Words, disk_words
from watchlist.ledger.home import Home
from watchlist.ledger.locate import Key, line_of, spell
from watchlist.ledger.problems import NO_HINT, WHOLE_FILE
from watchlist.ledger.verdicts import place, verdict

Model = TypeVar("Model", bound=BaseModel)
Table = dict[str, Any]

LARGEST: Final = 5_000_000


def read_text(home: Home, path: Path) -> str:
    """Read a UTF-8 file of at most 5 MB; a byte order mark is passed over.

    Raises:
        MissingFile: nothing is there.
        ConfigProblem: a folder, an unreadable or too large file, or another encoding.
    """
    file = home.shown(path)
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise _whole_file(file, Words("larger than 5 MB", "超过 5 MB"))
        # Universal newlines: TOML and the csv module take any, and line numbers stay those of an editor.
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise MissingFile(file=file) from None
    except UnicodeDecodeError as error:
        what = Words(f"not UTF-8 (byte {error.start + 1})", f"不是 UTF-8 编码（第 {error.start + 1} 字节）")
        raise _whole_file(file, what, Words(" Save it as UTF-8.", "请另存为 UTF-8。")) from None
    except OSError as error:
        what = Words("a folder, not a file", "是文件夹，不是文件") if path.is_dir() else cannot_be_read(error)
        raise _whole_file(file, what) from None


def read_table(home: Home, path: Path) -> Table:
    """Read one TOML file into plain Python values.

    Raises:
        ConfigProblem: the file cannot be read or is not TOML; the sentence names line and column.
    """
    text = read_text(home, path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, _, at = str(error).rpartition(" (at ")
        what = Words(f"not valid TOML: {said or error}", f"不是有效的 TOML：{said or error}")
        raise ConfigProblem(file=home.shown(path), where=_spot(at), what=what, hint=NO_HINT) from None
    except RecursionError:
        raise _whole_file(home.shown(path), Words("nested too deeply", "嵌套过深")) from None


def load(home: Home, path: Path, model: type[Model]) -> Model:
    """Read one file and check it against its model."""
    return check(home, [(path, read_table(home, path))], model)


def load_layers(home: Home, name: str, model: type[Model]) -> Model:
    """Read every file of one name, lay them over each other key by key (a list is taken whole), and check the result.

    Raises:
        MissingFile: no layer has the file.
        ConfigProblem: a layer is wrong; the sentence names the layer that said it.
    """
    paths = home.layers(name) or (home.tracked(name),)
    return check(home, [(path, read_table(home, path)) for path in paths], model)


def check(home: Home, layers: Sequence[tuple[Path, Table]], model: type[Model]) -> Model:
    """Validate the tables laid over each other, lowest first; the first thing wrong becomes the one sentence."""
    table: Table = {}
    for _, layer in layers:
        table = laid_over(table, layer)
    try:
        return model.model_validate(table)
    except ValidationError as error:
        # A misspelt key is also a missing one: name what is there rather than what is not.
        found = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
        where = place(found)
        what, hint = verdict(found, where, model)
        raise problem(home, _speaker(layers, where), where, what, hint) from None


def problem(home: Home, path: Path, where: Key, what: Words, hint: Words = NO_HINT) -> ConfigProblem:
    """Build the sentence for one key of one file; the line is found by reading the file again."""
    line, spelled = line_of(read_text(home, path), where), spell(where)
    placed = Words(f"{spelled} (line {line})", f"{spelled}（第 {line} 行）") if line else Words(spelled, spelled)
    return ConfigProblem(file=home.shown(path), where=placed if spelled else WHOLE_FILE, what=what, hint=hint)


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Table:
    """Lay one table over another: tables are merged, everything else (lists too) is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _speaker(layers: Sequence[tuple[Path, Table]], where: Key) -> Path:
    """Find the layer that said the key: the highest that has it; a list, or nothing of it, is one layer's alone."""
    whole = next((position for position, part in enumerate(where) if isinstance(part, int)), len(where))
    return next((path for path, layer in reversed(layers) if _says(layer, where[:whole])), layers[0][0])


def _says(layer: object, where: Key) -> bool:
    for part in where:
        if not isinstance(layer, dict) or part not in layer:
            return False
        layer = layer[part]
    return True


def _spot(at: str) -> Words:
    """Translate the place that the reader of TOML names: ``line 3, column 7)``, or the end of the document."""
    at = at.removesuffix(")")
    if match := re.fullmatch(r"line (\d+), column (\d+)", at):
        return Words(at, f"第 {match[1]} 行第 {match[2]} 列")
    return Words(at, "文件末尾") if at else WHOLE_FILE


def _whole_file(file: str, what: Words, hint: Words = NO_HINT) -> ConfigProblem:
    return ConfigProblem(file=file, where=WHOLE_FILE, what=what, hint=hint)


def cannot_be_read(error: OSError) -> Words:
    """Say that a file cannot be read and why, as the end of a sentence without its stop."""
    said = disk_words(error)
    return Words(f"cannot be read ({said.en})", f"无法读取（{said.zh}）")
