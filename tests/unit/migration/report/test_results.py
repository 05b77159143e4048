"""How a run ended, in one line that reads well."""

import pytest

from sidecar.migration.report.problems import Problem
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Status
from sidecar.migration.report.results import closing_line, schema_words
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


def test_what_is_added_is_counted_by_kind_where_that_is_known() -> None:
    schema = {"added": 1_224, "changed": 2, "kept": 3}
    parts = {"collections": 1, "fields": 1_223, "relations": 0}
    real = schema_words(schema, parts, dry_run=False)
    assert real == "1 collection, 1,223 fields added; 2 changed; 3 kept"
    grouped = {"collections": 5, "folders": 2, "fields": 1_219, "relations": 0}
    dry = schema_words(schema, grouped, dry_run=True)
    assert dry == "3 collections, 2 folders, 1,219 fields to add; 2 to change; 3 kept"
    folders = {"collections": 1, "folders": 1, "fields": 0, "relations": 0}
    assert schema_words({**schema, "added": 1}, folders, dry_run=True).startswith("1 folder to add")
    assert schema_words(schema, None, dry_run=True) == "1,224 to add; 2 to change; 3 kept"


def test_a_schema_that_stays_as_it_is_needs_no_zeros() -> None:
    same = {"added": 0, "changed": 0, "kept": 0}
    assert schema_words(same, None, dry_run=False) == "no changes"
    assert schema_words({**same, "kept": 3}, None, dry_run=True) == "no changes; 3 kept"
    changed = schema_words({**same, "changed": 1}, None, dry_run=False)
    assert changed == "0 added; 1 changed; 0 kept"
