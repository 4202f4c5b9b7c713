"""Questions to a small world, with answers worked out by hand; closes rise by a fixed step a session.

The sessions are the weekdays from 2024-01-02, which is session 0. 2024-03-04 is session 44, 2024-04-02 is 65,
2024-05-07 is 90, 2024-05-10 is 93, 2024-06-03 is 109 and 2024-06-28 is 128. 浦发 closes at 10 + 0.01 n and opens at the
close before; 平安 at 20 - 0.01 n, halved from session 109 on; 万科 at 8 + 0.02 n; every index at 3000 + n.
"""

from typing import Any, Final

import pytest

from tests.cli.program import one_sentence, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World

Rows = list[dict[str, Any]]
LAST: Final = "2024-06-28"
# 浦发: bought at 10.43; 0.50 went ex at session 93, after a close of 10.92.
PUFA_PRICE, PUFA_TOTAL = 11.28 / 10.43 - 1, 11.28 / 10.43 * 10.92 / 10.42 - 1
PUFA_BENCHMARK = 3128 / 3043 - 1
# 平安: bought at 19.57, now 9.36 for each of two.
PINGAN_PRICE = 2 * 9.36 / 19.57 - 1


def ask(world: World, *arguments: str) -> Rows:
    rows: Rows = run(*arguments, "--json", home=world.home, now=EVENING).rows
    return rows


def close(value: float) -> Any:  # noqa: ANN401 - pytest's own type has no name
    return pytest.approx(value, abs=1e-12)


def test_recommendations_by_hand(world: World) -> None:
    rows = {(row["symbol"], row["theme"]): row for row in ask(world, "recommendations", "--as-of", LAST)}
    assert rows.keys() == {(PUFA, "ai"), (PINGAN, "ai"), (PUFA, "mr"), (WANKE, "ai")}
    first = rows[PUFA, "ai"]
    assert (first["entry_session"], first["entry_price"], first["days_held"]) == ("2024-03-04", 10.43, 85)
    assert first["price_return"] == close(PUFA_PRICE)
    assert first["total_return"] == close(PUFA_TOTAL)
    assert first["benchmark_return"] == close(PUFA_BENCHMARK)
    assert first["excess_return"] == close(PUFA_TOTAL - PUFA_BENCHMARK)
    assert first["price_excess"] == close(PUFA_PRICE - PUFA_BENCHMARK)
    split = rows[PINGAN, "ai"]
    assert split["price_return"] == close(PINGAN_PRICE)
    assert split["total_return"] == close(PINGAN_PRICE)
    again = rows[PUFA, "mr"]
    assert (again["entry_session"], again["entry_price"]) == ("2024-04-02", 10.64)
    sold = rows[WANKE, "ai"]
    assert (sold["direction"], sold["entry_session"], sold["entry_price"]) == (-1, "2024-05-07", 9.78)
    # What was called a sale rose further than the index: the call missed.
    assert sold["excess_return"] == close(10.56 / 9.78 - 3128 / 3089)
    assert sold["horizons"]["20"]["hit"] is False


def test_horizons_by_hand(world: World) -> None:
    (row,) = ask(world, "recommendations", "--symbol", PUFA, "--theme", "ai", "--as-of", LAST)
    five, sixty, long, quarter = (row["horizons"][key] for key in ("5", "60", "120", "3m"))
    assert (five["exit_session"], five["status"]) == ("2024-03-08", "matured")
    assert five["total_return"] == close(10.48 / 10.43 - 1)
    assert five["hit"] is True  # 0.479 % against 5/3043 = 0.164 %
    # The sixtieth session is the 103rd; the dividend lies before it.
    assert (sixty["exit_session"], sixty["status"]) == ("2024-05-24", "matured")
    assert sixty["total_return"] == close(11.03 / 10.43 * 10.92 / 10.42 - 1)
    assert (long["status"], long["total_return"], long["hit"]) == ("open", None, None)
    # Three months after 2024-03-01 is a Saturday: the last session before it is Friday 2024-05-31.
    assert (quarter["exit_session"], quarter["status"]) == ("2024-05-31", "matured")


