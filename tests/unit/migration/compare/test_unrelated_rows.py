"""Rows that only have their number in common are warned of before anything is written."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.unrelated_rows import UnrelatedRows
from sidecar.migration.existing import SKIP
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource
from tests.unit.memory import Recorder
from tests.unit.migration.updating import (
    POSTS,
    Sides,
    dry,
    matches_of,
    notes_of,
    post,
    problems_of,
    real,
    there,
)

CODE = "SAME_KEY_DIFFERENT_ROW"


def unlike(number: int, **values: Any) -> dict[str, Any]:
    """Another row with the same number at the destination."""
    return {"id": number, "title": "Other", "slug": "other", "author": "somebody", **values}


def count(source: list[dict[str, Any]], destination: list[dict[str, Any]]) -> int:
    sides = Sides()
    sides.fill(source, destination)
    return counted(sides.run())


def counted(run: Run) -> int:
    (resource,) = run.plan.resources.values()
    unrelated = UnrelatedRows(run, resource)
    unrelated.add(matches_of(run))
    unrelated.warn()
    return notes_of(run).get(CODE, 0)


def test_a_row_with_nothing_in_common_but_its_number_is_unrelated() -> None:
    assert count([post(1)], [unlike(1)]) == 1
    assert count([post(1)], [unlike(1, slug="post-1")]) == 0
    assert count([post(1)], [there(1)]) == 0
    assert count([post(1)], []) == 0


def test_what_is_empty_on_a_side_says_nothing() -> None:
    # One column is left to compare, and that is too little to tell.
    assert count([post(1, slug=None)], [unlike(1, author=None)]) == 0
    assert count([post(1, slug=None)], [unlike(1)]) == 1


def test_a_row_that_was_created_at_another_time_is_unrelated() -> None:
    sides = Sides()
    sides.fill([post(1, slug="2024"), post(2)], [there(1, slug="2025"), there(2, title="Old")])
    run = sides.run()
    columns = run.source.model.columns
    created = replace(columns["posts"]["slug"], special=frozenset({"date-created"}))
    model = replace(run.source.model, columns={"posts": {**columns["posts"], "slug": created}})
    run.plan = replace(run.plan, source=replace(run.source, model=model))
    assert counted(run) == 1


@pytest.mark.parametrize(
    ("resource", "unrelated"),
    [
        (replace(POSTS, key_type="bigInteger"), 1),
        (replace(POSTS, key_type="uuid"), 0),
        (replace(POSTS, key_type="string"), 0),
        (replace(POSTS, singleton=True), 0),
    ],
)
def test_only_numbers_are_given_to_two_things(resource: Resource, unrelated: int) -> None:
    sides = Sides(resource)
    sides.fill([post(1)], [unlike(1)])
    assert counted(sides.run()) == unrelated


@pytest.mark.parametrize("way", [dry, real])
def test_the_share_is_said_in_words_in_the_note_and_in_the_log(way: Any) -> None:
    sides = Sides()
    related = range(1_100, 1_204)
    sides.fill(
        [post(number) for number in range(1_204)],
        [there(number) if number in related else unlike(number) for number in range(1_204)],
    )
    run = way(sides.run())
    sentence = "1,100 of 1,204 rows of posts look unrelated"
    (note,) = (one for one in run.progress.report.notes.values() if one.code == CODE)
    assert note.message.startswith(sentence)
    assert (note.resource, note.count) == ("posts", 1_100)
    assert problems_of(run) == []
    watcher: Recorder = run.progress.watcher
    assert [line for line in watcher.lines if line.startswith(sentence)] == [
        f"{note.message} ({CODE})"
    ]


@pytest.mark.parametrize("way", [dry, real])
def test_where_rows_are_skipped_nobody_is_warned(way: Any) -> None:
    sides = Sides()
    sides.fill([post(1)], [unlike(1)])
    assert CODE not in notes_of(way(sides.run(mode=SKIP)))


def test_the_warning_comes_before_anything_is_written() -> None:
    sides = Sides()
    sides.fill([post(1)], [unlike(1)])
    run = sides.run()
    warned: list[bool] = []

    def refuse(_: object) -> None:
        warned.append(CODE in notes_of(run))

    sides.destination.refuse = refuse
    real(run)
    assert warned == [True]
