"""A selection says what it cannot have, and nothing about what nobody has selected."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.check.exclusions import exclusion_findings
from sidecar.migration.check.select import select
from sidecar.migration.instance.exclusion import without_collections
from sidecar.migration.instance.instance import Exclusion, Instance
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from sidecar.resources.data_model import build_data_model
from tests.unit.instances import column, instance

BROKEN = Exclusion("UNREADABLE_TABLE", "Directus cannot read this table")
RELATION: dict[str, Any] = {
    "collection": "posts",
    "field": "shelf",
    "related_collection": "shelves",
    "schema": None,
    "meta": {},
}


def source() -> Instance:
    """Posts, pages, a folder, and shelves that cannot be read and that posts refer to."""
    names = ("posts", "pages", "shelves")
    tables: list[dict[str, Any]] = [
        {"collection": name, "meta": {}, "schema": {"name": name}} for name in names
    ]
    folder: dict[str, Any] = {"collection": "folder", "meta": {}, "schema": None}
    keys = [column(name, "id", key=True, system=False) for name in names]
    fields = (*keys, column("posts", "shelf", system=False))
    collections = (*tables, folder)
    made = instance("11.17.4", *fields, tables=tables, collections=tables, relations=[RELATION])
    whole = replace(
        made,
        collections=collections,
        relations=(RELATION,),
        model=build_data_model(collections, fields, [RELATION]),
        counts={"posts": 3, "pages": 2},
    )
    return without_collections(whole, {"shelves": BROKEN})


def selected(*names: str, **selection: Any) -> Instance:
    chosen = Selection(names or None, **selection)
    request = MigrationRequest(("content",), references="refuse", selection=chosen)
    with KeySets() as keys:
        return select(source(), instance("11.17.4"), request, keys).source


@pytest.mark.parametrize(
    ("names", "exclude", "codes", "relations"),
    [
        (("pages",), (), [], []),
        (("posts",), (), [], [("posts", "shelf")]),
        (("pages", "shelves"), (), ["UNREADABLE_TABLE"], []),
        ((), ("shelves",), [], [("posts", "shelf")]),
        ((), ("pages",), ["UNREADABLE_TABLE"], [("posts", "shelf")]),
    ],
)
def test_only_what_is_selected_is_named_as_left_out(
    names: tuple[str, ...],
    exclude: tuple[str, ...],
    codes: list[str],
    relations: list[tuple[str, str]],
) -> None:
    reduced = selected(*names, exclude=exclude)
    assert [finding.code for finding in exclusion_findings(reduced)] == codes
    assert [*reduced.excluded_relations] == relations


@pytest.mark.parametrize(
    ("names", "code", "words"),
    [
        (("shelves",), "UNREADABLE_TABLE", "shelves: Directus cannot read this table"),
        (("folder", "pages"), "UNKNOWN_COLLECTION", "folder cannot be selected: it is a folder"),
        (("gone", "pages"), "UNKNOWN_COLLECTION", "The source has no collection gone."),
        (("directus_users",), "UNKNOWN_COLLECTION", "The source has no collection directus_users"),
    ],
)
def test_what_cannot_be_selected_is_refused_with_the_reason(
    names: tuple[str, ...], code: str, words: str
) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        selected(*names)
    assert (caught.value.code, caught.value.field) == (code, "selection")


def test_a_selection_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="leaves out every collection"):
        selected(exclude=("posts", "pages", "shelves"))
