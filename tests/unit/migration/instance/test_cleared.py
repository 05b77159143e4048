"""Which references were left empty: few keys, however many rows, and never too many."""

import json

import pytest

from sidecar.migration.instance import cleared
from sidecar.migration.instance.cleared import ClearedReferences

NOTHING = ClearedReferences()
HELEN, ADA = frozenset({"helen"}), frozenset({"ada"})


def test_missing_targets_are_known_by_collection_and_column() -> None:
    known = NOTHING.plus("posts", {"author": HELEN}).plus("posts", {"author": ADA, "editor": ADA})
    assert [known.misses("posts", "author", key) for key in ("helen", "ada", "eve")] == [
        True,
        True,
        False,
    ]
    assert not known.misses("posts", "editor", "helen")
    assert not known.misses("tags", "author", "helen")
    assert (known.knows("posts"), known.knows("tags")) == (True, False)


def test_a_collection_that_was_looked_through_is_known_without_missing_targets() -> None:
    known = NOTHING.plus("posts", {"author": HELEN}).only("posts", {"author": frozenset()})
    assert known.knows("posts")
    assert not known.misses("posts", "author", "helen")
    assert known.document() == {"posts": {}}


def test_it_is_the_same_after_it_was_stored() -> None:
    known = NOTHING.plus("posts", {"author": HELEN | ADA, "editor": None}).only("tags", {})
    stored = json.loads(json.dumps(known.document()))
    assert stored == {"posts": {"author": ["ada", "helen"], "editor": "all"}, "tags": {}}
    assert ClearedReferences.from_document(stored) == known


def test_a_column_with_too_many_missing_targets_counts_as_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleared, "MAX_KEYS", 2)
    two = NOTHING.plus("posts", {"author": frozenset("ab")})
    three = two.plus("posts", {"author": frozenset("c")})
    assert (two.misses("posts", "author", "z"), three.misses("posts", "author", "z")) == (
        False,
        True,
    )
    assert three.plus("posts", {"author": HELEN}) == three
    assert three.only("posts", {"author": HELEN}).document() == {"posts": {"author": ["helen"]}}


def test_the_longest_column_counts_as_all_when_all_are_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleared, "MAX_CHARACTERS", 10)
    known = NOTHING.plus("posts", {"author": frozenset({"abcdefgh"})}).plus("tags", {"by": HELEN})
    assert known.document() == {"posts": {"author": "all"}, "tags": {"by": ["helen"]}}
