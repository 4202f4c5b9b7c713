"""What is wrong with a configuration file, said in both languages: the sentences behind every ``ConfigProblem``."""

import difflib
from collections.abc import Iterable
from typing import Final

from watchlist.domain.errors import Words
from watchlist.ledger.locate import Key

NO_HINT = Words("", "")
WHOLE_FILE = Words("the file", "整个文件")
# More known words than this are no help in one sentence.
_MOST_LISTED: Final = 12


class Fault(ValueError):
    """A validator's verdict on one value; the reader of the file adds file, key and line.

    Attributes:
        what: what is wrong.
        hint: what to do, or the nearest right word.
        at: the key it is about, seen from the value that was checked.
    """

    def __init__(self, what: Words, hint: Words = NO_HINT, at: Key = ()) -> None:
        super().__init__(what.en)
        self.what, self.hint, self.at = what, hint, at


def did_you_mean(text: str, known: Iterable[str]) -> Words:
    """Name the nearest of the known words, or list them when none is near and they are few."""
    words = list(known)
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(text.casefold(), list(folded), n=1, cutoff=0.5)
    if near:
        word = folded[near[0]]
        return Words(f" Did you mean {word}?", f"是不是 {word}？")
    if 0 < len(words) <= _MOST_LISTED:
        listed = ", ".join(words)
        return Words(f" Known: {listed}.", f"可用：{listed}。")
    return NO_HINT
