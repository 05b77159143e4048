"""``sidecar collections``."""

from collections.abc import Mapping
from pathlib import Path

import click

from sidecar.cli.connection import connect, to_option, token_option
from sidecar.cli.output import EXIT_STATUS, fail, json_option, print_json
from sidecar.console.tables import print_collections
from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.errors import MigrationError
from sidecar.migration.check.collection_list import ListedCollection, list_collections
from sidecar.migration.check.sides import inspect_sides
from sidecar.migration.concurrency import side_by_side


@click.command(epilog=EXIT_STATUS, short_help="List what can be selected.")
@to_option
@token_option
@json_option
def collections(to: str, token_file: Path | None, as_json: bool) -> None:
    """List the source's collections, with their numbers of rows there and at URL. Writes
    nothing."""
    try:
        listed, existing = _listed(*connect(to, token_file, retry_policy=BRIEF))
    except MigrationError as error:
        fail(error, as_json=as_json)
    if as_json:
        documents = [
            {**one.document(), "destination_rows": existing.get(one.collection)} for one in listed
        ]
        print_json({"collections": documents})
    else:
        print_collections(listed, existing)


def _listed(
    source: Directus, destination: Directus
) -> tuple[list[ListedCollection], Mapping[str, int | None]]:
    """The source's collections, and the destination's numbers of rows. Raises MigrationError."""
    sides = inspect_sides(source, destination)
    with parse_guard(f"{source.url} or {destination.url}"):
        listed, others = side_by_side(list_collections, sides)
    return listed, {one.collection: one.rows for one in others if one.kind == "collection"}
