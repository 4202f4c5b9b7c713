"""Shapes of the API's answers, as its description shows them; rows may hold more keys than are named here."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """An object with at least these keys."""

    model_config = ConfigDict(extra="allow")


class Problem(BaseModel):
    """Why something cannot be answered, in one sentence."""

    error: str


class Returns(Shape):
    """Returns over one window: fractions, null where unknown."""

    total_return: float | None
    benchmark_return: float | None
    excess_return: float | None


class Outcome(Returns):
    """A recommendation at one horizon."""

    exit_session: str | None
    price_excess: float | None
    hit: bool | None
    status: str


class CallState(Shape):
    """The call a recommendation belongs to."""

    status: str
    mentions: int
    closed_session: str | None
    reason: str | None
    total_return: float | None
    excess_return: float | None


class Recommendation(Returns):
    """One mention of a share in a theme of a report, and how it stands."""

    id: str
    report: str
    broker: str
    analyst: str | None
    published: str
    theme: str
    theme_printed: str
    symbol: str
    name: str
    direction: int
    strength: str
    rating: str | None
    target_price: float | None
    target_currency: str | None
    upside: float | None
    target_status: str
    target_session: str | None
    target_touched: str | None
    target_until: str | None
    quote: str | None
    benchmark: str
    benchmark_kind: str
    entry_session: str | None
    entry_price: float | None
    price_basis: str | None
    as_of: str | None
    status: str
    price_return: float | None
    price_excess: float | None
    max_gain: float | None
    max_loss: float | None
    days_held: int | None
    call: CallState
    horizons: dict[str, Outcome]


class Call(Returns):
    """A broker's opinion on a share, from its first entry to its close."""

    broker: str
    symbol: str
    name: str
    direction: int
    status: str
    mentions: int
    entry_session: str | None
    closed_session: str | None


class Summary(Shape):
    """A group at one horizon."""

    sample: int
    hit_rate: float | None
    hit_rate_low: float | None
    hit_rate_high: float | None
    mean_excess: float | None
    median_excess: float | None


class Group(Shape):
    """A broker, or another group, and how good it was."""

    group: str
    recommendations: int
    calls: int
    symbols: int
    since_entry: Returns
    horizon: str
    sample: int
    hit_rate: float | None
    hit_rate_low: float | None
    hit_rate_high: float | None
    mean_excess: float | None
    horizons: dict[str, Summary]
    stale: list[str]
    missing: list[str]
    closes_only: list[str]
    adjusted: list[str]


class Index(Returns):
    """A theme's index."""

    level: float | None
    max_drawdown: float | None
    members: int


class Theme(Shape):
    """A theme and how good its recommendations were."""

    theme: str
    name: str
    brokers: int
    recommendations: int
    calls: int
    symbols: int
    since_entry: Returns
    index: Index
    horizon: str
    sample: int
    hit_rate: float | None
    horizons: dict[str, Summary]


class Stretch(Returns):
    """The return of a security between two dates."""

    symbol: str
    name: str | None
    from_session: str | None
    to_session: str | None
    from_close: float | None
    to_close: float | None
    price_return: float | None
    benchmark: str
    benchmark_kind: str
    price_excess: float | None
    status: str


class Finding(Shape):
    """One thing that is not as it should be."""

    level: str
    what: str
    where: str
    advice: str


class Health(Shape):
    """The health of database, prices and ledger."""

    level: str
    findings: list[Finding]


class ThemeStretch(Returns):
    """The return of a theme between two dates."""

    theme: str
    name: str
    from_session: str | None
    to_session: str | None
    weighting: str
    members_by: str
    price_return: float | None
    members: list[Stretch]


class Sector(Returns):
    """A recommendation of a sector, and how what stands for it did."""

    report: str
    broker: str
    published: str
    sector: str
    words: str | None
    direction: int
    quote: str | None
    symbol: str | None
    horizon: str
    benchmark: str | None
    status: str
    entry_session: str | None
    horizon_return: float | None
    horizon_excess: float | None
    hit: bool | None


class Ticker(Shape):
    """One line of the watchlist."""

    symbol: str
    name: str | None
    themes: list[str]
    watched: bool
    note: str | None
    added: str | None
    session: str | None
    close: float | None
    change: float | None
    periods: dict[str, Returns]
    benchmark: str
    recommended_by: list[str]
    status: str
    stale: bool


class Holding(Shape):
    """One security that is held, was held, or is recommended and not held."""

    symbol: str
    name: str | None
    position: str
    standing: str
    accounts: list[str]
    shares: float | None
    cost: float | None
    currency: str | None
    close: float | None
    status: str | None
    value: float | None
    weight: float | None
    unrealised_return: float | None
    contribution: float | None
    recommended_by: list[str]


class Portfolio(Returns):
    """Everything held, as a whole."""

    as_of: str
    currency: str
    value: float | None
    holdings: int
    not_held: int
    not_shown: dict[str, float]
    stretches: list[dict[str, object]]
    fingerprint: str


class PeriodReview(Shape):
    """Everything of a period's last day, and what the period was."""

    as_of: str
    currency: str | None
    fingerprint: str
    score_run: dict[str, object] | None
    headline: dict[str, object]
    recommendations: list[Recommendation]
    calls: list[Call]
    period: dict[str, object]


class Change(Shape):
    """One thing that is new, in both languages."""

    kind: str
    day: str | None
    symbol: str
    name: str | None
    broker: str | None
    theme: str | None
    id: str | None
    horizon: str | None
    value: float | str | None
    before: float | str | None
    after: float | str | None
    reason: str | None
    recommended_by: list[str]
    what: str
    what_zh: str


class Ranked(Shape):
    """One line of the leaderboard; what cannot be ranked has nulls and says why."""

    group: str
    record: str
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    status: str
    recommendations: int
    calls: int
    matured: int
    shares: int
    months: int
    horizon: str
    hit_rate: float | None
    alpha: float | None
    alpha_shrunken: float | None
    q_value: float | None


class Past(Returns):
    """A group as one kept score run saw it."""

    as_of: str
    group: str
    score_run: int
    recommendations: int
    horizon: str
    sample: int
    hit_rate: float | None


class Step(BaseModel):
    """One step of how a number came to be, in both languages."""

    about: str
    step: str
    step_zh: str
    value: str
    formula: str
    formula_zh: str
    source: str


class Shown(Shape):
    """One security: how it stands, and every recommendation of it, oldest first."""

    symbol: str
    name: str | None
    names: list[str]
    listed: str | None
    delisted: str | None
    first_recommended_by: list[str]
    benchmark: str
    session: str | None
    close: float | None
    periods: dict[str, Returns]
    status: str
    recommendations: list[Recommendation]
    moved: list[dict[str, object]]


class Path(Shape):
    """One security's path, with a mark for each recommendation."""

    symbol: str
    name: str | None
    benchmark: str
    benchmark_name: str | None
    path: list[dict[str, str | float | None]]
    marks: list[dict[str, str | float | None]]
