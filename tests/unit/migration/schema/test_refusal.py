"""A refusal of the schema says what Directus said, which collection and field are meant, and what
to do."""

from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.schema.field_request import cannot_be_altered
from sidecar.migration.schema.refusal import says_enough, with_advice
from sidecar.migration.schema.safe_diff import SafeDiff

PARTS = {
    "collections": [{"collection": "posts"}],
    "relations": [],
    "fields": [
        {"collection": "posts", "field": name} for name in ("owner", "title", "body", "slug")
    ],
}


def said(message: str) -> str:
    return with_advice(
        DirectusRejected(message, code="INTERNAL_SERVER_ERROR", status=500), PARTS
    ).message


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (
            "alter table `posts` add constraint `posts_owner_foreign` foreign key (`owner`) - no "
            "such key",
            "posts.owner",
        ),
        (
            "create table `posts` (`owner` int, `title` char(255), `body` text, `slug` text) - "
            "row size too large",
            "posts",
        ),
    ],
)
def test_the_collection_and_the_field_are_named(message: str, named: str) -> None:
    why = message.rpartition(" - ")[2]
    assert said(message).startswith(
        f"The destination refused the schema of {named}: {why}. Make {named} at the"
    )


def test_what_names_nothing_is_told_all_the_same() -> None:
    assert said("the disk is full").startswith(
        "The destination refused the schema: the disk is full. See the log"
    )


@pytest.mark.parametrize(
    ("message", "status", "enough"),
    [
        ("Provided hash … Please generate a new diff and try again", 400, True),
        ("no", 403, True),
        ("no such key", 500, False),
    ],
)
def test_what_is_about_nothing_in_the_schema_says_enough(
    message: str, status: int, enough: bool
) -> None:
    assert says_enough(DirectusRejected(message, code="INVALID_PAYLOAD", status=status)) == enough


@pytest.mark.parametrize(
    ("wanted", "conflicts", "fixed"),
    [
        ({"type": "string", "data_type": "varchar", "max_length": 20}, {"posts.owner"}, set()),
        (
            {"type": "integer", "data_type": "int unsigned", "is_nullable": True},
            set(),
            {"posts.owner"},
        ),
    ],
)
def test_a_column_that_cannot_be_changed_hides_no_conflict(
    wanted: dict[str, Any], conflicts: set[str], fixed: set[str]
) -> None:
    def field(kind: str, **schema: Any) -> dict[str, Any]:
        return {
            "collection": "posts",
            "field": "owner",
            "type": kind,
            "meta": {},
            "schema": {
                "foreign_key_table": "people",
                "is_nullable": False,
                "default_value": None,
                **schema,
            },
        }

    there, here = field("integer", data_type="int unsigned"), field(wanted.pop("type"), **wanted)
    safe = SafeDiff({"vendor": "mysql", "fields": [here]}, {"vendor": "mysql", "fields": [there]})
    changes = [
        {"kind": "E", "path": ["schema", name], "lhs": None, "rhs": value}
        for name, value in wanted.items()
    ]
    safe.entry("fields", {"collection": "posts", "field": "owner", "diff": changes})
    assert (safe.conflicts, safe.fixed) == (conflicts, fixed)


@pytest.mark.parametrize(
    ("vendor", "target", "data_type", "expected"),
    [
        ("mysql", "tags", "int unsigned", True),
        ("mysql", None, "int unsigned", False),
        ("mysql", "tags", "char", False),
        ("postgres", "tags", "int unsigned", False),
    ],
)
def test_references_to_counted_keys_of_mysql_are_left_alone(
    vendor: str, target: str | None, data_type: str, expected: bool
) -> None:
    schema = {"foreign_key_table": target, "data_type": data_type}
    assert cannot_be_altered({"schema": schema}, vendor) is expected
