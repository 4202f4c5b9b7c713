"""Promises: what each rating promised, by the scale printed in its report, else by its broker's scale of the time."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from watchlist.core.realisation import Promise, bands
from watchlist.domain.model import Mention
from watchlist.ledger.documents import ratings_from
from watchlist.ledger.ratings import Ratings
from watchlist.ledger.scale import Levels
from watchlist.queries.situation import Situation
from watchlist.storage.ledger import load_document
from watchlist.storage.report_bodies import load_reports

_Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Promises:
    """Scales as they were known: printed ones by report, brokers' ones by broker and date.

    Attributes:
        printed: by report, the levels that it prints for shares.
    """

    ratings: Ratings | None
    printed: Mapping[str, Levels]
    _known: dict[_Key, Promise | None] = field(default_factory=dict)

    def of(self, mention: Mention) -> Promise | None:
        """Give what a mention's rating promised; ``None`` without a rating, or without a band for it."""
        if mention.rating is None:
            return None
        month = mention.published.isoformat()[:7]
        key = (mention.report if mention.report in self.printed else "", mention.broker, mention.rating, month)
        if key not in self._known:
            self._known[key] = self._find(mention, mention.rating)
        return self._known[key]

    def units(self) -> dict[str, int]:
        """Give the labels that are the strongest, with the two units they weigh (S12)."""
        if self.ratings is None:
            return {}
        strongest = {label for label, norm in self.ratings.usual.items() if abs(norm) == 2}  # noqa: PLR2004
        aliases = {alias for alias, label in self.ratings.aliases.items() if label in strongest}
        # A plain buy is one unit whatever a house calls its best label.
        return dict.fromkeys((strongest | aliases) - {"买入", "BUY", "Buy", "卖出", "Sell"}, 2)

    def _find(self, mention: Mention, rating: str) -> Promise | None:
        levels = self.printed.get(mention.report)
        if levels is None and self.ratings is not None:
            scale = self.ratings.scale_for(mention.broker, mention.published)
            levels = scale.stock if scale else None
        if levels is None or levels.months is None:
            return None
        names = [rating] if self.ratings is None else [rating, self.ratings.label(rating)]
        level = next(filter(None, map(levels.level, names)), None)
        if level is None:
            return None
        limits = bands([(one.label, one.min, one.max) for one in levels.levels])
        return Promise(level.label, limits, levels.months, relative=levels.kind == "relative")


def load_ratings_document(connection: sqlite3.Connection, known_at: dt.datetime | None) -> Ratings | None:
    """Load the brokers' scales as they were known; ``None`` before they were first recorded."""
    document = load_document(connection, "ratings", known_at)
    return None if document is None else ratings_from(document)


def load_promises(connection: sqlite3.Connection, situation: Situation) -> Promises:
    """Load the scales that were known at the situation's moment."""
    known_at = situation.when.known_at
    printed = {}
    for report in load_reports(connection, known_at):
        levels = (report.body.get("rating_scale") or {}).get("stock")
        if levels:
            printed[report.report] = Levels.model_validate(levels)
    return Promises(load_ratings_document(connection, known_at), printed)
