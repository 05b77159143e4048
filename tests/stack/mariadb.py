"""A throw-away MariaDB server: made when a test first asks for it, gone when the Python process
ends.

It listens on a free loopback port and on a socket in its own folder, asks for no password and never
waits for the disk. MariaDB does not run as root of its own accord, so as root it runs as the user
``mysql``.
"""

import atexit
import functools
import itertools
import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import IO

import pymysql

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process

SYSTEM_USER = "mysql"
# Debian keeps the server's programs where only root's PATH leads.
PROGRAM_FOLDERS = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"]
)
HARMLESS_HASTE = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--max-connections=300",
)
SETTINGS = ("--skip-name-resolve", "--character-set-server=utf8mb4", *HARMLESS_HASTE)


class MariadbMissing(RuntimeError):
    """The MariaDB server's programs are not on this machine."""


class MariadbServer:
    """One running server. ``create_database`` gives a fresh database under a name nobody else
    has."""

    host = LOOPBACK
    user = "root"

    def __init__(self) -> None:
        """Make and start the server. Raises MariadbMissing, or ProcessError with the server's
        log."""
        self.port = free_port()
        self._numbers = itertools.count(1)
        self._folder = Path(tempfile.mkdtemp(prefix="directus-migration-mariadb-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._system_user = SYSTEM_USER if os.geteuid() == 0 else None
        if self._system_user:
            shutil.chown(self._folder, self._system_user)
        self._data = f"--datadir={self._folder / 'data'}"
        self._initialise()
        self._server = self._start()

    def dsn(self, database: str) -> str:
        """Connection URL of a database in this server."""
        return f"mysql://{self.user}@{self.host}:{self.port}/{database}"

    def create_database(self, prefix: str) -> str:
        """Create an empty database and return its name."""
        name = f"{prefix}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE `{name}`")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database; connections that are still open to it stay, without a database."""
        self._execute(f"DROP DATABASE IF EXISTS `{name}`")

    @functools.cached_property
    def version(self) -> str:
        """Of the server, which is also that of the programs beside it."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            return f"mariadb {cursor.fetchone()}"

    def save(self, name: str, file: Path) -> None:
        """Write a database to ``file``, as SQL."""
        with file.open("wb") as output:
            self._run("mariadb-dump", name, "--hex-blob", output=output)

    def load(self, name: str, file: Path) -> None:
        """Fill an empty database from ``file``."""
        with file.open("rb") as statements:
            self._run("mariadb", name, statements=statements)

    def _run(
        self,
        program: str,
        name: str,
        *options: str,
        statements: IO[bytes] | None = None,
        output: IO[bytes] | None = None,
    ) -> None:
        address = [f"--host={self.host}", f"--port={self.port}", f"--user={self.user}"]
        settings = ["--no-defaults", *address, "--default-character-set=utf8mb4", *options]
        command = [_program(program), *settings, name]
        subprocess.run(command, stdin=statements, stdout=output, check=True)

    def _execute(self, statement: str) -> None:
        with closing(self._connect()) as connection:
            connection.cursor().execute(statement)

    def _connect(self) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(host=self.host, port=self.port, user=self.user, connect_timeout=5)

    def _initialise(self) -> None:
        options = [
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ]
        program = _program("mariadb-install-db")
        self._process(
            "mariadb-install-db", [program, "--no-defaults", self._data, *options]
        ).finish()

    def _start(self) -> Process:
        address = [
            f"--port={self.port}",
            f"--bind-address={self.host}",
            f"--socket={self._folder / 'socket'}",
        ]
        # A server that starts removes the temporary tables of all others in the same folder.
        address.append(f"--tmpdir={self._folder}")
        settings = [self._data, *address, f"--pid-file={self._folder / 'pid'}", *SETTINGS]
        server = self._process(
            "mariadbd", [_program("mariadbd", "mysqld"), "--no-defaults", *settings]
        )
        server.start(self._accepts_connections)
        return server

    def _process(self, name: str, command: list[str]) -> Process:
        return Process(
            name,
            command,
            log=self._folder / f"{name}.log",
            cwd=self._folder,
            user=self._system_user,
        )

    def _accepts_connections(self) -> bool:
        try:
            self._connect().close()
        except pymysql.OperationalError:
            return False
        return True


_starting = threading.Lock()


def shared_server() -> MariadbServer:
    """The one server of this Python process, started by the first caller."""
    with _starting:
        return _server()


@functools.cache
def _server() -> MariadbServer:
    return MariadbServer()


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name, path=PROGRAM_FOLDERS):
            return found
    raise MariadbMissing(
        f"MariaDB's {names[0]} was found neither on PATH nor in /usr/sbin. Install the server "
        "(version 10.5 or later; on Debian and Ubuntu the package is called mariadb-server)."
    )
