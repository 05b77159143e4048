"""Runs the command line as a script would: a process of its own, its exit status and its JSON."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.stack.directus import DirectusInstance

# The last of several options of one name counts.
CONTENT_ALONE = ("--options", "content", "--references", "empty")


@dataclass(frozen=True)
class Finished:
    """A command that ended; ``document`` is what ``--json`` printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        return json.loads(self.stdout)

    def resource(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            row for row in self.document["resources"] if row["name"] == name
        )
        return found


def sidecar(
    source: DirectusInstance, *arguments: str, token: str = "", **settings: str
) -> Finished:
    """``sidecar`` with ``arguments``, from ``source``, with the destination's ``token`` and more
    ``settings`` in the environment."""
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DIRECTUS_", "MIGRATION_")) or name == "MIGRATION_STORE"
        },
        "DIRECTUS_URL": source.url,
        "DIRECTUS_TOKEN": source.admin_token,
        "MIGRATION_DESTINATION_TOKEN": token,
        **settings,
    }
    command = [sys.executable, "-m", "sidecar.cli", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    finished = Finished(done.returncode, done.stdout, done.stderr)
    if arguments[0] == "migrate" and "--json" in arguments:
        assert_adds_up(finished.document)
    return finished


def assert_adds_up(document: dict[str, Any]) -> None:
    """Each row of the source is in exactly one number of each resource of a run that came to its
    end."""
    if not document["status"].startswith("completed"):
        return
    assert document["summary"]
    for row in document["resources"]:
        outcomes = row["rows"]
        assert min(outcomes.values()) >= 0, row
        assert sum(outcomes.values()) == row["source"], row
        # One problem may name several rows, such as a bundle of extensions.
        assert row["problems"] or not outcomes["problem"], row
        assert row["verified"] <= row["source"], row
    if document["status"] == "completed":
        assert sum(row["rows"]["problem"] for row in document["resources"]) == 0


def migrate(source: DirectusInstance, destination: DirectusInstance, *arguments: str) -> Finished:
    """``sidecar migrate --json`` from ``source`` to ``destination``: content alone, references to
    all else left empty, unless ``arguments`` say otherwise."""
    return sidecar(
        source,
        "migrate",
        "--to",
        destination.url,
        "--json",
        *CONTENT_ALONE,
        *arguments,
        token=destination.admin_token,
    )
