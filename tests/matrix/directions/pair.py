"""One direction between two databases: a seeded source, a destination with the same people, and the
runs between them, each made when a test first asks for it."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Finished, migrate
from tests.stack.contents import SITE
from tests.stack.directus import DirectusInstance
from tests.stack.dump import Table, dump

EVERYTHING = ("--force", "--options", "users,comments,presets,dashboards,flows,content")


@dataclass(frozen=True)
class Direction:
    """From one database to another, by the names that ``tests.stack.databases`` has for them."""

    source: str
    destination: str
    version: str = "11.17.4"

    def __str__(self) -> str:
        return f"{self.source}-{self.destination}-{self.version}"


# Each database is once the source and once the destination.
REPRESENTATIVE = [
    Direction("sqlite", "mariadb"),
    Direction("mariadb", "postgres"),
    Direction("postgres", "sqlite"),
]
OTHERS = [
    Direction("sqlite", "postgres"),
    Direction("postgres", "mariadb"),
    Direction("mariadb", "sqlite"),
    Direction("sqlite", "postgres", "12.4.0"),
]


def in_full_only(values: Iterable[object]) -> list[Any]:
    """Parameters of tests that `make matrix-full` runs, and CI does not."""
    return [pytest.param(value, marks=pytest.mark.full) for value in values]


DIRECTIONS = [*REPRESENTATIVE, *in_full_only(OTHERS)]


@dataclass
class Seeded:
    """Seeded instances by database and version, each started when it is first asked for. Nobody
    writes to them."""

    folder: Path
    started: ExitStack
    instances: dict[tuple[str, str], DirectusInstance] = field(default_factory=dict)

    def on(self, database: str, version: str) -> DirectusInstance:
        if (database, version) not in self.instances:
            name = f"seeded-{database}-{version}"
            instance = DirectusInstance(name, version, database, workdir=self.folder, content=SITE)
            self.instances[database, version] = self.started.enter_context(instance)
        return self.instances[database, version]


@dataclass
class Pair:
    """``native`` is the seed as Directus itself makes it on the destination's database."""

    direction: Direction
    seeded: Seeded
    destination: DirectusInstance

    @cached_property
    def source(self) -> DirectusInstance:
        return self.seeded.on(self.direction.source, self.direction.version)

    @cached_property
    def native(self) -> DirectusInstance:
        return self.seeded.on(self.direction.destination, self.direction.version)

    @cached_property
    def dry_run(self) -> Finished:
        """The first thing that happens after ``before`` was noted."""
        assert self.before
        return migrate(self.source, self.destination, *EVERYTHING, "--dry-run")

    @cached_property
    def before(self) -> dict[str, Table]:
        """The destination as it was."""
        return dump(self.destination.database)

    @cached_property
    def untouched(self) -> dict[str, Table]:
        """The destination after the dry run."""
        assert self.dry_run
        return dump(self.destination.database)

    @cached_property
    def first_run(self) -> Finished:
        assert self.untouched
        return migrate(self.source, self.destination, *EVERYTHING)

    @cached_property
    def second_run(self) -> Finished:
        assert self.first_run
        return migrate(self.source, self.destination, *EVERYTHING)
