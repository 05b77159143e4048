"""Each source row is matched: what is it at the destination?"""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.matcher import Matcher, RowMatch, match_all
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.resources.base import USERS, Column, Reference, Resource, SystemCollection
from tests.unit.memory import MemoryRows, run_of

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "title", "author", "editor"),
    references=(Reference("author", USERS), Reference("editor", USERS, nullable=False)),
)
HELEN, HELEN_THERE, NOBODY = "helen", "helen-there", "nobody"
WHO = Identities({USERS: {HELEN: HELEN_THERE}}, frozenset({"posts"}))


def post(number: int, **values: Any) -> dict[str, Any]:
    return {"id": number, "title": f"Post {number}", "author": HELEN, "editor": HELEN, **values}


def at_destination(number: int, **values: Any) -> dict[str, Any]:
    return post(number, **{"author": HELEN_THERE, "editor": HELEN_THERE, **values})


@pytest.fixture
def source() -> MemoryRows:
    return MemoryRows()


@pytest.fixture
def destination() -> MemoryRows:
    return MemoryRows()


def fill(rows: MemoryRows, *posts: dict[str, Any]) -> None:
    rows.tables["posts"] = {row["id"]: row for row in posts}


def match(
    source: MemoryRows, destination: MemoryRows, resource: Resource = POSTS
) -> list[RowMatch]:
    run = run_of(resource, source, destination, identities=WHO)
    return [one for page in match_all(run, resource) for one in page]


def test_a_row_is_new_the_same_or_different(source: MemoryRows, destination: MemoryRows) -> None:
    fill(source, post(1), post(2), post(3), post(4))
    fill(destination, at_destination(2), at_destination(3, title="Other", author=None))
    matches = match(source, destination)
    assert [(one.key, one.state) for one in matches] == [
        (1, "new"),
        (2, "same"),
        (3, "different"),
        (4, "new"),
    ]
    assert matches[2].columns == ("title", "author")


