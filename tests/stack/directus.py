"""One real Directus instance: its own database, uploads, extensions, administrator and port.

It is made when first started and keeps all of that over ``stop``, ``kill`` and ``restart``.
Directus bootstraps one instance for each name, version and database; later ones of that name are
copies of it. Two names never share a bootstrap, because two instances in life have different ids
for their administrator, roles, policies and project.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.stack.databases import Creator, Database, create_database
from tests.stack.directus_install import CACHE, NODE_HOME, ensure_directus
from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process, answers, base_environment
from tests.stack.templates import Template, digest_of_code, digest_of_files

DEFAULT_VERSION = "12.4.0"
BOOTSTRAP_SECONDS = 180
START_SECONDS = 120
# What the program `directus` runs once it has asked npm's registry for newer versions.
COMMAND_LINE = Path("node_modules/@directus/api/dist/cli/run.js")
# The beginnings of the variables that decide what a bootstrap writes into the database.
BOOTSTRAP_VARIABLES = ("ADMIN_", "PROJECT_", "HASH_", "LICENSE")


@dataclass(frozen=True)
class Content:
    """What an instance has in it when it is first there. ``put`` puts it into a running one. It
    depends on the Python files below ``code`` alone."""

    name: str
    put: Callable[["DirectusInstance"], None]
    code: tuple[Path, ...]


class DirectusInstance:
    """``url``, ``admin_email``, ``admin_password``, ``admin_token`` hold before ``start``,
    ``database`` only after."""

    def __init__(
        self,
        name: str,
        version: str = DEFAULT_VERSION,
        database: str | Creator = "sqlite",
        *,
        workdir: Path,
        logs: Path | None = None,
        extensions: Path | None = None,
        environment: Mapping[str, str] | None = None,
        content: Content | None = None,
    ) -> None:
        """``extensions`` is Directus' extensions folder (an empty one of its own by default);
        ``environment`` is added last and wins. Files go to ``workdir/name``, logs to
        ``logs/name.log`` (by default beside them)."""
        self.name = name
        self.version = version
        self.workdir = workdir / name
        self.storage = self.workdir / "uploads"
        self.extensions = extensions or self.workdir / "extensions"
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.admin_email = f"admin@{name}.example.com"
        self.admin_password = self._fixed("password")[:20]
        self.admin_token = self._fixed("token")
        self.log = (logs or self.workdir) / f"{name}.log"
        self._kind = database
        self._content = content
        self._overrides = dict(environment or {})
        self._database: Database | None = None
        self._process: Process | None = None

    @property
    def database(self) -> Database:
        """Where its data are. Raises RuntimeError before the first start."""
        if self._database is None:
            raise RuntimeError(f"Directus {self.name} was never started")
        return self._database

    @property
    def running(self) -> bool:
        """Whether the server process is up."""
        return self._process is not None and self._process.running

    def start(self) -> None:
        """Install and make what is not there yet, start, wait for GET /server/ping.
        Raises InstallError, or ProcessError with the log's tail."""
        if self._process is None:
            self._process = self._make()
        self._run(self._process)

    def stop(self) -> None:
        """Orderly end; data stay."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """SIGKILL; data stay."""
        if self._process is not None:
            self._process.kill()

    def restart(self) -> None:
        """``stop`` and ``start`` on the same port with the same data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop and drop the database; files stay for whoever wants to look at them."""
        self.stop()
        if self._database is not None:
            self._database.drop()
            self._database = self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.remove()

    def _make(self) -> Process:
        installed = ensure_directus(self.version)
        self.storage.mkdir(parents=True, exist_ok=True)
        self.extensions.mkdir(parents=True, exist_ok=True)
        # Directus looks for extensions among the dependencies of the project it runs in, and loads
        # none without one.
        (self.workdir / "package.json").write_text('{"private": true}')
        self._database = self._database or create_database(self._kind, self.name, self.workdir)
        environment = self._environment(self._database)
        command = [str(NODE_HOME / "bin" / "node"), str(installed / COMMAND_LINE)]
        process = partial(Process, log=self.log, environment=environment, cwd=self.workdir)
        label = f"Directus {self.version} ({self.name})"
        bootstrap = process(f"{label}: bootstrap", [*command, "bootstrap"])
        server = process(label, [*command, "start"])
        bare_label = f"{self.version}-{self.database.vendor}-{self.name}"
        bare = Template(bare_label, self._key(environment))
        if self._content is None:
            self._copy(bare, bootstrap)
        else:
            filled = bare.with_more(self._content.name, digest_of_code(*self._content.code))
            fill = partial(self._fill, bare, bootstrap, server, self._content)
            filled.apply(self.database, self.storage, fill)
        return server

    def _copy(self, bare: Template, bootstrap: Process) -> None:
        make = partial(bootstrap.finish, BOOTSTRAP_SECONDS)
        bare.apply(self.database, self.storage, make)

    def _fill(self, bare: Template, bootstrap: Process, server: Process, content: Content) -> None:
        self._copy(bare, bootstrap)
        self._run(server)
        content.put(self)
        server.stop()

    def _run(self, server: Process) -> None:
        server.start(answers(f"{self.url}/server/ping"), START_SECONDS)

    def _key(self, environment: Mapping[str, str]) -> dict[str, str]:
        decisive = {
            name: value
            for name, value in environment.items()
            if name.startswith(BOOTSTRAP_VARIABLES)
        }
        # Directus keeps a list of the extensions that it finds.
        extensions = digest_of_files(self.extensions.glob("*/package.json"))
        origin = {"version": self.version, "engine": self.database.engine, "extensions": extensions}
        return {**decisive, **origin}

    def _environment(self, database: Database) -> dict[str, str]:
        return {
            **base_environment(),
            **database.environment,
            "NODE_COMPILE_CACHE": str(CACHE / "node-compile-cache"),
            "TZ": "UTC",
            "HOST": LOOPBACK,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "SECRET": self._fixed("secret"),
            "ADMIN_EMAIL": self.admin_email,
            "ADMIN_PASSWORD": self.admin_password,
            "ADMIN_TOKEN": self.admin_token,
            "PROJECT_NAME": self.name.capitalize(),
            "STORAGE_LOCATIONS": "local",
            "STORAGE_LOCAL_ROOT": str(self.storage),
            "EXTENSIONS_PATH": str(self.extensions),
            "CACHE_ENABLED": "false",
            "TELEMETRY": "false",
            "LOG_LEVEL": "warn",
            # Directus cannot be told not to send mail; this sends it nowhere.
            "EMAIL_VERIFY_SETUP": "false",
            "EMAIL_TRANSPORT": "sendmail",
            "EMAIL_SENDMAIL_PATH": shutil.which("true") or "true",
            **self._overrides,
        }

    def _fixed(self, purpose: str) -> str:
        """A secret that looks random and is the same for the same instance name at every run."""
        return hashlib.sha256(f"{self.name}/{purpose}".encode()).hexdigest()
