"""The report of one run: stages, counts, problems and notes, gathered while it runs and rendered as
plain data.

It is written to by the threads of the run and read by whoever watches. Every number in it was
counted, none guessed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any, Literal, Protocol

from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import Cancelled, MigrationError
from sidecar.logs import stage_of_log
from sidecar.migration.report.digests import Digests
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import Resource

Status = Literal[
    "queued",
    "running",
    "completed",
    "completed_with_problems",
    "refused",
    "failed",
    "cancelled",
    "interrupted",
]
Level = Literal["info", "warning", "error"]
STAGES = ("extract", "plan", "apply", "verify")
MAX_PROBLEMS = 10_000  # more of them are counted, and not told apart


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not arrive as it should; ``code`` is Directus' own where it refused."""

    resource: str | None
    key: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that cannot travel, or travels changed by design; not a failure. ``count`` of rows
    it is true of."""

    resource: str
    code: str
    column: str | None
    message: str
    count: int


@dataclass(slots=True)
class Stage:
    """``done`` of ``total`` rows and files; a total of 0 is not known yet. ``status`` is pending,
    running, done, … ``seconds`` are known at its end."""

    name: str
    status: str = "pending"
    done: int = 0
    total: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class ResourceReport:
    """Rows of one resource. A dry run fills create … missing_reference, a real one created …
    different and the digests (SHA-256 over the ``compared`` rows as they should be, and as they
    are). Between two databases rows are compared by meaning where they show the same otherwise;
    ``compared_by`` says in words what that is."""

    name: str
    kind: str
    source: int = 0
    create: int = 0
    unchanged: int = 0
    conflicting: int = 0
    missing_reference: int = 0
    created: int = 0
    skipped: int = 0
    failed: int = 0
    verified: int = 0
    different: int = 0
    problems: int = 0
    bytes: int = 0
    compared: int = 0
    source_digest: str | None = None
    destination_digest: str | None = None
    comparison: Literal["exact", "by meaning"] = "exact"
    compared_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileProof:
    """A file that was transferred, and read back from the destination with the same ``sha256``;
    ``size`` in bytes."""

    id: str
    name: str
    size: int
    sha256: str


class Watcher(Protocol):
    """Somebody who looks on while a run goes."""

    def line(self, level: Level, stage: str | None, message: str) -> None:
        """A line of the log."""

    def changed(self, report: "Report") -> None:
        """Numbers have changed; called often, so a watcher chooses when to look."""

    def transferred(self, file: FileProof) -> None:
        """A file has arrived."""

    def cancel_requested(self) -> bool:
        """Whether somebody wants the run to stop; asked between batches. Raises Interrupted when
        the process is being stopped, and another one is to go on."""


@dataclass
class Report:
    """One run, as far as it has come. ``schema`` and the two sides are plain data, None until
    known; ``current`` names the resource that is being worked at; ``paces`` are those of source and
    destination."""

    request: MigrationRequest
    watcher: Watcher
    status: Status = "running"
    message: str | None = None
    source: dict[str, str] | None = None
    destination: dict[str, str] | None = None
    schema: dict[str, int] | None = None
    stages: list[Stage] = field(default_factory=lambda: [Stage(name) for name in STAGES])
    current: str | None = None
    resources: dict[str, ResourceReport] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    paces: dict[str, AdaptiveLimiter] = field(default_factory=dict)
    stopping: bool = False
    notes: dict[tuple[str, str, str | None], Note] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    _stage: Stage | None = None
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Run a block as the stage ``name``; it ends done, or failed when the block raises."""
        self.check_cancelled()
        self._stage = next(stage for stage in self.stages if stage.name == name)
        self._stage.status = "running"
        before = stage_of_log.set(name)
        self.watcher.changed(self)
        began = time.monotonic()
        try:
            yield self._stage
        except BaseException:
            self._stage.status = "failed"
            raise
        else:
            self._stage.status = "done"
        finally:
            self._stage.seconds = round(time.monotonic() - began, 3)
            stage_of_log.reset(before)
            self.watcher.changed(self)

    def skip_stages(self, *names: str) -> None:
        """They are not needed."""
        for stage in self.stages:
            if stage.name in names:
                stage.status = "skipped"

    def add_resource(
        self, resource: Resource, rows: int, compared_by: tuple[str, ...] = ()
    ) -> None:
        """``compared_by`` are words for what is compared by its meaning."""
        comparison: Literal["exact", "by meaning"] = "by meaning" if compared_by else "exact"
        with self._lock:
            self.resources[resource.name] = ResourceReport(
                resource.name,
                resource.kind,
                source=rows,
                comparison=comparison,
                compared_by=compared_by,
            )

    def turn_to(self, resource: Resource) -> None:
        """The run goes on with ``resource``."""
        self.current = resource.name
        self.watcher.changed(self)

    def put_in_evidence(self, resource: Resource, digests: Digests) -> None:
        """Take down what was compared of ``resource``."""
        row = self.resources[resource.name]
        row.compared, row.source_digest, row.destination_digest = (
            digests.rows,
            digests.source,
            digests.destination,
        )

    def count(self, resource: Resource, **counts: int) -> None:
        """Add to the numbers of a resource, as ``count(posts, created=5)``."""
        with self._lock:
            row = self.resources[resource.name]
            for name, number in counts.items():
                setattr(row, name, getattr(row, name) + number)
        self.watcher.changed(self)

    def advance(self, rows: int) -> None:
        """The current stage has come ``rows`` further. Raises Cancelled when somebody asked for
        that."""
        with self._lock:
            if self._stage:
                self._stage.done += rows
        self.watcher.changed(self)
        self.check_cancelled()

    @contextmanager
    def together(self) -> Iterator[None]:
        """A block that runs beside others; when it fails, they stop at their next batch."""
        try:
            yield
        except BaseException:
            self.stopping = True
            raise

    def check_cancelled(self) -> None:
        """Raises Cancelled when somebody asked for that, or something beside us failed."""
        if self.watcher.cancel_requested() or self.stopping:
            raise Cancelled(
                "The run was cancelled; start it again and it continues where it left off"
            )

    def problem(self, resource: str | None, key: Any, code: str, message: str) -> None:
        """Take down something that did not arrive as it should; the run then does not end as
        completed."""
        with self._lock:
            self.problem_count += 1
            if resource in self.resources:
                self.resources[resource].problems += 1
            if len(self.problems) == MAX_PROBLEMS:
                return
            self.problems.append(
                Problem(resource, None if key is None else str(key), code, message)
            )
        where = f"{resource or 'run'}{'' if key is None else f' {key}'}"
        self.log("warning", f"{where}: {message} ({code})")

    def note(self, resource: str, code: str, column: str | None, message: str, count: int) -> None:
        """Take down something that cannot travel; counts of the same resource, code and column add
        up."""
        with self._lock:
            before = self.notes.get((resource, code, column))
            total = count + (before.count if before else 0)
            self.notes[resource, code, column] = Note(resource, code, column, message, total)

    def log(self, level: Level, message: str) -> None:
        self.watcher.line(level, self._stage.name if self._stage else None, message)

    def finish(self, status: Status, message: str | None = None) -> None:
        """The run is over. "completed" becomes "completed_with_problems" when there were any."""
        with_problems = status == "completed" and self.problem_count
        self.status = "completed_with_problems" if with_problems else status
        self.message = message
        self.current = None
        self.seconds = time.monotonic() - self.started
        self.watcher.changed(self)

    def stop(self, status: Status, error: MigrationError) -> None:
        """The run is over because of ``error``, which is named among the problems too."""
        self.problem(None, None, error.code, error.message)
        self.finish(status, error.message)

    def document(self) -> dict[str, Any]:
        """The report as plain data: what ``sidecar migrate --json`` prints."""
        with self._lock:
            return {
                "status": self.status,
                "dry_run": self.request.dry_run,
                "references": self.request.references,
                "seconds": round(self.seconds or time.monotonic() - self.started, 3),
                "message": self.message,
                "source": self.source,
                "destination": self.destination,
                "schema": self.schema,
                "stages": [asdict(stage) for stage in self.stages],
                "resources": [asdict(row) for row in self.resources.values()],
                "problems": [asdict(problem) for problem in self.problems],
                "problem_count": self.problem_count,
                "notes": [asdict(note) for note in self.notes.values()],
            }
