"""The problems of a run are stored apart from its state, and listed in pages."""

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.resume import resume_run
from sidecar.jobs.run_problems import groups_of
from sidecar.jobs.run_state import NOTHING_YET, State
from sidecar.jobs.run_store import RunStore
from sidecar.migration.report.problems import Problem
from sidecar.migration.report.progress import Progress
from tests.unit.jobs.samples import ORDER, RUN_ID, settings

STATE: State = {**NOTHING_YET, "status": "running"}
POSTS = [
    Problem("posts", str(key), "CONFLICT", f"{key}", ("slug", "title") if key % 2 else ("slug",))
    for key in range(6)
]
ALL = [*POSTS, Problem("tags", "1", "CONFLICT", "1", ("slug",)), Problem("tags", "2", "ABSENT", "")]


def keys(problems: list[dict[str, object]]) -> list[object]:
    return [problem["key"] for problem in problems]


def stored(space: Keyspace) -> tuple[RunStore, State]:
    """A store with ALL problems of a run, and the run's state."""
    run = Progress(ORDER.request, watcher=None)  # type: ignore[arg-type]
    for one in ALL:
        run._add(one)
    store = RunStore(space)
    store.problems.put(RUN_ID, 1, 0, run.problems_after(0))
    return store, {**STATE, **run.state(), "problems": []}


def test_problems_are_listed_page_by_page(space: Keyspace) -> None:
    store, state = stored(space)
    first, total = store.problems.page(RUN_ID, state, 0, 3)
    last, _ = store.problems.page(RUN_ID, state, 6, 3)
    assert (keys(first), keys(last), total) == (["0", "1", "2"], ["1", "2"], 8)
    assert first[1]["columns"] == ["slug", "title"]
    assert store.problems.page(RUN_ID, state, 8, 3) == ([], 8)


def test_what_is_stored_twice_is_listed_once(space: Keyspace) -> None:
    store, state = stored(space)
    store.problems.put(RUN_ID, 1, 0, [{"key": "0"}])
    assert store.problems.count(RUN_ID, state) == len(ALL)


def test_another_attempt_begins_without_problems(space: Keyspace) -> None:
    store, state = stored(space)
    assert store.problems.page(RUN_ID, {**state, "attempt": 2}, 0, 9) == ([], 0)


def test_what_an_earlier_version_stored_in_the_state_is_listed(space: Keyspace) -> None:
    old = [{"resource": "posts", "key": str(key), "code": "GONE", "message": ""} for key in (1, 2)]
    state = {**STATE, "problems": old, "problem_count": 2}
    assert RunStore(space).problems.page(RUN_ID, state, 1, 9) == (old[1:], 2)
    (group,) = groups_of(state)
    assert (group["code"], group["columns"], group["count"]) == ("GONE", (), 2)


def test_a_resumed_run_begins_without_the_problems_of_its_last_attempt(space: Keyspace) -> None:
    store = RunStore(space)
    store.update(RUN_ID, 1, status="interrupted", problem_count=2, problem_groups=[{}])
    resume_run(settings(), space, RUN_ID)
    state = store.state(RUN_ID)
    assert (state["problem_count"], state["problem_groups"]) == (0, [])