def test_references_are_compared_by_whom_they_mean(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(source, post(1))
    fill(destination, post(1))
    (one,) = match(source, destination)
    assert (one.state, one.columns) == ("different", ("author", "editor"))
    assert one.mapped.values["author"] == HELEN_THERE


def test_a_reference_that_may_be_null_is_cleared_and_another_bars_the_row(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(source, post(1, author=NOBODY), post(2, editor=NOBODY))
    cleared, barred = match(source, destination)
    assert (cleared.state, cleared.mapped.cleared) == ("new", ("author",))
    assert (barred.state, barred.mapped.barred) == ("barred", ("editor",))


def test_a_row_that_exists_is_not_barred(source: MemoryRows, destination: MemoryRows) -> None:
    fill(source, post(1, editor=NOBODY))
    fill(destination, at_destination(1))
    (one,) = match(source, destination)
    assert (one.state, one.columns) == ("different", ("editor",))


def test_two_candidates_are_ambiguous(source: MemoryRows, destination: MemoryRows) -> None:
    roles = Resource(
        "roles",
        "users",
        "/roles",
        "id",
        "uuid",
        ("id", "name"),
        rules=SystemCollection("users", natural_key=("name",)),
    )
    source.tables["roles"] = {"a": {"id": "a", "name": "Editor"}, "b": {"id": "b", "name": "New"}}
    who = Identities(
        {"roles": {}}, frozenset({"roles"}), unclear={"roles": {"a": "two of that name"}}
    )
    run = run_of(roles, source, destination, identities=who)
    states = [one.state for page in match_all(run, roles) for one in page]
    assert states == ["ambiguous", "new"]


def test_nothing_is_looked_up_where_nothing_can_exist(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(destination, at_destination(1))
    matcher = Matcher(run_of(POSTS, source, destination, identities=WHO), POSTS)
    assert [one.state for one in matcher.match([post(1)], look_up=False)] == ["new"]


def test_a_collection_that_the_destination_lacks_has_no_rows(source: MemoryRows) -> None:
    fill(source, post(1))
    run = run_of(POSTS, source, MemoryRows(), identities=WHO, exists=False)
    assert [one.state for page in match_all(run, POSTS) for one in page] == ["new"]


def test_columns_that_the_schema_has_just_added_are_asked_for(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(destination, at_destination(1))
    run = run_of(POSTS, source, destination, identities=WHO, exists=False)
    (one,) = Matcher(run, POSTS, ["author"]).match([post(1)])
    assert (one.state, one.existing) == ("same", {"id": 1, "author": HELEN_THERE})


def test_only_the_columns_that_are_asked_for_are_compared(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(destination, at_destination(1, title="Other"))
    run = run_of(POSTS, source, destination, identities=WHO)
    by_author = Matcher(run, POSTS, ["author"]).match([post(1)])
    assert [(one.state, one.existing) for one in by_author] == [
        ("same", {"id": 1, "author": HELEN_THERE})
    ]


def test_a_row_that_an_earlier_run_left_half_done_is_new(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(destination, at_destination(1), at_destination(2))
    run = run_of(POSTS, source, destination, identities=WHO)
    matcher = Matcher(run, POSTS, [], complete=lambda existing, _: {2: existing[2]})
    assert [one.state for one in matcher.match([post(1), post(2)])] == ["new", "same"]


def test_digests_tell_a_row_that_is_there_from_one_that_is_not(
    source: MemoryRows, destination: MemoryRows
) -> None:
    fill(source, post(1), post(2), post(3))
    fill(destination, at_destination(1), at_destination(2, title="Other"))
    same, different, new = (one.digests() for one in match(source, destination))
    assert same[0] == same[1]
    assert different[1] is not None
    assert different[0] != different[1]
    assert new[1] is None


def test_secrets_and_what_changes_by_itself_are_not_compared(
    source: MemoryRows, destination: MemoryRows
) -> None:
    shares = Resource(
        "shares",
        "content",
        "/shares",
        "id",
        "integer",
        ("id", "name", "password", "used"),
        rules=SystemCollection("content", secret=("password",), volatile=("used",)),
    )
    source.tables["shares"] = {1: {"id": 1, "name": "a", "password": "**", "used": 3}}
    destination.tables["shares"] = {1: {"id": 1, "name": "a", "password": "xx", "used": 0}}
    run = run_of(shares, source, destination)
    assert [one.state for page in match_all(run, shares) for one in page] == ["same"]


class Sized(MemoryRows):
    """Shows each key with two digits after the point, as a decimal of that size is."""

    def by_key(self, resource, keys, fields, unreadable=None):  # type: ignore[no-untyped-def]
        sized = [f"{float(key):.2f}" for key in keys]
        return super().by_key(resource, sized, fields, unreadable)


def test_a_key_with_more_digits_at_the_destination_is_the_same(source: MemoryRows) -> None:
    destination = Sized()
    for key, there in (("1", "1.00"), ("1.5", "1.50")):
        source.tables["posts"][key] = {**post(1), "id": key}
        destination.tables["posts"][there] = {**at_destination(1), "id": there}
    assert [one.state for one in match(source, destination)] == ["same", "same"]


@pytest.mark.parametrize(
    ("field_type", "default", "same", "other"),
    [
        ("integer", 5, 5, 9),
        ("bigInteger", 5, "5", "9"),
        ("decimal", 1.5, "1.50", "1.51"),
        ("dateTime", "2020-01-02 03:04:05.25", "2020-01-02T03:04:05", "2020-01-02T03:04:06"),
        ("timestamp", "2020-01-02 03:04:05+02", "2020-01-02T01:04:05.000Z", "someday"),
        ("csv", "a,b", ["a", "b"], ["ab"]),
        ("string", "x", "x", None),
    ],
)
def test_existing_rows_get_the_default_of_a_new_column(
    source: MemoryRows,
    destination: MemoryRows,
    field_type: str,
    default: object,
    same: object,
    other: object,
) -> None:
    field = {"field": "rank", "type": field_type, "schema": {"default_value": default}}
    entry = {"collection": "posts", "field": "rank", "diff": [{"kind": "N", "rhs": field}]}
    ranked = replace(POSTS, columns=(*POSTS.columns, "rank"))
    fill(source, post(1, rank=same), post(2, rank=other))
    fill(destination, at_destination(1), at_destination(2))
    run = run_of(ranked, source, destination, identities=WHO)
    known: Any = dict.fromkeys(POSTS.columns)
    columns: Any = {"posts": known | {"rank": Column("rank", field_type)}}
    source_model: Any = replace(run.source.model, columns=columns)
    there: Any = replace(run.destination.model, columns={"posts": known})
    here = replace(run.source, model=source_model)
    run.destination = replace(run.destination, model=there)
    run.plan = replace(run.plan, source=here, schema=SchemaDiff(None, {"fields": [entry]}))
    matches = [one for page in match_all(run, ranked) for one in page]
    assert [(one.state, one.columns) for one in matches] == [
        ("same", ()),
        ("different", ("rank",)),
    ]
    assert matches[1].existing is not None
    assert matches[1].existing["rank"] == default
