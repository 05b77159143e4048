"""What is known of a run before anything is written: who is who, and what does not arrive as it is,
and why."""

from dataclasses import asdict

from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.references import CODE as REFERENCES
from sidecar.migration.check.scope import limits_of
from sidecar.migration.check.version_gaps import defaulted, dropped, unknown_words
from sidecar.migration.instance.precision import inexact_columns
from sidecar.migration.mapping.row_mapper import CLEARED
from sidecar.migration.plan.plan import Plan
from sidecar.migration.plan.run import Run
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import REFUSE, MigrationRequest
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.snapshot import unknown_columns
from sidecar.migration.schema.type_changes import lost_defaults
from sidecar.resources.base import COMMENTS
from sidecar.resources.data_model import inactive_tables, untracked_tables

WIDER = "the destination's column takes in more than the source's, and stays as it is"
FIXED = (
    "it differs from the source's, and stays as it is: Directus cannot change a column of MySQL "
    "that points at a key which is counted upward"
)
WHOLE_NUMBERS = frozenset({"integer", "bigInteger"})
STAYS_NULLABLE = (
    "it has to be nullable while rows that point at each other are loaded, and where it points "
    "at a key that is counted upward, Directus cannot make it NOT NULL again in MySQL; look "
    "afterwards, and do so by hand (ALTER TABLE … MODIFY … NOT NULL)"
)
BORN = (
    "this version of Directus at the source has no such column, so rows that arrive have the "
    "destination's default"
)
WORDLESS = (
    "this version of Directus at the destination does not know it of a collection or field, so "
    "it stays behind"
)
MAPPED = "are at the destination under another id; every reference to them follows"
MOVED = (
    "are of Directus 10 and lie in the activity; at the destination they are comments of today, "
    "under new ids"
)
LEGACY = (
    "{} comments are of Directus 10 and lie in the activity, from where they are not migrated; "
    "editing one makes it a comment of today"
)


def report_plan(run: Run) -> None:
    """Report what ``run`` moves, and everything that is known of it beforehand. Reads only."""
    plan, progress = run.plan, run.progress
    _schema(plan.schema, progress)
    for resource in plan.in_order():
        progress.add_resource(resource, plan.rows[resource.name], run.codec(resource).words)
    report_notes(plan, progress)


def report_notes(plan: Plan, progress: Progress) -> None:
    """Add the notes and problems of ``plan``. Reads only."""
    _identities(plan, progress)
    _columns(plan, progress)
    _lifted(plan, progress)
    _metadata(plan, progress)
    _tables(plan, progress)
    legacy = plan.source.legacy
    if legacy and COMMENTS in plan.resources and (count := legacy.count_comments()):
        if plan.resources[COMMENTS].legacy:
            progress.note(COMMENTS, "MOVED", None, MOVED, count)
        else:
            progress.problem(COMMENTS, None, "LEGACY_COMMENTS", LEGACY.format(count))


def report_missing_references(
    found: Compatibility, request: MigrationRequest, progress: Progress
) -> None:
    """For a dry run: the references that a real one would be refused for, or would clear."""
    for one in found.references:
        if request.references == REFUSE:
            message = f"{one.message}, which are neither included nor at the destination"
            progress.problem(one.collection, None, REFERENCES, message)
        else:
            progress.note(
                one.collection, "CLEARED", one.column, CLEARED.format(one.column), one.rows
            )


def _schema(diff: SchemaDiff, progress: Progress) -> None:
    for names, why in ((diff.wider, WIDER), (diff.fixed, FIXED)):
        for collection, _, column in (name.partition(".") for name in names):
            progress.note(collection, "COLUMN_KEPT", column, f"{column}: {why}", 1)
    counts = diff.counts()
    progress.report.schema = asdict(counts)
    progress.log(
        "info",
        f"Schema: {counts.added} to add, {counts.changed} to change, {counts.kept} kept as they "
        "are",
    )


def _identities(plan: Plan, progress: Progress) -> None:
    for collection, count in plan.identities.changed().items():
        progress.note(collection, "MAPPED", None, MAPPED, count)
    for collection, unclear in plan.identities.unclear.items():
        for key, message in unclear.items():
            progress.problem(
                collection,
                key,
                "AMBIGUOUS_IDENTITY",
                f"{message}; references to it count as missing",
            )


def _columns(plan: Plan, progress: Progress) -> None:
    sides, whole = (plan.source, plan.destination), plan.source.model.resources
    for resource in plan.in_order():
        rows = plan.rows[resource.name]
        limits = limits_of(resource, *sides)
        used = (
            {lack.column: lack.used for lack in dropped(whole[resource.name], *sides)}
            if rows
            else {}
        )
        for (code, column), why in limits.items() if rows else ():
            progress.note(resource.name, code, column, f"{column}: {why}", used.get(column, rows))
        for lack in defaulted(resource, *sides) if rows else ():
            progress.note(resource.name, "DEFAULTED", lack.column, f"{lack.column}: {BORN}", rows)
        for column in inexact_columns(plan.source, resource):
            message = (
                f"{column}: Directus reads integers beyond 2^53 as floating-point numbers on "
                "this database"
            )
            progress.note(resource.name, "INEXACT", column, message, rows)
    for collection, column, default in lost_defaults(plan.source, plan.destination):
        message = (
            f"{column}: its default ({default}) cannot be had in the destination's database, so "
            "it has none there"
        )
        progress.note(collection, "DEFAULT_LOST", column, message, plan.rows.get(collection, 0))
    for collection, column, data_type in unknown_columns(plan.source):
        message = (
            f"{column}: Directus does not know the type {data_type}, so the column is not migrated"
        )
        progress.note(collection, "UNKNOWN_TYPE", column, message, plan.rows.get(collection, 0))


def _lifted(plan: Plan, progress: Progress) -> None:
    """Columns that are nullable while a cycle is loaded, and that Directus then cannot make NOT
    NULL again."""
    for edge in (edge for group in plan.groups for edge in group.relaxed_not_null):
        column = plan.source.model.columns[edge.origin][edge.column]
        if (
            plan.destination.vendor == "mysql"
            and column.type in WHOLE_NUMBERS
            and plan.rows[edge.origin]
        ):
            message = f"{edge.column}: {STAYS_NULLABLE}"
            progress.note(edge.origin, "COLUMN_KEPT", edge.column, message, plan.rows[edge.origin])


def _metadata(plan: Plan, progress: Progress) -> None:
    for one in unknown_words(plan.source, plan.destination):
        column = one.word if one.field is None else f"{one.field}.{one.word}"
        progress.note(one.collection, "CANNOT_TRAVEL", column, f"{column}: {WORDLESS}", 1)


def _tables(plan: Plan, progress: Progress) -> None:
    for table in inactive_tables(plan.source.collections):
        message = "It is deactivated at the source, so its rows cannot be read and are not migrated"
        progress.note(table, "INACTIVE", None, message, 1)
    for table in untracked_tables(plan.source.collections):
        progress.note(
            table, "UNTRACKED", None, "Directus does not track this table, so it is not migrated", 1
        )
