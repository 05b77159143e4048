"""The problems of a run in Redis: apart from its state, which every poll reads and every save
writes."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_index import KEPT_SECONDS
from sidecar.jobs.run_state import State, attempt_of
from sidecar.jobs.run_summary import with_short_texts
from sidecar.masking import mask_values
from sidecar.migration.report.problems import Problem, ProblemGroups

Document = dict[str, Any]
PER_READ = 1_000


class RunProblems:
    """The listed problems of the runs of one source. Every method raises RedisError.

    Each attempt at a run has its own: it begins with none.
    """

    def __init__(self, space: Keyspace) -> None:
        self._space = space
        self._redis = space.redis

    def put(self, run_id: str, attempt: int, position: int, problems: Sequence[Document]) -> None:
        """Store ``problems`` from ``position`` on. Repeating it changes nothing."""
        if not problems:
            return
        key = self._key(run_id, attempt)
        entries = {
            str(position + i): json.dumps(mask_values(with_short_texts(one)))
            for i, one in enumerate(problems)
        }
        with self._redis.pipeline() as pipe:
            pipe.hset(key, mapping=entries)  # type: ignore[arg-type]
            pipe.expire(key, KEPT_SECONDS)
            pipe.execute()

    def count(self, run_id: str, state: State) -> int:
        """How many problems of the run are listed."""
        return len(state["problems"]) or self._redis.hlen(self._key(run_id, attempt_of(state)))

    def page(
        self, run_id: str, state: State, offset: int, limit: int
    ) -> tuple[list[Document], int]:
        """``limit`` of the listed problems of a run in ``state``, from ``offset`` on, and the
        number of all that are listed."""
        problems = list(self._read(run_id, state, offset, offset + limit))
        return problems, self.count(run_id, state)

    def _read(self, run_id: str, state: State, start: int, end: int) -> Iterator[Document]:
        if stored := state["problems"]:
            # An earlier version kept them in the state.
            yield from stored[start:end]
            return
        key = self._key(run_id, attempt_of(state))
        for first in range(start, end, PER_READ):
            fields = [str(position) for position in range(first, min(first + PER_READ, end))]
            yield from (json.loads(line) for line in self._redis.hmget(key, fields) if line)

    def _key(self, run_id: str, attempt: int) -> str:
        return f"{self._space.run_key(run_id)}:problems:{attempt}"


def groups_of(state: State) -> list[Document]:
    """How many problems of each kind a run in ``state`` has."""
    if state["problems"] and not state["problem_groups"]:
        # An earlier version did not count them.
        groups = ProblemGroups()
        for one in state["problems"]:
            groups.add(problem_of(one))
        return groups.document()
    return list(state["problem_groups"])


def with_problem(groups: Sequence[Document], problem: Problem) -> list[Document]:
    """``groups`` with one problem more."""
    counted = ProblemGroups(groups)
    counted.add(problem)
    return counted.document()


def problem_of(document: Document) -> Problem:
    """The problem of a stored ``document``. Earlier versions stored no columns."""
    return Problem(**{**document, "columns": tuple(document.get("columns", ()))})
