"""The journal remembers when runs began, by what they were to move."""

import pytest

from sidecar.migration.instance.completed import MAX_SCOPES, CompletedRuns


def test_a_later_run_of_the_same_scope_takes_the_place_of_the_earlier_one() -> None:
    runs = CompletedRuns().plus("a", "2026-01-01").plus("b", "2026-01-02").plus("a", "2026-01-03")
    assert dict(runs.began_at) == {"b": "2026-01-02", "a": "2026-01-03"}
    assert list(runs.began_at) == ["b", "a"]


def test_the_scopes_that_ended_last_are_kept() -> None:
    runs = CompletedRuns()
    for number in range(MAX_SCOPES + 3):
        runs = runs.plus(str(number), "2026-01-01")
    assert list(runs.began_at) == [str(number) for number in range(3, MAX_SCOPES + 3)]


def test_nothing_is_remembered_at_first() -> None:
    assert not CompletedRuns()
    assert CompletedRuns.from_document({"a": "2026-01-01"})


@pytest.mark.parametrize("document", [{"a": 1}, {1: "a"}])
def test_anything_else_is_no_record(document: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        CompletedRuns.from_document(document)
