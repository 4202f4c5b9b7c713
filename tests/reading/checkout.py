"""Who is called what by the files of this checkout, loaded once for all the tests of reading."""

from functools import cache

from watchlist.ledger.home import CHECKOUT, Home
from watchlist.reading.names import Names
from watchlist.steps.read import load_names


@cache
def names() -> Names:
    return load_names(Home(CHECKOUT))
