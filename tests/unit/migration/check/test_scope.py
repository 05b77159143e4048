"""What a run moves: the chosen options, without columns that the destination does not accept."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.check.scope import (
    HIDDEN,
    UNKNOWN,
    fixed_columns,
    limits_of,
    lost_columns,
    option_of,
    resources_of,
    unknown_columns,
)
from sidecar.migration.instance.instance import Instance
from sidecar.options import parts_of
from sidecar.resources.base import COMMENTS, FILES, FLOWS, SHARES, TRANSLATIONS, USERS, VERSIONS
from tests.unit.instances import column, instance

POSTS_ID = column("posts", "id", key=True, system=False)
TABLES = (COMMENTS, FILES, FLOWS, SHARES, TRANSLATIONS, USERS, VERSIONS)


def side(version: str, *columns: dict[str, Any], vendor: str = "sqlite") -> Instance:
    """An instance with the tables of Directus, and posts."""
    keys = [column(name, "id", key=True) for name in TABLES]
    described = instance(version, *keys, *columns, vendor=vendor)
    posts = replace(described.model.resources[FLOWS], name="posts", key="id")
    model = described.model
    return replace(described, model=replace(model, resources={**model.resources, "posts": posts}))


@pytest.mark.parametrize(
    ("name", "option"),
    [("posts", "content"), (FLOWS, "flows"), (USERS, "users"), (TRANSLATIONS, None)],
)
def test_each_collection_belongs_to_an_option_or_always_moves(
    name: str, option: str | None
) -> None:
    assert option_of(name) == option


def test_an_option_moves_its_collections_and_those_that_always_move() -> None:
    one = side("12.4.0")
    assert resources_of(one, one, parts_of(["flows"])).keys() == {FLOWS, TRANSLATIONS}
    assert resources_of(one, one, parts_of(["content"])).keys() == {
        "posts",
        FILES,
        SHARES,
        VERSIONS,
        TRANSLATIONS,
    }


def test_columns_that_the_destination_lacks_do_not_move() -> None:
    source, destination = side("12.4.0", column(FLOWS, "color")), side("11.1.2")
    assert unknown_columns(FLOWS, source, destination) == ["color"]
    assert lost_columns(FLOWS, source, destination) == {"color": UNKNOWN}
    assert "color" in resources_of(source, source, ["flows"])[FLOWS].columns
    assert "color" not in resources_of(source, destination, ["flows"])[FLOWS].columns


def test_columns_that_the_project_added_move_with_the_schema() -> None:
    added = column(FLOWS, "cost", system=False)
    source = replace(side("12.4.0", added), snapshot={"fields": [added]})
    assert unknown_columns(FLOWS, source, side("12.4.0")) == []


@pytest.mark.parametrize(
    ("source", "destination", "lost", "fixed"),
    [
        ("11.17.4", "12.4.0", True, True),
        ("12.4.0", "12.4.0", True, False),
        ("11.17.4", "11.17.4", False, False),
        ("12.4.0", "11.17.4", False, False),
    ],
)
def test_directus_12_lets_nobody_set_the_author_of_a_comment(
    source: str, destination: str, lost: bool, fixed: bool
) -> None:
    sides = side(source), side(destination)
    assert ("user_created" in lost_columns(COMMENTS, *sides)) == lost
    assert ("user_created" in fixed_columns(COMMENTS, *sides)) == fixed


def test_every_limit_of_a_column_is_named_with_its_code() -> None:
    one = side("12.4.0")
    resource = replace(one.model.resources[FLOWS], masked=("token",))
    assert limits_of(resource, one, one)["MASKED", "token"] == HIDDEN
    assert ("ROUNDED", "date_created") in limits_of(resource, one, one)
    assert ("MASKED", "password") in limits_of(one.model.resources[SHARES], one, one)
    other = side("12.4.0", vendor="postgres")
    assert ("ROUNDED", "date_created") not in limits_of(resource, other, other)


def test_authors_of_changes_in_a_content_version_are_named_where_directus_notes_them() -> None:
    for version, expected in (("12.4.0", True), ("11.17.4", True), ("11.1.2", False)):
        one = side(version, column(VERSIONS, "delta"))
        limits = limits_of(one.model.resources[VERSIONS], one, one)
        assert (("ANNOTATED", "delta") in limits) == expected
