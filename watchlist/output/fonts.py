"""Fonts: whether this machine can draw Chinese, and what to say where it cannot."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FAMILY: Final = (
    "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Micro Hei, SimHei, sans-serif"
)
_FILES: Final = re.compile(
    r"(noto\w*cjk|noto(sans|serif)(sc|hans)|sourcehan|msyh|simsun|simhei|deng|pingfang|hiragino|stheiti|songti|wqy"
    r"|uming|ukai|droidsansfallback|lxgw|arial ?unicode)",
    re.IGNORECASE,
)


def draws_chinese(folders: tuple[Path, ...] | None = None) -> bool:
    """Say whether a font with Chinese characters is installed where fonts usually are."""
    places = font_folders(os.environ, sys.platform) if folders is None else folders
    return any(_FILES.search(path.name) for folder in places if folder.is_dir() for path in folder.rglob("*.*"))


def font_folders(environ: Mapping[str, str], platform: str) -> tuple[Path, ...]:
    """List where a system keeps its fonts."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or ".")
    if platform == "win32":
        local = environ.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
        return (Path(environ.get("WINDIR") or "C:/Windows") / "Fonts", Path(local) / "Microsoft" / "Windows" / "Fonts")
    if platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"
    return Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts", home / ".local/share/fonts"
