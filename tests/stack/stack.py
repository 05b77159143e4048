"""The whole thing: a source and a destination Directus, Redis, the sidecar's web process and a
worker.

Every address and secret is known at construction, so the parts can be told about each other and the
two Directus instances, which take longest, come up at the same time. A test that needs less names
the parts it needs.
"""

import secrets
import shutil
import sys
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tests.stack.directus import DEFAULT_VERSION, Content, DirectusInstance
from tests.stack.ports import LOOPBACK, free_port
from tests.stack.redis_server import RedisServer
from tests.stack.sidecar_processes import SidecarSettings, SidecarWeb, SidecarWorker

Part = Literal["source", "destination", "redis", "web", "worker"]
ALL_PARTS: tuple[Part, ...] = ("source", "destination", "redis", "web", "worker")
NEEDS: dict[Part, tuple[Part, ...]] = {"web": ("source", "redis"), "worker": ("web",)}


class Stack:
    """A context manager: entered, all asked-for parts are up; left, all are stopped and their
    databases dropped."""

    def __init__(
        self,
        workdir: Path,
        version: str = DEFAULT_VERSION,
        database: str = "sqlite",
        *,
        parts: Collection[Part] = ALL_PARTS,
        destination_version: str | None = None,
        destination_database: str | None = None,
        extension: Path | None = None,
        source_environment: Mapping[str, str] | None = None,
        destination_environment: Mapping[str, str] | None = None,
        sidecar_environment: Mapping[str, str] | None = None,
        source_content: Content | None = None,
        destination_content: Content | None = None,
        announce: bool = False,
    ) -> None:
        """The destination is like the source unless told otherwise. ``extension`` is the folder of
        a built bundle (``package.json`` and ``dist``) for the source. The environments are added
        last and win. Raises ValueError when a part is asked for without one that it needs."""
        for part in parts:
            if missing := [needed for needed in NEEDS.get(part, ()) if needed not in parts]:
                raise ValueError(f"{part} needs {', '.join(missing)}")
        self.workdir = workdir
        self.logs = workdir / "logs"
        self.secret = secrets.token_hex(32)
        self._parts = parts
        self._announce = announce
        self._extension = extension
        web_port = free_port()
        relay = {
            "MIGRATION_SIDECAR_URL": f"http://{LOOPBACK}:{web_port}",
            "MIGRATION_SIDECAR_SECRET": self.secret,
        }
        self.source = DirectusInstance(
            "source",
            version,
            database,
            workdir=workdir,
            logs=self.logs,
            environment={**relay, **(source_environment or {})},
            content=source_content,
        )
        self.destination = DirectusInstance(
            "destination",
            destination_version or version,
            destination_database or database,
            workdir=workdir,
            logs=self.logs,
            environment=destination_environment,
            content=destination_content,
        )
        self.redis = RedisServer(workdir / "redis", self.logs)
        self.sidecar = SidecarSettings(
            self.source.url,
            self.source.admin_token,
            self.redis.url,
            self.secret,
            dict(sidecar_environment or {}),
        )
        self.web = SidecarWeb(self.sidecar, self.logs, web_port)
        self.worker = SidecarWorker(self.sidecar, self.logs, self.web.url)
        self._started = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._started.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._started.close()

    def _start(self) -> None:
        self._install_extension()
        self._start_directus()
        if "redis" in self._parts:
            self._started.callback(self.redis.stop)
            self.redis.start()
        if "web" in self._parts:
            self._say("Starting the sidecar")
            self._started.callback(self.web.process.stop)
            self.web.start()
        if "worker" in self._parts:
            self._started.callback(self.worker.process.stop)
            self.worker.start()

    def _start_directus(self) -> None:
        wanted = {"source": self.source, "destination": self.destination}
        instances = [instance for part, instance in wanted.items() if part in self._parts]
        for instance in instances:
            self._say(f"Starting Directus {instance.version} as the {instance.name}")
            self._started.callback(instance.remove)
        with ThreadPoolExecutor() as pool:
            for started in [pool.submit(instance.start) for instance in instances]:
                started.result()
        for instance in instances:
            self._say(f"The {instance.name} is up at {instance.url}")

    def _install_extension(self) -> None:
        if self._extension is None:
            return
        target = self.source.extensions / self._extension.name
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self._extension / "package.json", target)
        shutil.copytree(self._extension / "dist", target / "dist", dirs_exist_ok=True)

    def _say(self, line: str) -> None:
        if self._announce:
            print(line, file=sys.stderr, flush=True)
