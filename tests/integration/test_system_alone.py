"""An option alone meets what it points at only half: what is missing is named or cleared, and
nobody gains rights."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sidecar.resources.system import JOURNAL
from tests.integration.command import Finished, migrate
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.pair import Pair, bare_pair
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import as_admin

TEAM = {
    "collection": "teams",
    "schema": {},
    "meta": {},
    "fields": [
        {
            "field": "id",
            "type": "integer",
            "schema": {"is_primary_key": True, "has_auto_increment": True},
        }
    ],
}
MEMBER = "5f0e7c1a-0000-4000-8000-000000000011"
EDITORS = "5f0e7c1a-0000-4000-8000-000000000021"
FLOW = "5f0e7c1a-0000-4000-8000-000000000031"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    """A source with a team, its member, a comment on it and a flow; a destination whose Editors are
    administrators."""
    with bare_pair(tmp_path_factory.mktemp("alone"), version, database) as pair:
        source, destination = pair
        with Api(source.url, source.admin_token) as api:
            api.post("/collections", TEAM)
            api.post(
                "/fields/directus_users",
                {"field": "team", "type": "integer", "schema": {}, "meta": {}},
            )
            api.post(
                "/relations",
                {"collection": "directus_users", "field": "team", "related_collection": "teams"},
            )
            api.post("/items/teams", [{"id": 1}])
            api.post("/roles", {"id": EDITORS, "name": "Editors"})
            api.post(
                "/users", {"id": MEMBER, "email": "member@example.com", "role": EDITORS, "team": 1}
            )
            api.post("/comments", {"collection": "teams", "item": "1", "comment": "Well done"})
            api.post(
                "/flows",
                {
                    "id": FLOW,
                    "name": "Click",
                    "status": "active",
                    "trigger": "manual",
                    "options": {},
                },
            )
        with Api(destination.url, destination.admin_token) as api:
            above = next(
                role["id"] for role in api.get("/roles") if role["name"] == "Administrator"
            )
            api.post("/roles", {"name": "Editors", "parent": above})
        yield pair


def test_users_come_without_the_item_that_does_not(pair: Pair) -> None:
    source, destination = pair
    numbers = [
        numbers_of(migrate(source, destination, "--options", "users", *dry), "directus_users")
        for dry in (["--dry-run"], [])
    ]
    assert numbers[0]["create"] == numbers[1]["created"] == numbers[1]["verified"] == 2
    assert numbers[0]["missing_reference"] == 1
    member = next(row for row in dump(pair[1].database)["directus_users"] if row["id"] == MEMBER)
    assert (member["team"], member["role"]) == (None, EDITORS)


def test_a_role_of_that_name_that_makes_administrators_is_another_one(pair: Pair) -> None:
    roles = {
        row["id"]: row["parent"]
        for row in dump(pair[1].database)["directus_roles"]
        if row["name"] == "Editors"
    }
    assert len(roles) == 2
    assert roles[EDITORS] is None


def test_comments_on_items_that_are_not_there_are_named(pair: Pair) -> None:
    source, destination = pair
    dry, done = (
        migrate(source, destination, "--options", "comments", *extra)
        for extra in (["--dry-run"], [])
    )
    for run in (dry, done):
        assert run.status == 1, run.stderr
        assert [problem["code"] for problem in run.document["problems"]] == ["MISSING_REFERENCE"]
    assert numbers_of(dry, "directus_comments")["create"] == 0
    assert numbers_of(done, "directus_comments")["failed"] == 1
    assert dump(pair[1].database)["directus_comments"] == []


def test_a_flow_that_waits_is_not_activated_by_a_run_without_flows(pair: Pair) -> None:
    source, destination = pair
    with Api(destination.url, destination.admin_token) as api:
        entries = {"unfinished": ["directus_flows"], "paused": [], "waiting": [FLOW]}
        for row in journals(api):
            api.delete(f"/presets/{row['id']}")
        api.post("/presets", {"collection": JOURNAL, "layout_options": entries})
        api.post(
            "/flows",
            {"id": FLOW, "name": "Click", "status": "inactive", "trigger": "manual", "options": {}},
        )
    assert migrate(source, destination, "--options", "users").status == 0
    assert status_of_flow(destination) == "inactive"
    done = migrate(source, destination, "--options", "flows")
    assert done.status == 0, done.stdout
    assert status_of_flow(destination) == "active"
    with Api(destination.url, destination.admin_token) as api:
        left = [row["layout_options"] for row in journals(api)]
    assert all(not (entries["unfinished"] or entries["waiting"]) for entries in left)


def journals(api: Api) -> list[dict[str, Any]]:
    return [row for row in api.get("/presets") if row["collection"] == JOURNAL]


def numbers_of(done: Finished, name: str) -> dict[str, Any]:
    assert done.document["status"] in ("completed", "completed_with_problems"), done.stderr
    return done.resource(name)


def status_of_flow(instance: DirectusInstance) -> str:
    answer = requests.get(f"{instance.url}/flows/{FLOW}", headers=as_admin(instance), timeout=30)
    return str(answer.json()["data"]["status"])
