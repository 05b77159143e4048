"""References that leave the selection are kept, left empty or bar their row, as was chosen."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.empty_references import missing_targets
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.unselected_targets import (
    clear_unselected_targets,
    leaves_selection,
)
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource
from tests.unit.memory import MemoryRows, run_of

AUTHORS = Resource("authors", "content", "/items/authors", "id", "integer", ("id",))
POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "author", "editor"),
    (Reference("author", "authors"), Reference("editor", "authors", nullable=False)),
)
# The destination has author 1 only.
ROWS: dict[int, dict[str, Any]] = {
    10: {"id": 10, "author": 1, "editor": 1},
    11: {"id": 11, "author": 2, "editor": 1},
    12: {"id": 12, "author": None, "editor": 2},
}


@pytest.fixture
def keys() -> Iterator[KeySets]:
    with KeySets() as opened:
        yield opened


def run(keys: KeySets, references: str) -> Run:
    """A run of all posts, and of no author but those in ``keys``."""
    source, destination = MemoryRows(), MemoryRows()
    source.tables["posts"] = dict(ROWS)
    destination.tables = {"posts": {}, "authors": {1: {"id": 1}}}
    started = run_of(POSTS, source, destination, identities=Identities({}, frozenset()))
    plan = started.plan
    model = plan.destination.model
    known = replace(model, resources={**model.resources, "authors": AUTHORS})
    selected = SelectedRows(source, keys, frozenset({"authors"}))
    started.destination = replace(plan.destination, model=known)
    started.plan = replace(
        plan,
        source=replace(plan.source, selected=selected),
        request=replace(plan.request, references=references),
    )
    return started


def mapped() -> list[MappedRow]:
    return [MappedRow(dict(row), key, key) for key, row in ROWS.items()]


def test_a_reference_is_kept_where_the_destination_has_its_target(keys: KeySets) -> None:
    first, second, third = clear_unselected_targets(run(keys, "keep"), POSTS, mapped())
    assert first.values == ROWS[10]
    assert (second.values["author"], second.lost_targets) == (None, ("author",))
    assert (third.barred, third.values["editor"]) == (("editor",), 2)


def test_a_reference_that_is_left_empty_is_empty_in_spite_of_its_target(keys: KeySets) -> None:
    first, second, third = clear_unselected_targets(run(keys, "empty"), POSTS, mapped())
    assert [row.values["author"] for row in (first, second, third)] == [None] * 3
    assert (first.left_empty, third.left_empty) == (("author",), ())
    # One that may not be empty stays if it can.
    assert (first.values["editor"], first.barred, third.barred) == (1, (), ("editor",))


def test_what_travels_does_not_leave_the_selection(keys: KeySets) -> None:
    keys.bring("authors", [1, 2])
    started = run(keys, "empty")
    model = started.plan.source.model
    known = replace(model, resources={**model.resources, "authors": AUTHORS})
    started.plan = replace(started.plan, source=replace(started.plan.source, model=known))
    assert clear_unselected_targets(started, POSTS, mapped()) == mapped()


def test_a_run_of_everything_is_not_looked_at(keys: KeySets) -> None:
    started = run(keys, "empty")
    started.plan = replace(started.plan, source=replace(started.plan.source, selected=None))
    assert clear_unselected_targets(started, POSTS, mapped()) == mapped()
    assert not leaves_selection(started.plan.source, POSTS)


@pytest.mark.parametrize(("resource", "leaves"), [(POSTS, True), (AUTHORS, True)])
def test_who_refers_to_unselected_rows_or_is_selected_in_part_is_not_seen_as_a_whole(
    keys: KeySets, resource: Resource, leaves: bool
) -> None:
    assert leaves_selection(run(keys, "keep").plan.source, resource) is leaves


@pytest.mark.parametrize(("existing", "recorded"), [(None, {"1"}), ({"author": None}, set())])
def test_an_existing_row_does_not_count_as_left_empty_by_the_run(
    existing: Any, recorded: set[str]
) -> None:
    """Somebody may have emptied it, and a later run must not fill it."""
    row = MappedRow({"id": 10, "author": None, "editor": 1}, 10, 10, left_empty=("author",))
    match = RowMatch("new" if existing is None else "same", ROWS[10], row, existing)
    assert missing_targets(POSTS, [match]).get("author", set()) == recorded
