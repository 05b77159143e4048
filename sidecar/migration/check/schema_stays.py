"""Migrates content alone: the destination keeps its data model, which has to fit."""

from collections.abc import Iterator
from dataclasses import replace

from sidecar.migration.check.listing import list_names
from sidecar.migration.check.scope import resources_of
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import MigrationRequest

CODE = "SCHEMA_MISSING"
MESSAGE = (
    "The data model is not included, and the destination lacks {}. Include the part schema, create "
    "them there, or leave these collections out"
)


def with_schema_of(source: Instance, destination: Instance) -> Instance:
    """``source`` as one that changes nothing of the destination's data model."""
    return replace(source, snapshot=destination.snapshot, schema_stays=True)


def missing_schema(
    source: Instance, destination: Instance, request: MigrationRequest
) -> Iterator[Finding]:
    """What the content of ``request`` needs and the destination lacks, if the data model is not
    included. Sends nothing."""
    if "schema" in request.included:
        return
    names = list(_missing(source, destination, request))
    if names:
        yield Finding(CODE, MESSAGE.format(list_names(names)))


def _missing(source: Instance, destination: Instance, request: MigrationRequest) -> Iterator[str]:
    """Names of collections, and of columns of collections that exist."""
    for name, resource in resources_of(source, destination, request.included).items():
        if not resource.is_user_collection:
            continue
        columns = destination.model.columns.get(name)
        if columns is None or name not in destination.model.resources:
            yield name
        else:
            yield from (f"{name}.{column}" for column in resource.columns if column not in columns)
