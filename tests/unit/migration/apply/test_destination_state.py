"""What is recorded of a destination depends on what it had before the run."""

from typing import Any

import pytest

from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.instance.journal import Journal, JournalEntries, read_journal
from sidecar.migration.schema.adopted_nullability import AdoptedNullability
from sidecar.migration.schema.adopted_write import RefusedChange
from tests.unit.memory import MemoryRows, run_of
from tests.unit.migration.apply.test_reference_filler import POSTS, post
from tests.unit.migration.instance.test_journal import HELEN, Presets


@pytest.mark.parametrize("rows_before", [0, 1])
def test_missing_targets_tell_all_of_a_collection_that_was_empty(rows_before: int) -> None:
    destination = MemoryRows()
    destination.tables["posts"] = {number: post(number) for number in range(rows_before)}
    run = run_of(POSTS, MemoryRows(), destination)
    presets: Any = Presets()
    run.journal = Journal(presets, JournalEntries())
    DestinationState(run).clear("posts", {"author": HELEN})
    entries = read_journal(presets)
    assert entries.was_cleared("posts", "author", "helen")
    assert entries.knows_cleared("posts") is (rows_before == 0)


def test_a_refused_change_of_a_column_without_metadata_is_named_and_counts_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_of(POSTS, MemoryRows(), MemoryRows())
    run.progress.report.schema = {"added": 0, "changed": 1}
    refused = {"/fields/posts/author": RefusedChange("posts", "author", "author: refused")}
    made = AdoptedNullability.__init__

    def with_refused(self: AdoptedNullability, *given: Any) -> None:
        made(self, *given)
        self.refused = refused

    monkeypatch.setattr(AdoptedNullability, "__init__", with_refused)
    DestinationState(run).report_schema()
    problems = [(one.code, one.message) for one in run.progress.report.problems]
    assert problems == [("SCHEMA_REFUSED", "author: refused")]
    assert run.progress.report.schema["changed"] == 0
