"""Whatever comes in by any door is taken as text or refused in a sentence: nothing runs, nothing is reached."""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.exceptions import IllegalCharacterError

from tests.cli.program import NOW, dump, run
from tests.cli.small_world import EVENING, PUFA, make_world
from tests.hostile.conftest import quoted
from tests.hostile.corpus import PAYLOADS, Payload, nothing_happens, of_html, of_terminal
from tests.reading.pdfs import written as pdf
from tests.web.test_edit import Visitor
from watchlist.domain.errors import WatchlistError
from watchlist.ledger.aliases import load_aliases
from watchlist.ledger.closings import load_closings
from watchlist.ledger.home import Home, find_home
from watchlist.ledger.ratings import load_ratings
from watchlist.ledger.reports import load_report
from watchlist.ledger.retractions import load_retractions
from watchlist.ledger.securities import load_securities
from watchlist.ledger.settings import load_settings
from watchlist.ledger.table_file import table_rows
from watchlist.ledger.themes import load_themes
from watchlist.ledger.watch import load_watchlist
from watchlist.reading.about import Told
from watchlist.reading.names import Names
from watchlist.steps.import_holdings import Given, import_holdings
from watchlist.steps.inbox import accept
from watchlist.steps.read import load_names, read_bytes
from watchlist.storage.database import reading, writing
from watchlist.web.app import create_app
from watchlist.web.door import Door
from watchlist.web.shelf import Shelf

TODAY: Final = dt.date(2024, 6, 30)
Door_ = Callable[[Home, Path, Payload], object]


def _config(name: str, load: Callable[[Home], object]) -> Door_:
    """Give a file of the user's own that is the text itself."""

    def take(home: Home, folder: Path, one: Payload) -> object:
        del folder
        path = home.local / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text, "utf-8", newline="")
        try:
            return load(home)
        finally:
            path.unlink()

    return take


def _report(home: Home, folder: Path, one: Payload) -> object:
    path = folder / "report.toml"
    path.write_text(f"broker = {quoted(one.text)}\n{one.text}\n", "utf-8", newline="")
    return load_report(home, path)


def _csv(home: Home, folder: Path, one: Payload) -> object:
    del home
    path = folder / "list.csv"
    path.write_text(one.text, "utf-8", newline="")
    return list(table_rows(path))


def _cell(home: Home, folder: Path, one: Payload) -> object:
    del home
    path = folder / "cell.csv"
    pd.DataFrame([{"date": "2024-03-05", "broker": one.text, "symbol": PUFA, one.text: one.text}]).to_csv(path)
    return list(table_rows(path))


def _workbook(home: Home, folder: Path, one: Payload) -> object:
    del home
    path = folder / "list.xlsx"
    book = openpyxl.Workbook()
    try:
        book.worksheets[0].append(["date", "broker", one.text])
        book.save(path)
    except (IllegalCharacterError, ValueError):
        return None  # no workbook can hold it
    return list(table_rows(path))


def _parquet(home: Home, folder: Path, one: Payload) -> object:
    del home
    path = folder / "list.parquet"
    pd.DataFrame([{"date": "2024-03-05", one.text: one.text}]).to_parquet(path)
    return list(table_rows(path))


def _text(home: Home, folder: Path, one: Payload) -> object:
    del folder
    said = f"{one.text}\n国信证券\n2024年3月7日\n{one.text}\n投资建议：推荐浦发银行（600000.SH）、{one.text}。\n"
    draft = read_bytes(said.encode(), one.text, names(home), Told(), TODAY)
    return accept(home, draft, one.text)


def _told(home: Home, folder: Path, one: Payload) -> object:
    """Say of a text what it does not say: its broker and title become the name of a file."""
    del folder
    told = Told(one.text, dt.date(2024, 3, 7), one.text)
    said = f"投资建议：推荐浦发银行（600000.SH）。编号 {one}\n"
    return accept(home, read_bytes(said.encode(), "-", names(home), told, TODAY))


