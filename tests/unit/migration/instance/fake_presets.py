"""The presets of a destination, and a lease in them whose clock the test sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any

from sidecar.cancellation import CancelToken
from sidecar.errors import (
    DirectusRejected,
    Unreachable,
)
from sidecar.migration.instance.lease import Lease
from sidecar.migration.instance.lease_holder import Holder
from tests.unit.migration.instance.filters import matches

ONE, OTHER = Holder("one", "run one"), Holder("other", "run other")


class FakeDestination:
    """The presets of a destination whose clock is years away from ours."""

    url = "http://destination"

    def __init__(self) -> None:
        self.rows: dict[int, Any] = {}
        self._last_key = 0
        self.seconds = 1_000_000
        self.writes: list[str] = []
        self.reachable = True
        self.before_write: Any = None
        self.asked_for_time = 0
        self.cancel = CancelToken()

    def twin(self, **_: Any) -> "FakeDestination":
        return self

    @contextmanager
    def open(self, path: str) -> Iterator[Any]:
        self.asked_for_time += 1
        yield SimpleNamespace(headers={"Date": formatdate(self.seconds, usegmt=True)})

    def search(self, path: str, query: Any) -> list[Any]:
        rows = [{"id": key, **row} for key, row in sorted(self.rows.items())]
        return [row for row in rows if matches(query["filter"], row)]

    def create(self, path: str, row: Any, **_: Any) -> Any:
        self._write("POST")
        # No number is given twice.
        key = self._last_key = max(self._last_key, *self.rows, 0) + 1
        self.rows[key] = row
        return {"id": key}

    def update(self, path: str, row: Any, **_: Any) -> None:
        self._write("PATCH")
        self.rows[self._key(path)] = row

    def send(self, method: str, path: str) -> None:
        self._write(method)
        del self.rows[self._key(path)]

    def close(self) -> None: ...

    def _write(self, method: str) -> None:
        if not self.reachable:
            raise Unreachable("No answer")
        self.writes.append(method)

    def _key(self, path: str) -> int:
        key = int(path.rpartition("/")[2])
        if key not in self.rows:
            raise DirectusRejected("No permission", code="FORBIDDEN", status=403)
        return key


def lease_of(destination: FakeDestination, holder: Holder = ONE) -> Lease:
    """A lease with a clock that the test sets: the one of the destination."""

    def sleep(seconds: float) -> None:
        destination.seconds += int(seconds)

    return Lease(destination, holder, lambda: destination.seconds, sleep)  # type: ignore[arg-type]
