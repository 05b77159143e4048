"""What Force does between two databases: types that change, columns that are left behind, and what
to review."""

from collections import defaultdict
from collections.abc import Iterator

from sidecar.migration.check.listing import list_names
from sidecar.migration.check.vendor_notes import is_known, vendor_notes
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.type_changes import changed_types, lost_defaults
from sidecar.migration.schema.unsupported_columns import unsupported_columns

TYPES = "{before} become {after} in {count} {fields}: {names}"
UNSUPPORTED = "{names}: {why}"
NO_DEFAULT = "{names}: the destination's database does not support this default, so it is left out"


def between_vendors(source: Instance, destination: Instance) -> Iterator[Finding]:
    """The findings about the databases. Empty: they are the same, or Force does not know one of
    them. Sends nothing."""
    if source.vendor == destination.vendor or not is_known(source.vendor, destination.vendor):
        return
    yield from _types(source, destination)
    yield from _columns(source, destination)
    yield from _defaults(source, destination)
    for code, sentence in vendor_notes(source.vendor, destination.vendor):
        yield Finding(code, sentence)


def _types(source: Instance, destination: Instance) -> Iterator[Finding]:
    """Changes of types, the most frequent first."""
    changes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for collection, field, before, after in changed_types(source, destination):
        changes[before, after].append(f"{collection}.{field}")
    for (before, after), names in sorted(changes.items(), key=lambda change: -len(change[1])):
        message = TYPES.format(
            before=before[0].upper() + before[1:],
            after=after,
            count=len(names),
            fields="field" if len(names) == 1 else "fields",
            names=list_names(names),
        )
        yield Finding("TYPES_CHANGE", message)


def _columns(source: Instance, destination: Instance) -> Iterator[Finding]:
    names_by_reason: dict[str, list[str]] = defaultdict(list)
    for name, finding in unsupported_columns(source, destination.snapshot).items():
        names_by_reason[finding.message].append(".".join(name))
    for why, names in names_by_reason.items():
        yield Finding("CANNOT_TRAVEL", UNSUPPORTED.format(names=list_names(names), why=why))


def _defaults(source: Instance, destination: Instance) -> Iterator[Finding]:
    if defaults := lost_defaults(source, destination):
        names = list_names(
            f"{collection}.{field} ({default})" for collection, field, default in defaults
        )
        yield Finding("CANNOT_TRAVEL", NO_DEFAULT.format(names=names))
