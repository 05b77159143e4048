"""The types of columns of each database."""

from collections.abc import Mapping

from tests.databases.generator.kinds import Kind
from tests.databases.generator.mariadb_kinds import MARIADB
from tests.databases.generator.postgres_kinds import POSTGRES
from tests.databases.generator.sqlite_kinds import SQLITE

KINDS: Mapping[str, Mapping[str, Kind]] = {
    "postgres": POSTGRES,
    "mariadb": MARIADB,
    "sqlite": SQLITE,
}
