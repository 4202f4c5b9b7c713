"""News of calls: new, repeated, upgraded and downgraded ones, those that were bought, and those that ended."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Final

from watchlist.core.book import MarketBook
from watchlist.domain.errors import Words
from watchlist.domain.model import STRENGTH_ORDER, Mention, Status
from watchlist.domain.symbols import market as market_of
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.ratings import Ratings
from watchlist.queries.news import news, signed
from watchlist.queries.period_calls import standing_mentions, stands
from watchlist.queries.recommendations import Row
from watchlist.queries.since import Standing
from watchlist.queries.situation import Situation

_LONGEST_VERB: Final = 8
_LAST: Final = dt.datetime.max.replace(tzinfo=dt.UTC)  # a date alone is the end of its day
_REASONS: Final = {
    "expired": Words("expired", "到期"),
    "reversed": Words("reversed", "反转"),
    "neutral": Words("turned neutral", "转为中性"),
    "delisted": Words("delisted", "退市"),
    "person": Words("closed by you", "您已结束"),
    str(Status.UNTRADABLE): Words("could not be bought in time", "未能买入"),
}
_DIRECTIONS: Final = {1: Words("buy", "看多"), 0: Words("neutral", "中性"), -1: Words("sell", "看空")}


def mention_news(standing: Standing, wanted: Sequence[int], ratings: Ratings | None) -> Iterator[Row]:
    """Tell of every report on a share that was published or recorded since: what it does to the broker's call."""
    now = standing.now
    known = {mention.rec_id for mention in standing.then.known.mentions}
    before = _before(now)
    for position in wanted:
        mention, last = now.known.mentions[position], before[position]
        again = last is not None and now.known.mentions[last].report == mention.report
        if mention.rec_id not in known and not again:
            yield _mentioned(now, mention, _previous(now, position, last), ratings)


def _before(now: Situation) -> list[int | None]:
    """Give for each recommendation the one that the broker made of the share before it."""
    mentions = now.known.mentions
    moments = [(one.published, one.published_at or _LAST, at) for at, one in enumerate(mentions)]
    last: dict[tuple[str, str], int] = {}
    found: list[int | None] = [None] * len(mentions)
    for *_, at in sorted(moments):
        key = (mentions[at].broker, mentions[at].symbol)
        found[at] = last.get(key)
        last[key] = at
    return found


def _previous(now: Situation, position: int, before: int | None) -> Mention | None:
    """Give the recommendation that this one extends or turns; ``None`` where it opens a call of its own."""
    book = now.book
    if before is None or position not in book.place or before not in book.place:
        return None
    part, at = book.markets[book.place[position][0]], book.place[position][1]
    old = part.calls[book.call_of[before]]
    same = book.call_of[before] == book.call_of[position]
    return now.known.mentions[before] if same or old.closed_by == at else None


def _mentioned(now: Situation, mention: Mention, previous: Mention | None, ratings: Ratings | None) -> Row:
    said, tail = _said(mention), _together(_targets(previous, mention), _late(mention))
    if previous is None:
        return news(now, "new_call", mention.published, mention, _together(said, tail), after=_word(mention))
    was, step = _said(previous), _step(previous, mention, ratings)
    kind = "upgraded" if step > 0 else "downgraded" if step < 0 else "repeated"
    change = said if step == 0 else Words(f"{was.en} → {said.en}", f"{was.zh} → {said.zh}")
    return news(
        now, kind, mention.published, mention, _together(change, tail), before=_word(previous), after=_word(mention)
    )


def _together(one: Words, other: Words) -> Words:
    return Words(one.en + other.en, one.zh + other.zh)


def _word(mention: Mention) -> str | None:
    """Give the rating or the verb, as printed."""
    return mention.rating or mention.verb


def _said(mention: Mention) -> Words:
    """Give the rating as printed, else the direction and the verb, where it is not half a sentence."""
    if mention.rating:
        return Words(mention.rating, mention.rating)
    way, verb = _DIRECTIONS[mention.direction], mention.verb
    if verb is None or len(verb) > _LONGEST_VERB:
        return way
    return Words(f"{way.en} ({verb})", f"{way.zh}（{verb}）")


