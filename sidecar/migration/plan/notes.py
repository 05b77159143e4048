"""What is known of a run before anything is written: rows under another id, and what is not
migrated unchanged, and why."""

from collections.abc import Iterator

from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.references import CODE as REFERENCES
from sidecar.migration.check.scope import limits_of
from sidecar.migration.check.version_gaps import (
    columns_missing_at_destination,
    columns_missing_at_source,
    unknown_properties,
)
from sidecar.migration.instance.precision import inexact_columns
from sidecar.migration.mapping.row_mapper import CLEARED
from sidecar.migration.plan.display_notes import report_display_losses
from sidecar.migration.plan.plan import Plan
from sidecar.migration.plan.run import Run
from sidecar.migration.plan.stored_names import report_stored_names
from sidecar.migration.plan.table_notes import report_excluded, report_left_out
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.results import added_words, count_of
from sidecar.migration.request import REFUSE, MigrationRequest
from sidecar.migration.schema.column_decision import UNREADABLE_FIELD
from sidecar.migration.schema.column_findings import column_findings
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.lost_relations import lost_relations
from sidecar.resources.base import COMMENTS, FILES, Resource
from sidecar.resources.vendors import MYSQL

SCHEMA = "Schema: {}"
SCHEMA_IS_SAME = "nothing to add or change"
WIDER = "the destination's column holds more than the source's and is not changed"
FIXED = (
    "it differs from the source's and is not changed, because Directus would give it another type "
    "or default (in MySQL, also a column that points at an auto-increment key)"
)
STAYS_NULLABLE = (
    "it has to be nullable while rows that point at each other are loaded. In MySQL, Directus "
    "cannot make it NOT NULL again when it points at an auto-increment key. Check it after the "
    "run, and change it by hand (ALTER TABLE … MODIFY … NOT NULL)"
)
DEFAULTED = (
    "the source's version of Directus has no such column, so migrated rows get the destination's "
    "default"
)
NO_PROPERTY = (
    "the destination's version of Directus does not have this property of a collection or field, "
    "so it stays behind"
)
MAPPED = "exist at the destination under a different id; references to them are updated"
MOVED = (
    "are comments of Directus 10, kept in the activity. They become ordinary comments at the "
    "destination, under new ids"
)
LEGACY = (
    "{} comments of Directus 10 are kept in the activity and are not migrated from there. Editing "
    "one makes it an ordinary comment"
)
AMBIGUOUS = "{}; references to it count as missing"
INEXACT = "Directus reads integers beyond 2^53 as floating-point numbers on the source's database"
RELATION_LOST = (
    "{}. Directus cannot create such a relation, so the values are migrated without it. Create the "
    "foreign key by hand in the destination's database if you need it"
)
SINGLETON = (
    "It is a singleton, and the destination has more rows of it than the source. Directus shows "
    "one of them; the others are kept"
)
NOT_INCLUDED = "{}, which are neither included nor at the destination"
WHOLE_NUMBERS = frozenset({"integer", "bigInteger"})


def report_plan(run: Run) -> None:
    """Add what ``run`` moves, and all notes and problems that are known in advance, to the report.
    Sends only reads."""
    plan, progress = run.plan, run.progress
    _schema(plan.schema, progress)
    for resource in plan.in_order():
        progress.add_resource(
            resource,
            plan.rows[resource.name],
            run.codec(resource).comparison_notes,
            plan.bytes_total if resource.name == FILES else 0,
        )
    report_notes(plan, progress)


def report_notes(plan: Plan, progress: Progress) -> None:
    """Add the notes and problems of ``plan`` to the report. Sends only reads."""
    _identities(plan, progress)
    for resource in plan.in_order():
        _columns(plan, resource, progress)
    report_display_losses(plan, progress)
    report_stored_names(plan, progress)
    _schema_columns(plan, progress)
    _references(plan, progress)
    _relaxed_not_null(plan, progress)
    _properties(plan, progress)
    report_excluded(plan.source, plan.destination, progress)
    report_left_out(plan.source, progress)
    _singletons(plan, progress)
    _legacy_comments(plan, progress)


def report_missing_references(
    checked: Compatibility, request: MigrationRequest, progress: Progress
) -> None:
    """Add the references for which a real run would be refused, or which a run clears, to the
    report."""
    for missing in checked.references:
        if request.references == REFUSE:
            message = NOT_INCLUDED.format(missing.message)
            progress.problem(missing.collection, None, REFERENCES, message, [missing.column])
        else:
            message = CLEARED.format(missing.column)
            progress.note(missing.collection, "CLEARED", missing.column, message, missing.rows)


