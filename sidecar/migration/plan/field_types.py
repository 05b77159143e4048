"""Tells a list of changes which fields there are, so that values can be shown as what they are."""

from sidecar.migration.changes.recorder import ChangeRecorder
from sidecar.migration.plan.plan import Plan
from sidecar.resources.base import FILES, Resource
from sidecar.resources.settings import SETTINGS, settings_resource

# In place of the type: the field refers to a file, which people want to see.
FILE = "file"


def describe_fields(plan: Plan, changes: ChangeRecorder) -> None:
    """Record Directus' types of the fields of all resources, in loading order, and of the
    settings."""
    resources = plan.in_order()
    if columns := plan.source.model.columns.get(SETTINGS):
        resources.append(settings_resource(columns, plan.source.relations))
    for resource in resources if changes.wanted else ():
        changes.describe(resource.name, _types(plan, resource))


def _types(plan: Plan, resource: Resource) -> dict[str, str]:
    # Of rows that older versions keep elsewhere, no columns are known.
    columns = plan.source.model.columns.get(resource.name, {})
    types = {name: columns[name].type for name in resource.columns if name in columns}
    files = [one.column for one in resource.references if one.target == FILES]
    return types | dict.fromkeys(files, FILE)
