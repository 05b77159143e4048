"""The journal remembers when runs began, by what they have moved of which collection."""

from typing import Any

import pytest

from sidecar.migration.instance.completed import MAX_CHARACTERS, MAX_SCOPES, CompletedRuns

FIRST, SECOND = "2026-01-01", "2026-01-02"


def test_a_later_run_of_the_same_scope_takes_the_place_of_the_earlier_one() -> None:
    runs = CompletedRuns().plus("a", ["posts", "tags"], FIRST).plus("b", ["posts"], FIRST)
    runs = runs.plus("a", ["posts"], SECOND)
    assert (runs.at("a", "posts"), runs.at("a", "tags")) == (SECOND, FIRST)
    assert (runs.at("b", "posts"), runs.at("b", "tags"), runs.at("c", "tags")) == (
        FIRST,
        None,
        None,
    )
    assert list(runs.began_at) == ["b", "a"]


def test_the_scopes_that_were_recorded_last_are_kept() -> None:
    runs = CompletedRuns()
    for number in range(MAX_SCOPES + 3):
        runs = runs.plus(str(number), ["posts"], FIRST)
    assert list(runs.began_at) == [str(number) for number in range(3, MAX_SCOPES + 3)]


def test_earlier_scopes_go_when_the_names_are_too_long() -> None:
    long = "n" * (MAX_CHARACTERS // 2)
    runs = CompletedRuns()
    for scope in "abc":
        runs = runs.plus(scope, [long], FIRST)
    assert list(runs.began_at) == ["b", "c"]
    # The last one stays, however long.
    assert list(runs.plus("d", [long * 3], FIRST).began_at) == ["d"]


def test_a_document_says_the_same() -> None:
    runs = CompletedRuns().plus("a", ["tags", "posts"], FIRST).plus("a", ["pages"], SECOND)
    assert runs.document() == {"a": {FIRST: ["posts", "tags"], SECOND: ["pages"]}}
    assert CompletedRuns.from_document(runs.document()) == runs
    assert not CompletedRuns()


def test_a_time_without_collections_says_nothing() -> None:
    assert not CompletedRuns.from_document({"a": FIRST})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "document", [{"a": 1}, {"a": {FIRST: "posts"}}, {"a": {FIRST: [1]}}, {"a": ["posts"]}]
)
def test_anything_else_is_no_record(document: dict[str, Any]) -> None:
    with pytest.raises((AttributeError, TypeError)):
        CompletedRuns.from_document(document)
