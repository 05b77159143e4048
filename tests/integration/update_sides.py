"""Two instances after a first run, put back to that for each example."""

import hashlib
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sidecar.directus.client import Directus
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.existing import ExistingRows
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from tests.databases.reset import Reset
from tests.integration.system_oracle import Dump
from tests.integration.update_pairs import FILES, Case
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump, primary_keys
from tests.stack.pair import Pair
from tests.unit.memory import Recorder

EVERYTHING = ("users", "comments", "presets", "dashboards", "flows", "content")
UPDATE = ExistingRows("update")


class Saved:
    """Remembers an instance and its files."""

    def __init__(self, instance: DirectusInstance, folder: Path) -> None:
        self._storage, self._files = instance.storage, folder / f"{instance.name}.files"
        self._reset = Reset(instance, folder)
        shutil.copytree(self._storage, self._files)

    def restore(self) -> None:
        """Put both back."""
        self._reset.restore()
        shutil.rmtree(self._storage)
        shutil.copytree(self._files, self._storage)


@dataclass
class Sides:
    """``first`` are both as the first runs have left them."""

    pair: Pair
    folder: Path

    def __post_init__(self) -> None:
        # What both had after the last run.
        self.known = self.folder / "known"
        self.known.mkdir()
        for mode in ("skip", "update"):
            report = self.run(ExistingRows(mode), dry_run=False)
            assert report.status == "completed", report.problems
        self.saved = [Saved(one, self.folder) for one in self.pair]
        shutil.copytree(self.known, self.folder / "known.saved")
        self.first = self.dumps()

    @cached_property
    def keys(self) -> dict[str, str]:
        return primary_keys(self.pair.source.database)

    def restore(self) -> None:
        """Have both as the first run left them."""
        for one in self.saved:
            one.restore()
        shutil.rmtree(self.known)
        shutil.copytree(self.folder / "known.saved", self.known)

    def dumps(self) -> tuple[Dump, Dump]:
        """Both databases."""
        source, destination = (dump(one.database) for one in self.pair)
        return source, destination

    def case(self, **more: Any) -> Case:
        """What a run finds now."""
        source, before = self.dumps()
        destination = self.pair.destination
        both = contents(self.pair.source, source), contents(destination, before)
        known = {"contents": both, "account": destination.admin_email, **more}
        return Case(source, before, destination.version, self.keys, ("globals",), **known)

    def run(
        self, existing: ExistingRows = UPDATE, *, remembers: bool = True, **request: Any
    ) -> Report:
        """A run of everything, or of what ``request`` says. Without ``remembers`` it does not know
        what both sides had after the last one."""
        asked = MigrationRequest(**{"options": EVERYTHING, "existing": existing, **request})
        source, destination = self.pair
        with (
            Directus(source.url, source.admin_token) as here,
            Directus(destination.url, destination.admin_token) as there,
            Baseline(self.known / "known.sqlite" if remembers else None) as baseline,
        ):
            return run_migration(here, there, asked, Recorder(), baseline=baseline)


def contents(instance: DirectusInstance, tables: Dump) -> dict[str, str]:
    """A digest of the bytes of each file."""
    return {
        str(row["id"]): hashlib.sha256(
            (instance.storage / row["filename_disk"]).read_bytes()
        ).hexdigest()
        for row in tables[FILES]
    }
