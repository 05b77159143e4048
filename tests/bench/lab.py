"""Where a case is measured: two Directus of one version on PostgreSQL, and a client with nothing in
it.

The destination, its PostgreSQL included, has one half of the cores to itself; the source and
whoever asks share the other. In life these are different machines, and what is to be measured is
how well the destination is used.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson
import urllib3

from tests.bench.cores import halves, on
from tests.bench.lines import MeasurementFailed
from tests.stack.databases import Database, postgres_database
from tests.stack.directus import DirectusInstance
from tests.stack.ports import LOOPBACK
from tests.stack.postgres import PostgresCluster
from tests.stack.seed.api import Api

VERSION = "11.17.4"
SECONDS = 600
PIECE_BYTES = 256 * 1024
# Directus answers 503 "Under pressure", or 429, before it has done anything.
PATIENCE = urllib3.Retry(
    total=50,
    connect=0,
    read=0,
    status_forcelist=(429, 503),
    allowed_methods=None,
    backoff_factor=0.1,
    backoff_max=1,
)


class Readable(Protocol):
    """A body in pieces that can be read again from its start."""

    def read(self, size: int = -1) -> bytes: ...
    def seek(self, position: int) -> int: ...
    def tell(self) -> int: ...


@dataclass(frozen=True)
class Effort:
    """How often and how large to measure: medians of ``runs``, sizes times ``scale``."""

    runs: int
    scale: float

    def size(self, number: int) -> int:
        """``number`` at this scale, at least one."""
        return max(1, round(number * self.scale))


@dataclass(frozen=True)
class Sides:
    """Source and destination, both running."""

    source: DirectusInstance
    destination: DirectusInstance


class Bare:
    """The quickest client at hand, with up to ``connections`` at the same time."""

    def __init__(self, instance: DirectusInstance, connections: int = 1) -> None:
        self._token = {"Authorization": f"Bearer {instance.admin_token}"}
        self._pool = urllib3.HTTPConnectionPool(
            LOOPBACK,
            instance.port,
            maxsize=connections,
            block=True,
            timeout=SECONDS,
            retries=PATIENCE,
            blocksize=PIECE_BYTES,
        )

    def post(
        self,
        path: str,
        body: bytes | Readable,
        content_type: str = "application/json",
        size: int | None = None,
    ) -> None:
        """Send ``body``, ``size`` bytes long unless it is bytes. Raises MeasurementFailed."""
        length = {} if size is None else {"Content-Length": str(size)}
        self._request("POST", path, body, {"Content-Type": content_type, **length})

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """The ``data`` of an answer, None when it is empty. Raises MeasurementFailed."""
        content = None if body is None else orjson.dumps(body)
        answer = self._request(method, path, content, {"Content-Type": "application/json"})
        return orjson.loads(answer)["data"] if answer else None

    def _request(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> bytes:
        answer = self._pool.urlopen(method, path, body=body, headers={**self._token, **headers})
        if answer.status >= 300:
            raise MeasurementFailed(
                f"{method} {path}: {answer.status} {answer.data[:500].decode(errors='replace')}"
            )
        return answer.data


@contextmanager
def sides(**destination_environment: str) -> Iterator[Sides]:
    """Two fresh instances; afterwards nothing of them is left."""
    say("  starting two Directus")
    own, others = halves()
    with (
        tempfile.TemporaryDirectory(prefix="directus-migration-bench-") as folder,
        on(others),
        ExitStack() as stack,
    ):
        source = DirectusInstance("source", VERSION, "postgres", workdir=Path(folder))
        destination = DirectusInstance(
            "destination",
            VERSION,
            _postgres_of_its_own,
            workdir=Path(folder),
            environment=destination_environment,
        )
        stack.enter_context(source)
        with on(own):
            stack.enter_context(destination)
        yield Sides(source, destination)


def _postgres_of_its_own(name: str, workdir: Path) -> Database:
    # It notes when each row was committed, for whoever wants to know how long loading took.
    return postgres_database(PostgresCluster("track_commit_timestamp=on"), name)


def api(instance: DirectusInstance) -> Api:
    """A client for setting up."""
    return Api(instance.url, instance.admin_token)


def say(line: str) -> None:
    """Tell whoever waits how far it has come."""
    print(line, file=sys.stderr, flush=True)