def test_calls_live_by_broker_and_share(world: World) -> None:
    rows = {(row["broker"], row["symbol"]): row for row in ask(world, "calls", "--as-of", LAST)}
    assert {key: row["mentions"] for key, row in rows.items()} == {
        ("甲证券", PUFA): 2, ("甲证券", PINGAN): 1, ("乙证券", WANKE): 1,
    }  # fmt: skip
    assert rows["甲证券", PUFA]["total_return"] == close(PUFA_TOTAL)
    # The default life is twelve months after the last mention.
    assert rows["甲证券", PUFA]["expires"] == "2025-04-01"
    assert rows["甲证券", PUFA]["themes"] == ["ai", "mr"]


def test_groups_count_calls_and_on_request_mentions(world: World) -> None:
    rows = {row["group"]: row for row in ask(world, "brokers", "--as-of", LAST, "--horizon", "20")}
    assert {k: (r["recommendations"], r["calls"], r["symbols"], r["sample"]) for k, r in rows.items()} == {
        "甲证券": (3, 2, 2, 2), "乙证券": (1, 1, 1, 1),
    }  # fmt: skip
    mentions = {row["group"]: row for row in ask(world, "brokers", "--as-of", LAST, "--horizon", "20", "--per-mention")}
    assert mentions["甲证券"]["sample"] == 3
    themes = {row["theme"]: row for row in ask(world, "themes", "--as-of", LAST)}
    assert {k: (r["recommendations"], r["brokers"]) for k, r in themes.items()} == {"ai": (3, 2), "mr": (1, 1)}
    mean = (PUFA_TOTAL + PINGAN_PRICE + 10.56 / 9.78 - 1) / 3
    assert themes["ai"]["since_entry"]["total_return"] == close(mean)


def test_a_hit_rate_carries_its_interval(world: World) -> None:
    rows = {row["group"]: row for row in ask(world, "brokers", "--as-of", LAST, "--horizon", "20")}
    # 浦发 hit and 平安 missed. Wilson at 95 % of 1 in 2, z = 1.959964: (0.5 + z²/4 ± z √(1/8 + z²/16)) / (1 + z²/2).
    assert rows["甲证券"]["hit_rate"] == 0.5
    assert rows["甲证券"]["hit_rate_low"] == pytest.approx(0.0945, abs=1e-4)
    assert rows["甲证券"]["hit_rate_high"] == pytest.approx(0.9055, abs=1e-4)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("broker", {"甲证券", "乙证券"}),
        ("analyst", {"王五 S0000000000001", "?"}),
        ("theme", {"ai", "mr"}),
        ("rating", {"减持", "recommend"}),
        ("strength", {"recommend"}),
        ("report", {"first", "second", "third"}),
        ("year", {"2024"}),
        ("market", {"CN"}),
    ],
)
def test_groupings(world: World, by: str, groups: set[str]) -> None:
    rows = ask(world, "brokers", "--by", by, "--as-of", LAST)
    assert {row["group"] for row in rows} == groups
    assert sum(row["recommendations"] for row in rows) == 4


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--theme", "ai"), {PUFA, PINGAN, WANKE}),
        (("--theme", "AI"), {PUFA, PINGAN, WANKE}),
        (("--broker", "乙"), {WANKE}),
        (("--symbol", "浦发银行"), {PUFA}),
        (("--symbol", "600000", "--symbol", "sz000002"), {PUFA, WANKE}),
        (("--since", "2024-05-06"), {WANKE}),
        (("--since", "2024-05-07"), set()),
        (("--until", "2024-03-01"), {PUFA, PINGAN}),
        (("--until", "2024-02-29"), set()),
        (("--analyst", "S0000000000001"), {WANKE}),
        (("--analyst", "王五"), {WANKE}),
        (("--rating", "减持"), {WANKE}),
        (("--direction", "-1"), {WANKE}),
        (("--direction", "0"), set()),
        (("--market", "HK"), set()),
        (("--broker", "甲", "--theme", "mr"), {PUFA}),
    ],
)
@pytest.mark.parametrize("question", ["recommendations", "calls"])
def test_filters(world: World, question: str, filters: tuple[str, ...], found: set[str]) -> None:
    rows = ask(world, question, *filters, "--as-of", LAST)
    assert {row["symbol"] for row in rows} == found


