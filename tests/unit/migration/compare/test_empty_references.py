"""Which references are filled, and how the journal names what they point at."""

import pytest

from sidecar.migration.compare.empty_references import fillable_columns, target_of
from sidecar.resources.base import (
    ACCESS,
    FILES,
    FLOWS,
    FOLDERS,
    OPERATIONS,
    PRESETS,
    ROLES,
    SHARES,
    USERS,
    ItemReference,
    Resource,
)
from tests.unit.migration.system_resources import system_resource


@pytest.mark.parametrize(
    ("resource", "columns"),
    [
        (system_resource(USERS, role=ROLES, avatar=FILES, car="cars"), ("avatar", "car")),
        (system_resource(FILES, folder=FOLDERS, uploaded_by=USERS), ("uploaded_by",)),
        (system_resource(ACCESS, role=ROLES, user=USERS), ()),
        (system_resource(PRESETS, role=ROLES, user=USERS), ()),
        (system_resource(SHARES, role=ROLES, user_created=USERS), ("user_created",)),
        (system_resource(FLOWS, operation=OPERATIONS, user_created=USERS), ("user_created",)),
    ],
)
def test_of_system_collections_only_what_another_option_includes_is_filled(
    resource: Resource, columns: tuple[str, ...]
) -> None:
    assert fillable_columns(resource) == columns


def test_of_items_every_reference_is_filled() -> None:
    notes = Resource(
        "notes",
        "content",
        "/items/notes",
        "id",
        "integer",
        (),
        item_references=(ItemReference("collection", "item"),),
    )
    assert fillable_columns(notes) == ("item",)


def test_an_item_is_named_with_its_collection() -> None:
    notes = Resource(
        "notes",
        "content",
        "/items/notes",
        "id",
        "integer",
        (),
        item_references=(ItemReference("collection", "item"),),
    )
    assert target_of(notes, "item", {"collection": "pages", "item": 7}) == "pages/7"
