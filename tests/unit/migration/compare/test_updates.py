"""What becomes of an existing row that differs."""

from dataclasses import replace

import pytest

from sidecar.migration.compare.updates import NOTHING, Update, Updates
from sidecar.migration.existing import SKIP
from sidecar.migration.mapping.unique_values import Wanted
from sidecar.migration.plan.run import Run
from sidecar.resources.base import USERS, VERSIONS, Reference, Resource
from tests.unit.memory import Row
from tests.unit.migration.updating import POSTS, Sides, matches_of, post, there

DELTAS = Resource(VERSIONS, "versions", "/versions", "id", "uuid", ("id", "name", "delta"))


def updates_of(run: Run) -> dict[object, Update]:
    (resource,) = run.plan.resources.values()
    return Updates(run, resource).of(matches_of(run))


def columns_of(run: Run) -> dict[object, tuple[str, ...]]:
    return {key: update.columns for key, update in updates_of(run).items()}


def test_only_rows_that_differ_are_decided() -> None:
    sides = Sides()
    sides.fill([post(1), post(2), post(3, author=None)], [there(2), there(3, title="Old")])
    assert updates_of(sides.run()) == {3: Update(("title", "author"))}
    assert updates_of(sides.run(mode=SKIP)) == {3: NOTHING}


def test_a_reference_that_means_nothing_at_the_destination_is_not_emptied() -> None:
    sides = Sides()
    sides.fill([post(1, author="nobody", title="New")], [there(1)])
    assert columns_of(sides.run()) == {1: ("title",)}


def test_a_reference_that_may_not_be_null_stays_without_its_counterpart() -> None:
    firm = replace(POSTS, references=(Reference("author", USERS, nullable=False),))
    sides = Sides(firm)
    sides.fill([post(1, author="nobody", title="New")], [there(1)])
    assert columns_of(sides.run()) == {1: ("title",)}


def test_users_keep_their_own_settings() -> None:
    sides = Sides(replace(POSTS, rules=replace(POSTS.rules, personal=("title",))))
    sides.fill([post(1, title="New", slug="new")], [there(1)])
    assert columns_of(sides.run()) == {1: ("slug",)}


def test_a_protected_row_stays_whole() -> None:
    sides = Sides()
    sides.fill([post(1), post(2)], [there(1, title="Old"), there(2, title="Old")])
    run = sides.run()
    run.plan = replace(run.plan, protected={"posts": frozenset({1})})
    assert columns_of(run) == {1: (), 2: ("title",)}


def test_a_unique_value_that_another_row_keeps_is_not_set() -> None:
    sides = Sides()
    sides.fill([post(1, title="New", slug="taken")], [there(1)])
    run = sides.run()
    run.unique.block("posts", [(Wanted("slug", "taken", 1), 9)])
    assert columns_of(run) == {1: ("title",)}


@pytest.mark.parametrize(
    ("before", "after", "columns"),
    [
        ({"title": "a"}, {"title": "b"}, ("delta",)),
        (None, {"title": "b"}, ("delta",)),
        ({"title": "a"}, {"title": "a", "body": "b"}, ("delta",)),
        ({"title": "a", "body": "b"}, {"title": "c"}, ()),
        ({"title": "a"}, None, ()),
    ],
)
def test_directus_takes_no_field_out_of_a_content_version(
    before: Row | None, after: Row | None, columns: tuple[str, ...]
) -> None:
    sides = Sides(DELTAS)
    sides.fill(
        [{"id": "v", "name": "draft", "delta": after}],
        [{"id": "v", "name": "draft", "delta": before}],
    )
    assert columns_of(sides.run()) == {"v": columns}
