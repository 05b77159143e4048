"""The memory that the answers to all checks of one process take together.

Somebody may check several destinations at the same time, and each of their answers may be as large
as an answer may be. So a check takes a share of one budget for what it reads, which grows with its
answers. The oldest check that reads much may always go on, up to what one check may take. The
others have a smaller part between them, and wait if it is used up. So none waits for another that
waits.
"""

from collections.abc import Callable
from threading import Condition

MEGABYTE = 1_000_000
# The descriptions of two sides with 500 collections of 20 fields each fit in.
FOR_ONE = 160 * MEGABYTE
FOR_OTHERS = 10 * MEGABYTE
# What a check takes without asking.
FREE = MEGABYTE


class Budget:
    """The memory of all checks, in bytes. Thread-safe."""

    def __init__(self, for_one: float = FOR_ONE, for_others: float = FOR_OTHERS) -> None:
        self.for_one = for_one
        self._for_others = for_others
        # What each check has taken beyond what is free, the oldest first.
        self._taken: dict[object, float] = {}
        self._changed = Condition()

    @property
    def taken(self) -> float:
        """What all checks have taken."""
        with self._changed:
            return sum(self._taken.values())

    def take(
        self,
        share: object,
        size: float,
        seconds: float,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Let ``share`` grow to ``size``, and wait for that if need be. False: it may not.

        It waits no more once it ``is_given_up``; call ``wake`` then.
        """
        with self._changed:
            before = self._taken.get(share, 0.0)
            if size > max(before, FREE):
                self._taken[share] = before
                self._changed.wait_for(
                    lambda: is_given_up() or self._has_room(share, size), seconds
                )
                if not self._has_room(share, size):
                    self._set(share, before)
                    return False
            self._set(share, size)
            return True

    def wake(self) -> None:
        """Let all that wait look again whether they go on."""
        with self._changed:
            self._changed.notify_all()

    def _has_room(self, share: object, size: float) -> bool:
        first, *others = self._taken
        if share is first:
            return True
        taken = sum(self._taken[other] for other in others if other is not share)
        return taken + size <= self._for_others

    def _set(self, share: object, size: float) -> None:
        if size > FREE:
            self._taken[share] = size
        else:
            self._taken.pop(share, None)
        self._changed.notify_all()