def _late(mention: Mention) -> Words:
    """Say when something older was only recorded later."""
    recorded = mention.recorded_at.astimezone(SHANGHAI).date()
    if recorded - mention.published <= dt.timedelta(days=1):
        return Words("", "")
    return Words(f", recorded {recorded}", f"，{recorded} 补录")


def _targets(previous: Mention | None, mention: Mention) -> Words:
    """Say which price is foreseen, and from which one it was moved."""
    one, other = None if previous is None else previous.target_price, mention.target_price
    if other is None or (previous is not None and one == other):
        return Words("", "")
    was = (
        "" if one is None or previous is None or previous.target_currency != mention.target_currency else f"{one:g} → "
    )
    return Words(f", target {was}{other:g}", f"，目标价 {was}{other:g}")


def _step(previous: Mention, mention: Mention, ratings: Ratings | None) -> int:
    """Say whether the broker thinks better of the share (1), worse (-1) or the same: direction, rating, strength."""
    levels = [(one.direction, _norm(one, ratings), STRENGTH_ORDER[one.strength]) for one in (previous, mention)]
    for was, now in zip(*levels, strict=True):
        if was is not None and now is not None and was != now:
            return 1 if now > was else -1
    return 0


def _norm(mention: Mention, ratings: Ratings | None) -> int | None:
    if mention.rating is None or ratings is None:
        return None
    return ratings.norm_of(mention.rating, mention.broker, mention.published)


def life_news(standing: Standing, wanted: set[int]) -> Iterator[Row]:
    """Tell of every call that was bought or ended since."""
    stood = standing_mentions(standing.then)
    for market, part in standing.now.book.markets.items():
        back, old = standing.back(market), standing.then.book.markets.get(market)
        bought_then = set() if old is None else {
            at for at in range(len(part.at)) if back[at] >= 0 and old.entries.session[back[at]] >= 0
        }  # fmt: skip
        for number, call in enumerate(part.calls):
            if not wanted.isdisjoint(part.at[m] for m in call.mentions):
                yield from _bought(standing, part, number, bought_then)
                yield from _ended(standing, part, number, stood)


def _bought(standing: Standing, part: MarketBook, number: int, bought_then: set[int]) -> Iterator[Row]:
    first = int(part.lives.first[number])
    session = part.session(int(part.entries.session[first]))
    mention = standing.now.known.mentions[part.at[first]]
    if session is None or session <= standing.last_session(market_of(mention.symbol)):
        return
    if not bought_then.isdisjoint(part.calls[number].mentions):
        return
    price = float(part.entries.price[first] / part.panel.rates[part.entries.session[first]])
    when = ("close", "收盘") if part.entries.at_close[first] else ("open", "开盘")
    words = Words(f"at the {when[0]}, {price:,.2f}", f"{when[1]} {price:,.2f}")
    yield news(standing.now, "entered", session, mention, words, value=price)


def _ended(standing: Standing, part: MarketBook, number: int, stood: set[str]) -> Iterator[Row]:
    now, call = standing.now, part.calls[number]
    mentions = [now.known.mentions[part.at[m]] for m in call.mentions]
    session = part.session(int(part.lives.closed[number]))
    since = session is not None and session > standing.last_session(market_of(call.symbol))
    # One that could not be bought, or whose share went silent, closes in no session.
    if stands(part, number, now.when.as_of) or not (since or not stood.isdisjoint(m.rec_id for m in mentions)):
        return
    status, legs = str(part.lives.status[number]), part.lives.legs
    reason = str(part.lives.reason[number]) or ("expired" if status == Status.STALE else status)
    total = float(legs.total_return[number])
    excess = total - float(legs.benchmark_return[number])
    known = not math.isnan(excess)
    made = Words(f": {signed(total)}, excess {signed(excess)}", f"：{signed(total)}，超额 {signed(excess)}")
    why = _REASONS.get(reason, Words(reason, reason))
    words = _together(why, made) if known else why
    yield news(now, "call_closed", session, mentions[0], words, value=excess if known else None, reason=reason)
