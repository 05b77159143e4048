"""``sidecar migrate``."""

import os
import sys
from pathlib import Path

import click

from sidecar.cli.choices import Choices, choice_options
from sidecar.cli.connection import connect, to_option, token_option
from sidecar.cli.output import EXIT, EXIT_STATUS, json_option, print_json
from sidecar.collector import collect_seldom
from sidecar.config import read_source
from sidecar.console.display import ConsoleWatcher
from sidecar.console.tables import print_report
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.progress import Progress
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
@json_option
def migrate(
    to: str,
    token_file: Path | None,
    choices: Choices,
    dry_run: bool,
    force: bool,
    batch_size: str,
    invite: bool,
    as_json: bool,
) -> None:
    """Migrate the source to URL and wait for the end."""
    # The command line needs Redis' client for nothing else.
    from sidecar.jobs.command_line import RecordedRun

    collect_seldom()
    with ConsoleWatcher() as console:
        watcher = RecordedRun(console)
        try:
            request = choices.request(
                dry_run=dry_run,
                force=force,
                batch_size=_parse_batch_size(batch_size),
                invite=invite,
            )
            report = run_migration(*connect(to, token_file), request, watcher)
            watcher.store(os.environ, read_source(os.environ), report)
        except MigrationError as error:
            progress = Progress(MigrationRequest(dry_run=dry_run, force=force), watcher)
            progress.stop("refused", error)
            report = progress.report
    if as_json:
        print_json(report.document())
    else:
        print_report(report)
    sys.exit(EXIT[report.status])


def _parse_batch_size(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        message = f"Batch size {text!r} is not a number; enter a number from 5 to 25"
        raise InvalidRequest(message, code="BATCH_SIZE_OUT_OF_RANGE", field="batch_size") from error
