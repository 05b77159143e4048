"""``make demo``: two real Directus, a seeded source, one migration, and everything left up to click
through."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from sidecar.extension import BUNDLE, install
from sidecar.options import OPTIONS
from tests.stack.directus import DEFAULT_VERSION, DirectusInstance
from tests.stack.seed import seed_people, seed_source
from tests.stack.stack import Stack

EVERYTHING = ",".join(OPTIONS)
MODULES = ("content", "users", "files", "insights")


def main() -> int:
    """Set everything up, migrate, print where to look. Returns the exit status of the migration."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--once", action="store_true", help="end after the migration")
    parser.add_argument("--version", default=DEFAULT_VERSION, help="the version of Directus")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="directus-migration-demo-") as folder:
        bundle = install(Path(folder) / "extensions", BUNDLE)
        with Stack(Path(folder), arguments.version, extension=bundle, announce=True) as stack:
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
    _say(f"Migrating: sidecar migrate --to {destination.url} --options {EVERYTHING}")
    status = _migrate(source, destination)
    for instance in (source, destination):
        print(
            f"\n{instance.name:12}{instance.url}/admin\n{'':12}{instance.admin_email}  "
            f"{instance.admin_password}"
        )
    print(f"\nmodule      {source.url}/admin/migration")
    print(f"            destination {destination.url}, token {destination.admin_token}", flush=True)
    return status


def enable_module(instance: DirectusInstance) -> None:
    """Show the module in the navigation, as an administrator does under Settings → Project
    Settings."""
    bar = [{"type": "module", "id": name, "enabled": True} for name in (*MODULES, "migration")]
    bar.append({"type": "module", "id": "settings", "enabled": True, "locked": True})
    answer = requests.patch(
        f"{instance.url}/settings",
        json={"module_bar": bar},
        timeout=60,
        headers={"Authorization": f"Bearer {instance.admin_token}"},
    )
    answer.raise_for_status()


def _migrate(source: DirectusInstance, destination: DirectusInstance) -> int:
    environment = {
        **os.environ,
        "DIRECTUS_URL": source.url,
        "DIRECTUS_TOKEN": source.admin_token,
        "MIGRATION_DESTINATION_TOKEN": destination.admin_token,
    }
    command = [
        sys.executable,
        "-m",
        "sidecar.cli",
        "migrate",
        "--to",
        destination.url,
        "--options",
        EVERYTHING,
    ]
    return subprocess.run(command, env=environment, check=False).returncode


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
