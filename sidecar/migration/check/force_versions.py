"""What Force does between two versions of Directus: what is left behind, what gets a default, and
what to review."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sidecar.migration.check.listing import count_rows, list_names
from sidecar.migration.check.scope import fixed_columns
from sidecar.migration.check.version_gaps import (
    MissingColumn,
    columns_missing_at_destination,
    columns_missing_at_source,
    requires_item,
    system_resources,
    unknown_properties,
)
from sidecar.migration.instance.instance import Instance, moves_legacy_rows
from sidecar.migration.instance.settings import unknown_settings
from sidecar.migration.report.findings import Finding
from sidecar.resources.base import Resource
from sidecar.resources.settings import SETTINGS

LICENCE_COLUMN = "license_key"
TRAVELS = (
    "From Directus {source} to {destination}, everything that both versions have is migrated as "
    "between equal versions. The schema is translated to what the destination's version has"
)
MOVED = (
    "Comments of Directus 10, which this source keeps in the activity ({rows}), become ordinary "
    "comments in Directus {destination}"
)
IN_USE = "Directus {destination} has no {name}, so its values stay behind ({rows} at the source)"
UNUSED = "Directus {destination} has no {names}. The source does not use them, so nothing is lost"
DEFAULTED = "Directus {source} has no {names}. Migrated rows get the destination's default"
PROPERTY = (
    "Directus {destination} does not have the property “{name}” of collections and fields. It "
    "stays behind where the source sets it: {names}"
)
SETTINGS_UNKNOWN = (
    "Directus {destination} does not have the settings {names}. The source sets them, and they "
    "stay behind"
)
NO_ITEM = (
    "Directus {destination} does not accept rows of {name} that belong to no item ({rows} at the "
    "source). The report names them"
)
FIXED = "{name}: {why}"
EXTENSIONS = (
    "Extensions keep the version that the source has. Check that they work with Directus "
    "{destination}, and update those that do not"
)
FLOWS = (
    "Try the flows and open the dashboards: operations and panels may behave differently between "
    "versions"
)
LICENCE = (
    "Directus {destination} enforces a licence, which Directus {source} does not have. It refuses "
    "what the licence does not cover; this check has counted that"
)


def between_versions(
    source: Instance, destination: Instance, parts: Collection[str]
) -> Iterator[Finding]:
    """The findings about the versions. Empty: they are the same. Sends only reads."""
    if source.version == destination.version:
        return
    versions = _versions(source, destination)
    resources = system_resources(source, parts)
    yield Finding("TRAVELS", TRAVELS.format(**versions))
    if "comments" in parts:
        yield from _legacy_comments(source, destination)
    yield from _missing_at_destination(source, destination, resources)
    yield from _properties(source, destination)
    yield from _settings(source, destination)
    for resource in resources:
        yield from _refused_rows(source, destination, resource)
    yield from _missing_at_source(source, destination, resources)
    if "extensions" in parts:
        yield Finding("LOOK_AT", EXTENSIONS.format(**versions))
    if {"flows", "dashboards"} & set(parts):
        yield Finding("LOOK_AT", FLOWS)
    if _has_licence(destination) and not _has_licence(source):
        yield Finding("LOOK_AT", LICENCE.format(**versions))


def _versions(source: Instance, destination: Instance) -> dict[str, str]:
    return {"source": source.version, "destination": destination.version}


def _legacy_comments(source: Instance, destination: Instance) -> Iterator[Finding]:
    legacy = source.legacy if moves_legacy_rows(source, destination) else None
    if legacy and (count := legacy.count_comments()):
        message = MOVED.format(rows=count_rows(count), destination=destination.version)
        yield Finding("MOVED", message)


def _missing_at_destination(
    source: Instance, destination: Instance, resources: Collection[Resource]
) -> Iterator[Finding]:
    """One finding for each column in use, and one for all others."""
    columns = [
        column
        for resource in resources
        for column in columns_missing_at_destination(resource, source, destination)
    ]
    version = destination.version
    for column in columns:
        if column.used:
            message = IN_USE.format(
                destination=version, name=column.name, rows=count_rows(column.used)
            )
            yield Finding("CANNOT_TRAVEL", message)
    if unused := [column.name for column in columns if not column.used]:
        message = UNUSED.format(destination=version, names=list_names(unused))
        yield Finding("CANNOT_TRAVEL", message)


def _properties(source: Instance, destination: Instance) -> Iterator[Finding]:
    owners: dict[str, list[str]] = defaultdict(list)
    for unknown in unknown_properties(source, destination):
        owners[unknown.name].append(unknown.owner)
    for name, names in owners.items():
        message = PROPERTY.format(
            destination=destination.version, name=name, names=list_names(names)
        )
        yield Finding("CANNOT_TRAVEL", message)


def _settings(source: Instance, destination: Instance) -> Iterator[Finding]:
    if names := list(unknown_settings(source, destination)):
        message = SETTINGS_UNKNOWN.format(destination=destination.version, names=list_names(names))
        yield Finding("CANNOT_TRAVEL", message)


def _refused_rows(source: Instance, destination: Instance, resource: Resource) -> Iterator[Finding]:
    """What this version of the destination refuses although it has the columns."""
    for column, why in fixed_columns(resource.name, source, destination).items():
        yield Finding("CANNOT_TRAVEL", FIXED.format(name=f"{resource.name}.{column}", why=why))
    if not requires_item(resource, source, destination):
        return
    for reference in resource.item_references:
        if count := source.rows.count(resource, {reference.item: {"_null": True}}):
            message = NO_ITEM.format(
                destination=destination.version, name=resource.name, rows=count_rows(count)
            )
            yield Finding("CANNOT_TRAVEL", message)


def _missing_at_source(
    source: Instance, destination: Instance, resources: Collection[Resource]
) -> Iterator[Finding]:
    columns = [
        column
        for resource in resources
        for column in columns_missing_at_source(resource, source, destination)
    ]
    if columns:
        names = list_names(map(_with_default, columns))
        yield Finding("DEFAULTED", DEFAULTED.format(source=source.version, names=names))


def _with_default(column: MissingColumn) -> str:
    return f"{column.name} ({'empty' if column.default is None else column.default})"


def _has_licence(instance: Instance) -> bool:
    return LICENCE_COLUMN in instance.model.columns[SETTINGS]
