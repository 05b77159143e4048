"""``make demo``: two real Directus, a seeded source, one migration through the sidecar, and
everything left up to click through."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests

from sidecar.cli import EXIT
from sidecar.extension import BUNDLE, install
from sidecar.options import OPTIONS
from tests.stack.directus import DEFAULT_VERSION, DirectusInstance
from tests.stack.seed import seed_people, seed_source
from tests.stack.sidecar_client import OVER, SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack

MODULES = ("content", "users", "files", "insights")
# Directus 12 asks for an owner and for a licence in front of all that there is to see.
WITHOUT_BANNER = {"PROJECT_OWNER_ENABLED": "false"}
USAGE = "project_usage"


def main() -> int:
    """Set everything up, migrate, print where to look. Returns the exit status of the migration."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--once", action="store_true", help="end after the migration")
    parser.add_argument("--version", default=DEFAULT_VERSION, help="the version of Directus")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="directus-migration-demo-") as folder:
        bundle = install(Path(folder) / "extensions", BUNDLE)
        with Stack(
            Path(folder),
            arguments.version,
            extension=bundle,
            announce=True,
            source_environment=WITHOUT_BANNER,
            destination_environment=WITHOUT_BANNER,
        ) as stack:
            status = _show(stack)
            if not arguments.once:
                _stay_up()
    return status


def _show(stack: Stack) -> int:
    source, destination = stack.source, stack.destination
    _say("Seeding the source, and the team's accounts at the destination")
    seed_source(source.url, source.admin_token)
    seed_people(destination.url, destination.admin_token)
    enable_module(source)
    for instance in (source, destination):
        _answer_licence_dialog(instance)
    _say(f"Migrating everything to {destination.url}, as the page does it")
    run = _migrate(stack)
    for instance in (source, destination):
        print(
            f"\n{instance.name:12}{instance.url}/admin\n{'':12}{instance.admin_email}  "
            f"{instance.admin_password}"
        )
    print(f"\nmodule      {source.url}/admin/migration")
    print(f"this run    {source.url}/admin/migration/runs/{run['id']}")
    print(f"            destination {destination.url}, token {destination.admin_token}", flush=True)
    return EXIT[run["status"]]


def enable_module(instance: DirectusInstance) -> None:
    """Show the module in the navigation, as an administrator does under Settings → Project
    Settings."""
    bar = [{"type": "module", "id": name, "enabled": True} for name in (*MODULES, "migration")]
    bar.append({"type": "module", "id": "settings", "enabled": True, "locked": True})
    answer = requests.patch(
        f"{instance.url}/settings",
        json={"module_bar": bar},
        timeout=60,
        headers=as_admin(instance),
    )
    answer.raise_for_status()


def _answer_licence_dialog(instance: DirectusInstance) -> None:
    """Say what the project is for. Directus 11 does not ask."""
    url, headers = f"{instance.url}/settings", as_admin(instance)
    if USAGE in requests.get(url, timeout=60, headers=headers).json()["data"]:
        body = {USAGE: "personal"}
        requests.patch(url, json=body, timeout=60, headers=headers).raise_for_status()


def _migrate(stack: Stack) -> dict[str, Any]:
    """The document of a run of everything, once it is over. Prints its log."""
    client = SidecarClient(stack, admin_id(stack.source))
    choices = {"options": list(OPTIONS), "references": "refuse", "dry_run": False}
    started = client.start(stack.destination, **choices)
    started.raise_for_status()
    printed = 0

    def is_over(run: dict[str, Any]) -> bool:
        nonlocal printed
        lines = run["log"]["lines"]
        for line in lines[printed:]:
            _say(f"  {line['stage'] or '':8} {line['message']}")
        printed = len(lines)
        return run["status"] in OVER

    run = client.wait_until(started.json()["id"], is_over)
    created, verified = (
        sum(row[name] for row in run["resources"]) for name in ("created", "verified")
    )
    print(
        f"\n{run['status'].replace('_', ' ')}: {created:,} rows created, {verified:,} verified, "
        f"{run['problem_count']} problems"
    )
    return run


def _stay_up() -> None:
    print("\nEverything stays up; Ctrl-C stops it.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        _say("\nStopping")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
