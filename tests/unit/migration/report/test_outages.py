"""What a run says while a side does not respond."""

import pytest

from sidecar.directus.availability import Outage
from sidecar.directus.client import Directus
from sidecar.migration.report.outages import Outages, Waiting, ordinal
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import MigrationRequest
from tests.unit.memory import Recorder


class Lines(list[str]):
    """Keeps the lines of a log."""

    def add(self, level: str, message: str) -> None:
        self.append(f"{level}: {message}")


def silent() -> None:
    """Nobody looks."""


@pytest.fixture
def destination() -> Directus:
    client = Directus("http://destination", "t")
    client.availability.has_answered = True
    return client


def tell(client: Directus, outage: Outage) -> None:
    client.availability._listener(outage)


def test_an_outage_is_logged_once_and_each_try_is_shown(destination: Directus) -> None:
    lines, changes = Lines(), []
    outages = Outages(lines.add, lambda: changes.append(1))
    outages.watch("destination", destination)
    for tries in (2, 3, 4):
        tell(destination, Outage(tries, tries * 2.0))
    begun = "Destination not responding – retrying ({} try, up to 5 min)"
    assert lines == ["warning: " + begun.format("2nd")]
    assert outages.current() == [Waiting("destination", 4, begun.format("4th"))]
    tell(destination, Outage(4, 42.4, is_over=True))
    assert lines[1:] == ["info: Destination responds again after 42 s"]
    assert outages.current() == []
    assert len(changes) == 4


def test_an_instance_that_never_answered_is_given_up_after_some_tries() -> None:
    outages, source = Outages(Lines().add, silent), Directus("http://source", "t")
    outages.watch("source", source)
    tell(source, Outage(2, 1.0))
    (waiting,) = outages.current()
    assert waiting.message == "Source not responding – retrying (2nd try, up to 12 tries)"


def test_an_outage_that_only_other_workers_see_is_shown_and_logged(
    destination: Directus,
) -> None:
    lines, changes = Lines(), []
    outages = Outages(lines.add, lambda: changes.append(1))
    outages.watch("destination", destination)
    first, second = (Waiting("destination", tries, f"try {tries}") for tries in (2, 3))
    for waiting in ([], [first], [first], [second]):
        outages.watch_others(waiting)
    assert (outages.current(), lines, len(changes)) == ([second], ["warning: try 2"], 2)
    outages.watch_others([])
    assert (outages.current(), len(changes)) == ([], 3)
    assert lines[1:] == ["info: Destination responds again after 0 s"]


def test_an_outage_that_all_workers_see_is_logged_once(destination: Directus) -> None:
    lines = Lines()
    outages = Outages(lines.add, silent)
    outages.watch("destination", destination)
    tell(destination, Outage(2, 1.0))
    outages.watch_others([Waiting("destination", 2, "try 2")])
    tell(destination, Outage(2, 3.0, is_over=True))
    assert [one.message for one in outages.current()] == ["try 2"]
    outages.watch_others([])
    assert (len(lines), outages.current()) == (2, [])


def test_a_run_that_has_ended_waits_no_longer(destination: Directus) -> None:
    progress = Progress(MigrationRequest(), Recorder())
    progress.outages.watch("destination", destination)
    tell(destination, Outage(2, 1.0))
    assert progress.outages.current()
    progress.finish("cancelled")
    assert progress.outages.current() == []


@pytest.mark.parametrize(
    ("number", "text"), [(2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (21, "21st")]
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text
