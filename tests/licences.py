"""The licences of every package that running watchlist installs, as each package states its own.

``python -m tests.licences`` writes ``docs/licences.md`` anew from ``requirements.txt``; a test holds it in step.
"""

import importlib.metadata
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "docs" / "licences.md"
# What a package does not state in words that a program can read, or what this machine does not install.
STATED_ELSEWHERE: Final = {
    "colorama": "BSD-3-Clause",  # Windows only
    "mini-racer": "ISC",  # where py-mini-racer has no wheel
    "peewee": "MIT",  # its LICENSE file
}
SAME: Final = {
    "Apache": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause", "BSD License": "BSD-3-Clause", "2-clause BSD": "BSD-2-Clause",
    "Simplified BSD": "BSD-2-Clause", "3-Clause BSD License": "BSD-3-Clause", "MIT License": "MIT", "ISCL": "ISC",
    "ISC License (ISCL)": "ISC", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip
# Licences that let a program be used and passed on without opening its own source.
PERMISSIVE: Final = re.compile(r"(0BSD|Apache-2\.0|BSD-[23]-Clause|CC0-1\.0|ISC|MIT(-0)?|MPL-2\.0|NCSA|PSF(-2\.0|L)|"
                               r"Public Domain|Zlib|dependency licenses)")  # fmt: skip
_LONGEST: Final = 60  # more than that is the licence itself, not its name


def made() -> str:
    """Make the document."""
    rows = "\n".join(f"| {name} | {version} | {licence_of(name)} |" for name, version in locked())
    return f"""# Licences

What `requirements.txt` installs, and under which licence each package says it stands. Made from the lock by
`python -m tests.licences`. MPL-2.0 asks that changes to the package's own files stay open; watchlist changes none.

| package | version | licence |
|---|---|---|
{rows}
"""


def locked() -> list[tuple[str, str]]:
    """List the packages of the lock with their versions, each once."""
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    versions: dict[str, list[str]] = {}
    for name, version in pins:
        versions.setdefault(name, []).append(version)
    return [(name, ", ".join(dict.fromkeys(found))) for name, found in sorted(versions.items())]


def licence_of(name: str) -> str:
    """Give a package's licence as it states it, in the words of SPDX where those are known."""
    if name in STATED_ELSEWHERE:
        return STATED_ELSEWHERE[name]
    stated = importlib.metadata.metadata(name)
    classifiers = [one.rsplit(" :: ", 1)[-1] for one in stated.get_all("Classifier") or () if one.startswith("License")]
    names = [one for one in stated.get_all("License") or () if len(one) <= _LONGEST and "\n" not in one.strip()]
    word = next(iter([*(stated.get_all("License-Expression") or ()), *names, *classifiers]), "").strip()
    return SAME.get(word, word)


if __name__ == "__main__":
    TARGET.write_text(made(), "utf-8", newline="\n")
