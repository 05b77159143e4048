"""What a run moves: the resources of the chosen options, less what the destination cannot take, and
why not."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sidecar.migration.instance.instance import Instance, is_older, moves_legacy_rows
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.base import COMMENTS, VERSIONS, Resource
from sidecar.resources.system import ROUNDED_BY_VENDOR, SYSTEM

HIDDEN = "Directus shows its values to nobody, so they are not set"
SEALED = "Directus shows it to nobody, so where one is set it becomes a random one; set it anew"
UNKNOWN = "this version of Directus at the destination has no such column"


def resources_of(
    source: Instance, destination: Instance, options: Collection[str]
) -> dict[str, Resource]:
    """The resources that ``options`` name and those that always move, as ``destination`` can take
    them."""
    chosen = {
        name: _without(resource, lost_columns(name, source, destination).keys())
        for name, resource in source.model.resources.items()
        if option_of(name) in (None, *options)
    }
    moved = {
        COMMENTS: moves_legacy_rows(source, destination),
        VERSIONS: source.legacy is not None,
    }
    return chosen | {
        name: replace(chosen[name], legacy=True)
        for name in chosen.keys() & moved.keys()
        if moved[name]
    }


def lost_columns(name: str, source: Instance, destination: Instance) -> dict[str, str]:
    """Why columns that belong to the rows of a collection do not travel to ``destination``."""
    absent = {
        field: why
        for (owner, field), why in unsupported_columns(source, destination.snapshot).items()
        if owner == name
    }
    about = SYSTEM.get(name)
    if about is None:
        return absent
    since_12 = _since_12(name, destination)
    unknown = dict.fromkeys(unknown_columns(name, source, destination), UNKNOWN)
    return {**about.lost, **since_12, **unknown, **absent}


def fixed_columns(name: str, source: Instance, destination: Instance) -> Mapping[str, str]:
    """Why columns do not travel to ``destination`` that would travel to one of the source's
    version."""
    return {} if _since_12(name, source) else _since_12(name, destination)


def _since_12(name: str, instance: Instance) -> Mapping[str, str]:
    """What version 12 lets nobody write. Its ``/fields`` describes these columns as 11 did, so it
    cannot be asked."""
    return {} if is_older(instance.version, "12") else SYSTEM[name].lost_since_12


def unknown_columns(name: str, source: Instance, destination: Instance) -> list[str]:
    """The columns of a system collection that would travel, if the destination had them."""
    there = destination.model.columns[name].keys() | source.added_columns(name)
    return [column for column in source.model.resources[name].columns if column not in there]


def limits_of(
    resource: Resource, source: Instance, destination: Instance
) -> dict[tuple[str, str], str]:
    """(code, column) and the reason, for every column that does not arrive as it is."""
    rounded: Mapping[str, str] = ROUNDED_BY_VENDOR.get(source.vendor, {}).get(resource.name, {})
    return {
        **{
            ("CANNOT_TRAVEL", column): why
            for column, why in lost_columns(resource.name, source, destination).items()
        },
        **{("ROUNDED", column): why for column, why in rounded.items()},
        **{("MASKED", column): HIDDEN for column in resource.masked},
        **{("MASKED", column): SEALED for column in resource.rules.secret},
    }


def option_of(name: str) -> str | None:
    """The option that moves the collection ``name``; None for what always goes."""
    return SYSTEM[name].option if name in SYSTEM else "content"


def _without(resource: Resource, columns: Collection[str]) -> Resource:
    gone = frozenset(columns) - {resource.key}
    return replace(
        resource,
        columns=tuple(column for column in resource.columns if column not in gone),
        references=tuple(
            reference for reference in resource.references if reference.column not in gone
        ),
        item_references=tuple(
            one for one in resource.item_references if not gone & {one.collection, one.item}
        ),
        update_only=tuple(column for column in resource.update_only if column not in gone),
    )
