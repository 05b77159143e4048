"""References that the destination has empty because an earlier run did not find their targets.

The targets may arrive later. The row then gets them, although other columns of it may differ. The
journal tells which references runs have left empty. Of a collection that it knows, another empty
one was emptied on purpose, and is a difference like any other. Otherwise a row gets them if it
differs from the source in nothing else: if it does, somebody has changed it.
"""

from collections import defaultdict
from collections.abc import Iterable

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.instance.cleared import Columns, target_of
from sidecar.migration.instance.journal import JournalEntries
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


def empty_columns(resource: Resource, match: RowMatch) -> tuple[str, ...]:
    """The references that an existing row has empty and the source has not, of the columns that
    were compared."""
    if match.state != "different":
        return ()
    actual, fillable = match.actual or {}, {*fillable_columns(resource)}
    return tuple(
        column for column in match.columns if column in fillable and actual[column] is None
    )


def columns_to_fill(
    journal: JournalEntries, resource: Resource, match: RowMatch
) -> tuple[str, ...]:
    """The columns of an existing row to fill. All columns have to be compared, unless ``journal``
    knows what runs have left empty."""
    empty = empty_columns(resource, match)
    if not empty or not match.mapped.is_writable:
        return ()
    # A row that was matched under another key is the destination's own.
    if resource.rules.natural_key and str(match.mapped.key) != str(match.key):
        return ()
    if len(empty) == len(match.columns) and not journal.knows_cleared(resource.name):
        return empty
    return tuple(
        column
        for column in empty
        if journal.was_cleared(resource.name, column, target_of(resource, column, match.source))
    )


def missing_targets(resource: Resource, matches: Iterable[RowMatch]) -> Columns:
    """The targets that are missing of references that ``matches`` have empty, or will have, by
    column."""
    columns = fillable_columns(resource)
    found: dict[str, set[str]] = defaultdict(set)
    for match in matches:
        for column in columns:
            if _misses_target(match, column):
                found[column].add(target_of(resource, column, match.source))
    return {column: frozenset(keys) for column, keys in found.items()}


def report_filled(
    resource: Resource, columns: Iterable[str], progress: Progress, rows: int = 1
) -> None:
    """A note for each of ``columns`` that is filled in so many ``rows``."""
    for column in columns:
        progress.note(resource.name, CODE, column, NOTE.format(column), rows)


def _misses_target(match: RowMatch, column: str) -> bool:
    if match.source[column] is None or match.mapped.values[column] is not None:
        return False
    if match.existing is None:
        return match.state == "new"
    # What leaves the selection is left empty in new rows only.
    is_kept = column in (*match.mapped.barred, *match.mapped.left_empty)
    return match.existing.get(column) is None and not is_kept


def _option_of(collection: str) -> str | None:
    return SYSTEM.get(collection, USER_COLLECTION).option
