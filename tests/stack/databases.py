"""The database of one Directus instance: a SQLite file of its own, or a database of its own in our
PostgreSQL or MariaDB.

``create_database`` is the door. Its answer carries the variables that Directus needs and the
address that a test needs to compare two instances by SQL. A further vendor is one more function in
``CREATORS``.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.stack import mariadb, postgres


@dataclass(frozen=True)
class Database:
    """``vendor`` is Directus' own word for it; exactly one of ``sqlite_path`` and ``dsn`` is set.
    ``save`` writes a copy to a file, ``load`` fills an empty database from one; only a server with
    the same ``engine`` reads it."""

    vendor: str
    environment: Mapping[str, str]
    drop: Callable[[], None]
    save: Callable[[Path], None]
    load: Callable[[Path], None]
    engine: str = "sqlite"
    sqlite_path: Path | None = None
    dsn: str | None = None


Creator = Callable[[str, Path], Database]


def create_database(kind: str | Creator, name: str, workdir: Path) -> Database:
    """An empty database, ``kind`` one of ``CREATORS`` or one like them; starts the server behind it
    when there is one to start."""
    if not isinstance(kind, str):
        return kind(name, workdir)
    if kind not in CREATORS:
        raise ValueError(f"no such database: {kind!r}; there are {', '.join(CREATORS)}")
    return CREATORS[kind](name, workdir)


def _sqlite(name: str, workdir: Path) -> Database:
    path = workdir / f"{name}.db"
    environment = {"DB_CLIENT": "sqlite3", "DB_FILENAME": str(path)}
    return Database(
        "sqlite",
        environment,
        drop=lambda: path.unlink(missing_ok=True),
        save=lambda file: _copy(path, file),
        load=lambda file: _copy(file, path),
        sqlite_path=path,
    )


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def postgres_database(cluster: postgres.PostgresCluster, name: str) -> Database:
    """An empty database in ``cluster``."""
    database = cluster.create_database(re.sub(r"\W", "_", name.lower()))
    environment = {
        "DB_CLIENT": "pg",
        "DB_HOST": cluster.host,
        "DB_PORT": str(cluster.port),
        "DB_DATABASE": database,
        "DB_USER": cluster.user,
        "DB_PASSWORD": "unused: connections from this machine are trusted",
    }
    return Database(
        "postgres",
        environment,
        drop=lambda: cluster.drop_database(database),
        save=lambda file: cluster.save(database, file),
        load=lambda file: cluster.load(database, file),
        engine=cluster.version,
        dsn=cluster.dsn(database),
    )


def _postgres(name: str, workdir: Path) -> Database:
    return postgres_database(postgres.shared_cluster(), name)


def _mariadb(name: str, workdir: Path) -> Database:
    server = mariadb.shared_server()
    database = server.create_database(re.sub(r"\W", "_", name.lower()))
    environment = {
        "DB_CLIENT": "mysql",
        "DB_HOST": server.host,
        "DB_PORT": str(server.port),
        "DB_DATABASE": database,
        "DB_USER": server.user,
        "DB_PASSWORD": "",
    }
    return Database(
        "mysql",
        environment,
        drop=lambda: server.drop_database(database),
        save=lambda file: server.save(database, file),
        load=lambda file: server.load(database, file),
        engine=server.version,
        dsn=server.dsn(database),
    )


CREATORS: dict[str, Creator] = {"sqlite": _sqlite, "postgres": _postgres, "mariadb": _mariadb}
