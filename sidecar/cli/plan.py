"""``sidecar plan``."""

import sys
from pathlib import Path

import click

from sidecar.cli.choices import Choices, choice_options
from sidecar.cli.connection import to_option, token_option
from sidecar.cli.listed_changes import ListedChanges
from sidecar.cli.migrate import force_option
from sidecar.cli.output import EXIT_STATUS, fail, json_option
from sidecar.cli.run import exit_status, print_result, run_and_report
from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.plan_file import write_plan
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.report.report import Report, ResourceReport

SOMETHING_TO_DO = 4
PLAN_STATUS = f"""{EXIT_STATUS}
\b
With --exit-code:
  0  nothing to do
  2  refused
  {SOMETHING_TO_DO}  something to do
"""


@click.command(epilog=PLAN_STATUS, short_help="Find out what a migration would do.")
@to_option
@token_option
@choice_options
@force_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan to FILE, for migrate --plan.",
)
@click.option(
    "--exit-code", is_flag=True, help="End with 0 if there is nothing to do, and else with 4."
)
@json_option
def plan(
    to: str,
    token_file: Path | None,
    choices: Choices,
    force: bool,
    out: Path | None,
    exit_code: bool,
    as_json: bool,
) -> None:
    """Find out what a migration to URL would do, and write nothing to either side.

    The plan has the choices, and of each row its key and digests. It has no values and no secrets.
    """
    with ListedChanges(None, shown=not as_json, kept=True) as listed:
        report = run_and_report(
            to,
            token_file,
            listed,
            lambda _: choices.request(dry_run=True, force=force),
            dry_run=True,
        )
        is_complete = listed.finish()
        if out and listed.changes and is_complete and report.status.startswith("completed"):
            _write(out, listed.changes, as_json=as_json)
    print_result(report, as_json=as_json)
    status = exit_status(report, is_complete=is_complete)
    is_something_to_do = report.status.startswith("completed") and _has_changes(report)
    sys.exit(SOMETHING_TO_DO if exit_code and is_something_to_do else status)


def _write(out: Path, changes: ChangeList, *, as_json: bool) -> None:
    try:
        write_plan(out, changes)
    except InvalidRequest as error:
        fail(error, as_json=as_json)


def _has_changes(report: Report) -> bool:
    schema = report.schema or {}
    rows = any(_is_written(row) for row in report.resources.values())
    return rows or bool(schema.get("added") or schema.get("changed"))


def _is_written(resource: ResourceReport) -> bool:
    """Whether a run creates or updates rows, or sets what existing ones lack."""
    outcomes = resource.rows or Outcomes()
    return bool(resource.create or resource.updated or outcomes.updated)
