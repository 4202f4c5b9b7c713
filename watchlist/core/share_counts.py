"""Share counts (股本): how many shares there were at each session, from a few dated counts (S14)."""

import numpy as np

from watchlist.core.bars import Floats
from watchlist.domain.calendars import Dates


def shares_on(sessions: Dates, split: Floats, since: Dates, counts: Floats) -> Floats:
    """Give the number of shares at each session, ``(D,)``: NaN before the first count.

    A count is of the end of its day and stands until the next one; a split after it multiplies it, so that a weight
    does not jump because a price did.

    Args:
        split: ``(D,)`` cumulative split factor of the share.
        since: ``(n,)`` days of the counts, ascending; ``counts`` ``(n,)``.
    """
    last = np.searchsorted(since, sessions, side="right") - 1
    begun = np.maximum(np.searchsorted(sessions, since, side="right") - 1, 0)
    at = np.maximum(last, 0)
    return np.where(last >= 0, counts[at] * split / split[begun[at]], np.nan)
