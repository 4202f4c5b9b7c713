"""Headings of a table, however its program calls them: which column holds which field."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

# What stands behind a heading to explain it: 成本价(元), 市值（人民币）.
_EXPLAINED: Final = re.compile(r"[(\[【].*?[)\]】]")


def folded(heading: str) -> str:
    """Fold a heading for comparison: NFKC, lower case, without spaces, underscores, marks and what is in brackets."""
    text = _EXPLAINED.sub("", unicodedata.normalize("NFKC", heading))
    return re.sub(r"[\s_:*#/-]", "", text).casefold()


def field_places(headings: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Find the column of each field.

    Args:
        known: field to the headings it goes by, folded, best first: where a table has two of them
            (持仓数量 and 可用数量) the earlier one of the list is taken.

    Returns:
        field to position; fields without a column are left out.
    """
    seen: dict[str, int] = {}
    for at, heading in enumerate(headings):
        seen.setdefault(folded(heading), at)
    found = {field: next((seen[word] for word in words if word in seen), None) for field, words in known.items()}
    return {field: at for field, at in found.items() if at is not None}
