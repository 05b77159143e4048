"""What has changed is counted from the last successful run that was to move the same."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from sidecar.migration.check import last_run
from sidecar.migration.check.last_run import changed_since, scope_of
from sidecar.migration.check.remember_run import remember_run
from sidecar.migration.check.selection_summary import SelectionSummary
from sidecar.migration.instance.completed import CompletedRuns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal, JournalEntries
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from tests.unit.instances import instance

LAST = MigrationRequest(references="bring", selection=Selection(since="last"))
SIDE: Instance = instance("12.4.0")


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_run, "project_of", lambda *_: "project:one")


@dataclass
class FakeJournal:
    completed: CompletedRuns = field(default_factory=CompletedRuns)

    def complete(self, scope: str, began_at: str) -> None:
        self.completed = self.completed.plus(scope, began_at)


def journal_with(monkeypatch: pytest.MonkeyPatch, completed: CompletedRuns) -> None:
    entries = JournalEntries(completed=completed)
    monkeypatch.setattr(last_run, "read_journal", lambda _: entries)


def test_a_scope_is_what_is_moved_and_from_where(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        replace(LAST, selection=Selection(("posts",), since="last")),
        replace(LAST, references="keep"),
        replace(LAST, parts=("content",)),
    ]
    scopes = {scope_of(SIDE, request) for request in (LAST, *others)}
    assert len(scopes) == 4
    # Neither when nor how.
    same = replace(LAST, dry_run=False, batch_size=20, selection=Selection())
    assert scope_of(SIDE, same) == scope_of(SIDE, LAST)
    monkeypatch.setattr(last_run, "project_of", lambda *_: "project:two")
    assert scope_of(SIDE, LAST) not in scopes


def test_a_run_is_remembered_and_the_next_one_begins_some_minutes_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = FakeJournal()
    summary = SelectionSummary(LAST, 3, {}, {}, None, (), began_at=1_769_860_800.0)
    remember_run(SIDE, summary, cast(Journal, journal), has_written=False)
    journal_with(monkeypatch, journal.completed)
    moment = changed_since(SIDE, SIDE, LAST)
    assert moment is not None
    assert moment.isoformat() == "2026-01-31T11:55:00+00:00"
    other = replace(LAST, references="keep")
    assert changed_since(SIDE, SIDE, other) is None


@pytest.mark.parametrize(("has_written", "is_new"), [(True, True), (False, False)])
def test_a_run_with_nothing_to_write_leaves_the_record_as_it_is(
    has_written: bool, is_new: bool
) -> None:
    scope = scope_of(SIDE, LAST)
    journal = FakeJournal(CompletedRuns({scope: "2025-01-01T00:00:00+00:00"}))
    summary = SelectionSummary(LAST, 3, {}, {}, None, (), began_at=1_769_860_800.0)
    remember_run(SIDE, summary, cast(Journal, journal), has_written=has_written)
    assert journal.completed.began_at[scope].startswith("2026" if is_new else "2025")


def test_other_runs_are_not_remembered() -> None:
    journal = FakeJournal()
    summary = SelectionSummary(MigrationRequest(), 3, {}, {}, None, ())
    remember_run(SIDE, summary, cast(Journal, journal), has_written=True)
    assert not journal.completed


@pytest.mark.parametrize(("since", "moment"), [("", None), ("2026-01-31", "2026-01-30T23:55")])
def test_a_date_needs_no_record(since: str, moment: Any) -> None:
    found = changed_since(SIDE, SIDE, replace(LAST, selection=Selection(since=since)))
    assert (found and found.isoformat()[:16]) == moment


def test_a_time_that_no_run_has_recorded_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    journal_with(monkeypatch, CompletedRuns({scope_of(SIDE, LAST): "lately"}))
    assert changed_since(SIDE, SIDE, LAST) is None
