"""An installation from the built wheel with the pinned packages, outside the checkout: it checks
itself, and migrates."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from tests.stack.directus import DirectusInstance
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.sidecar_processes import CHECKOUT, SidecarWeb, SidecarWorker
from tests.stack.stack import Stack

ROWS = 3


@dataclass(frozen=True)
class Installed:
    """The command ``sidecar`` of a fresh environment."""

    program: Path
    folder: Path

    def run(self, *arguments: str, environment: dict[str, str]) -> tuple[int, str]:
        """Exit status and stdout."""
        done = subprocess.run(
            [str(self.program), *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What the Dockerfile does, step by step."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip"]
    pinned = [*pip, "install", "--quiet", "--require-hashes", "--requirement"]
    subprocess.run([*pinned, str(CHECKOUT / "requirements-build.lock")], check=True)
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder / "wheels"), str(CHECKOUT)], check=True)
    subprocess.run([*pinned, str(CHECKOUT / "requirements.lock")], check=True)
    (wheel,) = (folder / "wheels").iterdir()
    subprocess.run([*pip, "install", "--quiet", "--no-deps", str(wheel)], check=True)
    return Installed(folder / "venv" / "bin" / "sidecar", folder)


@pytest.fixture(scope="module")
def stack(
    installed: Installed, tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[Stack]:
    """Two instances and Redis; the source has the extension that the wheel brought."""
    stack = Stack(
        tmp_path_factory.mktemp("stack"),
        version,
        database,
        parts=("source", "destination", "redis"),
    )
    status, _ = installed.run(
        "install-extension", str(stack.source.extensions), environment=stack.sidecar.variables()
    )
    assert status == 0
    with stack:
        put_things(stack.source)
        yield stack


def put_things(source: DirectusInstance) -> None:
    bodies = {
        "/collections": {"collection": "things", "schema": {}, "meta": {}},
        "/items/things": [{}] * ROWS,
    }
    for path, body in bodies.items():
        answer = requests.post(source.url + path, json=body, headers=as_admin(source), timeout=60)
        answer.raise_for_status()


def checks(installed: Installed, environment: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Exit status of ``sidecar doctor``, and the message of each part that is wrong."""
    status, stdout = installed.run("doctor", "--json", environment=environment)
    return status, {
        one["part"]: one["message"] for one in json.loads(stdout)["checks"] if not one["ok"]
    }


def test_a_fresh_installation_checks_itself_and_migrates(
    installed: Installed, stack: Stack
) -> None:
    settings = replace(stack.sidecar, program=(str(installed.program),), folder=installed.folder)
    environment = settings.variables()
    status, wrong = checks(installed, environment)
    assert (status, [*wrong]) == (2, ["Worker", "Extension"])
    assert "`sidecar web`" in wrong["Extension"]
    assert "`sidecar worker`" in wrong["Worker"]

    web = SidecarWeb(settings, stack.logs, stack.web.port)
    worker = SidecarWorker(settings, stack.logs, web.url)
    with ExitStack() as processes:
        processes.callback(web.process.stop)
        processes.callback(worker.process.stop)
        web.start()
        worker.start()
        assert checks(installed, environment) == (0, {})

        client = SidecarClient(stack, admin_id(stack.source))
        started = client.start(stack.destination, dry_run=False)
        run = client.wait_for_end(started.json()["id"])
    assert run["status"] == "completed", run
    things = requests.get(
        f"{stack.destination.url}/items/things", headers=as_admin(stack.destination), timeout=60
    )
    assert len(things.json()["data"]) == ROWS


def test_each_part_that_is_wrong_is_named_with_what_to_do(
    installed: Installed, stack: Stack
) -> None:
    environment = {**stack.sidecar.variables(), "DIRECTUS_TOKEN": "not-the-token"}
    stack.redis.stop()
    status, wrong = checks(installed, environment)
    assert status == 2
    assert "static token of an administrator" in wrong["Source"]
    assert "check REDIS_URL" in wrong["Redis"]
    assert "cannot be checked" in wrong["Extension"]
    assert wrong.keys() == {"Source", "Extension", "Redis"}
