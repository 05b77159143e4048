"""A real sidecar between two servers that only look like a Directus, so that each test decides what
they do."""

import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import requests

from tests.stack.bare_server import BareServer
from tests.stack.liar import Liar
from tests.stack.processes import children
from tests.stack.redis_server import RedisServer
from tests.stack.sidecar_client import LOOK_SECONDS, OVER
from tests.stack.sidecar_processes import SidecarSettings, SidecarWeb, SidecarWorker

RUN_LOOKS = 200
CHECK_LOOKS = 1_000
TOKEN = "hostile+site/token-1234567890=="
SOURCE_TOKEN = "source-token-0123456789"


@dataclass
class HostileSite:
    """The sidecar's two processes, with ``source`` and ``destination``."""

    source: Liar
    destination: Liar
    redis: RedisServer
    web: SidecarWeb
    worker: SidecarWorker
    bare: BareServer
    logs: Path
    secret: str
    _senders: list[Thread] = field(default_factory=list)

    def request(
        self, method: str, path: str, body: Any = None, user: str | None = None
    ) -> requests.Response:
        """The answer to a request of ``user``, or of yet another administrator, because the
        requests of one are limited."""
        user = user or str(uuid.uuid4())
        headers = {"Authorization": f"Bearer {self.secret}", "X-Migration-User": user}
        return requests.request(method, self.web.url + path, json=body, headers=headers, timeout=65)

    def choices(self, url: str | None = None, **more: Any) -> dict[str, Any]:
        """The body of a check or a run."""
        return {
            "destination_url": url or self.destination.url,
            "destination_token": TOKEN,
            "options": [],
            **more,
        }

    def codes_of_check(self, url: str) -> list[str]:
        """The codes of the errors of a check, also when it goes on in the background."""
        user = str(uuid.uuid4())
        document = self.request("POST", "/check", self.choices(url), user).json()
        if "check" in document:
            document = self.wait_for_check(document["check"]["id"], user)["failure"] or {}
        return [error["code"] for error in document.get("errors", [])]

    def wait_for_check(self, check_id: str, user: str) -> dict[str, Any]:
        """The state of a check in the background once it is over. Raises TimeoutError."""
        for _ in range(CHECK_LOOKS):
            state: dict[str, Any] = self.state_of_check(check_id, user)
            if state["state"] != "running":
                return state
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"check {check_id} is not over: {state}")

    def state_of_check(self, check_id: str, user: str) -> dict[str, Any]:
        """The present state of a check in the background."""
        return dict(self.request("GET", f"/checks/{check_id}", user=user).json()["check"])

    def request_in_background(self, method: str, path: str, body: Any = None) -> None:
        """Send a request whose answer nobody reads."""

        def send() -> None:
            with suppress(requests.RequestException):
                self.request(method, path, body)

        self._senders.append(Thread(target=send, daemon=True))
        self._senders[-1].start()

    def behave(self) -> None:
        """Let both sides answer as a bare Directus does, and wait for requests in the
        background."""
        for side in (self.source, self.destination):
            side.relent()
        while self._senders:
            self._senders.pop().join()

    def peak_megabytes(self) -> float:
        """The most memory that a web process has had."""
        return max(_peak(pid) for pid in children(self.web.process.pid)) / 1_000

    def wait_for_end(self, run_id: str) -> dict[str, Any]:
        """The run's document once it is over. Raises TimeoutError."""
        for _ in range(RUN_LOOKS):
            run: dict[str, Any] = self.request("GET", f"/runs/{run_id}").json()
            if run["status"] in OVER:
                return run
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"run {run_id} is not over: {run}")

    def bodies_of(self, side: Liar, path: str) -> list[str]:
        """What was posted to ``path`` of a side."""
        received = zip(side.received, side.bodies, strict=False)
        return [body.decode() for asked, body in received if asked == ("POST", path)]

    def seconds_of(self, path: str) -> float:
        """How much longer a GET takes than one of a server that does nothing, at the same time:
        what else the machine does holds both up."""
        with ThreadPoolExecutor(1) as pool:
            bare = pool.submit(_seconds, lambda: requests.get(self.bare.url, timeout=65))
            return max(0.0, _seconds(lambda: self.request("GET", path)) - bare.result())


def _seconds(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


@contextmanager
def hostile_site(folder: Path, *, with_worker: bool = False) -> Iterator[HostileSite]:
    """Start everything, and stop it after the block."""
    logs, secret = folder / "logs", secrets.token_hex(32)
    with ExitStack() as started:
        source, destination = (started.enter_context(Liar(name)) for name in ("here", "there"))
        redis = started.enter_context(RedisServer(folder / "redis", logs))
        settings = SidecarSettings(source.url, SOURCE_TOKEN, redis.url, secret)
        web = SidecarWeb(settings, logs)
        worker = SidecarWorker(settings, logs, web.url)
        bare = BareServer(folder / "bare", logs)
        started.callback(bare.process.stop)
        bare.start()
        site = HostileSite(source, destination, redis, web, worker, bare, logs, secret)
        started.callback(web.process.stop)
        web.start()
        if with_worker:
            started.callback(worker.process.stop)
            worker.start()
        site.behave()
        yield site
