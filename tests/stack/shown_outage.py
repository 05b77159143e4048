"""An outage that lasts until a run shows it."""

import time
from threading import Thread

from tests.stack.proxy import Rewrite
from tests.stack.sidecar_client import SidecarClient

GIVE_UP_SECONDS = 20
LOOK_SECONDS = 0.1


class Outage:
    """A ``rewrite`` for a Proxy: nobody behind it answers, until a run that is watched says so."""

    def __init__(self, client: SidecarClient) -> None:
        self._client = client
        self._began: float | None = None
        self._shown: float | None = None

    @property
    def rewrite(self) -> Rewrite:
        return self._fail

    @property
    def seconds_until_shown(self) -> float:
        """How long the run did not say so, from the first failure on."""
        if self._began is None or self._shown is None:
            raise AssertionError("it was never shown")
        return self._shown - self._began

    def watch(self, run_id: str) -> None:
        """Look at a run until it says that it waits for the destination."""
        Thread(target=self._look, args=(run_id,), daemon=True).start()

    def _look(self, run_id: str) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while self._shown is None and time.monotonic() < deadline:
            waiting = self._client.get(f"/runs/{run_id}?problems=0").json()["waiting"]
            if [one["side"] for one in waiting] == ["destination"]:
                self._shown = time.monotonic()
            time.sleep(LOOK_SECONDS)

    def _fail(self, method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        now = time.monotonic()
        self._began = self._began or now
        is_over = self._shown is not None or now - self._began > GIVE_UP_SECONDS
        return (status, body) if is_over else (502, b"")
