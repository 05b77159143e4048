"""Foreign keys that Directus cannot create count for the order where the destination has them."""

from dataclasses import replace

from sidecar.migration.plan.edges import edges_of
from sidecar.migration.plan.load_order import Edge
from sidecar.resources.base import Reference, Resource
from tests.unit.instances import instance

TAGS = Resource("tags", "content", "/items/tags", "id", "integer", ("id", "code"))
POSTS = replace(TAGS, name="posts", foreign_keys=(Reference("code", "tags"),))
PROFILES = replace(TAGS, name="profiles", foreign_keys=(Reference("id", "tags", nullable=False),))
RELATIONS = (
    {"collection": "posts", "field": "code", "schema": {"foreign_key_table": "tags"}},
    {"collection": "profiles", "field": "id", "schema": {"foreign_key_table": "tags"}},
)
EMPTY = instance("12.4.0")
WITH_KEYS = replace(EMPTY, relations=RELATIONS)


def edges(*resources: Resource, exist: bool = True) -> list[Edge]:
    return edges_of({one.name: one for one in resources}, WITH_KEYS if exist else EMPTY)


def test_the_target_of_an_existing_foreign_key_comes_first() -> None:
    assert edges(POSTS, TAGS) == [Edge("posts", "tags", "code")]
    assert edges(POSTS, TAGS, exist=False) == []


def test_a_shared_key_orders_the_rows_unless_the_target_refers_back() -> None:
    assert edges(PROFILES, TAGS) == [Edge("profiles", "tags", "id", nullable=False)]
    back = replace(TAGS, references=(Reference("code", "profiles"),))
    assert edges(PROFILES, back) == [Edge("tags", "profiles", "code")]
