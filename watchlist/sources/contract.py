"""The contract every price source keeps: what is asked, and the four outcomes that may come back.

Everything arrives as traded, in shares and in the trading currency. A failure is never an empty frame.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from watchlist.domain.model import Action

if TYPE_CHECKING:
    import pandas as pd

BAR_COLUMNS = ("session", "open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Bars:
    """Daily bars (日线) of one security.

    Attributes:
        frame: columns :data:`BAR_COLUMNS`, one row a session, ascending and unique; ``session`` is an ISO date as text,
            prices are floats as traded (``open``, ``high``, ``low`` may be NaN where a source has none), ``volume`` is
            in shares (NaN where unknown). A column ``turnover`` (trading currency) is there where the source gives it.
    """

    frame: "pd.DataFrame"


@dataclass(frozen=True, slots=True)
class Actions:
    """Corporate actions (除权除息) of one security, ascending by ex-date, one an ex-date."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class NoData:
    """The source answered: it has nothing for this security and range."""

    reason: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The source refuses us (429, an HTML page, closed connections): leave its host alone for a while."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The call failed and says nothing about the security (time-out, cut answer, changed layout).

    Attributes:
        waited: it took all the time it had, or the host could not be reached at all: asking again costs as much.
    """

    reason: str
    waited: bool = False


BarsOutcome = Bars | NoData | Blocked | Failed
ActionsOutcome = Actions | NoData | Blocked | Failed


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a host lately, to be remembered from run to run.

    Attributes:
        state: ``blocked``: it is not asked before ``until``; ``last``: it is asked when nobody else has an answer.
        until: the moment (aware) from which the host is one like any other again.
    """

    host: str
    state: Literal["blocked", "last"]
    until: dt.datetime
    reason: str


class Source(Protocol):
    """A price source. Dates are inclusive on both ends."""

    name: ClassVar[str]
    simulated: ClassVar[bool]

    def serves(self, symbol: str) -> bool:
        """Say whether this source can have bars of the security at all; no request is made."""
        ...

    def bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        """Fetch daily bars as traded."""
        ...

    def actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        """Fetch corporate actions; ``NoData``: the source keeps none, an empty ``Actions``: there were none."""
        ...

    def reachable(self) -> bool:
        """Say within a few seconds whether this source can be reached from here."""
        ...
