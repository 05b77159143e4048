"""Does everything that the product can do with tokens in play, well and badly, and keeps all that
anybody sees."""

import json
import os
import signal
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from redis import Redis

from tests.integration.command import Finished, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.leaks import command_lines, everything_in
from tests.stack.processes import children
from tests.stack.proxy import Rewrite
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import SidecarClient, as_admin
from tests.stack.stack import Stack

UNDER_WAY = ("queued", "running")
EVERY = 20
ELSEWHERE = "http://elsewhere.invalid"


def plant(stack: Stack, there: DirectusInstance) -> dict[str, str]:
    """Secrets that can be told from all other text; those of further administrators are made at the
    destination."""
    further = {
        name: f"planted-{name}-{uuid.uuid4().hex}"
        for name in ("default", "preset", "wrong", "misplaced")
    }
    with Api(there.url, there.admin_token) as api:
        role = api.get("/users/me")["role"]
        for name in ("default", "preset"):
            api.post(
                "/users", {"email": f"{name}@example.com", "role": role, "token": further[name]}
            )
    return {
        "source": stack.source.admin_token,
        "destination": there.admin_token,
        "secret": stack.secret,
        **further,
    }


@dataclass
class RowLedger:
    """What anybody gets to see on the way. ``rewrite`` is for a Proxy in front of the destination,
    whose addresses and the process list it notes; ``fault`` may replace an answer."""

    answers: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)
    redis: dict[str, str] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    fault: Rewrite | None = None

    def rewrite(self, method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        self.urls.append(f"{method} {path}")
        if len(self.urls) % EVERY == 1:
            self.commands.update(command_lines())
        return self.fault(method, path, status, body) if self.fault else (status, body)

    def answer(self, answer: requests.Response) -> requests.Response:
        self.answers.append(f"{answer.status_code}\n{answer.headers}\n{answer.text}")
        return answer

    def output(self, done: Finished) -> Finished:
        self.outputs.append(done.stdout + done.stderr)
        return done


class Everything:
    """``url`` is the destination's through the proxy of ``seen``; ``client`` and ``with_defaults``
    are web processes of one sidecar, the second with a default destination."""

    def __init__(
        self,
        stack: Stack,
        url: str,
        planted: dict[str, str],
        seen: RowLedger,
        client: SidecarClient,
        with_defaults: SidecarClient,
    ) -> None:
        self._stack, self._url, self._planted, self._seen = stack, url, planted, seen
        self._client, self._with_defaults = client, with_defaults
        self._redis: Any = Redis.from_url(stack.redis.url)

    def check(self) -> None:
        for token in (self._planted["destination"], self._planted["wrong"], ""):
            self._post("/check", destination_token=token)
        self._with("/check", token_from="environment")
        self._with("/check", destination_url=ELSEWHERE, token_from="environment")
        self._with("/presets", name="n", scope="personal", token_from="environment")
        self._seen.answer(self._with_defaults.get("/presets"))

    def misplace(self) -> None:
        """A token where none belongs. (In the place of a host it cannot be told from one.)"""
        token = self._planted["misplaced"]
        for url in (
            token,
            f"{token}@example.com",
            f"https://me:{token}@example.com",
            f"{self._url}#{token}",
            f"{self._url}/?access_token={token}",
        ):
            self._post("/check", destination_url=url, destination_token="t")
        for name in ("destination_token", "token_from", "options", "batch_size", "dry_run"):
            self._post("/runs", **{name: f"{token} {token}"})
        self._post("/runs", options=[token])
        self._post("/presets", **{token: token})
        self._seen.answer(self._client.get(f"/runs/{uuid.uuid4()}?token={token}"))

    def save_and_use_a_preset(self) -> None:
        saved = self._post(
            "/presets", name="Vault", scope="global", destination_token=self._planted["preset"]
        ).json()
        path, token = f"/presets/{saved['id']}", f"preset:{saved['id']}"
        self._seen.answer(self._client.patch(path, {"name": "Safe"}))
        self._seen.answer(self._client.get("/presets"))
        self._post("/check", token_from=token)
        self._post("/check", destination_url=ELSEWHERE, token_from=token)
        self._run(token_from=token)

    def fail_with_an_echo(self) -> None:
        """The destination refuses the first rows and repeats the token that it was sent."""
        token = self._planted["destination"]
        refusal = {
            "errors": [
                {
                    "message": f"{token} is no good. Authorization: Bearer {token}",
                    "extensions": {"code": f"NO_{token}"},
                }
            ]
        }

        def refuse(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
            rows = method == "POST" and path.startswith("/items/")
            return (401, json.dumps(refusal).encode()) if rows else (status, body)

        assert self._run(refuse, destination_token=token, dry_run=False)["status"] == "failed"

    def kill_the_work_horse(self) -> None:
        worker = self._stack.worker.process.pid

        def kill(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
            if method == "POST" and path.startswith("/items/"):
                self._seen.redis |= everything_in(self._redis)
                for child in children(worker):
                    os.kill(child, signal.SIGKILL)
            return status, body

        run = self._run(kill, destination_token=self._planted["destination"], dry_run=False)
        assert run["status"] not in ("completed", "completed_with_problems")

    def lose_the_token_of_a_run(self) -> None:
        self._stack.worker.process.stop()
        try:
            run_id = self._post("/runs", destination_token=self._planted["destination"]).json()[
                "id"
            ]
            self._redis.delete(*self._redis.keys(f"migration:*:run:{run_id}:token"))
        finally:
            self._stack.worker.start()
        assert self._end_of(run_id)["status"] == "refused"

    def complete(self) -> None:
        run = self._run(destination_token=self._planted["destination"], dry_run=False)
        # The team that shares belong to is not there.
        assert run["status"] == "completed_with_problems", run["problems"]

    def go_through_the_relay(self) -> None:
        url, headers = f"{self._stack.source.url}/migration", as_admin(self._stack.source)
        for token in (self._planted["destination"], self._planted["wrong"]):
            body = {"destination_url": self._url, "destination_token": token}
            self._seen.answer(requests.post(f"{url}/check", json=body, headers=headers, timeout=60))
        for path in (
            "/presets",
            "/runs",
            "/health",
            *(f"/runs/{run_id}" for run_id in self._seen.runs),
        ):
            self._seen.answer(requests.get(url + path, headers=headers, timeout=60))

    def use_the_command_line(self, folder: Path) -> None:
        source, good, wrong = self._stack.source, folder / "good", folder / "wrong"
        good.write_text(self._planted["destination"] + "\n")
        wrong.write_text(self._planted["wrong"])
        for path in (good, wrong):
            for command in (("check",), ("migrate", "--dry-run"), ("migrate", "--json")):
                self._seen.output(
                    sidecar(source, *command, "--to", self._url, "--token-file", str(path))
                )
        self._seen.output(
            sidecar(source, "check", "--to", self._url, token=f"{self._planted['misplaced']} x")
        )
        for name in (
            "DIRECTUS_TOKEN",
            "DIRECTUS_URL",
            "REDIS_URL",
            "MIGRATION_BUNDLE_DEFAULT_TOKEN",
        ):
            broken = {name: f"http://me:{self._planted['misplaced']}@host x"}
            self._seen.output(sidecar(source, "worker", **broken))

    def _run(self, fault: Rewrite | None = None, **body: Any) -> dict[str, Any]:
        self._seen.fault = fault
        try:
            return self._end_of(self._post("/runs", **body).json()["id"])
        finally:
            self._seen.fault = None

    def _end_of(self, run_id: str) -> dict[str, Any]:
        self._seen.runs.append(run_id)
        self._client.wait_until(run_id, lambda run: run["status"] not in UNDER_WAY)
        run: dict[str, Any] = self._seen.answer(self._client.get(f"/runs/{run_id}")).json()
        return run

    def _post(self, path: str, **body: Any) -> requests.Response:
        return self._by(self._client.post, path, body)

    def _with(self, path: str, **body: Any) -> requests.Response:
        return self._by(self._with_defaults.post, path, body)

    def _by(
        self, post: Callable[[str, Any], requests.Response], path: str, body: dict[str, Any]
    ) -> requests.Response:
        choices = {"options": ["content"], "references": "empty"} if path == "/runs" else {}
        return self._seen.answer(post(path, {"destination_url": self._url, **choices, **body}))
