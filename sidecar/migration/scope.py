"""What a run moves: the resources of the chosen options, less what the destination cannot take, and why not."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sidecar.migration.instance import Instance, is_older
from sidecar.resources.base import Resource
from sidecar.resources.system import ROUNDED_BY_VENDOR, SYSTEM

HIDDEN = "Directus shows its values to nobody, so they are not set"
SEALED = "Directus shows it to nobody, so where one is set it becomes a random one; set it anew"
UNKNOWN = "this version of Directus at the destination has no such column"


def resources_of(source: Instance, destination: Instance, options: Collection[str]) -> dict[str, Resource]:
    """The resources that ``options`` name and those that always move, as ``destination`` can take them."""
    return {
        name: _without(resource, lost_columns(name, source, destination).keys())
        for name, resource in source.model.resources.items() if option_of(name) in (None, *options)
    }


def lost_columns(name: str, source: Instance, destination: Instance) -> dict[str, str]:
    """Why columns that belong to the rows of a collection do not travel to ``destination``."""
    about = SYSTEM.get(name)
    if about is None:
        return {}
    since_12 = {} if is_older(destination.version, "12") else about.lost_since_12
    # The columns that the project itself added come with the schema.
    there = destination.model.columns[name].keys() | {
        field["field"] for field in source.snapshot["fields"] if field["collection"] == name}
    unknown = {column: UNKNOWN for column in source.model.resources[name].columns if column not in there}
    return {**about.lost, **since_12, **unknown}


def limits_of(resource: Resource, source: Instance, destination: Instance) -> dict[tuple[str, str], str]:
    """(code, column) and the reason, for every column that does not arrive as it is."""
    rounded: Mapping[str, str] = ROUNDED_BY_VENDOR.get(source.vendor, {}).get(resource.name, {})
    return {
        **{("CANNOT_TRAVEL", column): why for column, why in lost_columns(resource.name, source, destination).items()},
        **{("ROUNDED", column): why for column, why in rounded.items()},
        **{("MASKED", column): HIDDEN for column in resource.masked},
        **{("MASKED", column): SEALED for column in resource.sealed},
    }


def option_of(name: str) -> str | None:
    """The option that moves the collection ``name``; None for what always goes."""
    return SYSTEM[name].option if name in SYSTEM else "content"


def _without(resource: Resource, columns: Collection[str]) -> Resource:
    gone = frozenset(columns) - {resource.key}
    return replace(
        resource,
        columns=tuple(column for column in resource.columns if column not in gone),
        references=tuple(reference for reference in resource.references if reference.column not in gone),
        settled=tuple(column for column in resource.settled if column not in gone),
    )
