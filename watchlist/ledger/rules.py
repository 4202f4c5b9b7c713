"""What settings mean to the core: the rules of every number, in the core's own words."""

from watchlist.core.limits import UNITS, LimitRule, LimitTable
from watchlist.core.rules import Costs, EntryRule, MarketRules, Rules
from watchlist.domain.calendars import Hours, Overrides
from watchlist.ledger.settings import Limit, Market, Settings


def rules_from(settings: Settings) -> Rules:
    """Turn settings into rules."""
    return Rules(
        markets={name: _market(market) for name, market in settings.markets.items()},
        entry=EntryRule(settings.entry.rule, settings.entry.max_wait),
        horizons=settings.horizons.keys,
        horizon=settings.horizons.default,
        limits=LimitTable(tuple(_limit(row) for row in settings.limits)),
    )


def hours_of(market: Market) -> Hours:
    """Give when a market trades, with the days a person knows better than the calendar library."""
    known_better = Overrides(market.closed, market.opened)
    return Hours(market.calendar, market.timezone, market.cutoff, market.final_after, known_better)


def _market(market: Market) -> MarketRules:
    costs = market.costs
    return MarketRules(
        benchmark=market.benchmark,
        hours=hours_of(market),
        currency=market.currency,
        costs=Costs(
            buy=costs.commission + costs.stamp_duty_buy + costs.slippage,
            sell=costs.commission + costs.stamp_duty_sale + costs.slippage,
        ),
    )


def _limit(row: Limit) -> LimitRule:
    return LimitRule(row.board, row.st, row.since, row.limit, row.free_sessions, round(row.tick * UNITS))
