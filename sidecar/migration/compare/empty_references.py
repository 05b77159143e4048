"""References that the destination has empty because an earlier run did not find their targets.

The targets may arrive later. A row that differs from the source in nothing but empty references
then gets them. A row in which anything else differs is left as it is: somebody has changed it.
"""

from collections.abc import Iterable

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import USER_COLLECTION, Resource
from sidecar.resources.system import SYSTEM

CODE = "FILLED"
NOTE = "{}: was empty in rows that the destination had before, and gets the source's reference"


def fillable_columns(resource: Resource) -> tuple[str, ...]:
    """The columns of ``resource`` that are filled where they are empty.

    Of system collections these are references to what another option includes, so that an earlier
    run may have left it out. Others, such as the role of a user, are somebody's choice.
    """
    if resource.is_user_collection:
        items = (reference.item for reference in resource.item_references)
        return (*(reference.column for reference in resource.references), *items)
    rules = resource.rules
    return tuple(
        reference.column
        for reference in resource.references
        if _option_of(reference.target) != rules.option
        and reference.column not in rules.owners
        and not rules.server_assigned_key
    )


def may_be_filled(resource: Resource, match: RowMatch) -> bool:
    """Whether a row has an empty reference that the source has not. Some columns were compared."""
    actual = match.actual or {}
    return match.state == "different" and any(
        column in match.columns and actual[column] is None for column in fillable_columns(resource)
    )


def columns_to_fill(resource: Resource, match: RowMatch) -> tuple[str, ...]:
    """The columns of an existing row to fill, after all columns were compared. Empty: none, or the
    row differs in more than that."""
    if not may_be_filled(resource, match) or not match.mapped.is_writable:
        return ()
    # A row that was matched under another key is the destination's own.
    if resource.rules.natural_key and str(match.mapped.key) != str(match.key):
        return ()
    actual, fillable = match.actual or {}, {*fillable_columns(resource)}
    is_only_empty = all(column in fillable and actual[column] is None for column in match.columns)
    return match.columns if is_only_empty else ()


def _option_of(collection: str) -> str | None:
    return SYSTEM.get(collection, USER_COLLECTION).option


def report_filled(resource: Resource, matches: Iterable[RowMatch], progress: Progress) -> None:
    """A note for each column that is filled, with the number of rows."""
    for match in matches:
        for column in match.columns:
            progress.note(resource.name, CODE, column, NOTE.format(column), 1)
