"""The main job from the command line: dry run, migration, second run, between two real
instances."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest
import requests

from sidecar.cli.plan import SOMETHING_TO_DO
from sidecar.console.changes import MAX_LINES
from tests.integration.command import CONTENT_ALONE, Finished, migrate, sidecar
from tests.integration.oracle import differences
from tests.integration.plans import Sides, problems_of, rename
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.proxy import Proxy
from tests.stack.seed import COUNTS, SYSTEM_COUNTS
from tests.stack.sidecar_client import as_admin
from tests.stack.stack import Stack

ALONG = ("directus_settings", "directus_shares", "directus_translations", "directus_versions")
EXPECTED = {
    **COUNTS,
    **{name: SYSTEM_COUNTS[name] for name in ("directus_folders", "directus_files")},
}
OWN = "destination_only"


@pytest.fixture(scope="module")
def own_collection(destination: DirectusInstance) -> str:
    """A collection with a row that only the destination has."""
    field = {"field": "id", "type": "string", "schema": {"is_primary_key": True}, "meta": {}}
    _post(
        destination,
        "/collections",
        {"collection": OWN, "schema": {}, "meta": {}, "fields": [field]},
    )
    _post(destination, f"/items/{OWN}", {"id": "kept"})
    return OWN


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file to which the dry run writes what would change."""
    return tmp_path_factory.mktemp("changes") / "changes.ndjson"


@pytest.fixture(scope="module")
def dry_run(
    stack: Stack, destination: DirectusInstance, own_collection: str, changes: Path
) -> Finished:
    return migrate(stack.source, destination, "--dry-run", "--changes", str(changes))


@pytest.fixture(scope="module")
def first_run(stack: Stack, destination: DirectusInstance, dry_run: Finished) -> Finished:
    return migrate(stack.source, destination)


@pytest.fixture(scope="module")
def second_run(stack: Stack, destination: DirectusInstance, first_run: Finished) -> Finished:
    return migrate(stack.source, destination)


def test_a_dry_run_answers_with_exact_numbers(dry_run: Finished) -> None:
    assert dry_run.status == 0, dry_run.stderr
    assert dry_run.document["status"] == "completed"
    assert dry_run.document["dry_run"] is True
    assert counts(dry_run, "create") == EXPECTED
    assert dry_run.document["schema"]["dropped"] == 0
    assert dry_run.document["schema"]["kept"] > 0


def test_a_dry_run_lists_each_row_with_its_values(dry_run: Finished, changes: Path) -> None:
    rows = [json.loads(line) for line in changes.read_text().splitlines()]
    new = Counter(row["collection"] for row in rows if row["kind"] == "new")
    assert {name: new[name] for name in EXPECTED} == EXPECTED
    posts = [row["fields"] for row in rows if row["collection"] == "posts"]
    assert all(fields["slug"]["before"] is None for fields in posts)
    assert len({fields["slug"]["after"] for fields in posts}) == COUNTS["posts"]


def test_a_dry_run_writes_nothing_on_either_side_and_prints_a_plan(
    stack: Stack, destination: DirectusInstance
) -> None:
    databases = stack.source.database, destination.database
    before = [dump(database) for database in databases]
    with Proxy(destination.url) as proxy:
        done = sidecar(
            stack.source,
            "migrate",
            "--to",
            proxy.url,
            *CONTENT_ALONE,
            "--dry-run",
            token=destination.admin_token,
        )
    assert done.status == 0, done.stderr
    posts = COUNTS["posts"]
    assert f"\nposts: {posts:,} new\n  + " in done.stdout
    assert f"\n  … and {posts - MAX_LINES:,} more\n" in done.stdout
    assert [dump(database) for database in databases] == before
    assert {request for request in proxy.requests if request[0] not in ("GET", "SEARCH")} == {
        ("POST", "/schema/diff")
    }


def test_everything_arrives_and_is_verified(first_run: Finished) -> None:
    assert first_run.status == 0, first_run.stdout + first_run.stderr
    assert first_run.document["status"] == "completed"
    assert first_run.document["problems"] == []
    for column in ("source", "created", "verified"):
        assert counts(first_run, column) == EXPECTED
    assert sum(row["different"] for row in first_run.document["resources"]) == 0


def test_every_column_is_the_same_by_sql(
    stack: Stack, destination: DirectusInstance, first_run: Finished
) -> None:
    assert differences(stack.source.database, destination.database, sorted(EXPECTED)) == []


def test_every_file_has_the_same_bytes(
    stack: Stack, destination: DirectusInstance, first_run: Finished
) -> None:
    for row in dump(stack.source.database)["directus_files"]:
        here, there = (_sha256(instance, row["id"]) for instance in (stack.source, destination))
        assert here == there, row["filename_download"]


def test_loading_leaves_no_activity_and_no_revisions(
    stack: Stack, destination: DirectusInstance, first_run: Finished, version: str
) -> None:
    tables = dump(destination.database)
    left = [
        row
        for table in ("directus_activity", "directus_revisions")
        for row in tables[table]
        if row["collection"] in COUNTS
    ]
    if version == "11.1.2":
        # It writes down each save of a content version, whatever the accountability of the
        # collection.
        saves = {row["id"] for row in left if row.get("action") == "version_save"}
        left = [row for row in left if row["id"] not in saves and row.get("activity") not in saves]
        assert len(saves) == sum(
            row["delta"] is not None for row in dump(stack.source.database)["directus_versions"]
        )
    assert left == []


