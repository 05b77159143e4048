"""What the answers to one check take in memory, while they are read and when they are parsed."""

import gc
import math
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local
from traceback import clear_frames
from typing import Any

from sidecar.directus.memory_budget import MEGABYTE, Budget
from sidecar.errors import AnswerTooLarge, Cancelled, InvalidRequest

# An answer takes its memory in such steps.
STEP = MEGABYTE // 2
LARGE = 10 * MEGABYTE
# What a value in JSON takes as a rule while it is parsed, and what an object takes beyond that.
BYTES_PER_VALUE, BYTES_PER_OBJECT = 64, 100
USUAL_NAMES = 100
# Of answers that nobody keeps, so many may still be in use.
RECENT = 4
TOO_MUCH = (
    "{} sent more than fits into the {:.0f} MB of memory that a check may take. Use the command "
    "line, which has no such limit"
)
BUSY = (
    "Other checks take the memory that checks may have. Try again in a minute, or use the command "
    "line"
)
GIVEN_UP = "Nobody waits for these answers any more"
BUSY_CODE = "MEMORY_BUSY"
_current = local()


class Share:
    """What the answers to one check take, until it is closed. Its threads may share it.

    Every method that takes more raises AnswerTooLarge, InvalidRequest (503) when other checks leave
    too little until ``ends_at``, a time of ``time.monotonic``, and Cancelled once it is given up.
    """

    def __init__(self, budget: Budget, ends_at: float = math.inf) -> None:
        self._budget = budget
        self._ends_at = ends_at
        self._size = 0.0
        self._recent: deque[float] = deque()
        # Parsing takes most, so answers of one check are parsed one by one.
        self.parsing = Lock()
        self._lock = Lock()
        self._is_given_up = False

    def give_up(self) -> None:
        """Take no more, and wait for no other check."""
        self._is_given_up = True
        self._budget.wake()

    def close(self) -> None:
        """Give everything back. What a thread still reads is given up."""
        self.give_up()
        if self._size > LARGE:
            # An error of one of several threads is a cycle, which holds what the others have read.
            gc.collect()
        self._resize(-self._size, "")

    @contextmanager
    def answer(
        self, url: str, *, is_kept: bool, ends_at: float = math.inf
    ) -> Iterator["AnswerMemory"]:
        """Count the answer from ``url`` that this thread reads and parses in the block.

        The check keeps an answer that ``is_kept`` as long as it lasts, and others for a moment. No
        other check is waited for after ``ends_at``.
        """
        answer = AnswerMemory(self, url, ends_at)
        outer = current_answer()
        _current.answer = answer
        try:
            yield answer
        except BaseException as error:
            # Otherwise the error would hold what was read.
            clear_frames(error.__traceback__)
            answer.resize(0)
            raise
        finally:
            answer.end_parsing()
            _current.answer = outer
        if not is_kept:
            self._forget_oldest(answer.size)

    def _forget_oldest(self, size: float) -> None:
        with self._lock:
            self._recent.append(size)
            gone = self._recent.popleft() if len(self._recent) > RECENT else 0.0
        self._resize(-gone, "")

    def _resize(self, more: float, url: str, ends_at: float = math.inf) -> None:
        with self._lock:
            size = self._size + more
            if more > 0:
                self._require_wanted()
            if more > 0 and size > self._budget.for_one:
                raise AnswerTooLarge(TOO_MUCH.format(url, self._budget.for_one / MEGABYTE))
            seconds = max(0.0, min(self._ends_at, ends_at) - time.monotonic())
            if not self._budget.take(self, size, seconds, lambda: self._is_given_up):
                self._require_wanted()
                raise InvalidRequest(BUSY, code=BUSY_CODE, status=503)
            self._size = size

    def _require_wanted(self) -> None:
        if self._is_given_up:
            raise Cancelled(GIVEN_UP)


class AnswerMemory:
    """What one answer takes."""

    def __init__(self, share: Share, url: str, ends_at: float) -> None:
        self.size = 0.0
        self._ends_at = ends_at
        self._share = share
        self._url = url
        self._is_parsing = False

    def resize(self, size: float) -> None:
        """Take ``size`` bytes in all."""
        self._share._resize(size - self.size, self._url, self._ends_at)
        self.size = size

    def read(self, size: float) -> None:
        """Count ``size`` bytes that were read so far: in parts, and once more when they are
        joined."""
        if 2 * size - self.size > STEP:
            self.resize(2 * size + STEP)

    def parse(self, content: bytes) -> None:
        """Count what parsing ``content`` takes at most, as a rule: a copy, and the document."""
        size = len(content)
        if size <= STEP:
            return
        self.resize(size)
        self._is_parsing = self._share.parsing.acquire()
        values = content.count(b",") + content.count(b"[")
        objects = content.count(b"{")
        self.resize(3 * size + BYTES_PER_VALUE * values + BYTES_PER_OBJECT * objects)

    def parsed(self, document: Any) -> None:
        """Count what the document takes indeed."""
        if self.size:
            self.resize(size_of(document))

    def end_parsing(self) -> None:
        """Let other answers be parsed."""
        if self._is_parsing:
            self._is_parsing = False
            self._share.parsing.release()


def current_answer() -> AnswerMemory | None:
    """Return the answer that this thread reads and that is counted."""
    answer: AnswerMemory | None = getattr(_current, "answer", None)
    return answer


def size_of(document: Any) -> float:
    """Return about how many bytes a parsed document takes."""
    size = 0
    left = [document]
    while left:
        value = left.pop()
        kind = type(value)
        if kind is str or kind is float:
            size += sys.getsizeof(value)
        elif kind is list:
            size += sys.getsizeof(value)
            left += value
        elif kind is dict:
            size += sys.getsizeof(value)
            left += value.values()
            # Objects of Directus have the same few names, which exist once.
            if len(value) > USUAL_NAMES:
                left += value
    return size
