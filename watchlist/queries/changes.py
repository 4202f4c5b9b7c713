"""Changes: everything that is new since a moment, as rows; the command, the page, daily and its message read these."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watchlist.domain.errors import Words
from watchlist.domain.symbols import market
from watchlist.ledger.settings import Settings
from watchlist.queries.call_news import life_news, mention_news
from watchlist.queries.news import KINDS, news, signed
from watchlist.queries.price_news import price_news
from watchlist.queries.promises import load_promises
from watchlist.queries.recommendations import EVERYTHING, Filters, Row, select
from watchlist.queries.reconciliation import reconciliation
from watchlist.queries.restated import CAUSE_WORDS, Restated, load_restated
from watchlist.queries.result_news import horizon_news, promise_news, target_news
from watchlist.queries.since import NothingBefore, Since, since_previous, standing_then
from watchlist.queries.situation import Situation


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for.

    Attributes:
        filters: of recommendations.
        watched: one's own tickers that are asked about; the situation must have been loaded with them.
        move: a total return of so much or more is told; the settings' own where it is ``None``.
        horizon: only this horizon; ``None``: all.
    """

    filters: Filters = EVERYTHING
    watched: Sequence[str] = ()
    move: float | None = None
    horizon: str | None = None


def wanted_of(
    filters: Filters, watched: Sequence[str], move: float | None = None, horizon: str | None = None
) -> Wanted:
    """Ask for one's own tickers too, unless a filter speaks of reports."""
    reports = (filters.theme, filters.broker, filters.analyst, filters.rating, filters.direction)
    own = [
        symbol
        for symbol in (watched if all(one is None for one in reports) else ())
        if filters.market in {None, market(symbol)} and (not filters.symbols or symbol in filters.symbols)
    ]
    return Wanted(filters, own, move, horizon)


def changes(
    connection: sqlite3.Connection, settings: Settings, situation: Situation, since: Since, wanted: Wanted
) -> list[Row]:
    """List everything that is new, by kind in the order of ``news.KINDS``, the newest first within one.

    Args:
        settings: as the files say now.
        situation: as it is now.
    """
    restated = None if since.run is None else load_restated(connection, settings, since.run, wanted.filters)
    sessions = restated.then.as_of_sessions if restated is not None and since.by_run else None
    standing = standing_then(situation, since, sessions)
    promises = load_promises(connection, situation)
    positions = _once(situation, select(situation, wanted.filters))
    mine = set(positions)
    horizons = situation.rules.horizons if wanted.horizon is None else (wanted.horizon,)
    move = settings.changes.move if wanted.move is None else wanted.move
    rows = [
        *mention_news(standing, positions, promises.ratings),
        *life_news(standing, mine),
        *target_news(standing, mine),
        *promise_news(standing, wanted.filters, promises),
        *horizon_news(standing, mine, horizons),
        *price_news(standing, positions, wanted.watched, move),
        *(() if restated is None else _corrected(restated, situation)),
    ]
    rank = {kind: number for number, kind in enumerate(KINDS)}
    newest_first = sorted(rows, key=lambda row: row["day"] or "", reverse=True)
    return sorted(newest_first, key=lambda row: rank[row["kind"]])


def news_of(
    connection: sqlite3.Connection, settings: Settings, situation: Situation, filters: Filters, watched: Sequence[str]
) -> Row | None:
    """Give what is new since the score run of the day before, for files; ``None`` where there is no such run."""
    try:
        since = since_previous(connection, situation.when.as_of)
    except NothingBefore:
        return None
    rows = changes(connection, settings, situation, since, wanted_of(filters, watched))
    return {"day": since.day.isoformat(), "score_run": None if since.run is None else since.run["id"], "rows": rows}


def _once(situation: Situation, positions: Sequence[int]) -> list[int]:
    """Keep the first recommendation of each share in a report: in two themes it is still one piece of news."""
    mentions = situation.known.mentions
    firsts = {(mentions[p].report, mentions[p].symbol): p for p in sorted(positions, reverse=True)}
    return sorted(firsts.values())


def _corrected(restated: Restated, situation: Situation) -> Iterator[Row]:
    """Tell of each recommendation whose numbers are other ones than the run believed, or that was taken back."""
    by_id: dict[str, list[Row]] = {}
    for row in reconciliation(restated)["rows"]:
        if row["kind"] != "added":  # it is told as what it does to the call
            by_id.setdefault(row["id"], []).append(row)
    told = set()
    for identity, rows in by_id.items():
        about, first = restated.mention(identity), rows[0]
        if (about.report, about.symbol, first["kind"]) in told:
            continue  # the same share in another theme of the report
        told.add((about.report, about.symbol, first["kind"]))
        before, after = first["excess_return_before"], first["excess_return_after"]
        if first["kind"] == "retracted":
            words = Words(f"retracted; it stood at {signed(before)} excess", f"已撤回；此前超额 {signed(before)}")
            yield news(situation, "retracted", situation.when.as_of, about, words, before=before)
            continue
        key, why = first["horizon"], _why(rows)
        where = Words("since entry", "买入以来") if key == "now" else Words(key, key)
        words = Words(
            f"excess {where.en} {signed(before)} → {signed(after)}{_others(rows).en}: {why.en}",
            f"{where.zh}超额 {signed(before)} → {signed(after)}{_others(rows).zh}：{why.zh}",
        )
        yield news(situation, "corrected", situation.when.as_of, about, words, horizon=key, before=before,
                   after=after, reason=" ".join(_kinds(rows)))  # fmt: skip


def _others(rows: Sequence[Row]) -> Words:
    """Say how many numbers of a recommendation moved besides the first."""
    rest = len(rows) - 1
    return Words(f" (and {rest} more)", f"（另 {rest} 个）") if rest else Words("", "")


def _kinds(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(cause["cause"] for row in rows for cause in row["causes"]))


def _why(rows: Sequence[Row]) -> Words:
    """Say the causes, each with the facts of the first number that it moved."""
    parts = []
    for kind in _kinds(rows):
        cause = next(cause for row in rows for cause in row["causes"] if cause["cause"] == kind)
        words = CAUSE_WORDS[kind]
        parts.append(
            Words(
                f"{words.en} ({cause['why']})" if cause["why"] else words.en,
                f"{words.zh}（{cause['why_zh']}）" if cause["why_zh"] else words.zh,
            )
        )
    return Words("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))
