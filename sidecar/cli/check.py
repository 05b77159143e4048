"""``sidecar check``."""

import sys
from pathlib import Path

import click

from sidecar.cli.choices import Choices, choice_options
from sidecar.cli.connection import connect, to_option, token_option
from sidecar.cli.output import EXIT, EXIT_STATUS, fail, json_option, print_json
from sidecar.console.tables import print_check
from sidecar.directus.retry import BRIEF
from sidecar.errors import MigrationError
from sidecar.migration.check.compatibility import check as check_sides
from sidecar.migration.instance.access import check_answers
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.lease_check import require_unleased
from sidecar.migration.instance.lease_holder import command_line_holder


@click.command(epilog=EXIT_STATUS, short_help="Check whether a migration is possible.")
@to_option
@token_option
@choice_options
@json_option
def check(to: str, token_file: Path | None, choices: Choices, as_json: bool) -> None:
    """Check whether the source can be migrated to URL. Writes nothing."""
    try:
        source, destination = connect(to, token_file, retry_policy=BRIEF)
        request = choices.request()
        check_answers(destination, "destination")
        require_unleased(destination, command_line_holder())
        with KeySets() as keys:
            result = check_sides(source, destination, request, keys)
    except MigrationError as error:
        fail(error, as_json=as_json)
    if as_json:
        print_json(result.document())
    else:
        print_check(result, request)
    refused = not result.compatible or result.leaves_empty(request)
    sys.exit(EXIT["refused" if refused else "completed"])
