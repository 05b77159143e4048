"""The report of a run while its threads change it."""

import pytest

from sidecar.migration.report import progress as module
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import MigrationRequest
from tests.unit.memory import Recorder


@pytest.fixture
def progress() -> Progress:
    return Progress(MigrationRequest(dry_run=True), Recorder())


def test_the_numbers_of_the_schema_change_once_they_are_known(progress: Progress) -> None:
    progress.count_schema(changed=-1)
    assert progress.report.schema is None
    progress.report.schema = {"added": 2, "changed": 3}
    progress.count_schema(added=1, changed=-1)
    assert progress.report.schema == {"added": 3, "changed": 2}


def test_of_the_keys_of_a_page_those_are_named_that_have_a_problem(progress: Progress) -> None:
    for key in (1, 2, None):
        progress.problem("posts", key, "CONFLICT", "It differs")
    progress.problem("tags", 3, "CONFLICT", "It differs")
    assert progress.keys_with_problems("posts", [2, 3, None]) == {"2"}
    assert progress.keys_with_problems("pages", [1]) == set()


def test_it_remembers_so_many_keys_however_many_problems_each_has(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_KEYS", 2)
    for key in (1, 1, 1, 2, 3):
        progress.problem("posts", key, "CONFLICT", "It differs")
    assert progress.keys_with_problems("posts", [1, 2, 3]) == {"1", "2"}