def test_the_schema_ends_in_its_final_form(
    stack: Stack, destination: DirectusInstance, first_run: Finished
) -> None:
    snapshot = _get(stack.source, "/schema/snapshot")
    answer = requests.post(
        f"{destination.url}/schema/diff", json=snapshot, headers=as_admin(destination), timeout=60
    )
    changes = answer.json()["data"]["diff"] if answer.status_code == 200 else {}
    assert {entry["collection"] for part in changes.values() for entry in part} <= {OWN}


def test_what_only_the_destination_has_stays(
    destination: DirectusInstance, first_run: Finished
) -> None:
    assert dump(destination.database)[OWN] == [{"id": "kept"}]


def test_a_second_run_skips_everything_and_changes_nothing(
    destination: DirectusInstance, stack: Stack, first_run: Finished
) -> None:
    before = dump(destination.database)
    done = migrate(stack.source, destination)
    assert done.status == 0, done.stdout + done.stderr
    assert counts(done, "skipped") == EXPECTED
    assert sum(row["created"] for row in done.document["resources"]) == 0
    assert dump(destination.database) == before


def test_a_run_creates_only_what_is_missing_and_names_what_was_changed(
    stack: Stack, destination: DirectusInstance, second_run: Finished
) -> None:
    key = dump(destination.database)["submissions"][0]["id"]
    category = dump(destination.database)["categories"][0]["id"]
    requests.delete(
        f"{destination.url}/items/submissions/{key}", headers=as_admin(destination), timeout=30
    )
    _patch(destination, f"/items/categories/{category}", {"name": "Edited here"})
    done = migrate(stack.source, destination)
    assert done.status == 1, done.stderr
    assert done.document["status"] == "completed_with_problems"
    assert done.resource("submissions")["created"] == 1
    assert sum(row["created"] for row in done.document["resources"]) == 1
    assert [(p["resource"], p["key"], p["code"]) for p in done.document["problems"]] == [
        ("categories", str(category), "CONFLICT")
    ]
    row = next(row for row in dump(destination.database)["categories"] if row["id"] == category)
    assert row["name"] == "Edited here"


@pytest.fixture(scope="module")
def sides(stack: Stack, destination: DirectusInstance, second_run: Finished) -> Sides:
    return Sides(stack.source, destination)


def test_a_plan_does_what_it_says_and_leaves_alone_what_has_changed_since(
    sides: Sides, tmp_path: Path
) -> None:
    path, expected = tmp_path / "plan", sides.names(sides.source)
    first, second = list(expected)[:2]
    for key in (first, second):
        rename(sides.destination, key, "Theirs")
    planned = sides.plan(path)
    assert planned.status == SOMETHING_TO_DO, planned.stderr
    assert planned.resource("categories")["updated"] >= 2
    rename(sides.destination, second, "Changed since")
    done = sides.carry_out(path)
    assert done.status == 1, done.stderr
    assert problems_of(done) == [("categories", str(second), "PLAN_ROW_CHANGED")]
    assert sides.names() == {**expected, second: "Changed since"}


def test_a_plan_that_was_carried_out_has_nothing_to_do(sides: Sides, tmp_path: Path) -> None:
    path, expected = tmp_path / "plan", sides.names(sides.source)
    rename(sides.destination, next(iter(expected)), "Theirs")
    assert sides.plan(path).status == SOMETHING_TO_DO
    assert sides.carry_out(path).status == 0
    before = dump(sides.destination.database)
    again = sides.carry_out(path)
    assert (again.status, again.document["status"]) == (0, "completed"), again.stderr
    assert sum(row["updated"] + row["created"] for row in again.document["resources"]) == 0
    assert sides.plan(path).status == 0
    assert sides.carry_out(path).status == 0
    assert dump(sides.destination.database) == before
    assert sides.names() == expected


def test_a_plan_whose_row_has_changed_at_the_source_is_refused(
    sides: Sides, tmp_path: Path
) -> None:
    path, expected = tmp_path / "plan", sides.names(sides.source)
    key, name = next(iter(expected.items()))
    rename(sides.destination, key, "Theirs")
    assert sides.plan(path).status == SOMETHING_TO_DO
    before = dump(sides.destination.database)
    rename(sides.source, key, "Newer")
    try:
        done = sides.carry_out(path)
    finally:
        rename(sides.source, key, name)
    assert (done.status, problems_of(done)) == (2, [(None, None, "PLAN_STALE")])
    assert f"changed at the source: categories {key}. " in done.document["message"]
    assert dump(sides.destination.database) == before


def counts(done: Finished, column: str) -> dict[str, int]:
    """One column of the report; what goes along without being asked for is tested elsewhere."""
    return {
        row["name"]: row[column] for row in done.document["resources"] if row["name"] not in ALONG
    }


def _sha256(instance: DirectusInstance, file_id: str) -> str:
    answer = requests.get(
        f"{instance.url}/assets/{file_id}", headers=as_admin(instance), timeout=30
    )
    assert answer.status_code == 200
    return hashlib.sha256(answer.content).hexdigest()


def _get(instance: DirectusInstance, path: str) -> object:
    answer = requests.get(instance.url + path, headers=as_admin(instance), timeout=60)
    answer.raise_for_status()
    return answer.json()["data"]


def _post(instance: DirectusInstance, path: str, body: object) -> None:
    requests.post(
        instance.url + path, json=body, headers=as_admin(instance), timeout=60
    ).raise_for_status()


def _patch(instance: DirectusInstance, path: str, body: object) -> None:
    requests.patch(
        instance.url + path, json=body, headers=as_admin(instance), timeout=60
    ).raise_for_status()
