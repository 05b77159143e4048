"""The report of a run while its threads change it."""

import pytest

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
