"""However a migration ends, the report says it, and nothing is raised."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from sidecar.directus.client import Directus
from sidecar.errors import Cancelled, DestinationBusy, Interrupted, InvalidRequest, Unreachable
from sidecar.migration import pipeline
from sidecar.migration.instance import journal
from sidecar.migration.instance.journal import JournalEntries
from sidecar.migration.pipeline import migrate
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from tests.unit.memory import Recorder

DRY, REAL = MigrationRequest(), MigrationRequest(dry_run=False)


def run(
    check_source: Callable[[], None],
    request: MigrationRequest = REAL,
    watcher: Recorder | None = None,
) -> tuple[Report, list[Report]]:
    notified: list[Report] = []
    watcher = watcher or Recorder()
    source, destination = (Directus(f"http://{side}.invalid", "t") for side in ("here", "there"))
    with source, destination:
        report = migrate(
            source, destination, request, watcher, notified.append, check_source=check_source
        )
    return report, notified


def raising(error: BaseException) -> Callable[[], None]:
    def check_source() -> None:
        raise error

    return check_source


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidRequest("No", code="SOURCE_DIFFERS"), "refused", "SOURCE_DIFFERS"),
        (Unreachable("Gone"), "failed", "UNREACHABLE"),
        (Cancelled("Stop"), "cancelled", None),
        (KeyboardInterrupt(), "cancelled", None),
        (Interrupted("The worker stops"), "interrupted", None),
        (RuntimeError("a bug"), "failed", "UNEXPECTED"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_an_error_becomes_the_end_of_the_report(
    error: BaseException, status: str, code: str | None
) -> None:
    report, notified = run(raising(error))
    assert report.status == status
    assert [problem.code for problem in report.problems] == ([code] if code else [])
    assert notified == [report]


def test_a_run_that_is_cancelled_before_it_begins_reads_nothing() -> None:
    watcher = Recorder()
    watcher.cancel = True
    asked: list[str] = []
    report, _ = run(lambda: asked.append("source"), watcher=watcher)
    assert (report.status, asked) == ("cancelled", [])


def test_a_stage_that_fails_is_named() -> None:
    report, _ = run(raising(Unreachable("Gone")))
    assert [stage.status for stage in report.stages] == ["failed", "pending", "pending", "pending"]


def test_a_dry_run_needs_no_apply_and_no_verify() -> None:
    report, _ = run(raising(Unreachable("Gone")), DRY)
    assert [stage.status for stage in report.stages] == ["failed", "pending", "skipped", "skipped"]


def test_the_last_line_of_the_log_says_how_it_ended() -> None:
    watcher = Recorder()
    run(raising(Unreachable("The source does not answer")), DRY, watcher)
    assert watcher.lines[-1].startswith("Dry run failed after 0.")
    assert watcher.lines[-1].endswith(" s")
    said = [line for line in watcher.lines if "The source does not answer" in line]
    assert said == ["The source does not answer (UNREACHABLE)"]


def test_an_unexpected_error_says_that_nothing_is_lost() -> None:
    report, _ = run(raising(RuntimeError("a bug")))
    assert "RuntimeError: a bug" in (report.message or "")
    assert "Nothing is lost" in (report.message or "")


@pytest.mark.parametrize("has_changed", [True, False])
def test_a_run_is_refused_if_another_one_has_written_since_the_plan_was_made(
    monkeypatch: pytest.MonkeyPatch, has_changed: bool
) -> None:
    """The journal is read again once no other run can write."""
    lease = FakeLease()
    planned = JournalEntries(7, paused=frozenset({"flow"}))
    plan = SimpleNamespace(plan=SimpleNamespace(journal=planned), planned=None)
    monkeypatch.setattr(pipeline, "Lease", lambda *_: lease)
    for name in ("_extract", "report_plan", "report_missing_references"):
        monkeypatch.setattr(pipeline, name, lambda *_: None)
    monkeypatch.setattr(pipeline, "begin_run", lambda *_: plan)
    monkeypatch.setattr(pipeline, "_apply_and_verify", lambda *_: lease.when_taken())
    now = JournalEntries(9) if has_changed else planned
    monkeypatch.setattr(journal, "read_journal", lambda _: now)
    report, _ = run(lambda: None)
    codes = [problem.code for problem in report.problems]
    expected = ("refused", ["DESTINATION_BUSY"]) if has_changed else ("completed", [])
    assert (report.status, codes) == expected


@pytest.mark.parametrize("request_", [DRY, REAL])
def test_a_busy_destination_is_said_before_anything_else_is_read_from_it(
    monkeypatch: pytest.MonkeyPatch, request_: MigrationRequest
) -> None:
    lease, asked = FakeLease(), []

    def check(*_: object, begin_reading: Callable[[], None], **__: object) -> None:
        asked.append("check")
        begin_reading()
        asked.append("snapshot")

    def require_free() -> None:
        raise DestinationBusy("A run is under way", run_id=None)

    monkeypatch.setattr(lease, "require_free", require_free)
    monkeypatch.setattr(pipeline, "Lease", lambda *_: lease)
    monkeypatch.setattr(pipeline, "check", check)
    report, _ = run(lambda: None, request_)
    assert (report.status, report.message) == ("refused", "A run is under way")
    assert asked == ["check"]


class FakeLease:
    """A lease that nobody else wants."""

    def __enter__(self) -> "FakeLease":
        return self

    def __exit__(self, *_: object) -> None: ...
    def require_free(self) -> None: ...
    def clean_up(self) -> None: ...
    def when_taken(self) -> None: ...
    def begin_reading(self) -> None: ...
    def has_ended(self) -> bool:
        return False
