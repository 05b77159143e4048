"""Log lines and checksums are read in pages, each after a cursor."""

import pytest

from sidecar.errors import InvalidRequest
from sidecar.jobs import run_log
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_log import RunLog
from tests.unit.jobs.samples import RUN_ID


def test_lines_are_read_page_by_page(space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "LINES_PER_PAGE", 2)
    log = RunLog(space)
    for number in range(3):
        log.add_line(RUN_ID, "info", "plan", str(number), at="2026-01-01")
    first = log.lines_after(RUN_ID, 0)
    assert first == {
        "lines": [
            {"at": "2026-01-01", "level": "info", "stage": "plan", "message": str(number)}
            for number in range(2)
        ],
        "cursor": 2,
    }
    second = log.lines_after(RUN_ID, 2)
    assert ([line["message"] for line in second["lines"]], second["cursor"]) == (["2"], 3)
    assert log.lines_after(RUN_ID, 3) == {"lines": [], "cursor": 3}


def test_only_the_first_checksums_are_kept(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_log, "MAX_CHECKSUMS", 2)
    log = RunLog(space)
    for number in range(3):
        log.add_checksum(RUN_ID, {"id": number})
    assert log.checksums_after(RUN_ID, 1) == {"checksums": [{"id": 1}], "cursor": 2, "total": 2}


def test_an_unknown_run_has_no_checksums(space: Keyspace) -> None:
    with pytest.raises(InvalidRequest) as caught:
        RunLog(space).checksums_after("unknown", 0)
    assert (caught.value.code, caught.value.status) == ("RUN_NOT_FOUND", 404)
