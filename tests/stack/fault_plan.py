"""Which requests meet which fault: drawn from a seed, so that what was found once can be found
again."""

import random
from collections import Counter
from collections.abc import Mapping
from enum import Enum


class Fault(Enum):
    """What can happen to a request on its way."""

    RESET_BEFORE = "the connection is reset before the request was handled"
    RESET_AFTER = "the connection is reset after the request was handled"
    BAD_GATEWAY = "502 with a page, and the request was not handled"
    UNAVAILABLE = "503 with a page, and the request was not handled"
    STORM = "429 with Retry-After, for this request and those that come soon"
    STALL = "the answer is held back for longer than anybody waits"
    TRUNCATED = "the answer ends in its middle"
    ERROR_PAGE = "500 with a page, and the request was not handled"
    PAGE = "200 with a page, and the request was not handled"
    EXPIRED = "401, from then on"


# No run gets past one of these, and whoever starts it again meets no more of them than that.
MOST = {Fault.PAGE: 2}


class FaultPlan:
    """Draws faults with the given ``shares`` of requests, each from 0 to 1. The n-th request of a
    method to a path always meets the same for one seed, whatever else is asked meanwhile. ``only``
    requests of a method to a path with a beginning meet any, and ``times`` of them at most. ``met``
    counts them."""

    def __init__(
        self,
        shares: Mapping[Fault, float],
        number: int,
        only: tuple[str, str] = ("", ""),
        times: int | None = None,
    ) -> None:
        self._shares = dict(shares)
        self._only = only
        self._times = times
        self._seed = number
        self._asked: Counter[tuple[str, str]] = Counter()
        self.met: Counter[Fault] = Counter()

    def draw(self, method: str, path: str) -> Fault | None:
        """The fault of the next such request; None for one that goes well."""
        if not method.startswith(self._only[0]) or not path.startswith(self._only[1]):
            return None
        if self._times is not None and self.met.total() >= self._times:
            return None
        self._asked[method, path] += 1
        drawn = random.Random(f"{self._seed} {method} {path} {self._asked[method, path]}").random()
        for fault, share in self._shares.items():
            if drawn < share:
                if self.met[fault] == MOST.get(fault):
                    return None
                self.met[fault] += 1
                return fault
            drawn -= share
        return None
