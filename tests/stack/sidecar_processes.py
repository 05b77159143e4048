"""The sidecar's two processes as an operator starts them: ``sidecar web`` and ``sidecar worker``.

Both are set up through the environment only, by the names that the README promises.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process, answers, base_environment

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class SidecarSettings:
    """What the two processes have in common. ``environment`` is added last and wins; ``program``
    starts the command line in ``folder``."""

    directus_url: str
    directus_token: str
    redis_url: str
    secret: str
    environment: Mapping[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = (sys.executable, "-m", "sidecar.cli")
    folder: Path = CHECKOUT

    def variables(self) -> dict[str, str]:
        """The environment of both processes."""
        return {
            **base_environment(),
            "DIRECTUS_URL": self.directus_url,
            "DIRECTUS_TOKEN": self.directus_token,
            "REDIS_URL": self.redis_url,
            "MIGRATION_SIDECAR_SECRET": self.secret,
            **self.environment,
        }


class SidecarWeb:
    """The web process; ``url`` is good before ``start``."""

    def __init__(self, settings: SidecarSettings, logs: Path, port: int | None = None) -> None:
        """``port`` is for a caller that had to tell it to somebody beforehand."""
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        environment = {**settings.variables(), "MIGRATION_SIDECAR_BIND": f"{LOOPBACK}:{self.port}"}
        self.process = _sidecar("web", settings, environment, logs)

    def start(self) -> None:
        """Start and wait until GET /health answers, well or not. Raises ProcessError."""
        self.process.start(answers(f"{self.url}/health"), START_SECONDS)


class SidecarWorker:
    """A worker process, which a running web process has to see before it counts as started."""

    def __init__(
        self, settings: SidecarSettings, logs: Path, web_url: str, name: str = "worker"
    ) -> None:
        """``name`` tells the logs of several workers apart."""
        self._health = f"{web_url}/health"
        self.process = _sidecar("worker", settings, settings.variables(), logs, name)

    def start(self) -> None:
        """Start and wait until the web process says that a worker is there. Raises ProcessError."""
        self.process.start(answers(self._health, _sees_worker), START_SECONDS)


def _sidecar(
    command: str,
    settings: SidecarSettings,
    environment: dict[str, str],
    logs: Path,
    name: str | None = None,
) -> Process:
    name = name or command
    return Process(
        f"sidecar {name}",
        [*settings.program, command],
        log=logs / f"{name}.log",
        environment=environment,
        cwd=settings.folder,
    )


def _sees_worker(response: requests.Response) -> bool:
    try:
        return response.json()["worker"]["ok"] is True
    except (ValueError, KeyError, TypeError):
        return False
