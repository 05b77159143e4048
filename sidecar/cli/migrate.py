"""``sidecar migrate``."""

import sys
from pathlib import Path

import click

from sidecar.cli.choices import Choices, choice_options
from sidecar.cli.connection import to_option, token_option
from sidecar.cli.listed_changes import ListedChanges, changes_option
from sidecar.cli.output import EXIT_STATUS, json_option
from sidecar.cli.run import exit_status, print_result, run_and_report
from sidecar.errors import InvalidRequest
from sidecar.migration.plan.planned import Planned
from sidecar.migration.request import DEFAULT_BATCH, MigrationRequest

HAS_CHOICES = "A plan has all choices in it. Leave {} out, or make another plan with sidecar plan"
force_option = click.option(
    "--force", is_flag=True, help="Migrate even if version or database differ."
)


@click.command(epilog=EXIT_STATUS)
@to_option
@token_option
@choice_options
@click.option("--dry-run", is_flag=True, help="Report exact numbers and write nothing.")
@force_option
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
@click.option(
    "--plan",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Do exactly what the plan in FILE says, and nothing else.",
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
    plan: Path | None,
    changes_file: Path | None,
    as_json: bool,
) -> None:
    """Migrate the source to URL and wait for the end."""

    def make_request(planned: Planned | None) -> MigrationRequest:
        size = _parse_batch_size(batch_size)
        others = {"dry_run": dry_run, "batch_size": size, "invite": invite}
        if planned is None:
            return choices.request(force=force, **others)
        _require_no_choices(choices, force=force)
        return planned.request(**others)

    with ListedChanges(changes_file, shown=dry_run and not as_json) as listed:
        report = run_and_report(to, token_file, listed, make_request, plan=plan, dry_run=dry_run)
        is_complete = listed.finish()
    print_result(report, as_json=as_json)
    sys.exit(exit_status(report, is_complete=is_complete))


def _require_no_choices(choices: Choices, *, force: bool) -> None:
    entered = [*choices.entered(), *(["--force"] if force else [])]
    if entered:
        message = HAS_CHOICES.format(", ".join(entered))
        raise InvalidRequest(message, code="PLAN_HAS_CHOICES", field="plan")


def _parse_batch_size(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        message = f"Batch size {text!r} is not a number; enter a number from 5 to 25"
        raise InvalidRequest(message, code="BATCH_SIZE_OUT_OF_RANGE", field="batch_size") from error