def _bare(home: Home, folder: Path, one: Payload) -> object:
    del folder
    return read_bytes(one.text.encode(), one.text, names(home), Told(), TODAY)


def _pdf(home: Home, folder: Path, one: Payload) -> object:
    del folder
    return read_bytes(pdf([one.text.replace("\x00", ""), "推荐浦发银行"]), one.text, names(home), Told(), TODAY)


def _holdings(home: Home, folder: Path, one: Payload) -> object:
    path = folder / "held.csv"
    rows = [
        {"证券代码": "600000", "证券名称": one.text, "证券数量": "100"},
        {"证券代码": one.text, "证券名称": "", "证券数量": "1"},
    ]
    pd.DataFrame(rows).to_csv(path, index=False)
    with writing(home.database) as database:
        return import_holdings(database, home, path, Given(TODAY, dt.date(2024, 6, 28), one.text, None), EVENING)


DOORS: Final[dict[str, Door_]] = {
    "settings": _config("settings.toml", load_settings),
    "themes": _config("themes.toml", load_themes),
    "watchlist": _config("watchlist.toml", load_watchlist),
    "ratings": _config("ratings.toml", load_ratings),
    "closings": _config("closings.toml", load_closings),
    "retractions": _config("retractions.toml", load_retractions),
    "names": _config("names.csv", load_aliases),
    "securities": _config("securities.csv", load_securities),
    "report of the ledger": _report, "CSV": _csv, "cell of CSV": _cell, "workbook": _workbook, "Parquet": _parquet,
    "text of a report": _text, "what a person says of a text": _told, "nothing but it": _bare, "PDF": _pdf,
    "holdings": _holdings,
}  # fmt: skip


# Reading takes a while: the kinds that are meant for it, and some of the others.
SOME: Final = {
    "what a person says of a text": [one for one in PAYLOADS if one.kind in {"path", "structure"}],
    "text of a report": PAYLOADS[::4], "nothing but it": PAYLOADS[1::4], "PDF": PAYLOADS[2::4],
    "names": PAYLOADS[::4], "holdings": PAYLOADS[::2],
}  # fmt: skip


