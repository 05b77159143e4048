"""Runs that update existing rows, between two sides in memory."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from sidecar.migration.apply.group_loader import GroupLoader
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.recorder import ChangeRecorder
from sidecar.migration.compare.matcher import RowMatch, match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.existing import ASK, UPDATE, ExistingRows
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.migration.report.report import ResourceReport
from sidecar.migration.verify.verify import _verify
from sidecar.resources.base import USERS, Reference, Resource
from tests.unit.memory import MemoryRows, Row, run_of
from tests.unit.migration.apply.test_loader import State

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "title", "slug", "author"),
    references=(Reference("author", USERS),),
)
HELEN, HELEN_THERE = "helen", "helen-there"
WHO = Identities({USERS: {HELEN: HELEN_THERE}}, frozenset({"posts"}))


def post(number: int, **values: Any) -> Row:
    """A row of the source."""
    row = {"id": number, "title": f"Post {number}", "slug": f"post-{number}", "author": HELEN}
    return {**row, **values}


def there(number: int, **values: Any) -> Row:
    """The same row at the destination."""
    return post(number, **{"author": HELEN_THERE, **values})


class UpdatingState(State):
    """A destination that needs no preparation."""

    def settle(self, cleared: object) -> None:
        """Nothing is kept."""

    def loaded(self, names: object, complete: object) -> None:
        """Nothing is kept."""


@dataclass
class Sides:
    """Two sides with the same collection."""

    resource: Resource = POSTS
    source: MemoryRows = field(default_factory=MemoryRows)
    destination: MemoryRows = field(default_factory=MemoryRows)

    def fill(self, source: Iterable[Row], destination: Iterable[Row]) -> None:
        for side, rows in ((self.source, source), (self.destination, destination)):
            side.tables[self.resource.name] = {row[self.resource.key]: row for row in rows}

    def rows(self) -> dict[Any, Row]:
        """What the destination has now."""
        return self.destination.tables[self.resource.name]

    def titles(self) -> dict[Any, Any]:
        """One column of it."""
        return {key: row["title"] for key, row in self.rows().items()}

    def run(
        self,
        *,
        mode: str = UPDATE,
        conflicts: str = ASK,
        changes: ChangeList | None = None,
        baseline: Baseline | None = None,
    ) -> Run:
        run = run_of(self.resource, self.source, self.destination, identities=WHO)
        existing = ExistingRows(mode)
        request = replace(run.plan.request, existing=existing, conflicts=conflicts)
        run.plan = replace(run.plan, request=request)
        run.changes = ChangeRecorder(changes, lambda line: run.progress.log("warning", line))
        run.baseline = baseline or run.baseline
        return run


def matches_of(run: Run) -> list[RowMatch]:
    """All rows of the only resource, matched."""
    (resource,) = run.plan.resources.values()
    return [match for page in match_all(run, resource) for match in page]


def dry(run: Run) -> Run:
    """Count what a real run would do."""
    for group in run.plan.groups:
        _preview(run, group)
    return run


def real(run: Run) -> Run:
    """Scan, write and verify."""
    (resource,) = run.plan.resources.values()
    state: Any = UpdatingState()
    with RowLedger() as ledger, Scans() as scans, ThreadPoolExecutor(2) as pool:
        scans.scan(run, ledger)
        loader = GroupLoader(run, state, ledger, pool, scans, {})
        loader.load()
        if resource.name not in loader.up_to_date:
            _verify(run, ledger, scans, set(), resource)
    return run


def report_of(run: Run) -> ResourceReport:
    """The numbers of the only resource."""
    (report,) = run.progress.report.resources.values()
    return report


def problems_of(run: Run) -> list[tuple[str | None, str]]:
    """Key and code of each problem."""
    return [(one.key, one.code) for one in run.progress.report.problems]


def notes_of(run: Run) -> dict[str, int]:
    """Code and number of rows of each note."""
    return {note.code: note.count for note in run.progress.report.notes.values()}
