"""The model: its words are those of the rules and of the database."""

import dataclasses
import datetime as dt

import pytest

from watchlist.domain.model import SAMPLED, STRENGTH_ORDER, Action, Status, Strength


def test_the_statuses_are_those_of_the_rules() -> None:
    recommendation = {"pending", "running", "untradable", "suspended", "delisted", "stale", "no_price"}
    horizon = {"matured", "open", "suspended", "delisted", "untradable", "no_price"}
    assert {str(status) for status in Status} == recommendation | horizon


def test_a_sample_is_what_is_matured_suspended_or_delisted() -> None:
    assert {str(status) for status in SAMPLED} == {"matured", "suspended", "delisted"}


def test_strengths_are_ordered_and_a_bare_rating_is_the_weakest() -> None:
    ordered = sorted(Strength, key=lambda strength: STRENGTH_ORDER[strength])
    assert [str(s) for s in ordered] == ["rating_only", "watch", "focus", "recommend", "strong_recommend"]


def test_an_action_changes_nothing_by_default_and_cannot_be_changed() -> None:
    action = Action(dt.date(2024, 6, 7))
    assert (action.cash, action.split) == (0.0, 1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        action.cash = 1.0  # type: ignore[misc]
