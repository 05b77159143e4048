"""The command line's view of a run: a progress display on a terminal, plain lines elsewhere. All on
stderr."""

import signal
import time
from types import FrameType, TracebackType

from rich import progress as bars
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level, Report
from sidecar.migration.request import MigrationRequest

PLAIN_SECONDS = 5.0
STYLES = {"info": "", "warning": "yellow", "error": "red"}
REAL_COLUMNS = ("source", "created", "skipped", "failed", "verified", "different")
DRY_COLUMNS = ("source", "create", "unchanged", "conflicting", "missing_reference")
PROBLEMS_SHOWN = 20


class ConsoleWatcher:
    """A Watcher for people; Ctrl-C or SIGTERM asks the run to stop, a second one stops at once."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = bars.Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._cancelled = False
        self._last_line = time.monotonic()

    def __enter__(self) -> "ConsoleWatcher":
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self._console.print(
            f"{stage or 'run':8}{message}",
            style=STYLES[level],
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def changed(self, progress: Progress) -> None:
        report = progress.report
        stage = next((stage for stage in report.stages if stage.status == "running"), None)
        if self._console.is_terminal:
            self._draw(report)
        elif stage and time.monotonic() - self._last_line > PLAIN_SECONDS:
            self._last_line = time.monotonic()
            self.line("info", stage.name, f"{stage.done} of {stage.total or '?'} rows and files")

    def transferred(self, file: FileProof) -> None:
        """The table at the end counts files."""

    def cancel_requested(self) -> bool:
        return self._cancelled

    def _draw(self, report: Report) -> None:
        for stage in report.stages:
            if stage.status in ("running", "done") and stage.name not in self._tasks:
                self._tasks[stage.name] = self._progress.add_task(stage.name, total=None)
            if stage.name in self._tasks:
                done, total = (
                    (1, 1)
                    if stage.status == "done" and not stage.total
                    else (stage.done, stage.total)
                )
                self._progress.update(self._tasks[stage.name], completed=done, total=total or None)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._cancelled:
            raise KeyboardInterrupt
        self._cancelled = True
        self.line(
            "warning",
            None,
            "Stopping and putting the destination back; press Ctrl-C again to stop at once",
        )


def print_report(report: Report) -> None:
    """The finished report as tables on stdout."""
    console = Console()
    names = DRY_COLUMNS if report.request.dry_run else REAL_COLUMNS
    table = Table("resource", *(name.replace("_", " ") for name in names), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in report.resources.values():
        table.add_row(row.name, *(f"{getattr(row, name):,}" for name in names))
    if report.resources:
        console.print(table)
    for row in report.resources.values():
        if row.source and row.compared_by:
            _print(f"compared {row.name} by meaning: {'; '.join(row.compared_by)}")
    for note in report.notes.values():
        _print(
            f"note     {note.resource}: {note.message} ({note.count:,} "
            f"row{'' if note.count == 1 else 's'})"
        )
    for problem in report.problems[:PROBLEMS_SHOWN]:
        where = " ".join(part for part in (problem.resource, problem.key) if part)
        _print(f"problem  {where or 'run'}: {problem.message} ({problem.code})")
    if report.problem_count > PROBLEMS_SHOWN:
        _print(f"… and {report.problem_count - PROBLEMS_SHOWN} more; --json lists them")
    _print(f"{report.status.replace('_', ' ')} after {report.seconds:.1f} s")


def print_check(found: Compatibility, request: MigrationRequest) -> None:
    """What a check found for ``request``, on stdout."""
    for side, instance in (("source", found.source), ("destination", found.destination)):
        _print(f"{side:12}{instance.client.url}  Directus {instance.version}  {instance.vendor}")
    if schema := found.schema and found.schema.counts():
        _print(f"schema      {schema.added} to add, {schema.changed} to change, {schema.kept} kept")
    for finding in found.findings:
        _print(f"{finding.code}: {finding.message}")
    if found.force:
        _print("With --force:")
    for said in found.force:
        _print(f"  {said.code:18}{said.message}")
    _print(_verdict(found, request))


def _verdict(found: Compatibility, request: MigrationRequest) -> str:
    if found.conflicts:
        return "Not compatible: the schemas conflict"
    if found.differences:
        return "Not compatible without --force" if found.force_would_help else "Not compatible"
    if found.leaves_empty(request):
        return "Compatible, but a migration would leave references empty"
    return (
        "Compatible, but the destination's licence does not cover it all"
        if found.licence
        else "Ready to migrate"
    )


def _print(line: str) -> None:
    Console().print(line, markup=False, highlight=False, soft_wrap=True)
