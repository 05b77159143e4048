"""A run goes on without what the destination refused to create."""

from dataclasses import replace

from sidecar.migration.instance.journal import JournalEntries
from sidecar.migration.plan.left_out import leave_out
from sidecar.migration.plan.load_order import Edge, Group
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource
from tests.unit.memory import MemoryRows, run_of

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "title", "tag"),
    references=(Reference("tag", "tags"),),
)
TAGS = Resource("tags", "content", "/items/tags", "id", "integer", ("id", "post"))
CIRCLE = Group(("posts", "tags"), (Edge("posts", "tags", "tag"), Edge("tags", "posts", "post")))


def run() -> Run:
    """A run that moves two posts and three tags, which refer to each other."""
    begun = run_of(POSTS, MemoryRows(), MemoryRows())
    begun.plan = replace(
        begun.plan,
        groups=(Group(("other",)), CIRCLE, Group(("last",), after=frozenset({"tags", "posts"}))),
        resources={
            "posts": POSTS,
            "tags": TAGS,
            **{name: replace(TAGS, name=name) for name in ("other", "last")},
        },
        rows={"posts": 2, "tags": 3, "other": 0, "last": 0},
    )
    for name in ("tags", "other"):
        begun.progress.add_resource(begun.plan.resources[name], begun.plan.rows[name])
    return begun


def test_a_collection_that_could_not_be_created_is_left_out_with_its_rows() -> None:
    shortened = run()
    leave_out(shortened, {"tags", "other"}, ())
    assert shortened.plan.groups == (
        Group(("posts",)),
        Group(("last",), after=frozenset({"posts"})),
    )
    assert shortened.plan.resources.keys() == {"posts", "last"}
    assert shortened.plan.total == 2
    assert shortened.progress.report.resources["tags"].failed == 3
    # Their values travel without the relation.
    assert shortened.plan.resources["posts"].columns == POSTS.columns


def test_a_field_that_could_not_be_created_is_left_out_of_its_rows() -> None:
    shortened = run()
    # The destination has the title: what it refused was to create it once more.
    known = shortened.destination.model.columns["posts"]
    del known["tag"]
    leave_out(shortened, (), {("posts", "tag"), ("posts", "title")})
    posts = shortened.plan.resources["posts"]
    assert (posts.columns, posts.references) == (("id", "title"), ())
    assert shortened.plan.deferred(posts) == ()
    assert shortened.plan.incomplete == {"posts"}


def test_columns_that_come_after_the_rows_of_an_unfinished_resource_are_late() -> None:
    plan = run().plan
    del plan.destination.model.columns["posts"]["tag"]
    assert plan.late_columns(POSTS) == ()
    unfinished = replace(plan, journal=JournalEntries(unfinished=frozenset({"posts", "tags"})))
    assert unfinished.late_columns(POSTS) == ("tag",)
    assert unfinished.late_columns(TAGS) == ()
