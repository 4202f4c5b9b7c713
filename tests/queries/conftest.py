"""What the tests of the queries share: a small world with two brokers, three shares, a dividend and a split."""

from pathlib import Path

import pytest

from tests.cli.program import run
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World, bars, make_world, report


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the world; it is only read."""
    return build(tmp_path_factory.mktemp("queries"), 'rating = "减持"\ndirection = -1')


@pytest.fixture(scope="session")
def world_of_buys(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the same world, but for 乙证券, which says buy of 万科; it is only read."""
    return build(tmp_path_factory.mktemp("buys"), 'rating = "增持"\ndirection = 1')


def build(folder: Path, third_says: str) -> World:
    """Build the world.

    甲证券 recommends 浦发 and 平安 in AI on 2024-03-01 and 浦发 again in MR on 2024-04-01; 乙证券 (analyst 王五) says
    减持 of 万科 in AI on 2024-05-06. 浦发 pays 0.50 on 2024-05-10; 平安 splits two for one on 2024-06-03.
    """
    world = make_world(folder)
    world.write("reports/second.toml", report("2024-04-01", recommended={PUFA: "浦发银行"}, theme="MR"))
    third = report("2024-05-06", "乙证券", {WANKE: "万科A"}, more=third_says)
    analyst = '[[analysts]]\nname = "王五"\nlicence = "S0000000000001"\n'
    head, rows = third.split("\n[[recommendations]]", 1)
    world.write("reports/third.toml", f"{head}\n{analyst}\n[[recommendations]]{rows}")
    world.prices(WANKE, bars(8, 0.02))
    halved = bars(20, -0.01).splitlines(keepends=True)
    at = next(n for n, line in enumerate(halved) if line.startswith("2024-06-03"))
    later = [line.split(",") for line in halved[at:]]
    rows = "".join(f"{r[0]},{','.join(f'{float(p) / 2:.3f}' for p in r[1:5])},{r[5]}" for r in later)
    world.prices(PINGAN, "".join(halved[:at]) + rows)
    (world.market / "actions.csv").write_text(
        f"symbol,ex_date,cash,split,note\n{PUFA},2024-05-10,0.5,,\n{PINGAN},2024-06-03,,2,\n", "utf-8"
    )
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world
