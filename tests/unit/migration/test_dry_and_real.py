"""A dry run and a real one say the same of rows that the destination has."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.instance.cleared import ClearedReferences
from sidecar.migration.instance.journal import Journal, JournalEntries
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.migration.verify.verify import _verify
from sidecar.resources.base import USERS, Reference, Resource
from tests.unit.memory import MemoryRows, run_of
from tests.unit.migration.apply.test_loader import PAGES, WHO, fill, load, page

LOOSE = replace(PAGES, references=(Reference("parent", "pages"), Reference("author", USERS)))
FIRM = replace(
    PAGES, references=(Reference("parent", "pages", nullable=False), PAGES.references[1])
)
NOTHING = JournalEntries()
UNFINISHED = frozenset({"pages"})
LEFT_EMPTY = ClearedReferences({"pages": {"author": frozenset({"helen"})}})
Said = tuple[list[tuple[str | None, str, tuple[str, ...]]], dict[tuple[str, str | None], int]]


def dry(run: Run, _: Resource) -> None:
    for group in run.plan.groups:
        _preview(run, group)


def real(run: Run, resource: Resource) -> None:
    with RowLedger() as ledger, Scans() as scans, ThreadPoolExecutor(2) as pool:
        load(run, ledger, pool, resource)
        _verify(run, ledger, scans, set(), resource)


def said(
    way: Callable[[Run, Resource], None],
    resource: Resource,
    source: list[dict[str, Any]],
    destination: list[dict[str, Any]],
    entries: JournalEntries = NOTHING,
) -> Said:
    """The problems of rows, and how many rows get a reference in a column."""
    here, there = MemoryRows(), MemoryRows()
    fill(here, *source)
    fill(there, *destination)
    run = run_of(resource, here, there, identities=WHO)
    client: Any = None
    run.plan, run.journal = replace(run.plan, journal=entries), Journal(client, entries)
    way(run, resource)
    report = run.progress.report
    problems = [(one.key, one.code, one.columns) for one in report.problems if one.key]
    notes = {
        (note.code, note.column): note.count
        for note in report.notes.values()
        if note.code == "FILLED"
    }
    return sorted(problems), notes


@pytest.mark.parametrize("way", [dry, real])
def test_an_existing_row_without_a_required_reference_differs(
    way: Callable[[Run, Resource], None],
) -> None:
    source = [page(1, author="nobody"), page(2, author="nobody")]
    problems, _ = said(way, PAGES, source, [page(2, author="helen-there")])
    assert problems == [
        ("1", "MISSING_REFERENCE", ("author",)),
        ("2", "CONFLICT", ("author",)),
    ]


@pytest.mark.parametrize("way", [dry, real])
def test_an_unfinished_row_that_cannot_be_completed_lacks_its_reference(
    way: Callable[[Run, Resource], None],
) -> None:
    source = [page(1, parent=2), page(2, parent=1, author="nobody")]
    existing = [page(1, author="helen-there")]
    problems, _ = said(way, FIRM, source, existing, JournalEntries(1, unfinished=UNFINISHED))
    assert problems == [
        ("1", "MISSING_REFERENCE", ("parent",)),
        ("2", "MISSING_REFERENCE", ("author",)),
    ]


@pytest.mark.parametrize("way", [dry, real])
@pytest.mark.parametrize("cleared", [None, LEFT_EMPTY])
def test_an_unfinished_row_gets_its_other_references_at_once(
    way: Callable[[Run, Resource], None], cleared: ClearedReferences | None
) -> None:
    source = [page(1, parent=2), page(2)]
    existing = [page(1, author=None), page(2, author="helen-there")]
    entries = JournalEntries(1, unfinished=UNFINISHED, cleared=cleared)
    assert said(way, LOOSE, source, existing, entries) == ([], {("FILLED", "author"): 1})
