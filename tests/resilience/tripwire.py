"""Something that happens in the middle of a migration, at a point told by the requests that pass
the proxies."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.stack.delay_proxy import Exchange


@dataclass(frozen=True, slots=True)
class Passage:
    """A request on its way to ``side`` (source or destination), or its answer on the way back."""

    side: str
    method: str
    path: str
    answered: bool


Condition = Callable[[Passage], bool]


class Tripwire:
    """Acts at the first passage that meets a condition, while that is held up; ``sprung`` tells
    that it has."""

    def __init__(self) -> None:
        self.sprung = threading.Event()
        self._armed: tuple[Condition, Callable[[], None]] | None = None
        self._since = 0.0
        self._lock = threading.Lock()

    def arm(self, condition: Condition, act: Callable[[], None]) -> None:
        """Each passage of a request that comes from now on is asked about, once and in turn: what
        somebody asked for who was killed meanwhile may still be on its way."""
        with self._lock:
            self.sprung.clear()
            self._since = time.monotonic()
            self._armed = condition, act

    def disarm(self) -> None:
        with self._lock:
            self._armed = None

    def watch(self, side: str) -> Callable[[Exchange], None]:
        """For the proxy in front of ``side``."""

        def passing(exchange: Exchange) -> None:
            passage = Passage(side, exchange.method, exchange.path, exchange.status is not None)
            with self._lock:
                if (
                    self._armed is None
                    or exchange.came < self._since
                    or not self._armed[0](passage)
                ):
                    return
                _, act = self._armed
                self._armed = None
                act()
                self.sprung.set()

        return passing


def writing_rows(passage: Passage) -> bool:
    """The request creates rows of the project's own collections."""
    return (passage.side, passage.method, passage.answered) == (
        "destination",
        "POST",
        False,
    ) and passage.path.startswith("/items/")


def after(number: int) -> Condition:
    """The passage that is the ``number``-th from now on."""
    passed = 0

    def condition(passage: Passage) -> bool:
        nonlocal passed
        passed += 1
        return passed == number

    return condition
