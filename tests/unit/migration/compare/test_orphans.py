"""A content version of an item that does not exist is left out, as Directus would refuse it."""

from dataclasses import replace
from typing import Any

from sidecar.errors import DirectusRejected
from sidecar.migration.compare.matcher import match_all
from sidecar.resources.base import COMMENTS, VERSIONS, ItemReference, Resource
from tests.unit.memory import MemoryRows, run_of

COLUMNS = ("id", "collection", "item")
ITEM = (ItemReference("collection", "item"),)
POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id",))


class Strict(MemoryRows):
    """Refuses a text as the key of a post, as a database does."""

    def by_key(self, resource, keys, fields, unreadable=None):  # type: ignore[no-untyped-def]
        if resource.name == "posts" and not all(isinstance(key, int) for key in keys):
            raise DirectusRejected("invalid input", code="INTERNAL_SERVER_ERROR", status=500)
        return super().by_key(resource, keys, fields, unreadable)


def states(name: str, *, is_moved: bool, refused: tuple[int, ...] = ()) -> list[str]:
    """Of rows about posts 1 (at the source), 2 (at the destination), 3 and "x" (nowhere)."""
    source, destination = Strict(), Strict()
    source.tables["posts"] = {1: {"id": 1}}
    destination.tables["posts"] = {2: {"id": 2}}
    for number, item in enumerate(("1", "2", "3", "x")):
        row: dict[str, Any] = {"id": f"v{number}", "collection": "posts", "item": item}
        source.tables[name][row["id"]] = row
    about = Resource(name, "content", "/about", "id", "uuid", COLUMNS, item_references=ITEM)
    run = run_of(about, source, destination)
    run.refused.add("posts", refused)
    resources = {**run.plan.resources, **({"posts": POSTS} if is_moved else {})}
    there = replace(run.destination.model, resources={name: about, "posts": POSTS})
    run.destination = replace(run.destination, model=there)
    run.plan = replace(run.plan, resources=resources, source=replace(run.plan.source, model=there))
    return [match.state for page in match_all(run, about) for match in page]


def test_an_item_has_to_be_at_either_side() -> None:
    assert states(VERSIONS, is_moved=True) == ["new", "new", "barred", "barred"]


def test_an_item_that_does_not_arrive_is_at_neither_side_unless_it_was_there_before() -> None:
    assert states(VERSIONS, is_moved=True, refused=(1, 2)) == ["barred", "new", "barred", "barred"]


def test_an_item_that_does_not_move_has_to_be_at_the_destination() -> None:
    for name in (VERSIONS, COMMENTS):
        assert states(name, is_moved=False) == ["barred", "new", "barred", "barred"]


def test_comments_travel_without_their_item() -> None:
    assert states(COMMENTS, is_moved=True) == ["new"] * 4
