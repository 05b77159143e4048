"""Talks to the sidecar's web process as the relay endpoint does, and waits for the end of runs."""

import time
from collections.abc import Callable
from typing import Any

import requests

from tests.stack.directus import DirectusInstance
from tests.stack.stack import Stack

RUN_SECONDS = 180
# Each answer holds the whole run, and costs time.
LOOK_SECONDS = 0.25
OVER = frozenset(
    {"completed", "completed_with_problems", "refused", "failed", "cancelled", "interrupted"}
)


class SidecarClient:
    """Calls the sidecar of ``stack`` with the shared secret, as ``user``; ``url`` is for another
    web process of it."""

    def __init__(self, stack: Stack, user: str, url: str | None = None) -> None:
        self._url = url or stack.web.url
        self.headers = {
            "Authorization": f"Bearer {stack.secret}",
            "X-Migration-User": user,
            "X-Migration-Public-URL": stack.source.url,
        }

    def get(self, path: str) -> requests.Response:
        return requests.get(self._url + path, headers=self.headers, timeout=60)

    def post(self, path: str, body: Any = None) -> requests.Response:
        return requests.post(self._url + path, json=body, headers=self.headers, timeout=60)

    def patch(self, path: str, body: Any) -> requests.Response:
        return requests.patch(self._url + path, json=body, headers=self.headers, timeout=60)

    def delete(self, path: str) -> requests.Response:
        return requests.delete(self._url + path, headers=self.headers, timeout=60)

    def start(self, destination: DirectusInstance, **choices: Any) -> requests.Response:
        """POST /runs to ``destination`` with its own admin token: content alone, with references to
        others left empty, unless ``choices`` say otherwise."""
        body = {
            "destination_url": destination.url,
            "destination_token": destination.admin_token,
            "options": ["content"],
            "references": "empty",
            **choices,
        }
        return self.post("/runs", body)

    def wait_for_end(self, run_id: str) -> dict[str, Any]:
        """The run's document once it is over. Raises TimeoutError."""
        return self.wait_until(run_id, lambda run: run["status"] in OVER)

    def wait_until(
        self, run_id: str, condition: Callable[[dict[str, Any]], bool], seconds: float = RUN_SECONDS
    ) -> dict[str, Any]:
        """The first document of the run that meets ``condition``. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            run: dict[str, Any] = self.get(f"/runs/{run_id}").json()
            if condition(run):
                return run
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"run {run_id} was not so after {seconds} s: {run}")


def as_admin(instance: DirectusInstance) -> dict[str, str]:
    """The header that makes a request one of the instance's administrator."""
    return {"Authorization": f"Bearer {instance.admin_token}"}


def admin_id(instance: DirectusInstance) -> str:
    """The user id of the instance's administrator."""
    answer = requests.get(f"{instance.url}/users/me", headers=as_admin(instance), timeout=30)
    return str(answer.json()["data"]["id"])
