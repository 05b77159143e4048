"""Runs in this very process, so that a test can look on, cancel, and set how long an answer is
waited for."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from sidecar.directus.client import Directus
from sidecar.directus.retry import LONG
from sidecar.migration.pipeline import migrate
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level, Report
from sidecar.migration.request import MigrationRequest
from tests.stack.directus import DirectusInstance

READ_SECONDS = 2.0
MOST_RUNS = 8
CONTENT = MigrationRequest(("content",), dry_run=False, references="empty")


@dataclass
class Looker:
    """A Watcher that keeps the lines of the log, and cancels when it is told to."""

    lines: list[str] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self.lines.append(f"{level} {stage or 'run'} {message}")

    def changed(self, progress: Progress) -> None:
        """Nobody draws anything."""

    def transferred(self, file: FileProof) -> None:
        """The report counts files."""

    def cancel_requested(self) -> bool:
        return self.cancelled.is_set()


@dataclass(frozen=True)
class Pair:
    """A source and a destination, and under which addresses a run speaks to them."""

    source: DirectusInstance
    destination: DirectusInstance
    source_url: str
    destination_url: str


def direct(source: DirectusInstance, destination: DirectusInstance) -> Pair:
    """Without anything between."""
    return Pair(source, destination, source.url, destination.url)


def run(
    pair: Pair,
    request: MigrationRequest = CONTENT,
    *,
    looker: Looker | None = None,
    read_seconds: float = READ_SECONDS,
) -> Report:
    """A run to its end."""
    policy = replace(LONG, read_seconds=read_seconds)
    source = Directus(pair.source_url, pair.source.admin_token, retry_policy=policy)
    destination = Directus(pair.destination_url, pair.destination.admin_token, retry_policy=policy)
    return migrate(source, destination, request, looker or Looker())


def run_until_completed(
    pair: Pair, request: MigrationRequest = CONTENT, *, read_seconds: float = READ_SECONDS
) -> list[Report]:
    """Run and run again, as somebody does who reads that it is safe to start it again."""
    reports = [run(pair, request, read_seconds=read_seconds)]
    while reports[-1].status in ("failed", "refused") and len(reports) < MOST_RUNS:
        reports.append(run(pair, request, read_seconds=read_seconds))
    return reports


def cancelled_run(
    pair: Pair, when: Callable[[], object], request: MigrationRequest = CONTENT
) -> tuple[Report, float]:
    """A run that is cancelled when ``when`` returns, and the seconds that it went on after that."""
    looker = Looker()
    with ThreadPoolExecutor(1) as pool:
        under_way: Future[Report] = pool.submit(
            run, pair, request, looker=looker, read_seconds=120.0
        )
        when()
        asked = time.monotonic()
        looker.cancelled.set()
        report = under_way.result()
        return report, time.monotonic() - asked
