"""Which reactions another report confounds, told by hand from the first session that could know each report."""

import pytest

from tests.cli.program import run
from tests.cli.small_world import EVENING, PINGAN, PUFA, make_world, report

# Broker, day of publication: a day alone is known from the next session on, every weekday being one here.
PUBLISHED = {
    "甲证券": "2024-03-01",  # Friday: Monday 03-04 and Tuesday 03-05
    "乙证券": "2024-03-01",  # the same two sessions
    "丙证券": "2024-04-01",  # Monday: 04-02 and 04-03
    "丁证券": "2024-04-02",  # Tuesday: 04-03, the second of 丙, and 04-04
    "戊证券": "2024-05-06",  # Monday: 05-07 and 05-08
    "己证券": "2024-05-08",  # Wednesday: 05-09, when the two of 戊 are over, and 05-10
    "庚证券": "2024-06-07",  # Friday: Monday 06-10 and Tuesday 06-11
    "辛证券": "2024-06-08",  # Saturday: the same two sessions
    "壬证券": "2024-06-20",  # Thursday: 06-21 and 06-24, alone with 浦发 in two themes; 癸 speaks of 平安
    "癸证券": "2024-06-20",
}
CONFOUNDED = {"甲证券", "乙证券", "丙证券", "庚证券", "辛证券"}


@pytest.fixture(scope="module")
def confounded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[bool]]:
    """Map each broker to whether its recommendations are confounded."""
    world = make_world(tmp_path_factory.mktemp("near"))
    (world.home / "config" / "reports" / "first.toml").unlink()
    for number, (broker, day) in enumerate(PUBLISHED.items()):
        named = {PINGAN: "平安银行"} if broker == "癸证券" else {PUFA: "浦发银行"}
        text = report(day, broker, named)
        if broker == "壬证券":
            text += "\n[[recommendations]]" + report(day, broker, named, theme="MR").split("[[recommendations]]")[1]
        world.write(f"reports/report-{number}.toml", text)
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    rows = run("recommendations", "--json", home=world.home, now=EVENING).rows
    assert len(rows) == len(PUBLISHED) + 1
    return {name: {row["event"]["confounded"] for row in rows if row["broker"] == name} for name in PUBLISHED}


@pytest.mark.parametrize("broker", PUBLISHED)
def test_a_report_that_comes_out_within_the_two_sessions_confounds(
    broker: str, confounded: dict[str, set[bool]]
) -> None:
    assert confounded[broker] == {broker in CONFOUNDED}
