"""What commands print, and how they end."""

import json
import sys
from typing import Any, NoReturn

import click

from sidecar.errors import MigrationError
from sidecar.masking import mask_values

EXIT = {
    "completed": 0,
    "completed_with_problems": 1,
    "refused": 2,
    "failed": 3,
    "cancelled": 3,
    "interrupted": 3,
}
EXIT_STATUS = """\b
Exit status:
  0  completed and verified; for check: the source can be migrated
  1  completed with problems
  2  refused before anything was written
  3  failed or cancelled after it began; safe to run again
"""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document on stdout."
)


def print_json(document: dict[str, Any]) -> None:
    """Print the one JSON document of a command."""
    click.echo(json.dumps(mask_values(document), ensure_ascii=False))


def fail(error: MigrationError, *, as_json: bool = False) -> NoReturn:
    """Say why a command is refused, on stderr and in its JSON document, and end it."""
    if as_json:
        print_json({"errors": [{"message": error.message, "code": error.code}]})
    click.echo(f"{error.message} ({error.code})", err=True)
    sys.exit(EXIT["refused"])
