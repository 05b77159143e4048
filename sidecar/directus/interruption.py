"""Giving up what is asked of instances when a run is to stop: what waits at once, what is under way
soon."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from sidecar.directus.client import Directus
from sidecar.directus.pace import always

LOOK_SECONDS = 0.25
# Most requests end by themselves in that time, so that it is known what became of them.
GRACE_SECONDS = 1.5


@contextmanager
def interruptible(instances: Sequence[Directus], go_on: Callable[[], None]) -> Iterator[None]:
    """A block whose requests to ``instances`` are given up when ``go_on`` raises, which it does
    ever after. Requests that wait raise the same; those under way may end within GRACE_SECONDS, and
    are broken off then."""
    over = Event()
    breaker = Thread(target=_break_off_when_told, args=(instances, go_on, over), daemon=True)
    for instance in instances:
        instance.pace.go_on = go_on
    breaker.start()
    try:
        yield
    except BaseException:
        # What others do besides this block is of no use any more either.
        _break_off(instances)
        raise
    finally:
        over.set()
        breaker.join()
        for instance in instances:
            instance.pace.go_on = always


def _break_off_when_told(
    instances: Sequence[Directus], go_on: Callable[[], None], over: Event
) -> None:
    while not over.wait(LOOK_SECONDS):
        if not _may(go_on):
            break
    over.wait(GRACE_SECONDS)
    # Again and again: one that was just being opened is not there yet the first time.
    while not over.wait(LOOK_SECONDS):
        _break_off(instances)


def _may(go_on: Callable[[], None]) -> bool:
    try:
        go_on()
    except Exception:
        return False
    return True


def _break_off(instances: Sequence[Directus]) -> None:
    for instance in instances:
        instance.abort()
