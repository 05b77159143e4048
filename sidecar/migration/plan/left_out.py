"""Takes out of a plan what the destination refused to create."""

from collections.abc import Collection
from dataclasses import replace

from sidecar.migration.plan.load_order import Group
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.schema.field_name import FieldName


def leave_out(run: Run, collections: Collection[str], fields: Collection[FieldName]) -> None:
    """Go on without ``collections`` and ``fields``, which the destination does not have.

    The rows of the collections count as failed. The next run migrates what is left out, if the
    destination can have it by then: see ``Plan.late_columns``.
    """
    plan = run.plan
    known = run.destination.model.columns
    for name in plan.resources.keys() & collections:
        run.progress.count(plan.resources[name], failed=plan.rows[name])
        run.progress.settle(name, Outcomes(problem=plan.rows[name]))
        run.advance(plan.rows[name])
    missing = {
        (collection, field)
        for collection, field in fields
        if field not in known.get(collection, ())
    }
    resources = {
        name: resource.without({field for owner, field in missing if owner == name})
        for name, resource in plan.resources.items()
        if name not in collections
    }
    run.plan = replace(
        plan,
        groups=tuple(
            reduced
            for group in plan.groups
            if (reduced := _reduced(group, resources.keys(), missing)).names
        ),
        resources=resources,
        rows={name: plan.rows[name] for name in resources},
        incomplete=frozenset(name for name, _ in missing) & resources.keys(),
    )


def _reduced(group: Group, names: Collection[str], missing: Collection[FieldName]) -> Group:
    return Group(
        tuple(name for name in group.names if name in names),
        tuple(
            edge
            for edge in group.deferred
            if {edge.origin, edge.target} <= {*names} and (edge.origin, edge.column) not in missing
        ),
        frozenset(group.after.intersection(names)),
    )
