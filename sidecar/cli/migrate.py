"""``sidecar migrate``."""

import os
import sys
from pathlib import Path

import click

from sidecar.cli.choices import Choices, choice_options
from sidecar.cli.connection import connect, to_option, token_option
from sidecar.cli.listed_changes import ListedChanges, changes_option
from sidecar.cli.output import EXIT, EXIT_STATUS, json_option, print_json
from sidecar.collector import collect_seldom
from sidecar.config import read_source, read_store
from sidecar.console.display import ConsoleWatcher
from sidecar.console.tables import print_report
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.migration.baseline.baselines import open_baseline
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from sidecar.migration.request import DEFAULT_BATCH, MigrationRequest


@click.command(epilog=EXIT_STATUS)
@to_option
@token_option
@choice_options
@click.option("--dry-run", is_flag=True, help="Report exact numbers and write nothing.")
@click.option("--force", is_flag=True, help="Migrate even if version or database differ.")
@click.option(
    "--batch-size",
    default=str(DEFAULT_BATCH),
    show_default=True,
    metavar="N",
    help="Files transferred at the same time, 5 to 25.",
)
@click.option(
    "--invite", is_flag=True, help="Let URL mail each migrated user a link to set a password."
)
@changes_option
@json_option
def migrate(
    to: str,
    token_file: Path | None,
    choices: Choices,
    dry_run: bool,
    force: bool,
    batch_size: str,
    invite: bool,
    changes_file: Path | None,
    as_json: bool,
) -> None:
    """Migrate the source to URL and wait for the end."""
    collect_seldom()
    with ListedChanges(changes_file, shown=dry_run and not as_json) as listed:
        with ConsoleWatcher() as console:
            try:
                request = choices.request(
                    dry_run=dry_run,
                    force=force,
                    batch_size=_parse_batch_size(batch_size),
                    invite=invite,
                )
                report = _run(to, token_file, request, console, listed)
            except MigrationError as error:
                progress = Progress(MigrationRequest(dry_run=dry_run, force=force), console)
                progress.stop("refused", error)
                report = progress.report
        is_complete = listed.finish()
    if as_json:
        print_json(report.document())
    else:
        print_report(report)
    sys.exit(EXIT[report.status] or (0 if is_complete else EXIT["completed_with_problems"]))


def _run(
    to: str,
    token_file: Path | None,
    request: MigrationRequest,
    console: ConsoleWatcher,
    listed: ListedChanges,
) -> Report:
    # The command line needs Redis' client for nothing else.
    from sidecar.jobs.command_line import RecordedRun

    watcher = RecordedRun(console)
    source, destination = connect(to, token_file)
    store = read_store(os.environ)
    changes = listed.begin()
    with open_baseline(store, source.url, destination.url) as baseline:
        report = run_migration(
            source, destination, request, watcher, changes=changes, baseline=baseline
        )
    watcher.store(os.environ, read_source(os.environ), report)
    return report


def _parse_batch_size(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        message = f"Batch size {text!r} is not a number; enter a number from 5 to 25"
        raise InvalidRequest(message, code="BATCH_SIZE_OUT_OF_RANGE", field="batch_size") from error
