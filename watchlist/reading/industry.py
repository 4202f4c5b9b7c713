"""The industry of a report as the theme of a list: only where the list's own paragraph speaks of it by name."""

import re
from bisect import bisect_left
from typing import Final

_SPOKEN_OF: Final = r"(?:行业|板块| sector| industry)"


class Industry:
    """An industry and the places of a flow that speak of it (``医疗器械行业``, ``传媒板块``)."""

    def __init__(self, name: str | None, text: str, titled: str | None = None) -> None:
        """Find the places.

        Args:
            name: as the report calls its industry.
            text: the flow.
            titled: the sector in the title of a report that is of no industry: all that it lists is of that.
        """
        self.name = name
        self._titled = titled if name is None else None
        self._text = text
        spoken = re.finditer(re.escape(name) + _SPOKEN_OF, text, re.IGNORECASE) if name else ()
        self._places = [match.start() for match in spoken]

    def near(self, at: int) -> str | None:
        """Give the industry where the paragraph names it before a place; else the place has no theme by it."""
        before = bisect_left(self._places, at) - 1
        named = before >= 0 and self._text.rfind("\n", 0, at) < self._places[before]
        return self.name if named else self._titled

    def narrower(self, theme: str | None) -> str | None:
        """Give the theme of a sentence but where it is the industry itself: every sentence may speak of that."""
        return theme if theme != self.name else None

    def anywhere(self) -> str | None:
        """Give the industry where the text names it at all: what a report on one company is about."""
        return self.name if self._places else None
