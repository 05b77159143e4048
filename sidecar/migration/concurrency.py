"""Doing several things at the same time, in bounded memory."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from graphlib import TopologicalSorter
from typing import TypeVar

from sidecar.errors import Cancelled

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 2


def read_ahead(items: Iterable[Item], depth: int = AHEAD) -> Iterator[Item]:
    """``items`` in order. A thread fetches up to ``depth`` of them in advance, from this call
    on."""
    iterator = iter(items)
    end = object()
    pool = ThreadPoolExecutor(1)

    def ask() -> "Future[Item | object]":
        return pool.submit(copy_context().run, lambda: next(iterator, end))

    waiting = deque(ask() for _ in range(depth))

    def taken() -> Iterator[Item]:
        with pool:
            try:
                while (item := waiting.popleft().result()) is not end:
                    waiting.append(ask())
                    yield item  # type: ignore[misc]  # the only object that is no item is the end
            finally:
                for future in waiting:
                    future.cancel()

    return taken()


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """``work`` of each of a few ``items``, in order. All of them run at the same time."""
    items = list(items)
    with ThreadPoolExecutor(max(1, len(items))) as pool:
        return [
            future.result()
            for future in [pool.submit(copy_context().run, work, item) for item in items]
        ]


def map_ahead(
    work: Callable[[Item], Result], items: Iterable[Item], depth: int = AHEAD
) -> Iterator[Result]:
    """``work`` of each of ``items``, in order. Up to ``depth`` of them run at the same time."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(depth) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(copy_context().run, work, item))
                if len(waiting) == depth:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def run_in_order(
    tasks: Mapping[str, Callable[[], None]],
    after: Mapping[str, Collection[str]],
    at_once: int,
    large: Collection[str] = (),
) -> None:
    """Run all ``tasks``, up to ``at_once`` at the same time, but never two ``large`` ones.

    A task begins when all tasks of ``after`` are done. Of those that can begin, the first in
    ``tasks`` does. When one raises, no other begins, and its error is raised when those under way
    have ended. Another error than Cancelled takes precedence.
    """
    order = TopologicalSorter({name: set(after.get(name, ())) & tasks.keys() for name in tasks})
    order.prepare()
    rank = {name: number for number, name in enumerate(tasks)}
    ready: list[str] = []
    under_way: dict[Future[None], str] = {}
    failures: list[BaseException] = []
    with ThreadPoolExecutor(at_once) as pool:
        while order.is_active() and not failures:
            ready = sorted([*ready, *order.get_ready()], key=rank.__getitem__)
            while len(under_way) < at_once and (name := _next(ready, large, under_way.values())):
                ready.remove(name)
                under_way[pool.submit(copy_context().run, tasks[name])] = name
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                order.done(under_way.pop(future))
                if error := future.exception():
                    failures.append(error)
        failures += [error for future in wait(under_way).done if (error := future.exception())]
    if failures:
        raise next((error for error in failures if not isinstance(error, Cancelled)), failures[0])


def _next(ready: Iterable[str], large: Collection[str], under_way: Iterable[str]) -> str | None:
    """The first task that may begin."""
    taken = any(name in large for name in under_way)
    return next((name for name in ready if not (taken and name in large)), None)
