"""Sending files: units share a request, one bad file stops no other, and rows are finished last."""

from collections.abc import Iterator
from typing import Any

import pytest
import stamina

from sidecar.cancellation import CancelToken
from sidecar.errors import (
    Cancelled,
    DirectusRejected,
    NotAuthenticated,
    Unreachable,
)
from sidecar.migration.files.file_rows import UNFINISHED
from sidecar.migration.files.sender import FileSender, Sent
from sidecar.migration.files.shards import UNIT_BYTES, File, Outcome
from sidecar.resources.base import FILES
from tests.unit.memory import MemoryRows
from tests.unit.memory_files import MemoryFiles, checksum

REFUSED = DirectusRejected("Too big for this storage", code="CONTENT_TOO_LARGE", status=413)
LOST = Unreachable("The connection broke")


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


class Transfer:
    """A source with the files a, b and c, and an empty destination."""

    def __init__(self) -> None:
        self.source = MemoryFiles()
        self.source.contents = {key: f"bytes of {key}".encode() for key in "abc"}
        self.rows = MemoryRows()
        self.destination = MemoryFiles(self.rows)
        self.prepared = 0
        self.cancelled = False
        self.sender = FileSender(
            self.source,
            self.destination,
            self.rows,
            self.rows,
            self.prepare,
            CancelToken(lambda: self.cancelled),
        )

    def prepare(self) -> None:
        self.prepared += 1

    def send(self, keys: str, **changes: Any) -> dict[str, Outcome | Sent]:
        results = self.sender.send([file(key, **changes) for key in keys])
        return {one.id if isinstance(one, Outcome) else one.file.id: one for one in results}

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        return self.rows.tables[FILES]


def file(key: str, *, exists: bool = False) -> File:
    return File(key, f"{key}.txt", "text/plain", 10, exists, {"title": key, "embed": None})


@pytest.fixture
def transfer() -> Transfer:
    return Transfer()


def outcome(result: Outcome | Sent) -> Outcome:
    assert isinstance(result, Outcome)
    return result


def test_small_files_share_a_request_and_their_rows_are_marked(transfer: Transfer) -> None:
    results = transfer.send("abc")
    assert transfer.destination.requests == [["a", "b", "c"]]
    assert transfer.destination.contents == transfer.source.contents
    assert {row["embed"] for row in transfer.files.values()} == {UNFINISHED}
    assert results["a"] == Sent(file("a"), 10, checksum(b"bytes of a"))
    assert transfer.prepared == 1


def test_finishing_gives_all_rows_their_columns_with_one_request(transfer: Transfer) -> None:
    sent = [one for one in transfer.send("ab").values() if isinstance(one, Sent)]
    outcomes = transfer.sender.finish(sent)
    assert [(one.id, one.fate, one.bytes) for one in outcomes] == [
        ("a", "created", 10),
        ("b", "created", 10),
    ]
    assert [row["embed"] for row in transfer.files.values()] == [None, None]
    assert transfer.rows.requests == [("update", ["a", "b"])]


def test_a_row_that_is_refused_when_finishing_stops_no_other(transfer: Transfer) -> None:
    sent = [one for one in transfer.send("abc").values() if isinstance(one, Sent)]
    transfer.rows.refuse = lambda rows: REFUSED if "b" in [row["id"] for row in rows] else None
    outcomes = {one.id: one for one in transfer.sender.finish(sent)}
    assert {key: one.fate for key, one in outcomes.items()} == {
        "a": "created",
        "b": "refused",
        "c": "created",
    }
    assert outcomes["b"].code == "CONTENT_TOO_LARGE"


def test_after_a_refused_unit_each_file_goes_alone(transfer: Transfer) -> None:
    transfer.destination.failures["b"] = [REFUSED, REFUSED]
    results = transfer.send("abc")
    assert outcome(results["b"]).fate == "refused"
    assert outcome(results["b"]).message == "Too big for this storage"
    assert isinstance(results["a"], Sent)
    assert isinstance(results["c"], Sent)
    assert transfer.destination.requests == [["a", "b", "c"], ["a"], ["b"], ["c"]]


