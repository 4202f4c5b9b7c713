"""Score into a file: answers by the million go to Parquet by parts; the database keeps the record and the groups."""

import datetime as dt
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from watchlist.core.score_part import NOW
from watchlist.domain.errors import WatchlistError, disk_words
from watchlist.ledger.settings import Settings
from watchlist.queries.large import lay_markets, load_large
from watchlist.storage.database import transaction
from watchlist.storage.engines import Engine, Progress, map_parts
from watchlist.storage.score_files import ScoreFile, add_tallies, save_score_file
from watchlist.storage.score_parts import join_parts, score_one

if TYPE_CHECKING:
    from sqlite_utils import Database


class NoPlaceForScores(WatchlistError):
    """The file cannot be written."""

    en = "The scores cannot be written to {file}: {reason}."
    zh = "无法将评分写入 {file}：{reason}。"


class NothingToScore(WatchlistError):
    """Nothing was recommended by then."""

    en = "There is no recommendation up to {day}: import a list or record a report first."
    zh = "截至 {day} 没有推荐：请先导入清单或记录研报。"


@dataclass(frozen=True, slots=True)
class FileResult:
    """A scoring into a file: how many recommendations, as of which day, and the number of its record."""

    recommendations: int
    as_of: dt.date
    score_file: int


def score_file(
    database: "Database", settings: Settings, as_of: dt.date, now: dt.datetime, path: Path, *,
    engine: Engine | None = None, progress: Progress | None = None,
) -> FileResult:  # fmt: skip
    """Score everything up to ``as_of`` into a Parquet file, which appears when it is whole.

    Workers on other machines must see the file's folder under the same name.

    Args:
        progress: told how many parts of how many are done.

    Raises:
        NothingToScore: there is nothing to score.
        NoPlaceForScores: the file cannot be written.
    """
    engine = engine or Engine()
    situation, columns = load_large(database.conn, settings, as_of)
    if not len(columns["rec_id"]):
        raise NothingToScore(day=as_of)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent.resolve()))
    except OSError as error:
        raise NoPlaceForScores(file=path, reason=disk_words(error)) from error
    try:
        markets = lay_markets(database.conn, situation, columns, folder)
        parts = [part for market in markets for part in market]
        tallies = map_parts(engine, score_one, parts, progress)
        join_parts(parts, path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NoPlaceForScores(file=path, reason=disk_words(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    count = sum(tally.recommendations for tally in tallies)
    told = ScoreFile(as_of, situation.fetch, str(path.resolve()), digest, count, engine.name, situation.simulated)
    with transaction(database) as connection:
        number = save_score_file(connection, told, add_tallies(tallies), (NOW, *situation.rules.horizons), now)
    return FileResult(count, as_of, number)
