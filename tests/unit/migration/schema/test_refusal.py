"""A refused schema is explained: what Directus says, which fields are meant and what to do."""

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.schema.refusal import is_self_explanatory, with_advice

PARTS = {
    "collections": [{"collection": "posts"}],
    "relations": [],
    "fields": [
        {"collection": "posts", "field": name} for name in ("owner", "title", "body", "slug")
    ],
}


def explained(message: str) -> str:
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
    reason = message.rpartition(" - ")[2]
    assert explained(message).startswith(
        f"The destination refused the schema of {named}: {reason}. Create {named} at the"
    )


def test_a_message_that_names_no_collection_points_to_the_log() -> None:
    assert explained("the disk is full").startswith(
        "The destination refused the schema: the disk is full. See the destination's log"
    )


@pytest.mark.parametrize(
    ("message", "status", "expected"),
    [
        ("Provided hash … Please generate a new diff and try again", 400, True),
        ("no", 403, True),
        ("no such key", 500, False),
    ],
)
def test_what_is_about_nothing_in_the_schema_is_self_explanatory(
    message: str, status: int, expected: bool
) -> None:
    assert (
        is_self_explanatory(DirectusRejected(message, code="INVALID_PAYLOAD", status=status))
        is expected
    )
