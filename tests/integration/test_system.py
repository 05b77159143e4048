"""People, rights, flows, insights, bookmarks and comments to a destination that has nothing but its
administrator."""

from collections.abc import Iterator

import pytest
import requests

from tests.integration.command import Finished, migrate
from tests.integration.system_oracle import RULES, WHOLE_SECONDS, Dump, differences, texts
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed import COUNTS
from tests.stack.seed.people import GUEST, TEAM, source_user
from tests.stack.seed.studio import TRACES
from tests.stack.sidecar_client import as_admin
from tests.stack.stack import Stack

EVERYTHING = ("--options", "users,comments,presets,dashboards,flows,content")
MASK = "*" * 10
# Columns that are not said to stay behind: numbers that the destination gives, and what no account
# here has.
UNSAID = {
    ("directus_permissions", "id"),
    ("directus_presets", "id"),
    ("directus_users", "auth_data"),
}
# A column of each table that is compared.
COLUMNS = {
    **dict.fromkeys(RULES, "name"),
    "directus_users": "last_name",
    "directus_permissions": "fields",
    "directus_access": "sort",
    "directus_presets": "layout",
    "directus_comments": "comment",
    "directus_translations": "value",
}


@pytest.fixture(scope="module")
def empty(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    with DirectusInstance(
        "empty", version, database, workdir=tmp_path_factory.mktemp("empty")
    ) as instance:
        yield instance


@pytest.fixture(scope="module")
def dumps(stack: Stack, empty: DirectusInstance) -> tuple[Dump, Dump]:
    """Source and destination before anything was written."""
    return dump(stack.source.database), dump(empty.database)


@pytest.fixture(scope="module")
def dry_run(stack: Stack, empty: DirectusInstance, dumps: tuple[Dump, Dump]) -> Finished:
    return migrate(stack.source, empty, *EVERYTHING, "--dry-run")


@pytest.fixture(scope="module")
def untouched(stack: Stack, empty: DirectusInstance, dry_run: Finished) -> tuple[Dump, Dump]:
    """Source and destination after the dry run."""
    return dump(stack.source.database), dump(empty.database)


@pytest.fixture(scope="module")
def first_run(stack: Stack, empty: DirectusInstance, untouched: tuple[Dump, Dump]) -> Finished:
    return migrate(stack.source, empty, *EVERYTHING)


@pytest.fixture(scope="module")
def arrived(empty: DirectusInstance, first_run: Finished) -> Dump:
    return dump(empty.database)


def test_a_dry_run_of_everything_writes_nothing_on_either_side(
    dumps: tuple[Dump, Dump], untouched: tuple[Dump, Dump]
) -> None:
    assert untouched == dumps


def test_everything_arrives_and_is_verified(first_run: Finished) -> None:
    assert first_run.status == 0, first_run.stdout + first_run.stderr
    assert first_run.document["problems"] == []
    for row in first_run.document["resources"]:
        assert (row["failed"], row["different"]) == (0, 0), row
        assert row["created"] + row["skipped"] == row["source"], row


def test_the_dry_run_had_told_the_numbers_of_the_real_run(
    dry_run: Finished, first_run: Finished
) -> None:
    assert dry_run.status == 0, dry_run.stderr
    told, done = (
        {
            row["name"]: (row["source"], row[column], row["rows"])
            for row in run.document["resources"]
        }
        for run, column in ((dry_run, "create"), (first_run, "created"))
    )
    assert told == done


def test_every_column_of_the_system_tables_is_the_same_by_sql(
    dumps: tuple[Dump, Dump], arrived: Dump, version: str
) -> None:
    source, before = dumps
    assert differences(source, before, arrived, version) == []


@pytest.mark.parametrize("table", RULES)
def test_the_comparison_sees_what_is_wrong(
    table: str, dumps: tuple[Dump, Dump], arrived: Dump, version: str
) -> None:
    """A row that is missing, one that is there twice, and one with another value."""
    source, before = dumps
    had = {row["id"] for row in before[table]}
    row = next(row for row in arrived[table] if row["id"] not in had)
    rest = [other for other in arrived[table] if other is not row]
    for rows in (rest, [*arrived[table], row], [*rest, {**row, COLUMNS[table]: "changed"}]):
        assert differences(source, before, {**arrived, table: rows}, version, [table])


def test_the_report_names_every_column_that_cannot_travel(
    stack: Stack, first_run: Finished, version: str
) -> None:
    said = {(note["resource"], note["column"]) for note in first_run.document["notes"]}
    rounded = set(WHOLE_SECONDS.items()) if stack.source.database.vendor == "sqlite" else set()
    lost = {
        (table, column) for table, rule in RULES.items() for column in rule.cannot_travel(version)
    }
    assert (lost | rounded) - UNSAID - said == set()


def test_no_mask_is_written_and_nobody_gets_a_secret(
    dumps: tuple[Dump, Dump], arrived: Dump
) -> None:
    # Directus itself masks what it keeps of a write in the revisions.
    assert MASK not in texts(
        {table: rows for table, rows in arrived.items() if table != "directus_revisions"}
    )
    before = {row["id"] for row in dumps[1]["directus_users"]}
    new = [row for row in arrived["directus_users"] if row["id"] not in before]
    assert {str(row["id"]) for row in new} > {source_user(name) for name in (*TEAM, GUEST)}
    assert [(row["password"], row["token"], row["tfa_secret"]) for row in new] == [
        (None, None, None)
    ] * len(new)


def test_presets_of_the_module_stay_at_the_source(dumps: tuple[Dump, Dump], arrived: Dump) -> None:
    assert "migration_bundle" in texts({"presets": dumps[0]["directus_presets"]})
    assert "migration" not in texts({"presets": arrived["directus_presets"]})


def test_nobody_is_notified_and_no_flow_has_run(dumps: tuple[Dump, Dump], arrived: Dump) -> None:
    assert arrived["directus_notifications"] == dumps[1]["directus_notifications"]
    assert len(arrived[TRACES]) == COUNTS[TRACES]


def test_flows_that_were_active_are_active(arrived: Dump) -> None:
    assert sorted(row["status"] for row in arrived["directus_flows"]) == [
        "active",
        "active",
        "inactive",
        "inactive",
    ]


def test_the_administrator_of_the_destination_still_is_one(
    empty: DirectusInstance, first_run: Finished
) -> None:
    answer = requests.get(f"{empty.url}/schema/snapshot", headers=as_admin(empty), timeout=60)
    assert answer.status_code == 200


def test_rights_are_in_force(empty: DirectusInstance, first_run: Finished) -> None:
    """Visitors see what they saw at the source: posts by the public policy, events by one given to
    everybody."""
    assert [
        _status(empty, path) for path in ("/items/posts", "/items/events", "/items/orders")
    ] == [200, 200, 403]


def test_a_second_run_creates_nothing_and_changes_nothing(
    stack: Stack, empty: DirectusInstance, arrived: Dump
) -> None:
    done = migrate(stack.source, empty, *EVERYTHING)
    assert done.status == 0, done.stdout + done.stderr
    assert {
        row["name"]: row["created"] for row in done.document["resources"] if row["created"]
    } == {}
    assert dump(empty.database) == arrived


def test_the_source_is_as_it_was(
    stack: Stack, dumps: tuple[Dump, Dump], first_run: Finished
) -> None:
    assert dump(stack.source.database) == dumps[0]


def _status(instance: DirectusInstance, path: str) -> int:
    return requests.get(instance.url + path, timeout=30).status_code
