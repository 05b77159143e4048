"""What becomes of each row is counted once, as the verification finds it."""

from typing import Any

from sidecar.migration.compare.matcher import match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.verify.verify import _Verification
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, run_of

NOTES = Resource("notes", "content", "/items/notes", "id", "integer", ("id", "text"))


def note(key: int, text: str = "text") -> dict[str, Any]:
    return {"id": key, "text": text}


def test_each_row_is_in_exactly_one_number() -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["notes"] = {key: note(key) for key in range(1, 10)}
    # 1, 2: created. 3: created, and changed there. 4, 5: there before. 6: there before, different.
    # 7: completed. 8: refused. 9: created at the source meanwhile.
    destination.tables["notes"] = {key: note(key) for key in (1, 2, 4, 5, 7)} | {
        3: note(3, "other"),
        6: note(6, "other"),
    }
    run = run_of(NOTES, source, destination)
    run.plan.rows["notes"] = 8
    run.progress.problem("notes", 2, "FILE_MISSING_AT_SOURCE", "It has no bytes")
    run.progress.problem("notes", 8, "INVALID", "It was refused")
    with RowLedger() as ledger:
        ledger.add(NOTES, [note(key) for key in range(1, 9)])
        ledger.add_existing(NOTES, [4, 5, 6, 7])
        ledger.add_updated(NOTES, [7])
        verification = _Verification(run, ledger, NOTES)
        for matches in match_all(run, NOTES):
            verification.add(matches)
        counted = verification.tally.outcomes()
    assert counted == Outcomes(created=1, updated=1, unchanged=2, kept=0, problem=4, not_selected=1)
    assert counted.total == 9
    named = {one.key for one in run.progress.report.problems}
    assert named == {"2", "3", "6", "8"}


def test_a_row_that_was_deleted_at_the_source_meanwhile_makes_no_number_negative() -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["notes"] = {1: note(1)}
    destination.tables["notes"] = {1: note(1), 2: note(2)}
    run = run_of(NOTES, source, destination)
    with RowLedger() as ledger:
        ledger.add(NOTES, [note(1), note(2)])
        ledger.add_existing(NOTES, [1, 2])
        verification = _Verification(run, ledger, NOTES)
        for matches in match_all(run, NOTES):
            verification.add(matches)
        assert verification.tally.outcomes() == Outcomes(unchanged=1)
