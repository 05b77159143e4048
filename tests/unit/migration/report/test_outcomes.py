"""The numbers of a run add up, and its last sentence follows from them."""

from typing import Any

import pytest

from sidecar.migration.report.outcomes import Outcomes, describe, sum_of
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import Resource
from tests.unit.memory import Recorder

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id",))


def said(*parts: Outcomes, verified: int = 0, **choices: Any) -> str:
    return describe(
        parts, verified, **{"dry_run": False, "as_shown": False, "problems": 0, **choices}
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            said(Outcomes(created=1_000), Outcomes(unchanged=2), verified=1_002),
            "Everything arrived and was verified: of 1,002 rows at the source, 1,000 created, "
            "2 unchanged.",
        ),
        (
            said(Outcomes(created=2), verified=2, as_shown=True),
            "Everything that Directus shows arrived and was verified: of 2 rows at the source, "
            "2 created.",
        ),
        (
            said(Outcomes(created=5, kept=1), verified=5),
            "Of 6 rows at the source, 5 created, 1 kept as at the destination. 5 of 6 rows were "
            "compared and are equal.",
        ),
        (
            said(Outcomes(created=5), verified=5, problems=1),
            "Of 5 rows at the source, 5 created. 5 of 5 rows were compared and are equal.",
        ),
        (
            said(Outcomes(1, 2, 3, 4, 5, 6), dry_run=True, problems=5),
            "Of 21 rows at the source, 1 to create, 2 to update, 3 unchanged, 4 kept as at the "
            "destination, 5 with problems, 6 left out. Nothing was written.",
        ),
        (said(), "Everything arrived and was verified: the source has no rows."),
    ],
)
def test_the_sentence_follows_from_the_numbers(sentence: str, expected: str) -> None:
    assert sentence == expected


def test_parts_add_up() -> None:
    assert sum_of([Outcomes(1, 2, 3, 4, 5, 6)] * 2) == Outcomes(2, 4, 6, 8, 10, 12)
    assert Outcomes(1, 2, 3, 4, 5, 6).total == 21


def test_a_report_has_no_sentence_before_all_rows_are_settled() -> None:
    progress = Progress(MigrationRequest(dry_run=False), Recorder())
    progress.add_resource(POSTS, 3)
    assert progress.state()["resources"][0]["rows"] is None
    progress.finish("completed")
    assert progress.report.summary is None
    progress.settle("posts", Outcomes(created=2))
    progress.count(POSTS, verified=2)
    (row,) = progress.state()["resources"]
    assert (row["source"], row["rows"]["created"]) == (2, 2)
    assert (progress.report.summary or "").endswith("of 2 rows at the source, 2 created.")
    progress.finish("failed")
    assert progress.report.summary is None


def test_a_settled_row_with_a_problem_after_all_is_counted_once() -> None:
    progress = Progress(MigrationRequest(dry_run=False), Recorder())
    progress.add_resource(POSTS, 3)
    progress.spoil("posts", "created")
    progress.settle("posts", Outcomes(created=1, unchanged=1))
    for _ in range(3):
        progress.spoil("posts", "created", "unchanged")
    assert progress.report.resources["posts"].rows == Outcomes(problem=2)
