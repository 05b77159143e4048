"""Files that the destination may store under another name are counted."""

from typing import Any

import pytest

from sidecar.migration.plan.stored_names import is_usual, report_stored_names
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import FILES, Resource
from tests.unit.memory import MemoryRows, Recorder, plan_of

COLUMNS = ("id", "filename_download", "type")
RESOURCE = Resource(FILES, "files", "/files", "id", "uuid", COLUMNS)


def file(key: str, stored: str, name: str | None, kind: str | None = "text/plain") -> Any:
    return {"id": key, "filename_disk": stored, "filename_download": name, "type": kind}


@pytest.mark.parametrize(
    ("stored", "name", "kind", "usual"),
    [
        ("a.txt", "report.txt", "text/plain", True),
        ("a.TXT", "report.TXT", None, True),
        ("a.txt", "report.pdf", "application/pdf", False),
        ("report.txt", "report.txt", "text/plain", False),
        # The name has no extension, so the type tells it.
        ("a.txt", "report", "text/plain", True),
        ("a.pdf", ".hidden", "text/plain", False),
        ("a.false", "report", "application/x-nobody-knows", True),
        ("a.bin", None, "application/x-nobody-knows", False),
        ("a", "report", None, True),
    ],
)
def test_directus_names_bytes_after_the_id_and_the_extension(
    stored: str, name: str | None, kind: str | None, usual: bool
) -> None:
    assert is_usual(file("a", stored, name, kind)) is usual


def test_files_of_other_names_are_counted_unless_the_destination_has_the_same() -> None:
    source, destination = MemoryRows(), MemoryRows()
    files = [file("a", "a.txt", "a.txt"), *(file(key, f"old/{key}", "x.txt") for key in "bcd")]
    source.tables[FILES] = {one["id"]: one for one in files}
    destination.tables[FILES] = {
        "b": file("b", "old/b", "x.txt"),
        "c": file("c", "c.txt", "x.txt"),
    }
    plan = plan_of(RESOURCE, source, destination)
    progress = Progress(plan.request, Recorder())
    report_stored_names(plan, progress)
    (note,) = progress.report.notes.values()
    assert (note.resource, note.code, note.column, note.count) == (
        FILES,
        "CANNOT_TRAVEL",
        "filename_disk",
        2,
    )


def test_without_files_nothing_is_said() -> None:
    plan = plan_of(RESOURCE, MemoryRows(), MemoryRows())
    progress = Progress(plan.request, Recorder())
    report_stored_names(plan, progress)
    assert progress.report.notes == {}
