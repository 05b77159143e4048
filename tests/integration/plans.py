"""Plans by the command line and over HTTP, of a collection whose rows differ on both sides."""

from functools import partial
from pathlib import Path
from typing import Any

import requests

from tests.integration.command import CONTENT_ALONE, Finished, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.sidecar_client import SidecarClient, as_admin

CATEGORIES = "categories"


class Sides:
    """Two sides that have the same rows after a migration."""

    def __init__(self, source: DirectusInstance, destination: DirectusInstance) -> None:
        self.source = source
        self.destination = destination
        self._run = partial(sidecar, source, token=destination.admin_token)

    def plan(self, path: Path) -> Finished:
        """``sidecar plan --exit-code`` of all content, where rows are updated."""
        choices = (*CONTENT_ALONE, "--existing", "update")
        to = ("--to", self.destination.url, "--json")
        return self._run("plan", *to, *choices, "--exit-code", "--out", str(path))

    def carry_out(self, path: Path) -> Finished:
        """``sidecar migrate --plan``."""
        return self._run("migrate", "--to", self.destination.url, "--json", "--plan", str(path))

    def names(self, side: DirectusInstance | None = None) -> dict[Any, str]:
        """The names of the categories of a side; by default of the destination."""
        rows = dump((side or self.destination).database)[CATEGORIES]
        return {row["id"]: row["name"] for row in rows}


def rename(side: DirectusInstance, key: Any, name: str) -> None:
    """Give a category of one side another name."""
    url = f"{side.url}/items/{CATEGORIES}/{key}"
    answer = requests.patch(url, json={"name": name}, headers=as_admin(side), timeout=30)
    answer.raise_for_status()


def problems_of(done: Finished) -> list[tuple[str | None, str | None, str]]:
    """Resource, key and code of each problem."""
    return [(one["resource"], one["key"], one["code"]) for one in done.document["problems"]]


def assert_a_dry_run_is_carried_out(
    client: SidecarClient, source: DirectusInstance, destination: DirectusInstance
) -> None:
    """A dry run over HTTP, and a run that does what it has found and nothing else."""
    sides = Sides(source, destination)
    expected = sides.names(source)
    first, second = list(expected)[:2]
    rename(destination, first, "Theirs")
    dry = client.start(destination, existing={"mode": "update"}).json()["id"]
    assert client.wait_for_end(dry)["status"] == "completed"
    rename(destination, second, "Changed since")

    answer = client.start(destination, dry_run=False, plan=dry)
    assert answer.status_code == 202, answer.text
    run = client.wait_for_end(answer.json()["id"])
    assert (run["status"], run["plan"], run["existing"]["mode"]) == ("completed", dry, "update")
    updated = {row["name"]: row["updated"] for row in run["resources"] if row["updated"]}
    assert updated == {CATEGORIES: 1}
    assert sides.names() == {**expected, second: "Changed since"}

    # What a real run has done is no plan.
    refused = client.start(destination, dry_run=False, plan=run["id"])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "PLAN_UNFIT")
    again = client.start(destination, dry_run=False, plan=dry).json()["id"]
    assert not any(row["updated"] for row in client.wait_for_end(again)["resources"])
    rename(destination, second, expected[second])
