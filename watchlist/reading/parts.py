"""Lists in parts: where new words lead up to a name, or brackets behind the names say which sector they are of."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from watchlist.reading.found import Item
from watchlist.reading.sector_words import INDUSTRY, SECTOR
from watchlist.reading.themes import MARKER, of_label, of_lead

# 1）白酒：A，2）啤酒：B
_LABELLED: Final = re.compile(rf"[，；、 ](?P<label>{MARKER}?[^，。；：、()\n]{{2,12}})：[ ]*$")


def parted(text: str, items: list[Item], start: int) -> list[list[Item]]:
    """Part a list where new words lead up to a name: ``设备A、B，以及材料C``, or a label does: ``，2）啤酒：D``."""
    groups: list[list[Item]] = []
    for item in items:
        label = _LABELLED.search(text, groups[-1][-1].stop, item.start) if groups else None
        if label and of_label(label["label"]) is not None:
            groups.append([replace(item, lead=label.start("label"))])
            continue
        lead = text[item.lead : item.start] if item.lead >= start else ""
        trimmed = re.sub(r"^(?:以及|及|和|与|还有|同时|其次|此外|另外|并)+", "", lead)
        if not groups or (len(trimmed) >= 2 and of_lead(trimmed) is not None):  # noqa: PLR2004
            groups.append([replace(item, lead=item.lead + len(lead) - len(trimmed))])
        else:
            groups[-1].append(item)
    return groups


def by_brackets(
    text: str, items: list[Item], theme: str | None, industry: str | None
) -> Iterator[tuple[str | None, list[Item]]]:
    """Part a list by the sectors in brackets behind its names: ``A、B（光模块）、C（液冷）``.

    Only where nothing before the list names its theme, every bracket is a sector, and the last name has one.
    """
    told = [_bracketed(text, item) for item in items]
    sectors = [one for one in told if one is not None]
    if theme not in {None, industry} or told[-1] is None or not all(sectors):
        yield theme, items
        return
    part: list[Item] = []
    for item, sector in zip(items, told, strict=True):
        part.append(item)
        if sector:
            yield sector, part
            part = []


def _bracketed(text: str, item: Item) -> str | None:
    """Give the sector in the brackets of a name; an empty word where they say something else, ``None`` without any."""
    inside = re.search(r"\(([^()]{1,12})\)$", text[item.end : item.stop])
    if inside is None:
        return None
    words = inside[1].strip(" ")
    return words if SECTOR.fullmatch(words) or INDUSTRY.fullmatch(words) else ""
