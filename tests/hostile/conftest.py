"""A world whose every text is one of the corpus: each came in by a file of the ledger, every third by a list too."""

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.program import Said, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, make_world, weekdays
from tests.hostile.corpus import PAYLOADS, nothing_happens


def ask(world: World, *arguments: object) -> Said:
    return run(*arguments, home=world.home, market=world.market, now=EVENING)


def quoted(text: str) -> str:
    """Write a text as a string of TOML."""
    return "".join(f"\\u{ord(one):04X}" if ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0 or one in '"\\' else one
                   for one in text).join('""')  # fmt: skip


def report(text: str) -> str:
    """Write a report of the ledger whose every text is this one."""
    said = quoted(text)
    return (
        f"broker = {said}\ntitle = {said}\npublished = 2024-03-01\nindustry = {said}\nevidence = {said}\n"
        f"[[recommendations]]\ntheme = {said}\nname = {said}\nsymbol = '{PUFA}'\nverb = {said}\n"
        f"strength = 'recommend'\nquotes = [{{ start = 0, end = {len(text)}, text = {said} }}]\n"
    )


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("hostile")
    world = make_world(folder)
    for one in PAYLOADS:
        world.write(f"local/reports/{one}.toml", report(one.text))
    # Themes of the person's own, with the corpus for names.
    themes = "".join(
        f"[[themes]]\nid = 'own-{n}'\nname = {quoted(one.text)}\nname_en = {quoted(one.text)}\nprinted = []\n"
        for n, one in enumerate(PAYLOADS[::40])
    )
    world.write("local/themes.toml", themes)
    days = [day.isoformat() for day in weekdays()][:100]
    rows = [[days[n % 100], one.text, PINGAN, "", "买入", one.text, one.text, one.text, one.text]
            for n, one in enumerate(PAYLOADS[::3])]  # fmt: skip
    heads = ["date", "broker", "symbol", "name", "rating", "analyst", "theme", "title", "url"]
    path = folder / "list.parquet"
    pd.DataFrame(rows, columns=heads).to_parquet(path)
    with nothing_happens(folder):
        said = ask(world, "import", path)
        assert "Traceback" not in said.err
        said = ask(world, "daily")
        assert "Traceback" not in said.err
    return world


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")
