"""The review of a period: opening calls, new, closed and closing ones, what they earned, and what each part added."""

from watchlist.domain.periods import Period
from watchlist.queries.contributions import Stretches
from watchlist.queries.numbers import numbers_of
from watchlist.queries.period_calls import period_calls
from watchlist.queries.period_rows import Membership, added_rows, call_row, earned_row, group_rows, themes_of, total_row
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.reconciliation import reconciliation
from watchlist.queries.restated import Restated
from watchlist.queries.situation import Situation


def period_review(situation: Situation, period: Period, filters: Filters, restated: Restated | None = None) -> Row:
    """Give the review of a period.

    Args:
        situation: as of the period's last day, or of an earlier day within it.
        restated: the frozen run that it is held against.

    Returns:
        ``label first last as_of whole`` (whether it has ended), ``currency``, ``total``, ``themes brokers symbols`` (a
        row a group), ``calls`` (a row a call), ``unpriced`` (calls without a price, which count nowhere) and
        ``reconciliation`` (``None`` without a run).
    """
    every = period_calls(situation, period, filters)
    calls = [one for one in every if not one.unpriced]
    cut = Stretches(situation, period)
    held = [cut.of(call) for call in calls]
    places = [place for place, one in enumerate(held) if one is not None and one.direction != 0]
    found = cut.together([one for one in held if one is not None and one.direction != 0])
    rows = [
        call_row(situation, call) | earned_row(situation, stretch) | added
        for call, stretch, added in zip(calls, held, added_rows(len(calls), places, found), strict=True)
    ]
    named = {row["symbol"]: {"name": row["name"]} for row in rows}
    in_themes = [one for call, row in zip(calls, rows, strict=True) for one in themes_of(situation, period, call, row)]
    themes = {key: _theme(situation, key) for row in rows for key in row["themes"]}
    return {
        "label": period.label,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "as_of": situation.when.as_of.isoformat(),
        "whole": situation.when.as_of >= period.last,
        "currency": situation.known.currency,
        "total": total_row(rows, found),
        "themes": group_rows(in_themes, themes),
        "brokers": group_rows((Membership(row["broker"], row, row) for row in rows), {}),
        "symbols": group_rows((Membership(row["symbol"], row, row) for row in rows), named),
        "calls": sorted(rows, key=lambda row: (row["first_published"], row["broker"], row["symbol"]), reverse=True),
        "unpriced": len(every) - len(calls),
        "reconciliation": None if restated is None else _reconciled(situation, restated),
    }


def _theme(situation: Situation, identity: str) -> Row:
    theme = situation.themes.find(identity)
    return {"name": theme.name, "name_en": theme.name_en}


def _reconciled(situation: Situation, restated: Restated) -> Row:
    """Lead from the frozen run to the closing numbers; in another currency only to what is known today."""
    return reconciliation(restated, None if situation.known.currency else numbers_of(situation))
