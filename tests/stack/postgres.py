"""A throw-away PostgreSQL cluster: made when a test first asks for it, gone when the Python process
ends.

It listens on a free loopback port, trusts every connection from this machine and never waits for
the disk. PostgreSQL refuses to run as root, so as root it runs as the user ``postgres``.
"""

import atexit
import functools
import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import psycopg
from psycopg import sql

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process

SYSTEM_USER = "postgres"
HARMLESS_HASTE = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
)


class PostgresMissing(RuntimeError):
    """The PostgreSQL server's programs are not on this machine."""


class PostgresCluster:
    """One running server. ``create_database`` gives a fresh database under a name nobody else
    has."""

    host = LOOPBACK
    user = "postgres"

    def __init__(self, *settings: str) -> None:
        """Make and start the cluster, with further ``settings`` such as ``work_mem=64MB``. Raises
        PostgresMissing, or ProcessError with the server's log."""
        self.port = free_port()
        self._settings = settings
        self._numbers = itertools.count(1)
        self._folder = Path(tempfile.mkdtemp(prefix="directus-migration-postgres-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._system_user = SYSTEM_USER if os.geteuid() == 0 else None
        if self._system_user:
            shutil.chown(self._folder, self._system_user)
        self._initialise()
        self._server = self._start()

    def dsn(self, database: str) -> str:
        """Connection URL of a database in this cluster."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{database}"

    def create_database(self, prefix: str) -> str:
        """Create an empty database and return its name."""
        name = f"{prefix}_{next(self._numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, together with the connections that are still open to it."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    @functools.cached_property
    def version(self) -> str:
        """Of the server, which is also that of the programs beside it."""
        with psycopg.connect(self.dsn("postgres")) as connection:
            return f"postgres {connection.info.server_version}"

    def save(self, name: str, file: Path) -> None:
        """Write a database to ``file``, as SQL."""
        self._run("pg_dump", f"--dbname={self.dsn(name)}", f"--file={file}")

    def load(self, name: str, file: Path) -> None:
        """Fill an empty database from ``file``."""
        strictly = ["--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        silently = ["--quiet", "--output=/dev/null"]
        self._run("psql", *strictly, *silently, f"--dbname={self.dsn(name)}", f"--file={file}")

    def _run(self, program: str, *options: str) -> None:
        subprocess.run([str(_program(program)), *options], check=True)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _initialise(self) -> None:
        # A linguistic collation, as in life: text does not sort by bytes there.
        collation = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
        options = [
            "--pgdata=data",
            "--auth=trust",
            f"--username={self.user}",
            "--no-sync",
            *collation,
        ]
        self._process("initdb", [str(_program("initdb")), *options]).finish()

    def _start(self) -> Process:
        settings = [
            f"port={self.port}",
            f"listen_addresses={self.host}",
            "unix_socket_directories=",
            *HARMLESS_HASTE,
            *self._settings,
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        server = self._process("postgres", [str(_program("postgres")), "-D", "data", *options])
        server.start(self._accepts_connections)
        return server

    def _process(self, name: str, command: list[str]) -> Process:
        log = self._folder / f"{name}.log"
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients to leave.
        return Process(
            name,
            command,
            log=log,
            cwd=self._folder,
            user=self._system_user,
            stop_signal=signal.SIGINT,
        )

    def _accepts_connections(self) -> bool:
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


_starting = threading.Lock()


def shared_cluster() -> PostgresCluster:
    """The one cluster of this Python process, started by the first caller."""
    with _starting:
        return _cluster()


@functools.cache
def _cluster() -> PostgresCluster:
    return PostgresCluster()


def _program(name: str) -> Path:
    """Debian keeps the server's programs out of PATH, one folder a version: take the newest."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version, reverse=True)
    on_path = shutil.which(name)
    candidates = [*versions, *([Path(on_path)] if on_path else [])]
    if not candidates:
        raise PostgresMissing(
            f"PostgreSQL's {name} was found neither in /usr/lib/postgresql/*/bin nor on PATH. "
            "Install the server (version 15 or later; on Debian and Ubuntu the package is "
            "called postgresql)."
        )
    return candidates[0]


def _version(program: Path) -> int:
    match = re.search(r"postgresql/(\d+)", str(program))
    return int(match[1]) if match else 0
