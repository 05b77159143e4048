"""The cores of the machine: who runs on which of them, and that they are awake when something is
measured."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

AWAKE_SECONDS = 1.0
CORES = sorted(os.sched_getaffinity(0))
# Large enough that Python lets the other threads run meanwhile.
WORK = bytes(1_000_000)


def halves() -> tuple[set[int], set[int]]:
    """The cores of the destination, and those of all others; the same ones where there is only
    one."""
    half = len(CORES) // 2
    return set(CORES[:half]) or {*CORES}, {*CORES[half:]}


@contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """What is started in the block, by this thread, runs on these ``cores``."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def stopwatch() -> Callable[[], float]:
    """Tells the seconds since it was made, which is when all cores are awake."""
    _wake()
    started = time.perf_counter()
    return lambda: time.perf_counter() - started


def _wake() -> None:
    """Keep all cores busy for a second. Those of a virtual machine that were idle for some seconds
    go at half their speed until they have been busy for as long, and whoever is measured after a
    pause would pay for it."""
    with ThreadPoolExecutor(len(CORES)) as pool:
        list(pool.map(_keep_busy, CORES))


def _keep_busy(core: int) -> None:
    with on({core}):
        until = time.perf_counter() + AWAKE_SECONDS
        while time.perf_counter() < until:
            hashlib.sha256(WORK)
