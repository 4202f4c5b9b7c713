"""What a figure was measured on: without it a figure says little."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from watchlist.storage.engines import cores

_PACKAGES: Final = ("numpy", "numba", "pandas", "polars", "duckdb", "pyarrow", "scipy")


def facts() -> dict[str, Any]:
    """Give processor, cores, memory, how busy they are, and versions."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": cores(),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: found for name in _PACKAGES if (found := _version(name)) is not None},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _line(file: str, name: str) -> str | None:
    """Read the value that stands behind a name in one of Linux's own accounts of itself."""
    path = Path(file)
    if not path.is_file():
        return None
    found = (line.partition(":")[2].strip() for line in path.read_text("utf-8").splitlines() if line.startswith(name))
    return next(found, None)
