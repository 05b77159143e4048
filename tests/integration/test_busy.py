"""A run that only the destination knows is said before another one is queued."""

import time

import requests

from sidecar.resources.system import LEASE
from tests.integration.command import sidecar as command
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack

TOKEN = "destination_token"


def test_a_run_of_the_command_line_keeps_check_and_start_away(stack: Stack) -> None:
    sidecar, destination = SidecarClient(stack, admin_id(stack.source)), stack.destination
    presets, headers = f"{destination.url}/presets", as_admin(destination)
    body = {"destination_url": destination.url, TOKEN: destination.admin_token}
    lease = {"run": "x", "name": "a run of the command line on ci", "process": "ci/1:1"}
    row = {"collection": LEASE, "layout_options": {**lease, "expires_at": time.time() + 80}}
    created = requests.post(presets, json=row, headers=headers, timeout=30).json()["data"]
    runs = sidecar.get("/runs").json()
    try:
        for answer in (sidecar.post("/check", body), sidecar.start(destination, dry_run=True)):
            (error,) = answer.json()["errors"]
            assert (answer.status_code, error["code"]) == (409, "DESTINATION_BUSY")
            assert "a run of the command line on ci" in error["message"]
            assert "run" not in error
            assert answer.elapsed.total_seconds() < 1
        for arguments in (["check"], ["migrate", "--dry-run"], ["migrate"]):
            done = command(stack.source, *arguments, "--to", destination.url, token=body[TOKEN])
            assert (done.status, done.stderr.count("DESTINATION_BUSY")) == (2, 1)
            # It is said before the sides are read.
            assert "Source:" not in done.stderr
    finally:
        requests.delete(f"{presets}/{created['id']}", headers=headers, timeout=30)
    assert sidecar.get("/runs").json() == runs
    assert sidecar.post("/check", body).status_code == 200
