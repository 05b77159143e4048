"""Progress on stderr, and what Ctrl-C does."""

import signal
from collections.abc import Iterator

import pytest
from rich.console import Console

from sidecar.console import display
from sidecar.console.display import STOPPING, ConsoleWatcher
from sidecar.directus.availability import Outage
from sidecar.directus.client import Directus
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import FILES, Resource

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_first_signal_asks_the_run_to_stop_and_the_second_ends_it(capsys: Printed) -> None:
    with ConsoleWatcher() as watcher:
        assert not watcher.cancel_requested()
        signal.raise_signal(signal.SIGTERM)
        assert watcher.cancel_requested()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert STOPPING in capsys.readouterr().err


def test_lines_go_to_stderr_as_they_are(capsys: Printed) -> None:
    ConsoleWatcher().line("error", "plan", "[bold]7 of 9[/bold]")
    ConsoleWatcher().line("info", None, "begins")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "plan    [bold]7 of 9[/bold]\nrun     begins\n"


def test_without_a_terminal_a_line_now_and_then_shows_the_stage(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = ConsoleWatcher()
    progress = Progress(MigrationRequest(), watcher)
    with progress.stage("apply") as stage:
        stage.done, stage.total = 3, 9
        watcher.changed(progress)
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(display, "PLAIN_LINE_SECONDS", -1.0)
        watcher.changed(progress)
    assert "apply   3 of 9 rows and files" in capsys.readouterr().err


def test_while_files_arrive_their_megabytes_are_shown(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "PLAIN_LINE_SECONDS", -1.0)
    progress = Progress(MigrationRequest(), ConsoleWatcher())
    files = Resource(FILES, "files", "/files", "id", "uuid", ("id",))
    progress.add_resource(files, 9, bytes_total=1_234_500_000)
    with progress.stage("apply") as stage:
        stage.done, stage.total = 3, 9
        progress.count(files, bytes=2_000_000)
    assert "3 of 9 rows and files, 2.0 of 1,234.5 MB" in capsys.readouterr().err


def test_without_a_terminal_a_side_that_does_not_respond_is_shown_instead_of_numbers(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "PLAIN_LINE_SECONDS", -1.0)
    watcher = ConsoleWatcher()
    progress = Progress(MigrationRequest(), watcher)
    destination = Directus("http://destination", "t")
    progress.outages.watch("destination", destination)
    with progress.stage("apply") as stage:
        stage.done, stage.total = 3, 9
        capsys.readouterr()
        destination.availability._listener(Outage(7, 20.0))
        printed = capsys.readouterr().err
        assert "apply   Destination not responding – retrying (7th try" in printed
        assert "of 9 rows" not in printed
        destination.availability._listener(Outage(7, 20.0, is_over=True))
    assert "apply   3 of 9 rows and files" in capsys.readouterr().err


def test_a_terminal_shows_a_bar_for_each_stage_that_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        display, "Console", lambda **_: Console(stderr=True, force_terminal=True, quiet=True)
    )
    with ConsoleWatcher() as watcher:
        progress = Progress(MigrationRequest(), watcher)
        with progress.stage("extract"):
            pass
        with progress.stage("plan") as stage:
            stage.done, stage.total = 3, 9
            watcher.changed(progress)
        bars = {task.description: (task.completed, task.total) for task in watcher._bars.tasks}
    assert bars == {"extract": (1, 1), "plan": (3, 9)}
