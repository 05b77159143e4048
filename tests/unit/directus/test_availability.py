"""When an instance counts as not responding, and what is told about it."""

from contextlib import suppress
from threading import Barrier, Thread

import pytest

from sidecar.directus.availability import Availability, Outage
from sidecar.errors import BadGateway, DirectusError, DirectusRejected, Overloaded, Unreachable

LOST = Unreachable("refused")


class Watched:
    """An availability whose time a test moves, and what its listener was told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[Outage] = []
        self.availability = Availability(lambda: self.now)
        self.availability.listen(self.told.append)

    def send(self, error: DirectusError | None = None, seconds: float = 0.0) -> None:
        """One request that takes ``seconds`` and ends with ``error``, or with an answer."""
        with suppress(DirectusError), self.availability.request():
            self.now += seconds
            if error:
                raise error


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_an_outage_begins_with_the_second_try_and_ends_with_an_answer(watched: Watched) -> None:
    watched.send(seconds=3)
    watched.now += 10
    watched.send(LOST)
    assert watched.told == []
    watched.now += 1
    watched.send(BadGateway(""))
    watched.now += 1
    watched.send()
    assert watched.told == [Outage(2, 1.0), Outage(3, 2.0), Outage(3, 2.0, is_over=True)]
    watched.send()
    assert len(watched.told) == 3


def test_a_request_that_is_lost_once_right_after_an_answer_is_no_outage(watched: Watched) -> None:
    watched.send()
    watched.send(LOST)
    watched.send()
    assert watched.told == []
    watched.send(LOST)
    watched.send(LOST)
    watched.send()
    assert watched.told == [Outage(3, 0.0, is_over=False), Outage(3, 0.0, is_over=True)]


@pytest.mark.parametrize(
    "error", [DirectusRejected("", code="X", status=400), Overloaded(""), None]
)
def test_whatever_an_instance_answers_it_responds(
    watched: Watched, error: DirectusError | None
) -> None:
    assert not watched.availability.has_answered
    watched.send(LOST)
    assert not watched.availability.has_answered
    watched.send(error)
    assert watched.availability.has_answered
    assert watched.told == [Outage(2, 0.0), Outage(2, 0.0, is_over=True)]


def test_the_tries_of_other_threads_are_not_added_up(watched: Watched) -> None:
    together = Barrier(3)

    def try_twice() -> None:
        together.wait()
        watched.send(LOST)
        together.wait()
        watched.send(LOST)
        together.wait()

    threads = [Thread(target=try_twice) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {outage.tries for outage in watched.told} == {2}
