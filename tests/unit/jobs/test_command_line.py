"""A run of the command line is in the history of the page, if it has a Redis."""

from typing import Any

import pytest

from sidecar.config import SourceSettings
from sidecar.jobs.command_line import RecordedRun
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Report
from sidecar.migration.request import MigrationRequest
from tests.stack.redis_server import RedisServer

SOURCE = SourceSettings("http://source.example", "token")
SIDE = {"url": "http://destination.example", "version": "12.4.0", "vendor": "sqlite"}


class Console:
    """The watcher of the command line."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str | None, str]] = []

    def line(self, *line: Any) -> None:
        self.lines.append(line)

    def changed(self, progress: Progress) -> None: ...

    def transferred(self, file: FileProof) -> None: ...

    def cancel_requested(self) -> bool:
        return False


def finished(watcher: RecordedRun) -> Report:
    """A real run that has ended with one problem."""
    progress = Progress(MigrationRequest(dry_run=False), watcher)
    progress.set_sides({**SIDE, "url": SOURCE.url}, SIDE)
    watcher.transferred(FileProof("1", "a.jpg", 5, "f" * 64))
    progress.problem("posts", 7, "ABSENT", "not there")
    progress.finish("completed")
    return progress.report


@pytest.fixture
def space(empty_redis: Any) -> Keyspace:
    return Keyspace.of(empty_redis, SOURCE.url)


def test_it_is_listed_with_its_result_log_and_checksums(
    space: Keyspace, server: RedisServer
) -> None:
    watcher = RecordedRun(Console())
    watcher.store({"REDIS_URL": server.url}, SOURCE, finished(watcher))
    store = RunStore(space)
    (run,) = store.newest(5)
    assert (run["status"], run["dry_run"]) == ("completed_with_problems", False)
    assert run["destination_url"] == SIDE["url"]
    assert run["user_name"].startswith("Command line (")
    assert run["problem_count"] == 1
    first = store.log.lines_after(run["id"], 0)["lines"][0]["message"]
    assert first == f"Source: {SOURCE.url}, Directus 12.4.0 on sqlite"
    assert store.log.checksums_after(run["id"], 0)["total"] == 1
    assert store.index.active() == []


def test_without_redis_nothing_is_stored_and_nothing_said(space: Keyspace) -> None:
    console = Console()
    watcher = RecordedRun(console)
    report = finished(watcher)
    before = len(console.lines)
    watcher.store({}, SOURCE, report)
    assert RunStore(space).newest(5) == []
    assert len(console.lines) == before


def test_a_redis_that_does_not_answer_is_said_and_ends_nothing(space: Keyspace) -> None:
    console = Console()
    watcher = RecordedRun(console)
    watcher.store({"REDIS_URL": "redis://127.0.0.1:1"}, SOURCE, finished(watcher))
    assert console.lines[-1][2].startswith("The run is not in the history, because Redis failed")
