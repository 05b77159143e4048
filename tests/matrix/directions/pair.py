"""One direction between two databases: a seeded source, a destination with the same people, and the
runs between them, each made when a test first asks for it."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.integration.command import Finished, migrate
from tests.stack.directus import DirectusInstance
from tests.stack.dump import Table, dump
from tests.stack.seed import seed_source

EVERYTHING = ("--force", "--options", "users,comments,presets,dashboards,flows,content")


@dataclass(frozen=True)
class Direction:
    """From one database to another, by the names that ``tests.stack.databases`` has for them."""

    source: str
    destination: str
    version: str = "11.17.4"

    def __str__(self) -> str:
        return f"{self.source}-{self.destination}-{self.version}"


DIRECTIONS = [
    Direction("sqlite", "postgres"),
    Direction("sqlite", "mariadb"),
    Direction("postgres", "mariadb"),
    Direction("postgres", "sqlite"),
    Direction("mariadb", "postgres"),
    Direction("mariadb", "sqlite"),
    Direction("sqlite", "postgres", "12.4.0"),
]


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
            instance = DirectusInstance(name, version, database, workdir=self.folder)
            self.instances[database, version] = self.started.enter_context(instance)
            seed_source(instance.url, instance.admin_token)
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
