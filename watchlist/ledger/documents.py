"""Settings, themes and rating scales as documents: how a recording writes them into the database, and back."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from watchlist.domain.errors import ForeignSettings
from watchlist.ledger.ratings import Ratings
from watchlist.ledger.settings import Settings
from watchlist.ledger.themes import Theme, Themes

# What does not touch a number stays out, so that changing it makes no new revision.
_NOT_NUMBERS: Final = {
    "language", "colours", "schedule", "update", "history", "changes", "backup", "log", "notify", "reading",
}  # fmt: skip


def settings_document(settings: Settings) -> dict[str, Any]:
    """Give what of the settings touches numbers, as JSON values."""
    document = settings.model_dump(mode="json", by_alias=True, exclude=_NOT_NUMBERS)
    for market in document["markets"].values():
        del market["sources"]
    return document


def settings_from(document: Mapping[str, Any], now: Settings) -> Settings:
    """Give the settings of a document, with what touches no number as it is ``now``.

    Raises:
        ForeignSettings: another version wrote it, with keys or words that this one does not know.
    """
    current = now.model_dump(mode="json", by_alias=True)
    markets = {
        name: current["markets"][name] | market if name in current["markets"] else market
        for name, market in document["markets"].items()
    }
    unknown: dict[str, Any] = {"shares": []}  # of documents from before there were any
    numbers = {name: value for name, value in document.items() if name not in _NOT_NUMBERS}
    whole = json.dumps(current | unknown | numbers | {"markets": markets})
    try:
        return Settings.model_validate_json(whole)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ForeignSettings(reason=place) from None


def themes_document(themes: Themes) -> dict[str, Any]:
    """Give the themes and which name belongs to which, as JSON values."""
    return {"themes": [theme.model_dump(mode="json") for theme in themes.themes], "owners": dict(themes.owners)}


def themes_from(document: Mapping[str, Any]) -> Themes:
    """Give the themes of a document."""
    return Themes((Theme.model_validate_json(json.dumps(theme)) for theme in document["themes"]), document["owners"])


def ratings_document(ratings: Ratings) -> dict[str, Any]:
    """Give what of the rating scales touches numbers, as JSON values: everything but how verbs are read."""
    return ratings.model_dump(mode="json", exclude={"verbs"})


def ratings_from(document: Mapping[str, Any]) -> Ratings:
    """Give the rating scales of a document."""
    return Ratings.model_validate_json(json.dumps({**document, "verbs": {}}))
