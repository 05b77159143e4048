"""A resource without a column does not name that column anywhere."""

from dataclasses import fields

from sidecar.resources.base import ItemReference, Reference, Resource

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    key="id",
    key_type="integer",
    columns=("id", "title", "left_out"),
    references=(Reference("left_out", "authors", nullable=True),),
    item_references=(ItemReference("title", "left_out"),),
    foreign_keys=(Reference("left_out", "authors", nullable=True),),
    auto_uuid=("left_out",),
    update_only=("left_out", "title"),
    documents=("left_out",),
    quoting=("left_out",),
)


def test_nothing_names_a_column_that_is_left_out() -> None:
    without = POSTS.without(["left_out"])
    named = [one.name for one in fields(without) if "left_out" in str(getattr(without, one.name))]
    assert named == []
    assert without.columns == ("id", "title")
    assert without.update_only == ("title",)


def test_the_key_stays() -> None:
    assert POSTS.without(["id"]).columns == POSTS.columns
