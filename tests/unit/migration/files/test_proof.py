"""The proof of files: equal bytes are proved, different or missing ones become problems."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
import stamina

from sidecar.cancellation import CancelToken
from sidecar.errors import Cancelled, DirectusRejected, Unreachable
from sidecar.migration.files.file_rows import UNFINISHED
from sidecar.migration.files.proof import LARGE_BYTES, FileProver, SentFile
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import FILES
from sidecar.resources.files import FILE_ROWS
from tests.unit.instances import instance
from tests.unit.memory import MemoryRows, Recorder
from tests.unit.memory_files import MemoryDownload, MemoryFiles, checksum

CONTENT = b"content"
SENT = SentFile("a", "a.txt", len(CONTENT), checksum(CONTENT))


class Proofs(Recorder):
    """A watcher that keeps the proofs."""

    def __init__(self) -> None:
        super().__init__()
        self.proofs: list[FileProof] = []

    def transferred(self, file: FileProof) -> None:
        self.proofs.append(file)


class Side:
    """A destination with one file, and a prover of it."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self.files = MemoryFiles(self.rows)
        self.files.contents["a"] = CONTENT
        self.watcher = Proofs()
        self.progress = Progress(MigrationRequest(), self.watcher)
        self.progress.add_resource(FILE_ROWS, 1)
        described = replace(
            instance("12.4.0"), rows=self.rows, writer=self.rows, files=cast(Any, self.files)
        )
        cancel = CancelToken(self.watcher.cancel_requested)
        self.prover = FileProver(described, 2, self.progress, cancel)

    def prove(self, *files: SentFile, more: bool = False) -> None:
        with self.prover as prover:
            for sent in files:
                prover.take(FILE_ROWS, sent, more=more)
            prover.finish(FILE_ROWS)

    @property
    def problems(self) -> list[tuple[str | None, str, str]]:
        return [(one.key, one.code, one.message) for one in self.progress.report.problems]


@pytest.fixture
def side() -> Iterator[Side]:
    with stamina.set_testing(True, attempts=2):
        yield Side()


def test_equal_bytes_are_proved_with_their_sha256(side: Side) -> None:
    side.prove(SENT)
    assert side.watcher.proofs == [FileProof("a", "a.txt", len(CONTENT), checksum(CONTENT))]
    assert side.problems == []


def test_different_bytes_are_a_problem_and_the_file_is_marked_for_the_next_run(side: Side) -> None:
    side.files.contents["a"] = b"other"
    side.prove(SENT)
    ((key, code, message),) = side.problems
    assert (key, code) == ("a", "CHECKSUM_DIFFERS")
    assert "7 bytes were sent, and it returned 5 bytes" in message
    assert side.rows.tables[FILES]["a"]["embed"] == UNFINISHED
    counts = side.progress.report.resources[FILES]
    assert (counts.created, counts.failed, side.watcher.proofs) == (-1, 1, [])


def test_a_file_of_another_size_is_not_read(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """A destination may announce a file without end."""

    class Endless(MemoryDownload):
        def __iter__(self) -> Iterator[bytes]:
            pytest.fail("The file is read")

    download = Endless(CONTENT)
    download.size = 10**18
    monkeypatch.setattr(side.files, "open", lambda _: download)
    side.prove(SENT)
    assert [code for _, code, _ in side.problems] == ["CHECKSUM_DIFFERS"]


def test_a_file_that_the_destination_does_not_return_is_a_problem(side: Side) -> None:
    side.files.failures["a"] = [DirectusRejected("Gone", code="FORBIDDEN", status=403)]
    side.prove(SENT)
    assert [(key, code) for key, code, _ in side.problems] == [("a", "CHECKSUM_DIFFERS")]


def test_a_broken_answer_is_read_again(side: Side) -> None:
    side.files.failures["a"] = [Unreachable("The connection broke")]
    side.prove(SENT)
    assert (len(side.watcher.proofs), side.problems) == (1, [])


def test_a_destination_that_does_not_answer_stops_the_proof(side: Side) -> None:
    side.files.failures["a"] = [Unreachable("The connection broke")] * 9
    side.files.reachable = False
    with pytest.raises(Unreachable):
        side.prove(SENT)


def test_an_error_of_a_file_that_was_read_early_comes_out_at_the_end(side: Side) -> None:
    large = replace(SENT, size=LARGE_BYTES)
    side.files.failures["a"] = [Unreachable("The connection broke")] * 9
    side.files.reachable = False
    with pytest.raises(Unreachable):
        side.prove(large, more=True)


def test_a_file_that_was_sent_twice_is_read_once(side: Side) -> None:
    side.prove(SENT, SENT)
    assert len(side.watcher.proofs) == 1


def test_a_cancelled_run_stops_the_proof(side: Side) -> None:
    side.watcher.cancel = True
    with pytest.raises(Cancelled):
        side.prove(SENT)
