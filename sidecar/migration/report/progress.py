"""Changes the report of a run while the run goes, and tells whoever watches."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from threading import Lock
from typing import Any, Protocol

from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import MigrationError
from sidecar.logs import stage_of_log
from sidecar.migration.report.digests import Digests
from sidecar.migration.report.outages import Outages
from sidecar.migration.report.outcomes import Outcome, Outcomes
from sidecar.migration.report.problems import Problem
from sidecar.migration.report.report import (
    FileProof,
    Level,
    Note,
    Report,
    ResourceReport,
    Stage,
    Status,
)
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import Resource

# The report counts further problems, and does not list them.
MAX_PROBLEMS = 10_000
# A run remembers so many keys of rows with problems.
MAX_KEYS = 100_000


class Watcher(Protocol):
    """Watches a run. The threads of the run call it."""

    def line(self, level: Level, stage: str | None, message: str) -> None:
        """A line of the log."""

    def changed(self, progress: "Progress") -> None:
        """Numbers have changed. Called often, so a watcher chooses when to read them."""

    def transferred(self, file: FileProof) -> None:
        """A file has arrived."""

    def cancel_requested(self) -> bool:
        """Whether somebody wants the run to stop.

        Raises Interrupted when the process stops and another one takes over, and Cancelled if there
        is another reason to stop.
        """


class Progress:
    """The progress of one run. Threads may share it."""

    def __init__(
        self,
        request: MigrationRequest,
        watcher: Watcher,
        limiters: Mapping[str, AdaptiveLimiter] | None = None,
    ) -> None:
        """``limiters`` are those of source and destination, by these names."""
        self.report = Report(request)
        self.watcher = watcher
        self.limiters = limiters or {}
        self.outages = Outages(self.log, lambda: watcher.changed(self))
        self._stage: Stage | None = None
        self._keys: dict[str, set[str]] = {}
        self._key_count = 0
        self._lock = Lock()

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Run a block as the stage ``name``. It ends done, or failed when the block raises."""
        stage = next(stage for stage in self.report.stages if stage.name == name)
        self._stage = stage
        stage.status = "running"
        token = stage_of_log.set(name)
        self.watcher.changed(self)
        began = time.monotonic()
        try:
            yield stage
        except BaseException:
            stage.status = "failed"
            raise
        else:
            stage.status = "done"
        finally:
            stage.seconds = round(time.monotonic() - began, 3)
            stage_of_log.reset(token)
            self.watcher.changed(self)

    def set_sides(self, source: dict[str, str], destination: dict[str, str]) -> None:
        """Record URL, version and vendor of both sides."""
        self.report.source, self.report.destination = source, destination
        for name, side in (("Source", source), ("Destination", destination)):
            self.log("info", "{0}: {url}, Directus {version} on {vendor}".format(name, **side))

    def skip_stages(self, *names: str) -> None:
        """Mark stages as not needed."""
        for stage in self.report.stages:
            if stage.name in names:
                stage.status = "skipped"

    def add_resource(
        self,
        resource: Resource,
        rows: int,
        compared_by: tuple[str, ...] = (),
        bytes_total: int = 0,
    ) -> None:
        """Add a resource with so many ``rows`` at the source, and so many bytes of files.
        ``compared_by`` says what is compared by meaning."""
        with self._lock:
            self.report.resources[resource.name] = ResourceReport(
                resource.name,
                resource.kind,
                source=rows,
                comparison="by meaning" if compared_by else "exact",
                compared_by=compared_by,
                bytes_total=bytes_total,
            )

    def turn_to(self, resource: Resource) -> None:
        """The run goes on with ``resource``."""
        self.report.current = resource.name
        self.watcher.changed(self)

    def add_evidence(self, resource: Resource, digests: Digests) -> None:
        """Record the digests of the rows of ``resource`` that were compared."""
        row = self.report.resources[resource.name]
        row.compared = digests.rows
        row.source_digest, row.destination_digest = digests.source, digests.destination

    def count(self, resource: Resource, **counts: int) -> None:
        """Add to the numbers of a resource, as ``count(posts, created=5)``."""
        with self._lock:
            row = self.report.resources[resource.name]
            for name, number in counts.items():
                setattr(row, name, getattr(row, name) + number)
        self.watcher.changed(self)

    def count_schema(self, **counts: int) -> None:
        """Add to the numbers of the schema, as ``count_schema(changed=-1)``, once they are
        known."""
        with self._lock:
            if schema := self.report.schema:
                for name, number in counts.items():
                    schema[name] += number

    def settle(self, name: str, outcomes: Outcomes) -> None:
        """Record what became of the rows of a resource.

        ``source`` becomes their number: rows may have come or gone at the source since the plan.
        """
        with self._lock:
            row = self.report.resources[name]
            row.rows, row.source = outcomes, outcomes.total
        self.watcher.changed(self)

    def count_only_at_destination(self, resource: Resource, rows: int) -> None:
        """Record how many rows of the destination the source does not have."""
        with self._lock:
            self.report.resources[resource.name].only_at_destination = rows

    def spoil(self, name: str, *outcomes: Outcome) -> None:
        """A row of a settled resource has a problem after all. It was counted as one of
        ``outcomes``."""
        with self._lock:
            if rows := self.report.resources[name].rows:
                rows.move("problem", *outcomes)

    def advance(self, rows: int) -> None:
        """The current stage has done ``rows`` more rows."""
        with self._lock:
            if self._stage:
                self._stage.done += rows
        self.watcher.changed(self)

    def problem(
        self,
        resource: str | None,
        key: Any,
        code: str,
        message: str,
        columns: Sequence[str] = (),
    ) -> None:
        """Add a problem. The run then does not end as completed."""
        key = None if key is None else str(key)
        if self._add(Problem(resource, key, code, message, tuple(columns))):
            place = " ".join(part for part in (resource, key) if part)
            where = f"{place}: " if place else ""
            self.log("warning", f"{where}{message} ({code})")

    def add_problem_rows(self, resource: str, code: str, rows: int) -> None:
        """Say for how many rows a problem without a key stands."""
        with self._lock:
            self.report.problem_groups.add_rows(resource, code, rows)

    def note(self, resource: str, code: str, column: str | None, message: str, count: int) -> None:
        """Add a note. Counts of the same resource, code and column add up."""
        with self._lock:
            before = self.report.notes.get((resource, code, column))
            total = count + (before.count if before else 0)
            self.report.notes[resource, code, column] = Note(resource, code, column, message, total)

    def keys_with_problems(self, resource: str, keys: Iterable[Any]) -> set[str]:
        """Those of ``keys``, as text, that a problem of ``resource`` names by now. A run remembers
        MAX_KEYS."""
        asked = {str(key) for key in keys}
        with self._lock:
            return asked & self._keys.get(resource, frozenset())

    def log(self, level: Level, message: str) -> None:
        """Add a line to the log."""
        self.watcher.line(level, self._stage.name if self._stage else None, message)

    def finish(self, status: Status, message: str | None = None) -> None:
        """End the run. "completed" becomes "completed_with_problems" when there are any."""
        with_problems = status == "completed" and self.report.problem_count
        self.report.status = "completed_with_problems" if with_problems else status
        self.report.message = message
        self.report.current = None
        self.outages.clear()
        self.report.seconds = time.monotonic() - self.report.started
        self.watcher.changed(self)

    def stop(self, status: Status, error: MigrationError) -> None:
        """End the run because of ``error``, which becomes a problem and one line of the log."""
        self._add(Problem(None, None, error.code, error.message))
        self.log("error", f"{error.message} ({error.code})")
        self.finish(status, error.message)

    def _add(self, problem: Problem) -> bool:
        """Count a problem, and list it if there is room; returns whether there was."""
        with self._lock:
            self.report.problem_count += 1
            self.report.problem_groups.add(problem)
            self._remember_key(problem)
            if problem.resource in self.report.resources:
                self.report.resources[problem.resource].problems += 1
            has_room = len(self.report.problems) < MAX_PROBLEMS
            if has_room:
                self.report.problems.append(problem)
            return has_room

    def _remember_key(self, problem: Problem) -> None:
        if problem.resource is None or problem.key is None or self._key_count >= MAX_KEYS:
            return
        keys = self._keys.setdefault(problem.resource, set())
        self._key_count += problem.key not in keys
        keys.add(problem.key)

    def state(self) -> dict[str, Any]:
        """The report as plain data without the list of problems, while threads change it."""
        with self._lock:
            return self.report.state()

    def problems_after(self, position: int) -> list[dict[str, Any]]:
        """The listed problems from ``position`` on as plain data, while threads add more."""
        return [asdict(problem) for problem in self.report.problems[position:]]
