"""Files that are refused cost references to them, and the end of the transfer ends what helpers
waited for."""

from collections.abc import Iterator, Sequence

import pytest

from sidecar.migration.apply.files import FileTransfer
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.files.helpers import Nobody
from sidecar.migration.files.shards import Outcome, Shard
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outages import Waiting
from sidecar.resources.base import FILES, Resource
from tests.unit.memory import MemoryRows, run_of

COLUMNS = ("id", "filename_download", "type", "title")
RESOURCE = Resource(FILES, FILES, "/files", "id", "uuid", COLUMNS)
KEPT = Outcome("kept", "kept")
REFUSED = Outcome("refused", "refused", code="CONTENT_TOO_LARGE", message="Too large")


class Helpers(Nobody):
    """Another worker that takes every shard, and says last that it waits."""

    def __init__(self) -> None:
        self.taken: list[Shard] = []

    def offer(self, shard: Shard) -> bool:
        self.taken.append(shard)
        return True

    def take_back(self, shard: Shard) -> bool:
        return False

    def finished(self, seconds: float) -> Iterator[tuple[Shard, list[Outcome] | None]]:
        while self.taken:
            yield self.taken.pop(), [KEPT, REFUSED]

    @property
    def busy(self) -> bool:
        return bool(self.taken)

    def waiting(self) -> list[Waiting]:
        return [Waiting("destination", 1, "Destination not responding")]


def transferred(ids: Sequence[str]) -> Run:
    source = MemoryRows()
    values = {"filename_download": "a.txt", "type": "text/plain", "title": "A"}
    source.tables[FILES] = {key: {"id": key, "filesize": 10, **values} for key in ids}
    run = run_of(RESOURCE, source, MemoryRows())
    run.helpers = Helpers()
    changes = SourceChanges(run, RowLedger())
    transfer = FileTransfer(run, RESOURCE, changes, lambda: None)
    rows = [{"id": key, **values} for key in ids]
    transfer.create(rows, lambda _: None)
    transfer.drain()
    transfer.close()
    return run


@pytest.fixture
def run() -> Run:
    return transferred(["kept", "refused"])


def test_a_refused_file_is_remembered(run: Run) -> None:
    assert run.refused.among(FILES, {"kept", "refused"}) == {"refused"}


def test_a_finished_transfer_waits_for_nothing(run: Run) -> None:
    assert run.progress.outages.current() == []
