"""What a run says while an instance does not respond."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sidecar.directus.availability import Outage
from sidecar.directus.client import Directus
from sidecar.migration.report.report import Level

NOT_RESPONDING = "{} not responding – retrying ({} try, {})"  # noqa: RUF001 (a dash is meant)
BACK = "{} responds again after {:.0f} s"
TEENS = range(11, 14)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run waits for one of its sides: "source" or "destination"."""

    side: str
    # The number of the try that is made now.
    tries: int
    message: str


class Outages:
    """The sides of a run that do not respond at present. Threads may share it.

    ``log`` gets a line at the beginning and at the end of an outage; ``changed`` is called then,
    and at each further try.
    """

    def __init__(self, log: Callable[[Level, str], None], changed: Callable[[], None]) -> None:
        self._log = log
        self._changed = changed
        self._waiting: dict[str, Waiting] = {}
        # What other workers of the run wait for, and since when.
        self._elsewhere: dict[str, Waiting] = {}
        self._since: dict[str, float] = {}

    def watch(self, side: str, client: Directus) -> None:
        """Watch the instance behind ``client``, which is this ``side``."""
        client.availability.listen(partial(self._tell, side, client))

    def current(self) -> list[Waiting]:
        """What the run waits for now."""
        return list({**self._elsewhere, **self._waiting}.values())

    def watch_others(self, waiting: Sequence[Waiting]) -> None:
        """Take over what other workers of the run wait for now."""
        now, before = time.monotonic(), self._elsewhere
        self._elsewhere = {one.side: one for one in waiting}
        if self._elsewhere == before:
            return
        for side in self._elsewhere.keys() - before.keys():
            self._since[side] = now
            if side not in self._waiting:
                self._log("warning", self._elsewhere[side].message)
        for side in before.keys() - self._elsewhere.keys():
            if side not in self._waiting:
                self._log("info", BACK.format(side.capitalize(), now - self._since[side]))
        self._changed()

    def clear(self) -> None:
        """The run has ended, and waits no longer."""
        self._waiting, self._elsewhere = {}, {}

    def _tell(self, side: str, client: Directus, outage: Outage) -> None:
        if outage.is_over:
            self._waiting.pop(side, None)
            if side not in self._elsewhere:
                self._log("info", BACK.format(side.capitalize(), outage.seconds))
        else:
            message = NOT_RESPONDING.format(
                side.capitalize(), ordinal(outage.tries), client.patience
            )
            if side not in {**self._elsewhere, **self._waiting}:
                self._log("warning", message)
            self._waiting[side] = Waiting(side, outage.tries, message)
        self._changed()


def ordinal(number: int) -> str:
    """A number as in 1st, 2nd, 3rd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in TEENS else ending}"
