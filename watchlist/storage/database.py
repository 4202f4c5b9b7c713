"""The database file: opened by one writer at a time, migrated there, and read by anyone without a trace.

Writers hold a file lock from before the migrations to the end (RULES 27). Readers are read-only and never checkpoint.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from watchlist.domain.errors import DatabaseBusy, DatabaseUnusable, EmptyDatabase, NewerDatabase, OlderDatabase, Words
from watchlist.storage.copy import copy_database
from watchlist.storage.health import schema_of
from watchlist.storage.holder import named, who
from watchlist.storage.refused import refused
from watchlist.storage.seals import follow_columns, is_sealed, seal_all, sealed_columns

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

HERE = Path(__file__).resolve().parents[2] / "db"
MIGRATION_SET = "watchlist"
HOLDER = "-holder"
BACKUPS = "backups"  # the folder beside the database


@contextmanager
def reading(path: Path, *, older: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the database read-only.

    Args:
        older: also one that an older version wrote; the program's own questions may not fit it.

    Raises:
        EmptyDatabase: there is none yet.
        DatabaseUnusable: the file is no database of ours.
        NewerDatabase: a newer version of the program wrote it.
        OlderDatabase: an older one did, and no writer has brought it up to date.
    """
    if not path.is_file():
        raise EmptyDatabase(path=path)
    try:
        connection = _connect_readonly(path)
    except sqlite3.Error as error:
        raise DatabaseUnusable(path=path, reason=refused(error)) from error
    with closing(connection):
        try:
            _refuse_newer(connection, path)
            if not connection.execute("select count(*) from sqlite_master where name = 'documents'").fetchone()[0]:
                # A writer was stopped before its migrations were done: nothing was ever recorded.
                raise EmptyDatabase(path=path)
            if not older and {name for name, _ in migrations()} - set(_applied(connection)):
                raise OlderDatabase(path=path)
            yield connection
        except sqlite3.DatabaseError as error:
            raise DatabaseUnusable(path=path, reason=refused(error)) from error


def hold_still(connection: sqlite3.Connection) -> None:
    """Let all that a reader asks from now on be answered as of one moment, whatever is written meanwhile."""
    connection.execute("begin")


def _connect_readonly(path: Path) -> sqlite3.Connection:
    uri = path.resolve().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("select count(*) from sqlite_master")
    except sqlite3.OperationalError:
        # A write-ahead database on a disk that cannot be written: nobody else can change it either.
        connection.close()
        log = path.with_name(path.name + "-wal")
        if log.is_file() and log.stat().st_size:
            # What stands in the log alone would be passed over in silence.
            raise
        connection = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True)
        connection.row_factory = sqlite3.Row
        connection.execute("select count(*) from sqlite_master")
    return connection


@contextmanager
def writing(path: Path) -> Iterator["Database"]:
    """Open the database for writing: alone, migrated, with foreign keys on.

    Raises:
        DatabaseBusy: another writer is at work.
        DatabaseUnusable: it cannot be created, written or understood; what was committed before is whole.
        NewerDatabase: a newer version of the program wrote it.
    """
    from sqlite_utils import Database  # noqa: PLC0415  (pulls pandas)

    with locked(path):
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            with closing(connection):
                connection.row_factory = sqlite3.Row
                database = Database(connection)
                _prepare(connection, path)
                _migrate(database, path)
                yield database
        except (sqlite3.DatabaseError, OSError) as error:
            raise DatabaseUnusable(path=path, reason=refused(error)) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other writer away, making the database's folder if need be.

    Raises:
        DatabaseBusy: another writer is at work.
        DatabaseUnusable: the lock cannot be taken.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (readers do without)

    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise DatabaseBusy(path=path, who=who(path.with_name(path.name + HOLDER))) from None
    except OSError as error:
        raise DatabaseUnusable(path=path, reason=refused(error)) from error
    try:
        with named(path.with_name(path.name + HOLDER)):
            yield
    finally:
        lock.release()


@contextmanager
def transaction(database: "Database") -> Iterator[sqlite3.Connection]:
    """Make everything inside one transaction: all of it or nothing."""
    connection = database.conn
    connection.execute("begin immediate")
    try:
        yield connection
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def remove_database(path: Path) -> None:
    """Remove a database that can be made anew (the demo's) with what belongs to it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def migrations() -> list[tuple[str, str]]:
    """List the migrations as ``(name, SQL)``, in order."""
    return [(file.stem, file.read_text("utf-8")) for file in sorted((HERE / "migrations").glob("*.sql"))]


def statements(script: str) -> Iterator[str]:
    """Split an SQL script into complete statements (``executescript`` would commit)."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip():
        message = f"an SQL file ends inside a statement: {pending.strip()[:60]}"
        raise ValueError(message)


def new_schema(connection: sqlite3.Connection) -> dict[str, str]:
    """Give the definitions that a new database would have after the migrations this one has, by name."""
    from sqlite_utils import Database  # noqa: PLC0415

    applied = _applied(connection)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        _steps([one for one in migrations() if one[0] in applied]).apply(Database(empty))
        return schema_of(empty)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("pragma busy_timeout = 5000")
    _refuse_newer(connection, path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma recursive_triggers = on")


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that knows migrations this program does not."""
    tables = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    if "_sqlite_migrations" not in tables:
        if tables:
            raise DatabaseUnusable(
                path=path, reason=Words("it is a database of another program", "这是其他程序的数据库")
            )
        return
    known = {name for name, _ in migrations()}
    unknown = [name for name in _applied(connection) if name not in known]
    if unknown:
        raise NewerDatabase(path=path, migration=unknown[-1])


def _applied(connection: sqlite3.Connection) -> list[str]:
    query = "select name from _sqlite_migrations where migration_set = ? order by id"
    return [row[0] for row in connection.execute(query, (MIGRATION_SET,))]


def _migrate(database: "Database", path: Path) -> None:
    """Apply what is new of ``db/migrations``, on a database with rows after a copy was put aside; renew the views."""
    steps = _steps(migrations())
    if pending := steps.pending(database):
        if steps.applied(database):
            aside = path.parent / BACKUPS / f"watchlist-before-{pending[0].name}.db"
            aside.parent.mkdir(exist_ok=True)
            copy_database(database.conn, aside)
        steps.apply(database)
    if not is_sealed(database.conn):
        with transaction(database) as connection:
            seal_all(connection)
    _refresh_views(database)


def _steps(scripts: Iterable[tuple[str, str]]) -> "Migrations":
    """Make each migration a step that is applied in a transaction of its own."""
    from sqlite_utils import Migrations  # noqa: PLC0415

    steps = Migrations(MIGRATION_SET)
    for name, script in scripts:

        def apply(db: "Database", script: str = script) -> None:
            before = sealed_columns(db.conn)
            for statement in statements(script):
                db.conn.execute(statement)
            follow_columns(db.conn, before)

        steps(name=name)(apply)
    return steps


def _refresh_views(database: "Database") -> None:
    rows = database.conn.execute("select name, sql from sqlite_master where type = 'view'").fetchall()
    # SQLite writes the first two words of a definition its own way.
    stored = {name: sql.replace("CREATE VIEW", "create view", 1) for name, sql in rows}
    wanted = {file.stem: file.read_text("utf-8").strip().rstrip(";") for file in sorted((HERE / "views").glob("*.sql"))}
    if stored == wanted:
        return
    with transaction(database) as connection:
        for name in stored:
            connection.execute(f'drop view "{name}"')
        for script in wanted.values():
            connection.execute(script)
