"""Runs of the product between two instances, in this process, whatever their end."""

from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Directus
from sidecar.migration.pipeline import migrate
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level
from sidecar.migration.request import MigrationRequest
from tests.databases.coverage import Said, said
from tests.stack.directus import DirectusInstance

# All but extensions, which need the registry.
OPTIONS = ("content", "users", "comments", "presets", "dashboards", "flows")
CONFLICT = "SCHEMA_CONFLICT"
WELL = frozenset({"completed", "completed_with_problems"})


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    document: dict[str, Any]
    lines: tuple[str, ...]

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def conflicts(self) -> bool:
        """Whether it was refused because both sides contradict each other."""
        return self.status == "refused" and any(one.code == CONFLICT for one in self.said)

    @property
    def said(self) -> list[Said]:
        """Its problems and notes."""
        return said(self.document)

    @property
    def created(self) -> int:
        """Rows that it made."""
        return sum(row["created"] for row in self.document["resources"])

    @property
    def changed(self) -> int:
        """Parts of the schema that it added or changed, as it says."""
        schema = self.document["schema"] or {}
        return int(schema.get("added", 0)) + int(schema.get("changed", 0))

    def __str__(self) -> str:
        return f"{self.status} ({self.document['message']})"


class _Watcher:
    """Keeps the log. Asks for the end once ``cut`` rows have been applied."""

    def __init__(self, cut: int | None) -> None:
        self.lines: list[str] = []
        self._cut = cut
        self._is_cut = False

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self.lines.append(f"{stage or '-'}: {message}")

    def changed(self, progress: Progress) -> None:
        if self._cut is not None:
            apply = next(stage for stage in progress.report.stages if stage.name == "apply")
            self._is_cut = apply.status == "running" and apply.done >= self._cut

    def transferred(self, file: FileProof) -> None:
        """Its row tells."""

    def cancel_requested(self) -> bool:
        return self._is_cut


def run(
    source: DirectusInstance,
    destination: DirectusInstance,
    *,
    dry: bool = False,
    cut: int | None = None,
) -> Ended:
    """One migration of everything; dangling references become empty. ``cut``: somebody cancels it
    when so many rows have been applied."""
    here, there = (Directus(side.url, side.admin_token) for side in (source, destination))
    request = MigrationRequest(dry_run=dry, options=OPTIONS, references="empty")
    watcher = _Watcher(cut)
    report = migrate(here, there, request, watcher)
    return Ended(report.document(), tuple(watcher.lines))
