"""What a run does with rows that the destination has already."""

from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.existing import SKIP_ALL, ExistingRows, read_existing
from sidecar.migration.request import MigrationRequest


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, SKIP_ALL),
        ("", SKIP_ALL),
        ("update", ExistingRows("update")),
        ("posts=update,pages=skip", ExistingRows("skip", {"posts": "update", "pages": "skip"})),
        ("update, posts=skip", ExistingRows("update", {"posts": "skip"})),
        ('"a,b=update"', ExistingRows("skip", {"a,b": "update"})),
        ("a=b=update", ExistingRows("skip", {"a=b": "update"})),
        ({"mode": "update"}, ExistingRows("update")),
        ({"collections": {"posts": "update"}}, ExistingRows("skip", {"posts": "update"})),
    ],
)
def test_what_is_entered_is_read(value: Any, expected: ExistingRows) -> None:
    assert read_existing(value) == expected
    assert read_existing(expected.document()) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("replace", "'replace' is neither skip nor update"),
        ("posts=overwrite", "'overwrite' is neither skip nor update"),
        ("=update", "'=update' is neither"),
        (["update"], "is neither"),
        ({"mode": "update", "rows": 1}, "Existing rows have no rows"),
        ({"collections": ["posts"]}, "is neither"),
        ({"collections": {"posts": None}}, "None is neither"),
    ],
)
def test_what_cannot_be_meant_is_refused(value: Any, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message) as caught:
        read_existing(value)
    assert (caught.value.code, caught.value.field) == ("EXISTING_INVALID", "existing")


def test_a_collection_follows_the_mode_unless_it_is_named() -> None:
    existing = ExistingRows("update", {"posts": "skip"})
    assert [existing.of(name) for name in ("posts", "pages")] == ["skip", "update"]
    assert existing.updates
    assert ExistingRows("skip", {"posts": "update"}).updates
    assert not ExistingRows("skip", {"posts": "skip"}).updates
    assert existing.without(frozenset({"posts"})) == ExistingRows("update")


def test_an_unknown_rule_for_conflicts_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="ask, source or destination, not 'mine'"):
        MigrationRequest(conflicts="mine")
