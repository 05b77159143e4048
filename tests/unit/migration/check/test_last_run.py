"""What has changed is counted from the last run that has moved all of a collection."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from sidecar.migration.check import last_run
from sidecar.migration.check.coverage import Coverage
from sidecar.migration.check.last_run import Scopes, changed_since
from sidecar.migration.check.remember_run import remember_run
from sidecar.migration.instance.completed import CompletedRuns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal, JournalEntries
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from tests.unit.instances import instance

LAST = MigrationRequest(references="bring", selection=Selection(since="last"))
SCOPES = Scopes("project:one", LAST)
SIDE: Instance = instance("12.4.0")
FILTER = {"status": {"_eq": "published"}}
BEGAN_AT = 1_769_860_800.0


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_run, "project_of", lambda *_: "project:one")


@dataclass
class FakeJournal:
    completed: CompletedRuns = field(default_factory=CompletedRuns)

    def complete(self, completed: CompletedRuns) -> None:
        self.completed = completed


def journal_with(monkeypatch: pytest.MonkeyPatch, completed: CompletedRuns) -> None:
    entries = JournalEntries(completed=completed)
    monkeypatch.setattr(last_run, "read_journal", lambda _: entries)


def selecting(**selection: Any) -> MigrationRequest:
    return replace(LAST, selection=Selection(**selection, since="last"))


def test_the_same_is_what_is_moved_and_from_where() -> None:
    others = [
        selecting(collections=("posts",)),
        replace(LAST, references="keep"),
        replace(LAST, parts=("content",)),
    ]
    scopes = {Scopes("project:one", request).same for request in (LAST, *others)}
    assert len(scopes) == 4
    # Neither when nor how.
    same = replace(LAST, dry_run=False, batch_size=20, selection=Selection())
    assert Scopes("project:one", same).same == SCOPES.same
    assert Scopes("project:two", LAST).same not in scopes


def test_a_run_is_remembered_and_the_next_one_begins_some_minutes_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = FakeJournal()
    (complete,) = SCOPES.complete("posts")
    coverage = Coverage(BEGAN_AT, {complete: ["posts"], SCOPES.same: ["tags"]}, continues=True)
    remember_run(coverage, cast(Journal, journal), has_written=False)
    journal_with(monkeypatch, journal.completed)
    since = changed_since(SIDE, SIDE, LAST)
    moment = since.of("posts")
    assert moment is not None
    assert moment.isoformat() == "2026-01-31T11:55:00+00:00"
    assert (since.of("tags"), since.of("pages")) == (moment, None)
    assert (since.continues_complete("posts"), since.continues_complete("tags")) == (True, False)
    # Another selection continues only what was complete.
    for other in (selecting(collections=("posts", "tags")), replace(LAST, references="keep")):
        since = changed_since(SIDE, SIDE, other)
        assert (since.of("posts"), since.of("tags")) == (moment, None)


def test_all_rows_cover_those_of_a_filter_and_a_filter_covers_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = selecting(filters={"posts": FILTER})
    other = selecting(filters={"posts": {"status": {"_eq": "draft"}}})
    own, everything = Scopes("project:one", one).complete("posts")
    for scope, are_known in (
        (everything, [True, True, True]),
        (own, [True, False, False]),
    ):
        journal_with(monkeypatch, CompletedRuns().plus(scope, ["posts"], "2026-01-31T12:00:00Z"))
        moments = [changed_since(SIDE, SIDE, each).of("posts") for each in (one, other, LAST)]
        assert [moment is not None for moment in moments] == are_known


def test_the_last_of_several_runs_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    own, everything = Scopes("project:one", selecting(filters={"posts": FILTER})).complete("posts")
    runs = CompletedRuns().plus(own, ["posts"], "2026-01-31T12:00:00Z")
    journal_with(monkeypatch, runs.plus(everything, ["posts"], "2026-01-30T12:00:00Z"))
    moment = changed_since(SIDE, SIDE, selecting(filters={"posts": FILTER})).of("posts")
    assert (moment and moment.day) == 31


@pytest.mark.parametrize(
    ("continues", "has_written", "year", "knows_tags"),
    [
        (True, True, "2026", True),
        (True, False, "2025", True),
        (False, True, "2026", True),
        (False, False, "2025", False),
    ],
)
def test_a_run_with_nothing_to_write_leaves_the_record_as_it_is(
    continues: bool, has_written: bool, year: str, knows_tags: bool
) -> None:
    scope = SCOPES.same
    journal = FakeJournal(CompletedRuns().plus(scope, ["posts"], "2025-01-01T00:00:00+00:00"))
    coverage = Coverage(BEGAN_AT, {scope: ["posts", "tags"]}, continues)
    remember_run(coverage, cast(Journal, journal), has_written=has_written)
    assert (journal.completed.at(scope, "posts") or "").startswith(year)
    assert (journal.completed.at(scope, "tags") is not None) == knows_tags


@pytest.mark.parametrize(("since", "moment"), [("", None), ("2026-01-31", "2026-01-30T23:55")])
def test_a_date_needs_no_record(since: str, moment: Any) -> None:
    found = changed_since(SIDE, SIDE, replace(LAST, selection=Selection(since=since))).of("posts")
    assert (found and found.isoformat()[:16]) == moment


def test_a_time_that_no_run_has_recorded_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    journal_with(monkeypatch, CompletedRuns().plus(SCOPES.same, ["posts"], "lately"))
    assert changed_since(SIDE, SIDE, LAST).of("posts") is None
