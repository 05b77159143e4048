"""Prints the result of a check or a run on stdout."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from sidecar.migration.check.collection_list import ListedCollection
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.licence import STOPS_EVERYTHING
from sidecar.migration.report.joined_notes import join_columns
from sidecar.migration.report.problems import Problem
from sidecar.migration.report.report import Report, ResourceReport
from sidecar.migration.report.results import count_of, schema_words
from sidecar.migration.request import MigrationRequest
from sidecar.texts import plain

# Of a run that did not come to its end.
UNFINISHED_COLUMNS = ("source", "created", "skipped", "failed")
# Shown only if some resource has such rows.
SELDOM = ("updated", "kept", "not_selected")
# As the page and the sentence at the end call it.
LEFT_OUT = "left\nout"
MAX_PROBLEMS = 20
MAX_NAME_WIDTH = 20
GAP = 2
AS_SHOWN = "Verified as far as Directus shows what is stored; the notes name what it does not show"


def print_report(report: Report) -> None:
    """Print the report of a run that has ended."""
    if report.status == "refused" and not report.request.dry_run:
        # It wrote nothing, and is not going to.
        _print_problems(report)
    else:
        _print_rows(report)
        _print_problems(report)
    if report.selection:
        _print(report.selection["summary"])
    if report.summary:
        _print(report.summary)
    if report.as_shown and report.has_verified:
        _print(AS_SHOWN)
    _print(f"{report.status.replace('_', ' ')} after {report.seconds:.1f} s")


def _print_rows(report: Report) -> None:
    """What became of schema and rows, and what is to know about them."""
    if report.resources:
        Console().print(_table(report))
    if report.schema:
        dry_run = report.request.dry_run
        _print(f"schema   {schema_words(report.schema, report.schema_added, dry_run=dry_run)}")
    for row in report.resources.values():
        if row.source and row.compared_by:
            _print(f"compared {row.name} by meaning: {'; '.join(row.compared_by)}")
    for row in report.resources.values():
        if row.only_at_destination and report.request.existing.updates:
            rows = count_of(row.only_at_destination, "row")
            _print(f"stays    {row.name}: {rows} that only the destination has")
    for note in join_columns(report.notes.values()):
        rows = f"{note.count:,} row{'' if note.count == 1 else 's'}"
        _print(f"note     {note.resource}: {note.message} ({rows})")


def _print_problems(report: Report) -> None:
    """The first problems, without those that the log, on stderr, has named as the end of the
    run."""
    ended = {one.code for one in report.problems if _is_end(one, report)}
    refused_by = ended if report.status == "refused" else set()
    problems = [
        one for one in report.problems if not _is_end(one, report) and one.code not in refused_by
    ]
    for problem in problems[:MAX_PROBLEMS]:
        place = " ".join(part for part in (problem.resource, problem.key) if part)
        _print(f"problem  {place or 'run'}: {problem.message} ({problem.code})")
    more = report.problem_count - len(report.problems) + len(problems[MAX_PROBLEMS:])
    if more:
        listed = len(report.problems)
        which = "them" if listed == report.problem_count else f"the first {listed:,}"
        _print(f"… and {more:,} more; --json lists {which}")


def _is_end(problem: Problem, report: Report) -> bool:
    return problem.resource is None and problem.message == report.message


def print_collections(
    listed: Sequence[ListedCollection], existing: Mapping[str, int | None]
) -> None:
    """Print the source's collections in their groups, with the rows of both sides. ``existing`` are
    those of the destination."""
    table = Table(Column("collection", overflow="fold"), box=None, pad_edge=False)
    for name in ("source", "destination"):
        table.add_column(name, justify="right")
    for depth, one in _in_groups(listed):
        rows = one.rows, existing.get(one.collection)
        shown = ["" if count is None else f"{count:,}" for count in rows]
        if one.kind == "collection" and one.collection not in existing:
            shown[1] = "-"
        table.add_row(Text("  " * depth + plain(one.collection)), *shown)
    Console().print(table)
    for one in listed:
        if one.problem:
            _print(f"{one.collection}: {one.problem}")


def _in_groups(
    listed: Sequence[ListedCollection], group: str | None = None, depth: int = 0
) -> Iterator[tuple[int, ListedCollection]]:
    """The collections, each followed by those that lie in it, and how deep it lies itself."""
    for one in listed:
        if one.group == group:
            yield depth, one
            yield from _in_groups(listed, one.collection, depth + 1)


def print_check(result: Compatibility, request: MigrationRequest) -> None:
    """Print the result of a check for ``request``."""
    for side, instance in (("source", result.source), ("destination", result.destination)):
        _print(f"{side:12}{instance.client.url}  Directus {instance.version}  {instance.vendor}")
    if result.schema:
        counts, parts = result.schema.counts().document(), result.schema.added_parts()
        _print(f"schema      {schema_words(counts, parts, dry_run=True)}")
    if result.selection:
        _print(f"selection   {result.selection.sentence}")
    for one in result.settings:
        values = f"{one.source} at the source, {one.destination} at the destination"
        _print(f"setting     {one.name}: {values}")
    for finding in result.findings:
        _print(f"{finding.code}: {finding.message}")
    if result.force:
        _print("With --force:")
    for effect in result.force:
        _print(f"  {effect.code:18}{effect.message}")
    _print(_verdict(result, request))


def _table(report: Report) -> Table:
    rows = {row.name: _numbers(report, row) for row in report.resources.values()}
    names = list(next(iter(rows.values())))
    shown = [
        name for name in names if name not in SELDOM or any(row[name] for row in rows.values())
    ]
    # Names of usual length stay in one line as far as the numbers leave room for them.
    room = Console().width - sum(_width(name, rows.values()) for name in shown)
    width = max(1, min(MAX_NAME_WIDTH, room, max(map(len, rows))))
    first = Column("resource", min_width=width, overflow="fold")
    table = Table(first, box=None, pad_edge=False)
    for name in shown:
        table.add_column(_heading(name), justify="right", overflow="fold")
    for resource, numbers in rows.items():
        # A plain str would be read as markup.
        label = Text(_in_lines(plain(resource), max(1, room)))
        table.add_row(label, *(f"{numbers[name]:,}" for name in shown))
    return table


def _in_lines(name: str, width: int) -> str:
    """A name that is too long for one line, broken behind its underscores."""
    lines = [""]
    for part in re.findall("[^_]*_+|[^_]+", name):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _heading(name: str) -> str:
    return LEFT_OUT if name == "not_selected" else name


def _width(name: str, rows: Iterable[dict[str, int]]) -> int:
    """The width of a column of numbers, with the gap before it."""
    return GAP + max(*map(len, _heading(name).split()), *(len(f"{row[name]:,}") for row in rows))


def _numbers(report: Report, row: ResourceReport) -> dict[str, int]:
    if row.rows is None or not (report.summary or _is_complete_preview(report)):
        return {name: getattr(row, name) for name in UNFINISHED_COLUMNS}
    verified = {} if report.request.dry_run else {"verified": row.verified}
    return {"source": row.source, **asdict(row.rows), **verified}


def _is_complete_preview(report: Report) -> bool:
    """Whether a dry run has counted everything, also one that is refused."""
    return report.request.dry_run and all(row.rows for row in report.resources.values())


def _verdict(result: Compatibility, request: MigrationRequest) -> str:
    if result.conflicts:
        return "Not compatible: the schemas conflict"
    if result.blocking:
        if result.blocking[0].code == STOPS_EVERYTHING:
            return "Not possible: the destination's licence does not allow it"
        return "Not possible: the selection lacks what it needs"
    if result.differences:
        return "Not compatible without --force" if result.force_would_help else "Not compatible"
    if result.leaves_empty(request):
        return "Compatible, but a migration would leave references empty"
    if result.licence:
        return "Compatible, but the destination's licence does not cover everything"
    return "Ready to migrate"


def _print(line: str) -> None:
    Console().print(plain(line), markup=False, highlight=False, soft_wrap=True)