def test_each_kind_of_row_is_filtered_by_its_own_status(world: World) -> None:
    # A call is open or closed; a recommendation runs, or has one of the other fates.
    found = {
        (question, status): len(ask(world, question, "--status", status, "--as-of", LAST))
        for question, status in (
            ("recommendations", "running"), ("recommendations", "delisted"), ("calls", "open"), ("calls", "closed"),
        )
    }  # fmt: skip
    assert list(found.values()) == [4, 0, 3, 0]


def test_returns_by_hand(world: World) -> None:
    # 2024-05-04 is a Saturday: the last close on or before it is that of Friday, session 88.
    rows = {row["symbol"]: row for row in ask(world, "returns", PUFA, PINGAN, "--from", "2024-05-04", "--to", LAST)}
    row = rows[PUFA]
    assert (row["from_session"], row["to_session"]) == ("2024-05-03", LAST)
    assert (row["from_close"], row["to_close"]) == (10.88, 11.28)
    assert row["price_return"] == close(11.28 / 10.88 - 1)
    assert row["total_return"] == close(11.28 / 10.88 * 10.92 / 10.42 - 1)
    assert row["benchmark_return"] == close(3128 / 3088 - 1)
    assert row["price_excess"] == close(11.28 / 10.88 - 3128 / 3088)
    # As traded: the closes are not adjusted, the return is.
    assert (rows[PINGAN]["from_close"], rows[PINGAN]["to_close"]) == (19.12, 9.36)
    assert rows[PINGAN]["price_return"] == close(2 * 9.36 / 19.12 - 1)


def test_a_day_with_a_dividend_is_counted_once(world: World) -> None:
    before, on, over = (
        ask(world, "returns", PUFA, "--from", start, "--to", end)[0]["total_return"]
        for start, end in (("2024-05-08", "2024-05-09"), ("2024-05-09", "2024-05-10"), ("2024-05-08", "2024-05-10"))
    )
    assert before == close(10.92 / 10.91 - 1)
    assert on == close(10.93 / 10.42 - 1)
    assert 1 + over == close((1 + before) * (1 + on))


def test_another_benchmark(world: World) -> None:
    rows = ask(world, "returns", PUFA, "--from", "2024-05-03", "--to", LAST, "--benchmark", "SPX.GI")
    assert rows[0]["benchmark"] == "SPX.GI"


def test_members_of_a_theme(world: World) -> None:
    def members(start: str, how: str) -> Rows:
        found: Rows = ask(world, "returns", "--theme", "ai", "--from", start, "--to", LAST, "--members", how)
        return found

    # On the evening of 2024-03-04 two calls were open; 乙证券's sale came in May.
    (row,) = members("2024-03-04", "at-from")
    assert [m["symbol"] for m in row["members"]] == [PINGAN, PUFA]
    totals = (2 * 9.36 / 19.56, 11.28 / 10.44 * 10.92 / 10.42)
    assert row["total_return"] == close(sum(totals) / 2 - 1)
    assert row["benchmark_return"] == close(3128 / 3044 - 1)
    (hindsight,) = members("2024-03-04", "today")
    assert {m["symbol"] for m in hindsight["members"]} >= {PINGAN, PUFA}
    # Published on a Friday, bought on Monday: on the Friday nobody is in it.
    said = run("returns", "--theme", "ai", "--from", "2024-03-01", "--to", LAST, home=world.home, now=EVENING)
    one_sentence(said, 1, "--members point-in-time", "--members today")


