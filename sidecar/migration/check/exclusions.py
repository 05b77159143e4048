"""Decides which collections of the source are left out as a whole.

One that the destination has in its database, but not in its data model: it may be anybody's, so a
migration does not take it. And one whose rows a side cannot even count.
"""

from collections.abc import Iterator
from dataclasses import replace

from sidecar.migration.check.first_reading import count_both
from sidecar.migration.instance.exclusion import without_collections
from sidecar.migration.instance.first_rows import FirstRows
from sidecar.migration.instance.instance import Exclusion, Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.refusal import words_of
from sidecar.migration.schema.refused_changes import SCHEMA_REFUSED
from sidecar.resources.data_model import ignored_tables, untracked_tables

UNREADABLE_TABLE = "UNREADABLE_TABLE"
IS_UNTRACKED = (
    "A table of this name already exists in the destination's database, and Directus does not "
    "track it there. It may belong to something else, so the collection is not migrated. If it is "
    "the same table, add it to the data model there (Settings → Data Model) and start again; "
    "otherwise rename one"
)
CANNOT_BE_READ = (
    "The {}'s Directus cannot read this table ({}), so the collection is not migrated. Repair it "
    "in the {}'s database (if its name has a question mark, rename it), or give Directus' database "
    "user the right to read it, and start again"
)
SIDES = ("source", "destination")


def with_exclusions(
    source: Instance,
    destination: Instance,
    request: MigrationRequest,
    first_rows: FirstRows | None = None,
) -> tuple[Instance, Instance]:
    """Both sides, with the rows of their common collections counted, the source without what cannot
    be migrated at all. ``first_rows`` keeps rows that a run needs next. Sends only reads. Raises
    DirectusError when a side cannot be reached."""
    exclusions = _untracked(source, destination)
    if "content" not in request.included:
        return without_collections(source, exclusions), destination
    resources = [
        resource
        for name, resource in source.model.resources.items()
        if resource.is_user_collection and name not in exclusions
    ]
    answers = count_both(source, destination, resources, request.selection, first_rows)
    for side, (_, failures) in zip(SIDES, answers, strict=True):
        for name, error in failures.items():
            message = CANNOT_BE_READ.format(side, words_of(error), side)
            exclusions.setdefault(name, Exclusion(UNREADABLE_TABLE, message))
    (counts, _), (counts_before, _) = answers
    reduced = without_collections(source, exclusions)
    return replace(reduced, counts=counts), replace(destination, counts=counts_before)


def without_untracked(source: Instance, destination: Instance) -> Instance:
    """The source without what the destination has only in its database. Sends nothing."""
    return without_collections(source, _untracked(source, destination))


def exclusion_findings(source: Instance) -> Iterator[Finding]:
    """A finding for each collection that is left out. Sends nothing."""
    for name, exclusion in sorted(source.excluded.items()):
        yield Finding(exclusion.code, f"{name}: {exclusion.message}")


def _untracked(source: Instance, destination: Instance) -> dict[str, Exclusion]:
    """What Directus would create and the destination's database has already."""
    created = {row["collection"] for row in source.snapshot["collections"]}
    hidden = {*source.model.keyless, *ignored_tables(source.collections)}
    names = (created - hidden) & {*untracked_tables(destination.collections)}
    return dict.fromkeys(names, Exclusion(SCHEMA_REFUSED, IS_UNTRACKED))
