"""Ask whether what is pinned has known vulnerabilities: ``make audit``; green only where every pin was answered for.

It is no part of ``.ci/run``: it asks a service that changes by itself, and may not be reached. Exit 0: nothing is known
against any pin; 1: something is; 3: the service did not answer for all of them, so nothing is known either way.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
FOUND, UNANSWERED = 1, 3
# The pins are whole and hashed: pip need not resolve anything, and nothing is installed.
ARGUMENTS: Final = ("--strict", "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off",
                    "--timeout", "20")  # fmt: skip


def audit(lock: Path) -> tuple[list[dict[str, Any]] | None, str]:
    """Ask about one lock.

    Returns:
        every pin with its ``vulns``, ``None`` where not every one was answered for; and the last that was said.
    """
    asked = subprocess.run(
        [sys.executable, "-m", "pip_audit", *ARGUMENTS, "--requirement", str(lock)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = asked.stderr.strip().splitlines()
    try:
        pins = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None, said[-1] if said else f"exit {asked.returncode}"
    skipped = [one["name"] for one in pins if "vulns" not in one]
    if skipped or not pins or (asked.returncode and not any(one["vulns"] for one in pins)):
        return None, f"no answer for {', '.join(skipped)}" if skipped else (said[-1] if said else "no pins")
    return pins, ""


def report(pins: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say what is known against pins, a line each."""
    for pin in pins:
        for one in pin["vulns"]:
            mended = ", ".join(one.get("fix_versions") or ()) or "no version yet"
            yield f"{pin['name']} {pin['version']}: {one['id']}, mended in {mended}"


def main(names: Sequence[str]) -> int:
    """Ask about every lock, or those named, and say plainly how it stands."""
    locks = [ROOT / name for name in names] or sorted(ROOT.glob("requirements*.txt"))
    codes = []
    for lock in locks:
        pins, said = audit(lock)
        if pins is None:
            codes.append(UNANSWERED)
            sys.stdout.write(
                f"{lock.name}: NOT AUDITED, the vulnerability service did not answer for every pin ({said})\n"
            )
            continue
        found = list(report(pins))
        codes.append(FOUND if found else 0)
        verdict = f"{len(found)} known vulnerabilities" if found else "nothing known against any of them"
        sys.stdout.write(f"{lock.name}: {len(pins)} pins, {verdict}\n")
        sys.stdout.writelines(f"  {line}\n" for line in found)
    if UNANSWERED in codes:
        sys.stdout.write("This is no pass: try again where the service can be reached.\n")
    return FOUND if FOUND in codes else max(codes, default=UNANSWERED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
