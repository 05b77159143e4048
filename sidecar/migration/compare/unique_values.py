"""Finds out which unique values rows give up, and which ones they cannot get."""

from collections.abc import Mapping, Sequence
from typing import Any

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.updates import Update
from sidecar.migration.compare.value_owners import NOT_UNIQUE, owners_of
from sidecar.migration.instance.rows import OPERATOR
from sidecar.migration.mapping.unique_values import Wanted
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

VALUES_PER_REQUEST = 500
TAKEN = "{}: is unique, and the row {} of the destination keeps the same value"


def collect_unique(
    run: Run, resource: Resource, matches: Sequence[RowMatch], updates: Mapping[Any, Update]
) -> None:
    """Record the unique values that new rows among ``matches`` get, and those that existing ones
    get and give up."""
    columns = unique_columns(run, resource)
    wanted, held = list[Wanted](), list[Wanted]()
    for match in matches if columns else ():
        changed = columns
        if match.existing is not None:
            update = updates.get(match.key)
            changed = tuple(set(columns) & set(update.columns)) if update else ()
        elif match.state != "new":
            continue
        for column in changed:
            if (value := match.mapped.values[column]) is not None:
                wanted.append(Wanted(column, value, match.target_key))
            if match.existing and (value := match.existing[column]) is not None:
                held.append(Wanted(column, value, match.target_key))
    run.unique.want(resource.name, wanted)
    run.unique.hold(resource.name, held)


def block_unique(run: Run, resource: Resource) -> None:
    """Record the values that rows of the destination keep, so that no other row can get them. Reads
    only. Raises DirectusError."""
    blocked = []
    for portion in run.unique.unheld(resource.name, VALUES_PER_REQUEST):
        for column in {one.column for one in portion}:
            wanted = [one for one in portion if one.column == column]
            owners = owners_of(run, resource, column, [one.value for one in wanted])
            blocked += [
                (one, owners[str(one.value)])
                for one in wanted
                if str(owners.get(str(one.value), one.key)) != str(one.key)
            ]
    run.unique.block(resource.name, blocked)


def report_blocked(
    run: Run, resource: Resource, source_key: Any, owners: Mapping[str, Any]
) -> None:
    """A problem for each column of a row that cannot get its value."""
    for column, owner in owners.items():
        message = TAKEN.format(column, owner)
        run.progress.problem(resource.name, source_key, NOT_UNIQUE, message, [column])


def unique_columns(run: Run, resource: Resource) -> tuple[str, ...]:
    """The columns of ``resource``, besides its key, in which no value comes twice."""
    known = run.destination.model.columns.get(resource.name, {})
    return tuple(
        name
        for name in resource.columns
        if name != resource.key
        and name in known
        and known[name].unique
        and not name.startswith(OPERATOR)
    )
