"""What verification says of a row that a run has updated, and that is another value by now."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.existing import SKIP
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import Resource
from tests.unit.migration.updating import Sides, post, problems_of, real, report_of, there


class AlteringSides(Sides):
    """The destination makes another title of each that it gets."""

    def alter(self) -> None:
        write = self.destination._write

        def altered(kind: str, resource: Resource, rows: Sequence[Any]) -> list[Any]:
            keys = write(kind, resource, rows)
            for key in keys:
                self.rows()[key]["title"] = "Altered"
            return keys

        self.destination._write = altered  # type: ignore[method-assign]


@pytest.mark.parametrize("knows", [True, False])
def test_a_row_that_the_destination_alters_is_different_whatever_is_known(
    tmp_path: Path, knows: bool
) -> None:
    sides = AlteringSides()
    sides.fill([post(1), post(2)], [there(1), there(2)])
    with Baseline(tmp_path / "pair.sqlite" if knows else None) as baseline:
        real(sides.run(baseline=baseline))
        sides.source.tables["posts"][1]["title"] = "New"
        sides.alter()
        run = real(sides.run(baseline=baseline))
    assert problems_of(run) == [("1", "DIFFERENT")]
    (problem,) = run.progress.report.problems
    assert "title" in problem.message
    report = report_of(run)
    assert report.rows == Outcomes(unchanged=1, problem=1)
    assert report.source_digest != report.destination_digest


@pytest.mark.parametrize(("before", "expected"), [(True, "Theirs"), (False, "Ours")])
def test_a_run_that_skips_a_row_does_not_hide_that_both_sides_have_changed_it(
    tmp_path: Path, before: bool, expected: str
) -> None:
    """A row that no run had known is known from the first one on."""
    sides = Sides()
    sides.fill([post(1)], [there(1)])
    with Baseline(tmp_path / "pair.sqlite") as baseline:
        if before:
            real(sides.run(baseline=baseline))
        sides.source.tables["posts"][1]["title"] = "Ours"
        sides.rows()[1]["title"] = "Theirs"
        real(sides.run(baseline=baseline, mode=SKIP))
        run = real(sides.run(baseline=baseline))
    assert problems_of(run) == ([("1", "CHANGED_ON_BOTH_SIDES")] if before else [])
    assert sides.titles() == {1: expected}