def test_a_file_that_is_larger_than_its_row_says_goes_alone(transfer: Transfer) -> None:
    transfer.source.contents["b"] = bytes(UNIT_BYTES + 1)
    results = transfer.send("abc")
    assert sorted(transfer.destination.requests) == [["a", "c"], ["b"]]
    assert all(isinstance(one, Sent) for one in results.values())


def test_a_broken_transfer_is_tried_again(transfer: Transfer) -> None:
    transfer.destination.failures["a"] = [LOST]
    assert isinstance(transfer.send("a")["a"], Sent)
    assert transfer.destination.requests == [["a"], ["a"]]


def test_a_file_that_arrived_without_an_answer_is_replaced(transfer: Transfer) -> None:
    transfer.destination.lost_answers = {"a"}
    assert isinstance(transfer.send("a")["a"], Sent)


def test_a_row_that_this_run_made_counts_as_created_when_the_bytes_are_gone(
    transfer: Transfer,
) -> None:
    transfer.destination.lost_answers = {"a"}
    transfer.source.failures["a"] = [None, REFUSED]
    assert outcome(transfer.send("a")["a"]).fate == "created"
    assert transfer.files["a"]["title"] == "a"


def test_a_file_that_breaks_each_time_is_refused_while_both_sides_answer(
    transfer: Transfer,
) -> None:
    transfer.destination.failures["a"] = [LOST] * 9
    refused = outcome(transfer.send("a")["a"])
    assert (refused.fate, refused.code) == ("refused", "FILE_BREAKS_OFF")
    assert "The connection broke" in refused.message


def test_a_side_that_does_not_answer_stops_the_transfer(transfer: Transfer) -> None:
    transfer.destination.failures["a"] = [LOST] * 9
    transfer.destination.reachable = False
    with pytest.raises(Unreachable):
        transfer.send("a")


def test_a_refused_token_is_the_fault_of_no_file(transfer: Transfer) -> None:
    transfer.source.failures["a"] = [NotAuthenticated("Token expired")]
    with pytest.raises(NotAuthenticated):
        transfer.send("ab")


def test_of_a_file_without_bytes_only_the_row_is_created(transfer: Transfer) -> None:
    del transfer.source.contents["a"]
    transfer.files["old"] = {"id": "old", "storage": "s3"}
    missing = outcome(transfer.send("a")["a"])
    assert (missing.fate, missing.code, missing.bytes) == ("created", "FILE_MISSING_AT_SOURCE", 0)
    assert "No such asset" in missing.message
    row = transfer.files["a"]
    assert (row["storage"], row["filename_disk"]) == ("s3", "a.txt")
    assert (row["title"], row["embed"]) == ("a", None)
    assert transfer.destination.contents == {}


def test_the_first_row_without_bytes_gets_the_default_storage(transfer: Transfer) -> None:
    del transfer.source.contents["a"]
    transfer.send("a")
    assert transfer.files["a"]["storage"] == "local"


def test_an_unfinished_row_without_bytes_is_kept_and_nothing_is_written(
    transfer: Transfer,
) -> None:
    del transfer.source.contents["a"]
    transfer.files["a"] = {"id": "a", "embed": UNFINISHED}
    assert outcome(transfer.send("a", exists=True)["a"]).fate == "kept"
    assert (transfer.prepared, transfer.rows.requests) == (0, [])


def test_a_row_whose_creation_was_answered_with_an_error_may_exist(transfer: Transfer) -> None:
    del transfer.source.contents["a"]

    def created_before(rows: Any) -> DirectusRejected | None:
        if "storage" not in rows[0]:
            return None
        transfer.files["a"] = dict(rows[0])
        return REFUSED

    transfer.rows.refuse = created_before
    assert outcome(transfer.send("a")["a"]).fate == "created"


def test_a_cancelled_run_sends_nothing(transfer: Transfer) -> None:
    transfer.cancelled = True
    with pytest.raises(Cancelled):
        transfer.send("ab")
    assert transfer.destination.requests == []
