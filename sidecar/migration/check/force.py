"""What Force will do where two sides differ, a sentence each: what changes, what stays behind, what
to look at.

A check shows it before anything starts, and the log of a run that was forced keeps it. Between
equals there is nothing to say, and nothing is asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from sidecar.migration.check.scope import fixed_columns
from sidecar.migration.check.vendor_notes import is_known, sentences
from sidecar.migration.check.version_gaps import (
    MissingColumn,
    chosen,
    defaulted,
    dropped,
    requires_item,
    unknown_words,
)
from sidecar.migration.instance.instance import Instance, moves_legacy_rows
from sidecar.migration.instance.settings import unknown_settings
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.type_changes import changed_types, lost_defaults
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.settings import SETTINGS

MAX_NAMES = 8
LICENCE_COLUMN = "license_key"
TRAVELS = (
    "From Directus {here} to {there}, everything that both versions know travels as it does "
    "between equal ones; the schema is told to the destination in its own words"
)
MOVED = (
    "Comments of Directus 10, which lie in the activity here ({rows}), become comments of today "
    "in Directus {there}"
)
UNKNOWN = "Directus {there} has no {name}, so what is in it stays behind ({rows} here)"
UNUSED = "Directus {there} has no {names}; nothing is lost by that, as nothing here uses them"
DEFAULTED = "Directus {here} has no {names}; what arrives has the default of the destination there"
WORD = (
    "Directus {there} does not know “{word}” of a collection or field; it stays behind where it "
    "is set here: {names}"
)
NO_SUCH_SETTING = "Directus {there} has no settings {names}, which are set here; they stay behind"
NO_ITEM = (
    "Directus {there} takes nothing into {name} that belongs to no item ({rows} here); the "
    "report names it"
)
EXTENSIONS = (
    "Extensions arrive in the version that they have here; look whether they run with Directus "
    "{there}, and update those that do not"
)
FLOWS = (
    "Try the flows and open the dashboards: what their operations and panels do may have changed "
    "between versions"
)
LICENCE = (
    "Directus {there} keeps to a licence, which {here} does not know. What it does not cover is "
    "refused there; this check has counted it"
)
TYPES = "{before} become {after} in {count} {fields}: {names}"
LEFT_OUT = "{names}: {why}"
NO_DEFAULT = "{names}: the default cannot be had there, so the column gets none"


def what_force_does(
    source: Instance, destination: Instance, options: Collection[str]
) -> tuple[Finding, ...]:
    """What to tell of a forced migration of ``options``; empty where nothing differs. Reads
    only."""
    return (
        *_between_versions(source, destination, options),
        *_between_vendors(source, destination),
    )


def _between_versions(
    source: Instance, destination: Instance, options: Collection[str]
) -> Iterator[Finding]:
    if source.version == destination.version:
        return
    versions = {"here": source.version, "there": destination.version}
    yield Finding("TRAVELS", TRAVELS.format(**versions))
    tables = chosen(source, options)
    legacy = source.legacy if moves_legacy_rows(source, destination) else None
    if "comments" in options and legacy and (rows := legacy.count_comments()):
        yield Finding("MOVED", MOVED.format(rows=_rows(rows), **versions))
    lacks = [lack for table in tables for lack in dropped(table, source, destination)]
    for lack in lacks:
        if lack.used:
            yield Finding(
                "CANNOT_TRAVEL", UNKNOWN.format(name=lack.name, rows=_rows(lack.used), **versions)
            )
    if unused := [lack for lack in lacks if not lack.used]:
        yield Finding(
            "CANNOT_TRAVEL", UNUSED.format(names=_names(lack.name for lack in unused), **versions)
        )
    yield from _metadata(source, destination)
    if names := list(unknown_settings(source, destination)):
        yield Finding("CANNOT_TRAVEL", NO_SUCH_SETTING.format(names=_names(names), **versions))
    yield from _rows_left(source, destination, options)
    if born := [lack for table in tables for lack in defaulted(table, source, destination)]:
        yield Finding(
            "DEFAULTED", DEFAULTED.format(names=_names(map(_with_default, born)), **versions)
        )
    if "extensions" in options:
        yield Finding("LOOK_AT", EXTENSIONS.format(**versions))
    if {"flows", "dashboards"} & set(options):
        yield Finding("LOOK_AT", FLOWS)
    if (
        LICENCE_COLUMN
        in destination.model.columns[SETTINGS].keys() - source.model.columns[SETTINGS].keys()
    ):
        yield Finding("LOOK_AT", LICENCE.format(**versions))


def _metadata(source: Instance, destination: Instance) -> Iterator[Finding]:
    named: dict[str, list[str]] = defaultdict(list)
    for one in unknown_words(source, destination):
        named[one.word].append(one.name)
    for word, names in named.items():
        yield Finding(
            "CANNOT_TRAVEL", WORD.format(there=destination.version, word=word, names=_names(names))
        )


def _rows_left(
    source: Instance, destination: Instance, options: Collection[str]
) -> Iterator[Finding]:
    """What a destination of this version does not take, although it knows the columns."""
    for table in chosen(source, options):
        for column, why in fixed_columns(table.name, source, destination).items():
            yield Finding("CANNOT_TRAVEL", f"{table.name}.{column}: {why}")
        for reference in table.item_references if requires_item(table, source, destination) else ():
            if rows := source.rows.count(table, {reference.item: {"_null": True}}):
                words = NO_ITEM.format(there=destination.version, name=table.name, rows=_rows(rows))
                yield Finding("CANNOT_TRAVEL", words)


def _between_vendors(source: Instance, destination: Instance) -> Iterator[Finding]:
    if source.vendor == destination.vendor or not is_known(source.vendor, destination.vendor):
        return
    changes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for collection, field, before, after in changed_types(source, destination):
        changes[before, after].append(f"{collection}.{field}")
    for (before, after), names in sorted(changes.items(), key=lambda change: -len(change[1])):
        words = TYPES.format(
            before=before[0].upper() + before[1:],
            after=after,
            count=len(names),
            fields="field" if len(names) == 1 else "fields",
            names=_names(names),
        )
        yield Finding("TYPES_CHANGE", words)
    absent: dict[str, list[str]] = defaultdict(list)
    for name, why in unsupported_columns(source, destination.snapshot).items():
        absent[why].append(".".join(name))
    yield from (
        Finding("CANNOT_TRAVEL", LEFT_OUT.format(names=_names(names), why=why))
        for why, names in absent.items()
    )
    if defaults := lost_defaults(source, destination):
        listed = _names(
            f"{collection}.{field} ({default})" for collection, field, default in defaults
        )
        yield Finding("CANNOT_TRAVEL", NO_DEFAULT.format(names=listed))
    yield from (
        Finding(code, sentence) for code, sentence in sentences(source.vendor, destination.vendor)
    )


def _with_default(lack: MissingColumn) -> str:
    return f"{lack.name} ({'empty' if lack.default is None else lack.default})"


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - MAX_NAMES
    return ", ".join(listed[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
