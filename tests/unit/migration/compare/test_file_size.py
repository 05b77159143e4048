"""The size of a file is that of its bytes, whatever the source's database says."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.matcher import match_all
from sidecar.resources.base import FILES, Column, Resource
from tests.unit.memory import MemoryRows, run_of
from tests.unit.memory_files import MemoryFiles

FILE = Resource(FILES, "files", "/files", "id", "uuid", ("id", "title", "filesize"))


@pytest.mark.parametrize(
    ("content", "state"),
    [(b"four", "same"), (b"longer", "different"), (None, "different")],
)
def test_a_wrong_size_in_the_database_is_no_difference(content: bytes | None, state: str) -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables[FILES] = {"a": {"id": "a", "title": "t", "filesize": 999}}
    destination.tables[FILES] = {"a": {"id": "a", "title": "t", "filesize": "4"}}
    measured = replace(FILE, columns=("id", "title"))
    run = run_of(measured, source, destination)
    files: Any = MemoryFiles()
    if content is not None:
        files.contents["a"] = content
    run.plan = replace(run.plan, source=replace(run.plan.source, files=files))
    columns = {name: Column(name, "string") for name in FILE.columns}
    model = replace(run.destination.model, columns={FILES: columns})
    run.destination = replace(run.destination, model=model)
    ((match,),) = match_all(run, measured)
    assert match.state == state
    assert match.columns == (() if state == "same" else ("filesize",))
