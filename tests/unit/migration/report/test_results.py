"""How a run ended, in one line that reads well."""

import pytest

from sidecar.migration.report.problems import Problem
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Status
from sidecar.migration.report.results import closing_line
from sidecar.migration.request import MigrationRequest
from tests.unit.memory import Recorder

CONTINUES = ". Start it again, and it continues where it left off"


@pytest.mark.parametrize(
    ("dry_run", "status", "problems", "line"),
    [
        (False, "completed", 0, "Migration completed after 1.5 s"),
        (True, "completed", 0, "Dry run completed after 1.5 s"),
        (False, "completed", 1, "Migration completed with 1 problem after 1.5 s"),
        (True, "completed", 1200, "Dry run completed with 1,200 problems after 1.5 s"),
        (False, "refused", 1, "Migration refused after 1.5 s"),
        (False, "failed", 1, "Migration failed after 1.5 s"),
        (False, "cancelled", 0, f"Migration cancelled after 1.5 s{CONTINUES}"),
        (True, "cancelled", 0, "Dry run cancelled after 1.5 s"),
        (False, "interrupted", 0, "Migration interrupted after 1.5 s. It goes on"),
    ],
)
def test_the_last_line_of_the_log_says_how_a_run_ended(
    dry_run: bool, status: Status, problems: int, line: str
) -> None:
    progress = Progress(MigrationRequest(dry_run=dry_run), Recorder())
    for _ in range(problems):
        progress._add(Problem(None, None, "CODE", "message"))
    progress.finish(status, "It goes on")
    progress.report.seconds = 1.5
    assert closing_line(progress.report) == line
