"""Reading ahead, working ahead, and running side by side what does not depend on each other."""

from collections.abc import Callable, Iterator
from threading import Barrier, Event, Semaphore

import pytest

from sidecar.errors import Cancelled, InvalidRequest
from sidecar.migration.concurrency import map_ahead, read_ahead, run_in_order

SECONDS = 10


def test_what_is_read_ahead_comes_whole_and_in_order() -> None:
    assert list(read_ahead(range(100))) == list(range(100))
    assert list(read_ahead([])) == []


def test_pages_are_read_while_one_is_used_but_no_more_than_two_ahead() -> None:
    read, more = [], Semaphore(0)

    def pages() -> Iterator[int]:
        for page in range(10):
            read.append(page)
            more.release()
            yield page

    ahead = read_ahead(pages(), depth=2)
    assert next(ahead) == 0
    for _ in range(3):
        assert more.acquire(timeout=SECONDS)
    ahead.close()  # type: ignore[attr-defined]
    assert read == [0, 1, 2]


def test_reading_begins_before_anybody_asks_for_the_first_page() -> None:
    begun = Event()

    def pages() -> Iterator[int]:
        begun.set()
        yield 1

    ahead = read_ahead(pages())
    assert begun.wait(SECONDS)
    assert list(ahead) == [1]


def test_an_error_while_reading_ahead_comes_after_the_pages_before_it() -> None:
    def pages() -> Iterator[int]:
        yield 1
        raise InvalidRequest("no", code="NO")

    ahead = read_ahead(pages())
    assert next(ahead) == 1
    with pytest.raises(InvalidRequest):
        next(ahead)


def test_work_goes_on_side_by_side_and_comes_out_in_order() -> None:
    second = Event()

    def work(item: int) -> int:
        if item == 0:
            assert second.wait(SECONDS)
        if item == 1:
            second.set()
        return item

    assert list(map_ahead(work, range(7))) == list(range(7))


def test_what_depends_on_nothing_runs_side_by_side() -> None:
    together = Barrier(3, timeout=SECONDS)
    met: list[int] = []
    run_in_order({name: lambda: met.append(together.wait()) for name in "abc"}, {}, 3)
    assert sorted(met) == [0, 1, 2]


def test_what_comes_after_another_waits_for_it() -> None:
    done: list[str] = []
    tasks = {
        name: lambda name=name: done.append(name) for name in ("posts", "tags", "authors", "roles")
    }
    run_in_order(tasks, {"posts": ["authors", "unknown"], "authors": ["roles"]}, 2)
    assert sorted(done) == sorted(tasks)
    assert done.index("roles") < done.index("authors") < done.index("posts")


def test_large_ones_are_never_side_by_side_but_small_ones_go_beside_them() -> None:
    large, beside = Semaphore(1), Barrier(2, timeout=SECONDS)

    def big() -> None:
        assert large.acquire(blocking=False)
        beside.wait()
        large.release()

    tasks: dict[str, Callable[[], None]] = {"big": big, "bigger": big}
    tasks |= {name: lambda: met.append(beside.wait()) for name in ("small", "smaller")}
    met: list[int] = []
    run_in_order(tasks, {}, 3, large={"big", "bigger"})
    assert len(met) == 2


def test_no_more_begins_after_an_error_and_the_first_real_one_is_raised() -> None:
    begun: list[str] = []
    failed = Event()

    def fail() -> None:
        failed.set()
        raise InvalidRequest("no", code="NO")

    def cancelled() -> None:
        assert failed.wait(SECONDS)
        raise Cancelled("stopped")

    tasks = {"a": fail, "b": cancelled, "c": lambda: begun.append("c")}
    with pytest.raises(InvalidRequest):
        run_in_order(tasks, {"c": ["a"]}, 2)
    assert begun == []
