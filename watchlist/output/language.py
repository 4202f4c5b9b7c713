"""Which language to speak: what was asked for, else the settings, else the system's."""

import locale
import os
from collections.abc import Mapping

LANGUAGES = ("zh", "en")


def pick_language(asked: str | None, setting: str = "auto", environ: Mapping[str, str] | None = None) -> str:
    """Give ``zh`` or ``en``; Chinese where the system's locale is Chinese, English otherwise."""
    for wish in (asked, setting):
        if wish in LANGUAGES:
            return wish
    return system_language(os.environ if environ is None else environ)


def system_language(environ: Mapping[str, str]) -> str:
    """Give the system's language; an empty variable is unset."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), None)
    if named is None:
        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"