def _schema(diff: SchemaDiff, progress: Progress) -> None:
    for names, why in ((diff.wider_columns, WIDER), (diff.unalterable_columns, FIXED)):
        for collection, _, column in (name.partition(".") for name in names):
            progress.note(collection, "COLUMN_KEPT", column, f"{column}: {why}", 1)
    counts = diff.counts()
    progress.report.schema, progress.report.schema_added = counts.document(), diff.added_parts()
    parts = [f"{added_words(counts.added, diff.added_parts())} to add"] if counts.added else []
    parts += [count_of(counts.changed, "change")] if counts.changed else []
    progress.log("info", SCHEMA.format("; ".join(parts) or SCHEMA_IS_SAME))


def _identities(plan: Plan, progress: Progress) -> None:
    for collection, count in plan.identities.changed().items():
        progress.note(collection, "MAPPED", None, MAPPED, count)
    for collection, ambiguous in plan.identities.unclear.items():
        for key, reason in ambiguous.items():
            message = AMBIGUOUS.format(reason)
            progress.problem(collection, key, "AMBIGUOUS_IDENTITY", message)


def _columns(plan: Plan, resource: Resource, progress: Progress) -> None:
    """The columns of ``resource`` that are not migrated unchanged."""
    rows = plan.rows[resource.name]
    if rows:
        for code, column, why, count in _changed_columns(plan, resource):
            progress.note(resource.name, code, column, f"{column}: {why}", count)
    for column in inexact_columns(plan.source, resource):
        progress.note(resource.name, "INEXACT", column, f"{column}: {INEXACT}", rows)


def _changed_columns(plan: Plan, resource: Resource) -> Iterator[tuple[str, str, str, int]]:
    """Code, column, reason and number of rows."""
    source, destination, rows = plan.source, plan.destination, plan.rows[resource.name]
    # The plan's resource does not have the columns that the destination lacks.
    complete = source.model.resources[resource.name]
    used = {
        missing.column: missing.used
        for missing in columns_missing_at_destination(complete, source, destination)
    }
    for (code, column), why in limits_of(resource, source, destination).items():
        yield code, column, why, used.get(column, rows)
    for missing in columns_missing_at_source(resource, source, destination):
        yield "DEFAULTED", missing.column, DEFAULTED, rows


def _schema_columns(plan: Plan, progress: Progress) -> None:
    """Columns that do not arrive as they are."""
    for collection, column, code, why in column_findings(plan.source, plan.destination):
        message = f"{column}: {why}"
        if code == UNREADABLE_FIELD:
            progress.problem(collection, None, code, message, [column])
        else:
            progress.note(collection, code, column, message, plan.rows.get(collection, 0))


def _references(plan: Plan, progress: Progress) -> None:
    """Relations that Directus cannot create, and references that point at nothing."""
    for (collection, column), why in lost_relations(plan.source, plan.destination).items():
        message = RELATION_LOST.format(f"{column}: {why}")
        progress.note(collection, "RELATION_LOST", column, message, plan.rows.get(collection, 0))
    for dangling in plan.dangling:
        # A run names the rows of references that may not be null.
        if dangling.nullable:
            message = CLEARED.format(dangling.column)
            progress.note(dangling.collection, "CLEARED", dangling.column, message, dangling.rows)


def _relaxed_not_null(plan: Plan, progress: Progress) -> None:
    """Columns that are nullable while a cycle is loaded, and that Directus cannot make NOT NULL
    again."""
    if plan.destination.vendor != MYSQL:
        return
    for edge in (edge for group in plan.groups for edge in group.relaxed_not_null):
        column, rows = plan.source.model.columns[edge.origin][edge.column], plan.rows[edge.origin]
        if column.type in WHOLE_NUMBERS and rows:
            message = f"{edge.column}: {STAYS_NULLABLE}"
            progress.note(edge.origin, "COLUMN_KEPT", edge.column, message, rows)


def _properties(plan: Plan, progress: Progress) -> None:
    for unknown in unknown_properties(plan.source, plan.destination):
        name = unknown.name
        column = name if unknown.field is None else f"{unknown.field}.{name}"
        progress.note(unknown.collection, "CANNOT_TRAVEL", column, f"{column}: {NO_PROPERTY}", 1)


def _singletons(plan: Plan, progress: Progress) -> None:
    """Singletons with rows of the destination itself: Directus may show another row than the
    source's."""
    for resource in plan.in_order():
        rows_before = plan.rows_before.get(resource.name, 0)
        if resource.singleton and rows_before > max(1, plan.rows[resource.name]):
            progress.note(resource.name, "SINGLETON", None, SINGLETON, rows_before)


def _legacy_comments(plan: Plan, progress: Progress) -> None:
    legacy = plan.source.legacy
    if legacy and COMMENTS in plan.resources and (count := legacy.count_comments()):
        if plan.resources[COMMENTS].legacy:
            progress.note(COMMENTS, "MOVED", None, MOVED, count)
        else:
            progress.problem(COMMENTS, None, "LEGACY_COMMENTS", LEGACY.format(count))
