"""A source full of everything, a destination that can be made new, and the sidecar between them,
every part of which can be killed and started again."""

import os
import re
import shutil
import signal
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.resilience.tripwire import Tripwire
from tests.stack.contents import PEOPLE, SITE
from tests.stack.delay_proxy import DelayProxy
from tests.stack.dump import dump
from tests.stack.processes import children
from tests.stack.seed.api import Api
from tests.stack.seed.invent import key
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarSettings, SidecarWeb, SidecarWorker
from tests.stack.stack import Stack

OPTIONS = ["content", "users", "comments", "presets", "dashboards", "extensions", "flows"]
OWN_FLOW = key("flow", "own")
Run = dict[str, Any]


class Lab:
    """Entered, everything is up; between sidecar and both instances are proxies with a
    ``tripwire``."""

    def __init__(self, workdir: Path, version: str) -> None:
        self.stack = Stack(
            workdir,
            version,
            parts=("source", "destination", "redis"),
            source_content=SITE,
            destination_content=PEOPLE,
        )
        self.source, self.destination = self.stack.source, self.stack.destination
        self.tripwire = Tripwire()
        self.proxies = {
            side: DelayProxy(instance.url, passing=self.tripwire.watch(side))
            for side, instance in (("source", self.source), ("destination", self.destination))
        }
        self.settings = SidecarSettings(
            self.proxies["source"].url,
            self.source.admin_token,
            self.stack.redis.url,
            self.stack.secret,
        )
        self.web = SidecarWeb(self.settings, self.stack.logs)
        self.worker = SidecarWorker(self.settings, self.stack.logs, self.web.url)
        self._fresh = workdir / "fresh"
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            entered.enter_context(self.stack)
            for proxy in self.proxies.values():
                entered.enter_context(proxy)
            self._seed()
            entered.callback(self.web.process.stop)
            self.web.start()
            entered.callback(self.worker.process.stop)
            self.worker.start()
            self.client = SidecarClient(self.stack, admin_id(self.source), self.web.url)
            self._entered = entered.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._entered.close()

    def renew_destination(self) -> None:
        """As it was before any migration: people with other ids, and an event flow of its own."""
        self.destination.stop()
        shutil.copy2(self._fresh, self._database())
        shutil.rmtree(self.destination.storage)
        self.destination.storage.mkdir()
        self.destination.start()

    def start(self, **choices: Any) -> str:
        """Start a migration of everything; answers the id of its run."""
        body = {
            "destination_url": self.proxies["destination"].url,
            "destination_token": self.destination.admin_token,
            "dry_run": False,
            "options": OPTIONS,
            **choices,
        }
        answer = self.client.post("/runs", body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def resume(self, run_id: str) -> None:
        answer = self.client.post(f"/runs/{run_id}/resume")
        assert answer.status_code == 202, answer.text

    def run(self, run_id: str) -> Run:
        found: Run = self.client.get(f"/runs/{run_id}").json()
        return found

    def subjects(self, run_id: str) -> list[str]:
        """Of the notifications in the source that link to this run, from the first on, without the
        destination."""
        rows = dump(self.source.database)["directus_notifications"]
        return [
            re.sub(r" to \S+", "", row["subject"])
            for row in sorted(rows, key=itemgetter("id"))
            if run_id in row["message"]
        ]

    def kill(self, part: str) -> None:
        """SIGKILL to everything that ``part`` consists of; of a "horse" the worker stays."""
        if part == "horse":
            (horse,) = self.horses()
            os.kill(horse, signal.SIGKILL)
        else:
            killed: dict[str, Any] = {
                "worker": self.worker.process,
                "web": self.web.process,
                "redis": self.stack.redis,
                "source": self.source,
                "destination": self.destination,
            }
            killed[part].kill()

    def restart(self, part: str) -> None:
        """Start what was killed."""
        if part != "horse":
            started: dict[str, Any] = {
                "worker": self.worker,
                "web": self.web,
                "redis": self.stack.redis,
                "source": self.source,
                "destination": self.destination,
            }
            started[part].start()

    def horses(self) -> list[int]:
        """The process ids of the worker's work horses."""
        return children(self.worker.process.pid)

    def _seed(self) -> None:
        with Api(self.destination.url, self.destination.admin_token) as api:
            _add_flow(api)
        self.destination.stop()
        shutil.copy2(self._database(), self._fresh)
        self.destination.start()
        self.before = dump(self.destination.database)

    def _database(self) -> Path:
        path = self.destination.database.sqlite_path
        assert path is not None
        return path


def _add_flow(api: Api) -> None:
    """One that leaves a trace when it runs."""
    api.post(
        "/flows",
        {
            "id": OWN_FLOW,
            "name": "Own",
            "status": "active",
            "trigger": "event",
            "options": {
                "type": "action",
                "scope": ["items.create"],
                "collections": ["posts", "directus_comments"],
            },
        },
    )
    payload = {"key": "flow_ran", "language": "en-US", "value": "{{$trigger.key}}"}
    trace = {
        "id": key("operation", "own"),
        "flow": OWN_FLOW,
        "key": "own",
        "type": "item-create",
        "position_x": 1,
        "position_y": 1,
        "options": {"collection": "directus_translations", "payload": payload},
    }
    api.post("/operations", trace)
    api.patch(f"/flows/{OWN_FLOW}", {"operation": trace["id"]})
