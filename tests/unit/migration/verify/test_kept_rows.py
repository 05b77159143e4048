"""What verification says of users, roles and policies that the destination had before."""

from sidecar.migration.compare.matcher import match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.verify.verify import _Verification
from sidecar.resources.base import Resource, SystemCollection
from tests.unit.memory import MemoryRows, run_of

ROLES = Resource(
    "roles",
    "users",
    "/roles",
    "id",
    "integer",
    ("id", "icon", "colour"),
    rules=SystemCollection("users", natural_key=("id",)),
)


def test_a_value_that_is_kept_and_one_that_stays_empty_are_told_apart() -> None:
    source, destination = MemoryRows(), MemoryRows()
    row = {"id": 1, "icon": "star", "colour": "red"}
    source.tables["roles"] = {1: row}
    destination.tables["roles"] = {1: {**row, "icon": "moon", "colour": None}}
    run = run_of(ROLES, source, destination, identities=Identities({"roles": {1: 1}}))
    with RowLedger() as ledger:
        ledger.add(ROLES, [row])
        ledger.add_existing(ROLES, [1])
        verification = _Verification(run, ledger, ROLES)
        for matches in match_all(run, ROLES):
            verification.add(matches)
    noted = {(note.code, note.column) for note in run.progress.report.notes.values()}
    assert noted == {("KEPT", "icon"), ("LEFT_EMPTY", "colour")}
    assert run.progress.report.problems == []
