"""The corpus of hostile texts, a witness of what a program does outside its own work, and what no output may hold."""

import csv
import io
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
# Spoken to a terminal: control characters but the line break, and what hides or turns the direction of text.
UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# A cell that a spreadsheet takes for a formula, behind what it passes over.
ACTIVE: Final = re.compile(r"^[\s\ufeff\u200b\u3000]*[=+\-@＝＋－＠\t\r]")
NUMBER: Final = re.compile(r"[+-]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?%?|[-–]")


@dataclass(frozen=True, slots=True)
class Payload:
    """A text that is meant to do harm; ``kind`` says where."""

    kind: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.number}"


def _read() -> tuple[Payload, ...]:
    corpus = tomllib.loads((HERE / "payloads.toml").read_text("utf-8"))
    return tuple(Payload(kind, n, text) for kind, of in corpus.items() for n, text in enumerate(of["texts"]))


PAYLOADS: Final = _read()

# What the reader in a process of its own may send back; nothing else is ever unpickled.
_OURS: Final = frozenset({"watchlist", "datetime", "pathlib", "multiprocessing", "functools"})
_NEVER: Final = frozenset({
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "subprocess.Popen", "socket.connect", "socket.getaddrinfo",
    "webbrowser.open", "ftplib.connect", "urllib.Request", "sqlite3.enable_load_extension", "sqlite3.load_extension",
})  # fmt: skip

# A witness: Python itself tells of every process, connection and file (PEP 578).


@dataclass
class _Witness:
    """Takes down what is started, reached or written outside the folders that may be."""

    allowed: Sequence[Path] = ()
    seen: list[str] = field(default_factory=list)
    awake: bool = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.awake:
            return
        if event in _NEVER or (event == "pickle.find_class" and str(arguments[0]).partition(".")[0] not in _OURS):
            self.seen.append(f"{event} {arguments!r}"[:200])
        elif event == "open" and self._writes(arguments) and not self._inside(arguments[0]):
            self.seen.append(f"open {arguments!r}"[:200])
        elif event in {
            "os.remove",
            "os.rename",
            "os.mkdir",
            "os.rmdir",
            "os.link",
            "os.symlink",
            "os.chmod",
        } and not all(self._inside(one) for one in arguments[:2] if isinstance(one, (str, bytes))):
            self.seen.append(f"{event} {arguments!r}"[:200])

    @staticmethod
    def _writes(arguments: tuple[object, ...]) -> bool:
        mode, flags = arguments[1], arguments[2]
        return any(letter in str(mode or "") for letter in "wax+") or bool(isinstance(flags, int) and flags & 0o3)

    def _inside(self, path: object) -> bool:
        if isinstance(path, int) or path == "/dev/null":
            return True
        text = path.decode("utf-8", "replace") if isinstance(path, bytes) else str(path)
        try:
            whole = Path(text).resolve()
        except (OSError, ValueError):
            return True
        return any(whole.is_relative_to(one) for one in self.allowed)


_WITNESS: Final = _Witness()
sys.addaudithook(_WITNESS)


@contextmanager
def nothing_happens(*allowed: Path) -> Iterator[None]:
    """Hold what runs meanwhile to starting no process, reaching no machine, and writing in these folders only."""
    _WITNESS.allowed, _WITNESS.seen, _WITNESS.awake = [one.resolve() for one in allowed], [], True
    try:
        yield
    finally:
        _WITNESS.awake = False
    assert not _WITNESS.seen, _WITNESS.seen[:5]


# What no output may hold.


def of_terminal(text: str) -> list[str]:
    """Find what a terminal would obey."""
    return [repr(text[max(0, at.start() - 20) : at.end() + 20]) for at in UNSEEN.finditer(text)]


def of_csv(text: str) -> list[str]:
    """Find the cells that a spreadsheet would take for a formula, and control characters."""
    cells = (cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row)
    return [cell for cell in cells if (ACTIVE.match(cell) and not NUMBER.fullmatch(cell))
            or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", cell)]  # fmt: skip


class _Page(HTMLParser):
    """Takes down what a browser would run, fetch or follow; ``links`` says which links are our own."""

    FETCHES = frozenset({"iframe", "object", "embed", "base", "frame", "applet", "video", "audio", "source", "marquee",
                         "math", "details"})  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: Mapping[str, str | None] = dict(attrs)
        self._inside = tag
        if tag in self.FETCHES - {"details"} or (tag == "details" and "ontoggle" in values):
            self.active.append(tag)
        if tag == "meta" and (values.get("http-equiv") or "").lower() == "refresh":
            self.active.append("refresh")
        for name, value in values.items():
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on"):
                self.active.append(f"{tag} {name}")
            elif name in {"href", "src", "action", "formaction", "data", "srcset", "xlink:href"} and (
                address.startswith(("javascript:", "vbscript:", "data:text", "file:", "//", "\\"))
                or re.match(r"https?://[^/]*evil", address)
            ):
                self.active.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = ""


def of_html(text: str) -> list[str]:
    """Find what a browser would run or follow that is not ours, and what it would show turned."""
    page = _Page()
    page.feed(text)
    page.close()
    ran = [script for script in page.scripts if "alert(1)" in script and "<script" in script.lower()]
    turned = re.findall(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f\u202a-\u202e\u2066-\u2069]", text)
    return [*page.active, *ran, *map(repr, turned)]
