"""What a run moves: the resources of the included parts, without the columns that the destination
does not accept."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sidecar.migration.instance.instance import Instance, moves_legacy_rows
from sidecar.migration.instance.software import is_older
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.base import COMMENTS, VERSIONS, Resource
from sidecar.resources.system import PARTS, ROUNDED_BY_VENDOR, SYSTEM

HIDDEN = "cannot be read through the API, so no values are migrated"
RANDOM = (
    "cannot be read through the API. Rows with a value get a random one; set them again at "
    "the destination"
)
ANNOTATED = (
    "Directus notes in it who made each change and when. At the destination, that is the account "
    "and the time of the migration"
)
# The version that does not.
WITHOUT_ANNOTATIONS = "11.1"
UNKNOWN = "the destination's version of Directus has no such column"


def resources_of(
    source: Instance, destination: Instance, parts: Collection[str]
) -> dict[str, Resource]:
    """The resources of ``parts``, by name, with the columns that ``destination`` accepts."""
    unmade = unsupported_columns(source, destination.snapshot)
    chosen = {
        name: resource.without(
            {
                *lost_columns(name, source, destination),
                *(column for collection, column in unmade if collection == name),
            }
        )
        for name, resource in source.model.resources.items()
        if part_of(name) in parts or source.brings(name)
    }
    is_legacy = {
        COMMENTS: moves_legacy_rows(source, destination),
        VERSIONS: source.legacy is not None,
    }
    return chosen | {
        name: replace(chosen[name], legacy=True)
        for name in chosen.keys() & is_legacy.keys()
        if is_legacy[name]
    }


def lost_columns(name: str, source: Instance, destination: Instance) -> dict[str, str]:
    """The columns of a system collection that ``destination`` does not take, and why."""
    rules = SYSTEM.get(name)
    if rules is None:
        return {}
    since_12 = _lost_since_12(name, destination)
    unknown = dict.fromkeys(unknown_columns(name, source, destination), UNKNOWN)
    return {**rules.lost, **since_12, **unknown}


def fixed_columns(name: str, source: Instance, destination: Instance) -> Mapping[str, str]:
    """The columns that ``destination`` does not let anyone set although the source's version does,
    and why."""
    return {} if _lost_since_12(name, source) else _lost_since_12(name, destination)


def _lost_since_12(name: str, instance: Instance) -> Mapping[str, str]:
    """The columns that Directus 12 does not let anyone set. Its ``/fields`` does not tell: it
    describes them as Directus 11 does."""
    return {} if is_older(instance.version, "12") else SYSTEM[name].lost_since_12


def unknown_columns(name: str, source: Instance, destination: Instance) -> list[str]:
    """The columns of a system collection that the destination's version does not have."""
    known = destination.model.columns[name].keys() | source.added_columns(name)
    return [column for column in source.model.resources[name].columns if column not in known]


def limits_of(
    resource: Resource, source: Instance, destination: Instance
) -> dict[tuple[str, str], str]:
    """The reason for each column that is not migrated unchanged, by code of the note and column."""
    rounded: Mapping[str, str] = ROUNDED_BY_VENDOR.get(source.vendor, {}).get(resource.name, {})
    return {
        **{
            ("CANNOT_TRAVEL", column): why
            for column, why in lost_columns(resource.name, source, destination).items()
        },
        **{("ROUNDED", column): why for column, why in rounded.items()},
        **{("ANNOTATED", column): ANNOTATED for column in _annotated(resource, source)},
        **{("MASKED", column): HIDDEN for column in resource.masked},
        **{("MASKED", column): RANDOM for column in resource.rules.secret},
    }


def _annotated(resource: Resource, source: Instance) -> tuple[str, ...]:
    is_annotated = not source.version.startswith(f"{WITHOUT_ANNOTATIONS}.")
    return resource.rules.server_annotated if is_annotated else ()


def part_of(name: str) -> str:
    """The part of a migration that the collection ``name`` belongs to."""
    return PARTS.get(name, "content")


def option_of(name: str) -> str | None:
    """The option that includes the collection ``name``. None: it always moves."""
    return SYSTEM[name].option if name in SYSTEM else "content"
