"""References to rows that get their key from the destination: pending until it is given, never the
source's number."""

from typing import Any

import orjson
import pytest

from sidecar.migration.mapping.identities import Identities, is_pending
from sidecar.migration.mapping.matching import Match
from sidecar.migration.mapping.row_mapper import MappedRow, RowMapper
from sidecar.migration.values.conversion import ValueCodecs
from sidecar.migration.values.key_collation import KeyCollation
from sidecar.resources.base import PERMISSIONS, PRESETS, ItemReference, Reference, Resource
from tests.unit.instances import instance

NEW, KNOWN, FAILED, GONE = 3, 1, 4, 9
PINS = Resource(
    "pins",
    "content",
    "/items/pins",
    "id",
    "integer",
    ("id", "preset", "owner", "collection", "item"),
    references=(Reference("preset", PRESETS), Reference("owner", PRESETS, nullable=False)),
    item_references=(ItemReference("collection", "item", targets=(PRESETS, "tags")),),
)


@pytest.fixture
def identities() -> Identities:
    """One preset is at the destination under another number, two are about to be written."""
    return Identities(
        {PRESETS: {KNOWN: 7}, PERMISSIONS: {}},
        frozenset({PRESETS, "pins"}),
        missing={PRESETS: frozenset({NEW, FAILED}), PERMISSIONS: frozenset({NEW})},
        arriving=frozenset({PRESETS}),
    )


def arrived(identities: Identities) -> Identities:
    return identities.with_arrived(PRESETS, Match({KNOWN: 7, NEW: 12}))


def test_a_row_that_is_still_to_be_written_is_pending_and_has_its_number_afterwards(
    identities: Identities,
) -> None:
    pending = identities.counterpart(PRESETS, NEW)
    assert is_pending(pending)
    assert is_pending(orjson.loads(orjson.dumps(pending)))
    identities = arrived(identities)
    assert identities.settled(pending) == identities.counterpart(PRESETS, NEW) == 12
    assert identities.settled("a text") == "a text"


def test_what_could_not_be_written_or_never_was_there_has_no_counterpart(
    identities: Identities,
) -> None:
    failed = identities.counterpart(PRESETS, FAILED)
    assert identities.counterpart(PRESETS, GONE) is None
    identities = arrived(identities)
    assert identities.settled(failed) is identities.counterpart(PRESETS, FAILED) is None


def test_what_does_not_move_is_recognised_and_never_taken_by_its_number(
    identities: Identities,
) -> None:
    assert identities.counterpart(PERMISSIONS, NEW) is None
    assert identities.item("directus_versions", "a") is None


@pytest.mark.parametrize(("key", "expected"), [("1", "7"), (1, 7), ("x", None), ("9", None)])
def test_a_key_in_a_text_stays_a_text(identities: Identities, key: Any, expected: Any) -> None:
    assert identities.item(PRESETS, key) == expected


def test_other_collections_keep_their_keys(identities: Identities) -> None:
    assert identities.item("tags", "1") == "1"


def mapped(identities: Identities, **values: Any) -> MappedRow:
    here = there = instance("12.4.0")
    row = {"id": 1, "preset": None, "owner": None, "collection": None, "item": None, **values}
    (result,) = RowMapper(
        PINS, identities, ValueCodecs(here, there), KeyCollation(here, there, PINS)
    ).map_page([row])
    return result


def test_a_mapped_row_waits_for_what_is_to_come_and_clears_what_is_not(
    identities: Identities,
) -> None:
    row = mapped(identities, preset=NEW, owner=GONE, collection=PRESETS, item=str(NEW))
    assert is_pending(row.values["preset"])
    assert is_pending(row.values["item"])
    assert (row.cleared, row.barred) == ((), ("owner",))
    row = mapped(identities, preset=GONE, owner=KNOWN, collection=PRESETS, item=str(GONE))
    assert (row.values["preset"], row.values["owner"], row.values["item"]) == (None, 7, None)
    assert (row.cleared, row.barred) == (("preset", "item"), ())


def test_a_collection_that_the_relation_does_not_allow_was_not_waited_for() -> None:
    identities = Identities(
        {PERMISSIONS: {}},
        frozenset({PERMISSIONS}),
        missing={PERMISSIONS: frozenset({NEW})},
        arriving=frozenset({PERMISSIONS}),
    )
    row = mapped(identities, collection=PERMISSIONS, item=str(NEW))
    assert (row.values["item"], row.cleared) == (None, ("item",))