def test_what_a_broker_says_to_sell_is_no_member(world: World) -> None:
    (hindsight,) = ask(world, "returns", "--theme", "ai", "--from", "2024-05-10", "--to", LAST, "--members", "today")
    assert {m["symbol"] for m in hindsight["members"]} == {PUFA, PINGAN}
    # Two members are too few: the index stands still.
    (row,) = [row for row in ask(world, "themes", "--as-of", LAST) if row["theme"] == "ai"]
    assert (row["index"]["total_return"], row["index"]["members"]) == (None, 2)


def test_members_that_join_and_leave_inside_the_window(world_of_buys: World) -> None:
    world = world_of_buys
    # From session 91 on there are three members; each day their mean return counts.
    (row,) = ask(world, "returns", "--theme", "ai", "--from", "2024-05-08", "--to", LAST, "--members", "point-in-time")
    level = benchmark = 1.0
    for n in range(92, 129):
        pufa = (10 + 0.01 * n) / (10 + 0.01 * (n - 1) - (0.5 if n == 93 else 0))
        pingan = (20 - 0.01 * n) / (20 - 0.01 * (n - 1))
        wanke = (8 + 0.02 * n) / (8 + 0.02 * (n - 1))
        level *= (pufa + pingan + wanke) / 3
        benchmark *= (3000 + n) / (3000 + n - 1)
    assert (row["from_session"], row["to_session"]) == ("2024-05-08", LAST)
    assert row["total_return"] == pytest.approx(level - 1, abs=1e-9)
    assert row["benchmark_return"] == pytest.approx(benchmark - 1, abs=1e-9)
    assert {m["symbol"] for m in row["members"]} == {PUFA, PINGAN, WANKE}


def test_the_watchlist_by_hand(world: World) -> None:
    row = {row["symbol"]: row for row in ask(world, "watch", "--as-of", "2024-05-10")}[PUFA]
    assert (row["session"], row["close"]) == ("2024-05-10", 10.93)
    # As exchanges show it: against the close before less the dividend.
    assert row["change"] == close(10.93 / 10.42 - 1)
    assert row["periods"]["1d"]["total_return"] == close(10.93 / 10.42 - 1)
    assert row["periods"]["1d"]["benchmark_return"] == close(3093 / 3092 - 1)
    # A week before Friday 2024-05-10 is Friday 2024-05-03, at 10.88.
    assert row["periods"]["1w"]["total_return"] == close(10.93 / 10.88 * 10.92 / 10.42 - 1)
    # A month before is 2024-04-10, session 71.
    assert row["periods"]["1m"]["benchmark_return"] == close(3093 / 3071 - 1)
    # Prices begin on 2024-01-31: there is no close of the year before, and none a year ago.
    assert row["periods"]["1y"]["total_return"] is None
    assert row["recommended_by"] == ["甲证券"]


def test_who_was_first(world: World) -> None:
    (row,) = ask(world, "show", PUFA, "--as-of", LAST)
    assert row["first_recommended_by"] == ["甲证券"]
    assert [(one["published"], one["place"]) for one in row["recommendations"]] == [
        ("2024-03-01", 1),
        ("2024-04-01", 2),
    ]


def test_before_its_first_bar_a_share_has_no_close(world: World) -> None:
    # Prices begin on 2024-01-31: the day before, nobody knew a later close.
    (row,) = ask(world, "show", PUFA, "--as-of", "2024-01-30")
    assert (row["session"], row["close"], row["status"]) == (None, None, "no_price")


def test_before_the_publication_nothing_is_recommended(world: World) -> None:
    assert ask(world, "recommendations", "--as-of", "2024-02-29") == []
    (row,) = [r for r in ask(world, "recommendations", "--as-of", "2024-03-01") if r["symbol"] == PUFA]
    assert (row["status"], row["entry_session"], row["total_return"]) == ("pending", None, None)
