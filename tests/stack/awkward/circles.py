"""Relations that lead back to where they began: trees, and cycles over one, two and three
collections."""

from tests.stack.awkward.tables import table
from tests.stack.seed.fields import Json, counted_key, field, link, needed, uuid_key
from tests.stack.seed.invent import key

DEPTH = 60
PLACES = 12

COLLECTIONS: list[Json] = [
    table("tree", [counted_key(), field("parent", "integer"), field("label", "string")]),
    # Every row has a root; those that are one point at themselves.
    table("rooted", [counted_key(), needed("root", "integer"), field("label", "string")]),
    table("ring_a", [uuid_key(), field("next", "integer"), field("label", "string")]),
    table("ring_b", [counted_key(), field("next", "uuid"), field("label", "string")]),
    table("loop_a", [counted_key(), field("next", "integer")]),
    table("loop_b", [counted_key(), field("next", "integer")]),
    table("loop_c", [counted_key(), field("next", "integer")]),
    # Made nullable, filled, and then made NOT NULL: nobody can insert the first row otherwise.
    table("knot_a", [counted_key(), field("next", "integer"), field("label", "string")]),
    table("knot_b", [counted_key(), field("next", "integer"), field("label", "string")]),
]
RELATIONS: list[Json] = [
    link("tree", "parent", "tree"),
    link("rooted", "root", "rooted", "CASCADE"),
    link("ring_a", "next", "ring_b"),
    link("ring_b", "next", "ring_a"),
    link("loop_a", "next", "loop_b", "NO ACTION"),
    link("loop_b", "next", "loop_c"),
    link("loop_c", "next", "loop_a"),
    link("knot_a", "next", "knot_b", "NO ACTION"),
    link("knot_b", "next", "knot_a", "CASCADE"),
]
# Columns that end up NOT NULL, although a loader cannot write them at once.
NOT_NULL = [("rooted", "root"), ("knot_a", "next"), ("knot_b", "next")]
BY_HAND = "ALTER TABLE {0} MODIFY {1} int unsigned NOT NULL"


def _tree() -> list[Json]:
    """A chain whose parents have the higher ids, and some leaves on each of its first places."""
    chain = [{"id": place, "label": f"place {place}"} for place in range(1, DEPTH + 1)]
    leaves = [{"id": DEPTH + place, "label": f"leaf of {place}"} for place in range(1, PLACES + 1)]
    return [*chain, *leaves]


def _numbered(labelled: bool) -> list[Json]:
    return [
        {"id": place, **({"label": f"no. {place}"} if labelled else {})}
        for place in range(1, PLACES + 1)
    ]


ROWS: dict[str, list[Json]] = {
    "tree": _tree(),
    # A root of its own, one that comes later, and one with the highest id of all.
    "rooted": [
        {"id": 1, "root": 1},
        {"id": 9, "root": 9, "label": "a late root"},
        {"id": 2, "root": 9},
        {"id": 3, "root": 1},
        {"id": 4, "root": 9},
    ],
    "ring_a": [
        {"id": key("ring_a", place), "label": f"no. {place}"} for place in range(1, PLACES + 1)
    ],
    "ring_b": _numbered(labelled=True),
    "loop_a": _numbered(labelled=False),
    "loop_b": _numbered(labelled=False),
    "loop_c": _numbered(labelled=False),
    "knot_a": _numbered(labelled=True),
    "knot_b": _numbered(labelled=True),
}


def _after(place: int) -> int:
    return place % PLACES + 1


# Set once both ends exist; the last place of a ring stays open.
LINKS: dict[str, list[Json]] = {
    "tree": [
        *({"id": place, "parent": place + 1} for place in range(1, DEPTH)),
        *({"id": DEPTH + place, "parent": place} for place in range(1, PLACES + 1)),
    ],
    "ring_a": [{"id": key("ring_a", place), "next": place} for place in range(1, PLACES)],
    "ring_b": [{"id": place, "next": key("ring_a", place + 1)} for place in range(1, PLACES)],
    "loop_a": [{"id": place, "next": place} for place in range(1, PLACES + 1)],
    "loop_b": [{"id": place, "next": place} for place in range(1, PLACES)],
    "loop_c": [{"id": place, "next": _after(place)} for place in range(1, PLACES + 1)],
    "knot_a": [{"id": place, "next": place} for place in range(1, PLACES + 1)],
    "knot_b": [{"id": place, "next": _after(place)} for place in range(1, PLACES + 1)],
}