@cache
def names(home: Home) -> Names:
    return load_names(home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    world = make_world(tmp_path_factory.mktemp("inputs"))
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    return find_home(world.home, {})


@pytest.mark.parametrize("name", DOORS)
def test_it_comes_in_as_text_or_is_refused_in_a_sentence(
    home: Home, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # openpyxl puts its sheets together there
    before = _schema(home)
    taken, wrong = 0, []
    for one in SOME.get(name, PAYLOADS):
        try:
            with nothing_happens(home.root, tmp_path):
                DOORS[name](home, tmp_path, one)
            taken += 1
        except WatchlistError as error:
            wrong += [f"{one}: {said}" for said in (error.text("en"), error.text("zh")) if not said.strip()]
        except Exception as error:  # noqa: BLE001 - whatever it is, a person would see it
            wrong.append(f"{one}: {type(error).__name__} {error}")
    assert wrong[:10] == []
    assert _schema(home) == before
    inside = {path.suffix for path in home.local.rglob("*") if path.is_file()}
    assert inside <= {".toml", ".csv", ".txt"}
    assert taken > 0 or name in {
        "settings",
        "watchlist",
        "ratings",
        "report of the ledger",
        "themes",
        "securities",
        "names",
    }


def _schema(home: Home) -> list[tuple[str, ...]]:
    with reading(home.database) as connection:
        return [tuple(row) for row in connection.execute("select type, name, sql from sqlite_master order by name")]


def test_no_name_of_a_report_leads_out_of_its_folder(home: Home) -> None:
    """The files that the two doors above made lie in one folder, under names that every system takes."""
    made = sorted((home.local / "reports").rglob("*"))
    assert len(made) > 20
    for path in made:
        assert path.parent == home.local / "reports"
        assert path.suffix == ".toml"
        assert not set(path.name) & set('<>:"/\\|?*\x00'), path.name
        assert path.name.isprintable(), path.name
        assert not path.stem.endswith((".", " "))
        assert len(path.name.encode()) < 256


# The web.


ADDRESSES: Final = (
    "/?lang={}", "/recommendations?broker={}&sort={}", "/securities/{}", "/reports/{}", "/downloads/{}", "/search?q={}",
    "/api/recommendations?theme={}", "/api/changes?since={}", "/api/recommendations?format={}", "/{}", "/static/{}",
)  # fmt: skip


def test_an_address_is_only_words(home: Home) -> None:
    app = create_app(Shelf(home, home.database, load_settings(home), lambda: EVENING), "en")
    before = dump(home.database)

    async def all_of_them() -> list[tuple[str, httpx.Response]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8350") as client:
            asked = [
                ADDRESSES[(number + turn) % len(ADDRESSES)].replace("{}", quote(one.text, safe=""))
                for number, one in enumerate(PAYLOADS) for turn in range(2)
            ]  # fmt: skip
            return [(one, await client.get(one)) for one in asked]

    with nothing_happens(home.root):
        answers = asyncio.run(all_of_them())
    for address, answer in answers:
        assert answer.status_code < 500, (address, answer.text[:300])
        assert "root:x:0" not in answer.text
        assert "Traceback" not in answer.text
        if "html" in answer.headers.get("content-type", ""):
            assert of_html(answer.text) == [], address
        for name, value in answer.headers.items():
            assert "\n" not in value + name
            assert name.lower() != "set-cookie", address
    assert dump(home.database) == before


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    home = find_home(tmp_path / "home", {})
    door = Door(lambda: NOW)
    made = Visitor(create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "en", door=door))
    assert made.get(f"/edit/enter?token={door.token}").status_code == 303
    return made


def test_a_form_is_only_words(visitor: Visitor, tmp_path: Path) -> None:
    form = visitor.form()
    with nothing_happens(tmp_path):
        for one in PAYLOADS[::20]:
            said = f"{one.text}\n投资建议：推荐昆仑万维（300418.SZ）。编号 {one}\n"
            fields = {"form": form, "broker": one.text, "title": one.text, "published": "2024-06-14"}
            file = (quote(one.text), said.encode()) if one.number % 4 else ("", b"")
            answer = visitor.post("/edit/read", data={**fields, "text": said}, files={"file": file})
            assert answer.status_code in {303, 400}, (one, answer.text[:300])
            if answer.status_code == 303:
                answer = visitor.post(answer.headers["Location"], data={**fields, "accept": "1", "evidence": one.text})
                assert answer.status_code in {200, 303, 400}, (one, answer.text[:300])
            assert of_html(answer.text) == [], one
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(tmp_path / "home" / "config" / "local") for path in made)
    assert len([path for path in made if path.suffix == ".toml"]) > 5


# Names of files.


def test_a_name_of_a_file_is_only_a_name(home: Home, tmp_path: Path) -> None:
    named = []
    for one in PAYLOADS:
        name = one.text.replace("/", "∕")
        if "\x00" in name or name in {".", ".."} or len(name.encode()) > 200:
            continue
        try:
            path = tmp_path / "in" / f"{name}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text("nothing\n", "utf-8")
        except (OSError, UnicodeEncodeError):
            continue
        named.append(path)
    assert len(named) > 200
    for number, path in enumerate(named):
        if number % 4:
            continue
        with nothing_happens(home.root, tmp_path):
            said = run(("import", "watch")[number % 8 == 0], *(("import",) if number % 8 == 0 else ()), "--", path,
                       home=home.root, now=EVENING)  # fmt: skip
        assert said.code in {0, 1, 2}
        assert "Traceback" not in said.err
        assert of_terminal(said.out + said.err) == [], path.name
