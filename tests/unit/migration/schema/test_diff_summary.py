"""A summary of a schema diff stays short and complete."""

from sidecar.migration.schema.diff_summary import MAX_NAMES, SchemaCounts, shorten


def test_the_document_says_that_nothing_is_dropped() -> None:
    counts = SchemaCounts(added=1, changed=2, kept=3)
    assert list(counts.document().items()) == [
        ("added", 1),
        ("changed", 2),
        ("kept", 3),
        ("dropped", 0),
    ]


def test_a_named_collection_stands_for_its_fields() -> None:
    assert shorten(["posts.title", "posts", "tags.name", "tags.name"]) == ("posts", "tags.name")


def test_names_are_limited() -> None:
    assert len(shorten(f"posts.field_{place}" for place in range(MAX_NAMES + 1))) == MAX_NAMES
