"""Takes rows from one instance to another by the pipeline itself, and has them compared by SQL."""

from sidecar.directus.client import Directus
from sidecar.migration.pipeline import migrate
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level, Report
from sidecar.migration.request import MigrationRequest
from tests.integration.oracle import differences
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json

MOST_SAID = 2_000


class Silent:
    """A Watcher that wants nothing."""

    def line(self, level: Level, stage: str | None, message: str) -> None:
        """Not said."""

    def changed(self, progress: Progress) -> None:
        """Not looked at."""

    def transferred(self, file: FileProof) -> None:
        """Not kept."""

    def cancel_requested(self) -> bool:
        return False


class Round:
    """Takes rows from the source to the destination, and compares. ``force`` gets past two
    databases."""

    def __init__(
        self,
        source: DirectusInstance,
        destination: DirectusInstance,
        api: Api,
        *,
        force: bool = False,
    ) -> None:
        self.source = source
        self._destination = destination
        self._api = api
        self._force = force

    def run(self, *, dry_run: bool = False) -> Report:
        """One migration of the content, whatever its end."""
        here, there = (
            Directus(side.url, side.admin_token) for side in (self.source, self._destination)
        )
        request = MigrationRequest(
            dry_run=dry_run, force=self._force, options=("content",), references="empty"
        )
        return migrate(here, there, request, Silent())

    def post(self, collection: str, rows: list[Json]) -> None:
        """Make ``rows`` at the source."""
        self._api.post(f"/items/{collection}", rows)

    def differences(self, collection: str, rows: list[Json]) -> list[str]:
        """What the oracle says after ``rows`` were made at the source and a run has ended well."""
        self.post(collection, rows)
        report = self.run()
        told = report.status, report.problems, report.message
        assert told == ("completed", [], None), str(told)[:MOST_SAID]
        return differences(self.source.database, self._destination.database, [collection])
