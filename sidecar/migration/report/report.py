"""The report of one run as data: stages, counts, problems and notes.

``Progress`` fills it while the run goes. Every number in it was counted, none guessed.
"""

import time
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sidecar.migration.report.outcomes import Outcomes, describe
from sidecar.migration.report.problems import Problem, ProblemGroups
from sidecar.migration.request import MigrationRequest
from sidecar.resources.display_losses import CODES as NOT_SHOWN

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


@dataclass(frozen=True, slots=True)
class Note:
    """Something that cannot travel, or travels changed by design. It is no failure."""

    resource: str
    code: str
    column: str | None
    message: str
    # How many rows it concerns.
    count: int


@dataclass(slots=True)
class Stage:
    """One stage of a run."""

    name: str
    # pending, running, done, failed or skipped.
    status: str = "pending"
    # Rows and files.
    done: int = 0
    # 0: not known yet.
    total: int = 0
    # Known when the stage has ended.
    seconds: float = 0.0


@dataclass(slots=True)
class ResourceReport:
    """The rows of one resource, in numbers."""

    name: str
    kind: str
    source: int = 0
    # What a dry run counts.
    create: int = 0
    unchanged: int = 0
    conflicting: int = 0
    missing_reference: int = 0
    # What a real run counts.
    created: int = 0
    skipped: int = 0
    failed: int = 0
    verified: int = 0
    different: int = 0
    # Existing rows that got the source's values, or would get them.
    updated: int = 0
    # Existing rows that both sides have changed since the last run.
    conflicts: int = 0
    # Rows of the destination that the source does not have. None: not known, as not all rows of the
    # collection are selected.
    only_at_destination: int | None = None
    problems: int = 0
    bytes: int = 0
    # Bytes of the files that the destination does not have, as far as it is known by now.
    bytes_total: int = 0
    # What became of each row. None: not known yet.
    rows: Outcomes | None = None
    # The rows in the digests: SHA-256 of the rows as they should be, and as they are.
    compared: int = 0
    source_digest: str | None = None
    destination_digest: str | None = None
    # Two databases may show the same value differently. Then values are compared by meaning.
    comparison: Literal["exact", "by meaning"] = "exact"
    # What is compared by meaning, in words.
    compared_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileProof:
    """A file that was transferred and read back from the destination with the same checksum."""

    id: str
    name: str
    # In bytes.
    size: int
    sha256: str


@dataclass
class Report:
    """One run, as far as it has come."""

    request: MigrationRequest
    status: Status = "running"
    message: str | None = None
    # URL, version and vendor of each side. None: not known yet.
    source: dict[str, str] | None = None
    destination: dict[str, str] | None = None
    # Counts of the schema diff. None: not known yet.
    schema: dict[str, int] | None = None
    # What was selected, and what it comes to. None: everything, or not known yet.
    selection: dict[str, Any] | None = None
    # What it adds, by kind: collections, fields and relations.
    schema_added: dict[str, int] | None = None
    stages: list[Stage] = field(default_factory=lambda: [Stage(name) for name in STAGES])
    # The resource that the run works on.
    current: str | None = None
    resources: dict[str, ResourceReport] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # All problems, also those that are not listed.
    problem_count: int = 0
    problem_groups: ProblemGroups = field(default_factory=ProblemGroups)
    notes: dict[tuple[str, str, str | None], Note] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    @property
    def as_shown(self) -> bool:
        """Whether Directus does not show all that the source stores, so that the verification did
        not see it."""
        return any(note.code in NOT_SHOWN for note in self.notes.values())

    @property
    def has_verified(self) -> bool:
        """Whether the run has compared what arrived."""
        return any(stage.name == "verify" and stage.status == "done" for stage in self.stages)

    @property
    def summary(self) -> str | None:
        """A sentence with what became of all rows. None: the run has not come so far."""
        rows = [row.rows for row in self.resources.values() if row.rows is not None]
        if not self.status.startswith("completed") or len(rows) < len(self.resources):
            return None
        return describe(
            rows,
            sum(row.verified for row in self.resources.values()),
            dry_run=self.request.dry_run,
            as_shown=self.as_shown,
            problems=self.problem_count,
        )

    @property
    def transferred(self) -> tuple[int, int]:
        """The bytes of files that were transferred, and of all files to transfer."""
        rows = self.resources.values()
        return sum(row.bytes for row in rows), sum(row.bytes_total for row in rows)

    def document(self) -> dict[str, Any]:
        """The report as plain data: what ``sidecar migrate --json`` prints."""
        return {**self.state(), "problems": [asdict(problem) for problem in self.problems]}

    def state(self) -> dict[str, Any]:
        """The report as plain data, without the list of problems: it can be long."""
        return {
            "status": self.status,
            "dry_run": self.request.dry_run,
            "references": self.request.references,
            "existing": self.request.existing.document(),
            "conflicts": self.request.conflicts,
            "overwrite_settings": list(self.request.overwrite_settings),
            "seconds": round(self.seconds or time.monotonic() - self.started, 3),
            "message": self.message,
            "summary": self.summary,
            "source": self.source,
            "destination": self.destination,
            "schema": self.schema,
            "selection": self.selection,
            "schema_added": self.schema_added,
            "stages": [asdict(stage) for stage in self.stages],
            "resources": [asdict(row) for row in self.resources.values()],
            "problem_count": self.problem_count,
            "problem_groups": self.problem_groups.document(),
            "as_shown": self.as_shown,
            "notes": [asdict(note) for note in self.notes.values()],
        }
