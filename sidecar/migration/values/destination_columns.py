"""The columns that values arrive in: the destination's, after its schema was migrated."""

from collections.abc import Iterable, Mapping

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.adopted_changes import adopted_snapshot
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.field_request import will_change
from sidecar.migration.schema.snapshot import desired_snapshot
from sidecar.resources.base import Column
from sidecar.resources.data_model import column_of


def migrated_columns(source: Instance, destination: Instance) -> Mapping[FieldName, Column]:
    """Columns that the migration creates or changes, by collection and field.

    The destination's other columns stay as they are.
    """
    current = _fields_with_column(destination.fields)
    desired = {
        **_fields_with_column(desired_snapshot(source, destination)["fields"]),
        **_fields_with_column(adopted_snapshot(source, destination)["fields"]),
    }
    return {
        name: column_of(field)
        for name, field in desired.items()
        if name not in current or will_change(current[name], field, destination.vendor)
    }


def _fields_with_column(fields: Iterable[Row]) -> dict[FieldName, Row]:
    return {field_name(field): field for field in fields if field.get("schema")}
