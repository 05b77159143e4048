"""References that a run would leave empty are counted by column, and said in words."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.check.references import (
    CODE,
    MAX_NAMES,
    MissingReferences,
    missing_references,
    points_outside,
    references_finding,
)
from sidecar.migration.instance.instance import Instance
from sidecar.migration.mapping.identities import Identities
from sidecar.resources.base import PRESETS, USERS, ItemReference, Reference, Resource
from tests.unit.instances import column, instance
from tests.unit.memory import MemoryRows

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "author", "owner", "kind", "item"),
    references=(Reference("author", USERS), Reference("owner", USERS, nullable=False)),
    item_references=(ItemReference("kind", "item", targets=(PRESETS, "tags")),),
)
NOBODY_ELSE = Identities(
    {USERS: {"u1": "u1"}},
    missing={USERS: frozenset({"u2", "u3"}), PRESETS: frozenset()},
    unclear={USERS: {}, PRESETS: {}},
)


def source(*rows: dict[str, Any]) -> Instance:
    memory = MemoryRows()
    empty = dict.fromkeys(POSTS.columns)
    memory.tables["posts"] = {n: {**empty, "id": n, **row} for n, row in enumerate(rows)}
    keys = [column(name, "id", key=True) for name in (USERS, PRESETS)]
    return replace(instance("12.4.0", *keys), rows=memory)


def missing(column: str, rows: int, *keys: Any, target: str = USERS) -> MissingReferences:
    option = "users" if target == USERS else None
    return MissingReferences("posts", column, target, option, rows, frozenset(keys))


def test_rows_that_point_at_a_user_without_a_counterpart_are_counted() -> None:
    side = source({"author": "u1"}, {"author": "u2"}, {"author": "u2"}, {"author": "u3"})
    assert missing_references(side, [POSTS], NOBODY_ELSE) == (missing("author", 3, "u2", "u3"),)


def test_required_references_are_not_among_them() -> None:
    assert missing_references(source({"owner": "u2"}), [POSTS], NOBODY_ELSE) == ()


def test_targets_that_move_or_all_have_a_counterpart_are_not_counted() -> None:
    side = source({"author": "u2"})
    users = replace(side.resource(USERS), references=())
    assert missing_references(side, [POSTS, users], NOBODY_ELSE) == ()
    complete = replace(NOBODY_ELSE, missing={USERS: frozenset()}, unclear={USERS: {}})
    assert missing_references(side, [POSTS], complete) == ()


def test_any_to_many_counts_only_rows_that_name_the_target() -> None:
    presets = Identities({PRESETS: {}}, missing={PRESETS: frozenset({7})}, unclear={PRESETS: {}})
    side = source({"kind": PRESETS, "item": "7"}, {"kind": "tags", "item": "7"})
    (counted,) = missing_references(side, [POSTS], presets)
    assert (counted.column, counted.target, counted.rows) == ("item", PRESETS, 1)
    assert counted.option == "presets"


def test_every_key_of_a_table_that_cannot_be_read_is_missing() -> None:
    posts = replace(POSTS, references=(Reference("author", "untracked"),), item_references=())
    known = Identities({"untracked": {}}, missing={"untracked": frozenset()}, unclear={})
    (counted,) = missing_references(source({"author": "x"}), [posts], known)
    assert (counted.target, counted.option, counted.rows) == ("untracked", None, 1)


def test_resources_that_refer_only_to_each_other_need_no_check() -> None:
    tree = replace(POSTS, references=(Reference("author", "posts"),), item_references=())
    assert not points_outside([tree])
    assert points_outside([POSTS])


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (missing("author", 1, "a"), "author: 1 reference to 1 user"),
        (missing("author", 1_234, "a", "b"), "author: 1,234 references to 2 users"),
        (missing("p", 2, 1, target="directus_policies"), "p: 2 references to 1 policy"),
        (missing("tag", 2, 1, target="tags"), "tag: 2 references to 1 row of tags"),
        (missing("tag", 2, 1, 2, target="tags"), "tag: 2 references to 2 rows of tags"),
    ],
)
def test_a_message_counts_references_and_targets(
    reference: MissingReferences, message: str
) -> None:
    assert reference.message == message


def test_the_finding_counts_each_target_once_and_names_the_option() -> None:
    both = [missing("author", 3, "a", "b"), missing("editor", 2, "b")]
    (finding,) = references_finding(both)
    assert finding.code == CODE
    assert finding.message == (
        "5 references to 2 users would be left empty, because these rows are neither included nor "
        "at the destination: posts.author (3), posts.editor (2). Include users, or choose to "
        "leave the references empty (on the command line: --references empty)"
    )
    assert both[0].document()["targets"] == 2


def test_the_finding_names_parts_if_parts_were_chosen() -> None:
    cover = MissingReferences("posts", "cover", "directus_files", "content", 2, frozenset("b"))
    both = [missing("author", 3, "a"), cover]
    (finding,) = references_finding(both, by_part=True)
    assert ". Include parts files and users, or choose to leave" in finding.message
    (finding,) = references_finding(both[1:], by_part=True)
    assert ". Include part files, or choose to leave" in finding.message


def test_without_an_option_the_finding_offers_only_the_choice() -> None:
    (finding,) = references_finding([missing("tag", 1, 1, target="tags")])
    assert ". Choose to leave the references empty" in finding.message


def test_a_long_list_of_columns_is_cut() -> None:
    (finding,) = references_finding([missing(f"c{n}", 1, n) for n in range(MAX_NAMES + 2)])
    assert "c9 (1) and 2 more." in finding.message
    assert "c10" not in finding.message


def test_without_missing_references_there_is_no_finding() -> None:
    assert references_finding([]) == []
