"""A dry run foresees what becomes of rows of circles in which no reference may be null."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.cleared_recorder import ClearedRecorder
from sidecar.migration.apply.loader import Loader
from sidecar.migration.apply.reference_filler import ReferenceFiller
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.load_order import Edge, Group, arrange
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.resources.base import USERS, Reference, Resource
from tests.unit.memory import MemoryRows, run_of
from tests.unit.migration.apply.test_loader import State


def required(name: str, *references: Reference) -> Resource:
    columns = ("id", *(reference.column for reference in references))
    firm = tuple(replace(reference, nullable=False) for reference in references)
    return Resource(name, "content", f"/items/{name}", "id", "integer", columns, firm)


AUTHOR = Reference("author", USERS)
FIRMS = required("firms", Reference("head", "people"), AUTHOR)
PEOPLE = required("people", Reference("firm", "firms"), AUTHOR)
CARS = required("cars", Reference("firm", "firms"))
ALL = {one.name: one for one in (FIRMS, PEOPLE, CARS)}
WHO = Identities({USERS: {"helen": "helen-there"}}, frozenset(ALL))


def circle(**tables: dict[int, tuple[Any, ...]]) -> Run:
    """A run that moves all three. The loading order defers ``firms.head``."""
    source, destination = MemoryRows(), MemoryRows()
    for name, rows in tables.items():
        source.tables[name] = {
            key: dict(zip(ALL[name].columns, (key, *row), strict=True)) for key, row in rows.items()
        }
    run = run_of(FIRMS, source, destination, identities=WHO)
    for one in (PEOPLE, CARS):
        run.progress.add_resource(one, source.count(one))
    edges = [
        Edge(one.name, ref.target, ref.column, ref.nullable)
        for one in ALL.values()
        for ref in one.references
    ]
    here, there = run.plan.source.model, run.plan.destination.model
    described = {
        one.name: dict.fromkeys(one.columns, here.columns["firms"]["id"]) for one in ALL.values()
    }
    columns = {**here.columns, **described}
    resources = {**here.resources, **ALL}
    here, there = (replace(side, columns=columns, resources=resources) for side in (here, there))
    run.plan = replace(
        run.plan,
        source=replace(run.plan.source, model=here),
        resources=ALL,
        groups=tuple(arrange(ALL, edges)),
        rows={name: source.count(one) for name, one in ALL.items()},
        rows_before=dict.fromkeys(ALL, 0),
    )
    run.destination = replace(run.destination, model=there)
    return run


def load(run: Run, group: Group, ledger: RowLedger) -> None:
    state: Any = State()
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(2))
        loaders = []
        for resource in (ALL[name] for name in group.names):
            second = stack.enter_context(SecondWrite(resource, run.plan.deferred(resource)))
            changes = SourceChanges(run, ledger)
            writer = BatchWriter(
                run.destination, resource, run.progress, BatchSize(), changes, run.refused
            )
            filler = stack.enter_context(ReferenceFiller(run, resource, ledger))
            kept = ledger, pool, ClearedRecorder(state, resource), filler
            loader = Loader(run, state, second, writer, *kept)
            loader.load(run.source.rows.pages(resource, resource.columns))
            loaders.append(loader)
        for loader in loaders:
            loader.write_again()


def loaded(run: Run) -> dict[str, dict[Any, dict[str, Any]]]:
    """What the destination has after a real run."""
    with RowLedger() as ledger:
        for group in run.plan.groups:
            load(run, group, ledger)
    rows: Any = run.destination.rows
    return dict(rows.tables)


def previewed(run: Run) -> Run:
    for group in run.plan.groups:
        _preview(run, group)
    return run


def said(run: Run, *others: str) -> set[tuple[str | None, str | None, str]]:
    """Its problems without ``others``, which a run reports elsewhere."""
    problems = run.progress.report.problems
    return {(one.resource, one.key, one.code) for one in problems if one.code not in others}


def test_a_row_that_is_written_before_its_target_is_refused_takes_nothing_with_it() -> None:
    """Person 1 is refused. Firm 1 is there by then, without its head."""
    tables: Any = {
        "firms": {1: (1, "helen"), 2: (2, "helen")},
        "people": {1: (1, "nobody"), 2: (2, "helen"), 3: (1, "helen")},
        "cars": {1: (1,), 2: (2,)},
    }
    real = circle(**tables)
    assert real.plan.deferred(FIRMS) == ("head",)
    rows = loaded(real)
    assert {name: sorted(rows[name]) for name in ALL} == {
        "firms": [1, 2],
        "people": [2, 3],
        "cars": [1, 2],
    }
    assert rows["firms"][1].get("head") is None
    expected = {("people", "1", "MISSING_REFERENCE"), ("firms", "1", "MISSING_REFERENCE")}
    assert said(real) == expected
    dry = previewed(circle(**tables))
    assert said(dry, "STAYS_NULLABLE") == expected
    assert ("firms", None, "STAYS_NULLABLE") in said(dry)
    resources = dry.progress.report.resources
    assert [resources[name].create for name in ALL] == [2, 2, 2]


def test_a_row_that_is_barred_from_the_start_takes_others_with_it() -> None:
    tables: Any = {
        # Nobody has the number 9.
        "firms": {1: (9, "helen"), 2: (1, "nobody"), 3: (3, "helen")},
        "people": {1: (1, "helen"), 2: (2, "helen"), 3: (3, "helen")},
        "cars": {1: (1,), 3: (3,)},
    }
    runs = circle(**tables), circle(**tables)
    for run in runs:
        run.identities = replace(run.identities, dangling={"people": frozenset({9})})
    real, dry = runs
    rows = loaded(real)
    assert {name: sorted(rows[name]) for name in ALL} == {"firms": [3], "people": [3], "cars": [3]}
    previewed(dry)
    assert said(dry) == said(real)
    assert len(said(dry)) == 5
