"""Runs a migration for a command, and prints how it ended."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sidecar.cli.connection import connect
from sidecar.cli.listed_changes import ListedChanges
from sidecar.cli.output import EXIT, print_json
from sidecar.collector import collect_seldom
from sidecar.config import read_source, read_store
from sidecar.console.display import ConsoleWatcher
from sidecar.console.tables import print_report
from sidecar.errors import MigrationError
from sidecar.migration.baseline.baselines import open_baseline
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.plan_file import read_plan
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.plan.planned import Planned
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.migration.spool import temporary_folder

PLAN = "plan.sqlite"


def run_and_report(
    to: str,
    token_file: Path | None,
    listed: ListedChanges,
    make_request: Callable[[Planned | None], MigrationRequest],
    *,
    plan: Path | None = None,
    dry_run: bool,
) -> Report:
    """Run one migration. ``make_request`` may raise InvalidRequest: the run then ends as refused.
    ``plan`` is the file of a plan to carry out."""
    collect_seldom()
    with ConsoleWatcher() as console, ExitStack() as stack:
        try:
            planned = _planned(plan, stack) if plan else None
            request = make_request(planned)
            return _run(to, token_file, request, console, listed, planned)
        except MigrationError as error:
            progress = Progress(MigrationRequest(dry_run=dry_run), console)
            progress.stop("refused", error)
            return progress.report


def exit_status(report: Report, *, is_complete: bool) -> int:
    """The exit status of a run. ``is_complete`` says that its changes could be listed."""
    return EXIT[report.status] or (0 if is_complete else EXIT["completed_with_problems"])


def print_result(report: Report, *, as_json: bool) -> None:
    """Print how a run ended."""
    if as_json:
        print_json(report.document())
    else:
        print_report(report)


def _planned(path: Path, stack: ExitStack) -> Planned:
    folder = stack.enter_context(temporary_folder())
    changes = stack.enter_context(ChangeList.create(folder / PLAN))
    read_plan(path, changes)
    return stack.enter_context(Planned(changes))


def _run(
    to: str,
    token_file: Path | None,
    request: MigrationRequest,
    console: ConsoleWatcher,
    listed: ListedChanges,
    planned: Planned | None,
) -> Report:
    # The command line needs Redis' client for nothing else.
    from sidecar.jobs.command_line import RecordedRun

    watcher = RecordedRun(console)
    source, destination = connect(to, token_file)
    changes = listed.begin()
    with open_baseline(read_store(os.environ), source.url, destination.url) as baseline:
        report = run_migration(
            source,
            destination,
            request,
            watcher,
            changes=changes,
            baseline=baseline,
            planned=planned,
        )
    watcher.store(os.environ, read_source(os.environ), report)
    return report
