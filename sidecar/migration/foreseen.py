"""What is known of a run before anything is written: who is who, and what does not arrive as it is, and why."""

from sidecar.directus.pages import count_rows
from sidecar.migration.adopted import unknown_columns
from sidecar.migration.exactness import inexact_columns
from sidecar.migration.plan import Plan
from sidecar.migration.report import Report
from sidecar.migration.scope import limits_of
from sidecar.resources.base import COMMENTS
from sidecar.resources.data_model import inactive_tables, untracked_tables

LEGACY_COMMENT = {"action": {"_eq": "comment"}}
MAPPED = "are at the destination under another id; every reference to them follows"
LEGACY = ("{} comments are of Directus 10 and lie in the activity, from where they are not migrated; editing one makes "
          "it a comment of today")


def say_what_is_foreseen(plan: Plan, report: Report) -> None:
    """Take down the notes and problems of ``plan``. Reads only."""
    _identities(plan, report)
    _columns(plan, report)
    _tables(plan, report)
    if COMMENTS in plan.resources and (legacy := count_rows(plan.source.client, "/activity", only=LEGACY_COMMENT)):
        report.problem(COMMENTS, None, "LEGACY_COMMENTS", LEGACY.format(legacy))


def _identities(plan: Plan, report: Report) -> None:
    for collection, count in plan.identities.changed().items():
        report.note(collection, "MAPPED", None, MAPPED, count)
    for collection, unclear in plan.identities.unclear.items():
        for key, message in unclear.items():
            report.problem(collection, key, "AMBIGUOUS_IDENTITY", f"{message}; references to it count as missing")


def _columns(plan: Plan, report: Report) -> None:
    for resource in plan.in_order():
        rows = plan.rows[resource.name]
        limits = limits_of(resource, plan.source, plan.destination)
        for (code, column), why in limits.items() if rows else ():
            report.note(resource.name, code, column, f"{column}: {why}", rows)
        for column in inexact_columns(plan.source, resource):
            message = f"{column}: Directus reads integers beyond 2^53 as floating-point numbers on this database"
            report.note(resource.name, "INEXACT", column, message, rows)
    for collection, column, data_type in unknown_columns(plan.source):
        message = f"{column}: Directus does not know the type {data_type}, so the column is not migrated"
        report.note(collection, "UNKNOWN_TYPE", column, message, plan.rows.get(collection, 0))


def _tables(plan: Plan, report: Report) -> None:
    for table in inactive_tables(plan.source.collections):
        message = "It is deactivated at the source, so its rows cannot be read and are not migrated"
        report.note(table, "INACTIVE", None, message, 1)
    for table in untracked_tables(plan.source.collections):
        report.note(table, "UNTRACKED", None, "Directus does not track this table, so it is not migrated", 1)
