"""Datasette's metadata, made from what the documents and the views say of themselves.

``python -m tests.web.datasette_metadata`` writes ``config/datasette.json`` anew; a test holds that it is in step.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENT: Final = ROOT / "docs" / "database.md"
VIEWS: Final = ROOT / "db" / "views"
TARGET: Final = ROOT / "config" / "datasette.json"
_DATABASES: Final = ("watchlist", "demo")


def made() -> dict[str, Any]:
    """Make the metadata: a question a view, a sentence a table, and what the document says of columns."""
    tables = _tables(DOCUMENT.read_text("utf-8")) | _views()
    database = {
        "description": "What brokers recommended, the prices it is measured by, and the scores.",
        "tables": tables,
    }
    return {
        "title": "watchlist",
        "description": "Begin with the views: each answers a question. Read-only; docs/database.md says more.",
        "databases": dict.fromkeys(_DATABASES, database),
    }


def written() -> str:
    """Write it the way the file holds it."""
    return json.dumps(made(), ensure_ascii=False, indent=2) + "\n"


def _views() -> dict[str, Any]:
    """Take each view's question: the comment that its definition opens with."""
    questions = {file.stem: file.read_text("utf-8").splitlines()[1].removeprefix("-- ") for file in VIEWS.glob("*.sql")}
    return {name: {"description": questions[name]} for name in sorted(questions)}


def _tables(text: str) -> dict[str, Any]:
    """Take from the document what follows a table's heading: a sentence, then columns, some of them explained."""
    found: dict[str, Any] = {}
    for part in re.split(r"(?m)^## Tables: ", text)[1:]:
        for head, body in re.findall(r"(?ms)^### `(\w+)`\n\n(.+?)(?=^#|\Z)", part):
            paragraph = " ".join(body.split("\n\n")[0].split())
            sentence = re.split(r"[.:] ?`", paragraph)[0].strip().rstrip(":.")
            explained = re.findall(r"`(\w+)` \(([^)\[]+)\)", paragraph)
            columns = {name: words.replace("`", "") for name, words in explained}
            opening = {} if sentence.startswith("`") else {"description": f"{sentence}."}
            found[head] = opening | ({"columns": columns} if columns else {})
    return {name: about for name, about in sorted(found.items()) if about}


if __name__ == "__main__":
    TARGET.write_text(written(), "utf-8", newline="\n")
