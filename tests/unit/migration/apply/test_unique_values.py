"""Unique values change between rows although no value may come twice at any moment."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from tests.unit.memory import Row
from tests.unit.migration.updating import (
    Sides,
    dry,
    post,
    problems_of,
    real,
    report_of,
    there,
)

TWICE = DirectusRejected("not unique", code="RECORD_NOT_UNIQUE", status=400)


def strict(sides: Sides, *, nullable: bool) -> Run:
    """A run to a destination that refuses a slug that another row has."""

    def refuse(rows: Sequence[Row]) -> DirectusRejected | None:
        after = {key: dict(row) for key, row in sides.rows().items()}
        for row in rows:
            after.setdefault(row["id"], {}).update(row)
        slugs = [row["slug"] for row in after.values() if row.get("slug") is not None]
        is_missing = not nullable and any("slug" in row and row["slug"] is None for row in rows)
        return TWICE if len({*slugs}) < len(slugs) or is_missing else None

    sides.destination.refuse = refuse
    run = sides.run()
    columns = run.destination.model.columns["posts"]
    columns["slug"] = replace(columns["slug"], unique=True, nullable=nullable)
    return run


def slugs(sides: Sides) -> dict[int, str]:
    return {key: row["slug"] for key, row in sides.rows().items()}


@pytest.mark.parametrize("nullable", [True, False])
def test_rows_swap_their_values(nullable: bool) -> None:
    sides = Sides()
    source = [post(1, slug="b"), post(2, slug="c"), post(3, slug="a"), post(4)]
    sides.fill(source, [there(1, slug="a"), there(2, slug="b"), there(3, slug="c"), there(4)])
    run = real(strict(sides, nullable=nullable))
    assert (problems_of(run), slugs(sides)) == ([], {1: "b", 2: "c", 3: "a", 4: "post-4"})
    assert report_of(run).rows == Outcomes(updated=3, unchanged=1)


def test_a_new_row_gets_the_value_that_another_one_gives_up() -> None:
    sides = Sides()
    sides.fill([post(1, slug="new"), post(2, slug="old")], [there(1, slug="old")])
    run = real(strict(sides, nullable=False))
    assert (problems_of(run), slugs(sides)) == ([], {1: "new", 2: "old"})


@pytest.mark.parametrize("way", [dry, real])
def test_a_value_that_a_row_of_the_destination_keeps_stays_there_and_both_are_named(
    way: object,
) -> None:
    sides = Sides()
    source = [post(1, slug="taken", title="New"), post(2, slug="x"), post(3, slug="y")]
    sides.fill(source, [there(1, slug="x"), there(2, slug="y"), there(9, slug="taken")])
    before = slugs(sides)
    run = strict(sides, nullable=False)
    run = dry(run) if way is dry else real(run)
    problems = sorted(run.progress.report.problems, key=lambda one: str(one.key))
    assert [(one.key, one.code) for one in problems] == [
        (key, "RECORD_NOT_UNIQUE") for key in ("1", "2", "3")
    ]
    assert "the row 9 of the destination" in problems[0].message
    assert report_of(run).rows == Outcomes(problem=3)
    # No placeholder stays.
    assert slugs(sides) == before
