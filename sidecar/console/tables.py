"""Prints the result of a check or a run on stdout."""

from rich.console import Console
from rich.table import Column, Table

from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest

RUN_COLUMNS = ("source", "created", "skipped", "failed", "verified", "different")
DRY_RUN_COLUMNS = ("source", "create", "unchanged", "conflicting", "missing_reference")
MAX_PROBLEMS = 20
AS_SHOWN = "Verified as far as Directus shows what is stored; the notes name what it does not show"


def print_report(report: Report) -> None:
    """Print the report of a run that has ended."""
    if report.resources:
        Console().print(_table(report))
    for row in report.resources.values():
        if row.source and row.compared_by:
            _print(f"compared {row.name} by meaning: {'; '.join(row.compared_by)}")
    for note in report.notes.values():
        rows = f"{note.count:,} row{'' if note.count == 1 else 's'}"
        _print(f"note     {note.resource}: {note.message} ({rows})")
    # The log, on stderr, has said what ended the run.
    problems = [one for one in report.problems if one.resource or one.message != report.message]
    for problem in problems[:MAX_PROBLEMS]:
        place = " ".join(part for part in (problem.resource, problem.key) if part)
        _print(f"problem  {place or 'run'}: {problem.message} ({problem.code})")
    more = report.problem_count - len(report.problems) + len(problems[MAX_PROBLEMS:])
    if more:
        _print(f"… and {more:,} more; --json lists them")
    if report.as_shown and report.has_verified:
        _print(AS_SHOWN)
    _print(f"{report.status.replace('_', ' ')} after {report.seconds:.1f} s")


def print_check(result: Compatibility, request: MigrationRequest) -> None:
    """Print the result of a check for ``request``."""
    for side, instance in (("source", result.source), ("destination", result.destination)):
        _print(f"{side:12}{instance.client.url}  Directus {instance.version}  {instance.vendor}")
    if schema := result.schema and result.schema.counts():
        _print(f"schema      {schema.added} to add, {schema.changed} to change, {schema.kept} kept")
    for finding in result.findings:
        _print(f"{finding.code}: {finding.message}")
    if result.force:
        _print("With --force:")
    for effect in result.force:
        _print(f"  {effect.code:18}{effect.message}")
    _print(_verdict(result, request))


def _table(report: Report) -> Table:
    names = DRY_RUN_COLUMNS if report.request.dry_run else RUN_COLUMNS
    table = Table(Column("resource", overflow="fold"), box=None)
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for row in report.resources.values():
        table.add_row(row.name, *(f"{getattr(row, name):,}" for name in names))
    return table


def _verdict(result: Compatibility, request: MigrationRequest) -> str:
    if result.conflicts:
        return "Not compatible: the schemas conflict"
    if result.blocking:
        return "Not possible: the destination's licence does not allow it"
    if result.differences:
        return "Not compatible without --force" if result.force_would_help else "Not compatible"
    if result.leaves_empty(request):
        return "Compatible, but a migration would leave references empty"
    if result.licence:
        return "Compatible, but the destination's licence does not cover everything"
    return "Ready to migrate"


def _print(line: str) -> None:
    Console().print(line, markup=False, highlight=False, soft_wrap=True)
