"""A version that the destination refuses becomes a problem, and is remembered."""

from typing import Any

from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.apply.versions import VersionTransfer
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.resources.base import VERSIONS, Resource
from tests.unit.memory import MemoryRows, run_of
from tests.unit.migration.apply.test_batch_writer import BAD

COLUMNS = ("id", "key", "name", "collection", "item", "delta")
RESOURCE = Resource(VERSIONS, VERSIONS, "/versions", "id", "uuid", COLUMNS)


def version(key: str) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), "id": key, "key": key, "collection": "posts"}


def test_a_refused_version_is_remembered_and_the_others_arrive() -> None:
    destination = MemoryRows()
    destination.refuse = lambda rows: BAD if rows[0]["key"] == "bad" else None
    create = destination.create
    destination.create = lambda resource, rows: create(  # type: ignore[method-assign]
        Resource(resource.name, "", "", "key", "string", COLUMNS), rows
    )
    run = run_of(RESOURCE, MemoryRows(), destination)
    arrived: set[Any] = set()
    transfer = VersionTransfer(run, RESOURCE, SourceChanges(run, RowLedger()), lambda *_: None)
    transfer.create([version("good"), version("bad")], arrived.update)
    assert arrived == {"good"}
    assert [one.key for one in run.progress.report.problems] == ["bad"]
    assert run.refused.among(VERSIONS, {"good", "bad"}) == {"bad"}


def test_of_a_version_that_has_just_been_deleted_nothing_is_saved() -> None:
    run = run_of(RESOURCE, MemoryRows(), MemoryRows())
    transfer = VersionTransfer(run, RESOURCE, SourceChanges(run, RowLedger()), lambda *_: None)
    row = {"id": "gone", "name": "New", "delta": {"title": "x"}}
    assert transfer.set_apart("gone", row) == {"id": "gone", "name": "New"}
    assert run.progress.report.problems == []
