"""Content that points at rows which get their key from the destination: presets, permissions,
content versions.

The destination is in use, so the numbers of the source belong to other rows there.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.command import Finished, migrate
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.pair import Pair, bare_pair
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    with bare_pair(tmp_path_factory.mktemp("numbered"), version, database) as pair:
        with Api(pair.source.url, pair.source.admin_token) as api:
            fill(api)
        with Api(pair.destination.url, pair.destination.admin_token) as api:
            use(api)
        yield pair


@pytest.fixture(scope="module")
def dry_run(pair: Pair) -> Finished:
    return migrate(pair.source, pair.destination, *EVERYTHING, "--dry-run")


@pytest.fixture(scope="module")
def done(pair: Pair, dry_run: Finished) -> Finished:
    return migrate(pair.source, pair.destination, *EVERYTHING)


EVERYTHING = ("--options", "content,users,presets")


def test_the_dry_run_finds_nothing_missing(dry_run: Finished) -> None:
    assert (dry_run.status, dry_run.document["problems"]) == (0, [])
    assert {
        name: (dry_run.resource(name)["create"], dry_run.resource(name)["missing_reference"])
        for name in ("pins", "directus_presets", "directus_permissions", "directus_versions")
    } == {
        "pins": (4, 0),
        "directus_presets": (2, 0),
        "directus_permissions": (1, 0),
        "directus_versions": (1, 0),
    }


def test_each_reference_follows_to_the_row_that_is_meant(pair: Pair, done: Finished) -> None:
    assert (done.status, done.document["problems"]) == (0, []), done.stdout
    assert (
        targets(pair.destination)
        == targets(pair.source)
        == {
            "first": ("Mine", "pins", "draft", "directus_presets", "Yours"),
            "second": ("Yours", None, None, "directus_permissions", "pins"),
            "third": (None, None, None, "directus_versions", "draft"),
            "fourth": (None, None, None, "tags", "tag"),
        }
    )


def test_the_numbers_are_others_than_at_the_source(pair: Pair, done: Finished) -> None:
    """Otherwise nothing was shown."""
    for column in ("preset", "permission", "version", "item"):
        here, there = (
            [row[column] for row in rows_of(side, "pins") if row["collection"] != "tags"]
            for side in pair
        )
        assert not {value for value in here if value} & {value for value in there if value}, column


def test_a_reference_in_a_circle_is_set_when_both_rows_are_there(
    pair: Pair, done: Finished
) -> None:
    (favourite,) = {
        row["favourite"] for row in rows_of(pair.destination, "directus_users") if row["favourite"]
    }
    names = {row["id"]: row["bookmark"] for row in rows_of(pair.destination, "directus_presets")}
    assert names[favourite] == "Mine"


def test_a_second_run_changes_nothing(pair: Pair, done: Finished) -> None:
    before = dump(pair.destination.database)
    again = migrate(pair.source, pair.destination, *EVERYTHING)
    assert (again.status, again.document["problems"]) == (0, [])
    assert sum(row["created"] for row in again.document["resources"]) == 0
    assert dump(pair.destination.database) == before


def test_a_reference_to_somebody_elses_number_is_found_by_the_verification(
    pair: Pair, done: Finished
) -> None:
    """As an earlier version of the sidecar left it: with the number that the row has at the
    source."""
    (pin,) = [row["id"] for row in rows_of(pair.destination, "pins") if row["name"] == "first"]
    (own,) = [
        row["id"]
        for row in rows_of(pair.destination, "directus_presets")
        if row["bookmark"] == "own 0"
    ]
    with Api(pair.destination.url, pair.destination.admin_token) as api:
        api.patch(f"/items/pins/{pin}", {"preset": own, "item": str(own)})
    again = migrate(pair.source, pair.destination, *EVERYTHING)
    assert again.status == 1
    assert [
        (problem["resource"], problem["key"], problem["code"])
        for problem in again.document["problems"]
    ] == [("pins", str(pin), "CONFLICT")]
    assert all(column in again.document["problems"][0]["message"] for column in ("preset", "item"))


def fill(api: Api) -> None:
    """The source: one preset and one permission that content points at, by number and by text."""
    tag = {"field": "name", "type": "string", "schema": {}, "meta": {}}
    api.post(
        "/collections",
        {
            "collection": "tags",
            "schema": {},
            "meta": {"versioning": True},
            "fields": [counted_key(), tag],
        },
    )
    named = api.post("/items/tags", {"name": "tag"})["id"]
    policy = api.post("/policies", {"name": "Pinned"})["id"]
    permission = api.post(
        "/permissions", {"policy": policy, "collection": "pins", "action": "read", "fields": ["*"]}
    )
    mine, yours = (
        api.post("/presets", {"collection": "pins", "bookmark": name, "user": user})["id"]
        for name, user in (("Mine", api.get("/users/me")["id"]), ("Yours", None))
    )
    version = api.post(
        "/versions", {"key": "v1", "name": "draft", "collection": "tags", "item": str(named)}
    )["id"]
    api.post(f"/versions/{version}/save", {"name": "drafted"})
    fields = [
        {"field": name, "type": kind, "schema": {}, "meta": {}}
        for name, kind in (("name", "string"), ("collection", "string"), ("item", "string"))
    ]
    links = [m2o("preset", "integer"), m2o("permission", "integer"), m2o("version", "uuid")]
    api.post(
        "/collections",
        {
            "collection": "pins",
            "schema": {},
            "meta": {},
            "fields": [counted_key(), *fields, *links],
        },
    )
    for field, target in (
        ("preset", "presets"),
        ("permission", "permissions"),
        ("version", "versions"),
    ):
        api.post(
            "/relations",
            {"collection": "pins", "field": field, "related_collection": f"directus_{target}"},
        )
    allowed = ["tags", "directus_presets", "directus_permissions", "directus_versions"]
    api.post(
        "/relations",
        {
            "collection": "pins",
            "field": "item",
            "related_collection": None,
            "schema": None,
            "meta": {
                "one_collection_field": "collection",
                "junction_field": "preset",
                "one_allowed_collections": allowed,
            },
        },
    )
    api.post(
        "/items/pins",
        [
            {
                "name": "first",
                "preset": mine,
                "permission": permission["id"],
                "version": version,
                "collection": "directus_presets",
                "item": str(yours),
            },
            {
                "name": "second",
                "preset": yours,
                "collection": "directus_permissions",
                "item": str(permission["id"]),
            },
            {"name": "third", "collection": "directus_versions", "item": version},
            {"name": "fourth", "collection": "tags", "item": str(named)},
        ],
    )
    api.post("/fields/directus_users", m2o("favourite", "integer"))
    api.post(
        "/relations",
        {
            "collection": "directus_users",
            "field": "favourite",
            "related_collection": "directus_presets",
        },
    )
    api.patch("/users/me", {"favourite": mine})


def m2o(field: str, kind: str) -> dict[str, Any]:
    return {"field": field, "type": kind, "schema": {}, "meta": {"special": ["m2o"]}}


def use(api: Api) -> None:
    """The destination has rows of its own under the numbers of the source."""
    for number in range(5):
        api.post("/presets", {"collection": "own", "bookmark": f"own {number}"})
    policy = api.post("/policies", {"name": "Own policy"})["id"]
    for action in ("read", "create", "update"):
        api.post(
            "/permissions",
            {"policy": policy, "collection": "own", "action": action, "fields": ["*"]},
        )


def rows_of(instance: DirectusInstance, table: str) -> list[dict[str, Any]]:
    return dump(instance.database)[table]


def targets(instance: DirectusInstance) -> dict[str, tuple[Any, ...]]:
    """What each pin points at, by the names of the rows there."""
    labels = {
        "directus_presets": "bookmark",
        "directus_permissions": "collection",
        "directus_versions": "name",
        "tags": "name",
    }
    names = {
        table: {str(row["id"]): row[label] for row in rows_of(instance, table)}
        for table, label in labels.items()
    }

    def name(table: str, key: Any) -> Any:
        return None if key is None else names[table][str(key)]

    return {
        row["name"]: (
            name("directus_presets", row["preset"]),
            name("directus_permissions", row["permission"]),
            name("directus_versions", row["version"]),
            row["collection"],
            name(row["collection"], row["item"]),
        )
        for row in rows_of(instance, "pins")
    }
