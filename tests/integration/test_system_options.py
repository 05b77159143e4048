"""Each option alone, one after the other, to the same destination: it changes its own tables, and
no others."""

from collections import Counter
from collections.abc import Iterator

import pytest

from sidecar.resources.system import JOURNAL
from tests.integration.command import Finished, migrate
from tests.integration.system_oracle import Dump
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed import COUNTS
from tests.stack.seed.api import Api
from tests.stack.seed.exchange import SHARES
from tests.stack.seed.invent import key
from tests.stack.seed.people import source_role
from tests.stack.seed.studio import TRACES
from tests.stack.stack import Stack

# In this order, so that content comes before the people whom it names, and what belongs to people
# after them.
TABLES: dict[str, set[str]] = {
    "dashboards": {"directus_dashboards", "directus_panels"},
    "flows": {"directus_flows", "directus_operations"},
    "content": {
        "directus_folders",
        "directus_files",
        "directus_shares",
        "directus_versions",
        *COUNTS,
    },
    "users": {
        "directus_users",
        "directus_roles",
        "directus_policies",
        "directus_access",
        "directus_permissions",
    },
    "presets": {"directus_presets"},
    "comments": {"directus_comments"},
}
# A link for a role that is not there would be one for everybody.
PROBLEMS = {"content": [("directus_shares", str(SHARES[0]["id"]), "MISSING_REFERENCE")]}
# Schema, settings and translations always go, and Directus keeps a record of what is written.
ALWAYS = {
    "directus_collections",
    "directus_fields",
    "directus_relations",
    "directus_settings",
    "directus_translations",
    "directus_activity",
    "directus_revisions",
}


@pytest.fixture(scope="module")
def bare(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    with DirectusInstance(
        "bare", version, database, workdir=tmp_path_factory.mktemp("bare")
    ) as instance:
        yield instance


@pytest.fixture(scope="module")
def runs() -> dict[str, Finished]:
    """The run of each option, as far as the tests have come."""
    return {}


def test_two_roles_of_one_name_are_a_problem_that_is_named(
    stack: Stack, bare: DirectusInstance
) -> None:
    twins = [key("twin", number) for number in range(2)]
    with Api(bare.url, bare.admin_token) as api:
        api.post("/roles", [{"id": twin, "name": "Integrations"} for twin in twins])
        done = migrate(stack.source, bare, "--options", "users", "--dry-run")
        api.patch("/roles", [{"id": twin, "name": f"Twin {twin}"} for twin in twins])
    assert done.status == 1
    problems = {
        (problem["resource"], problem["key"], problem["code"])
        for problem in done.document["problems"]
    }
    assert ("directus_roles", source_role("integrations"), "AMBIGUOUS_IDENTITY") in problems
    assert "Integrations" in next(
        p["message"] for p in done.document["problems"] if p["code"] == "AMBIGUOUS_IDENTITY"
    )


@pytest.mark.parametrize("option", TABLES)
def test_an_option_alone_changes_its_own_tables_only(
    option: str, stack: Stack, bare: DirectusInstance, runs: dict[str, Finished]
) -> None:
    before = _without_journal(dump(bare.database))
    runs[option] = migrate(stack.source, bare, "--options", option)
    found = [
        (problem["resource"], problem["key"], problem["code"])
        for problem in runs[option].document["problems"]
    ]
    assert (found, runs[option].status) == (PROBLEMS.get(option, []), int(option in PROBLEMS))
    after = _without_journal(dump(bare.database))
    assert _changed(before, after) - ALWAYS == TABLES[option]


def test_content_and_comments_that_arrive_after_the_flows_do_not_fire_them(
    bare: DirectusInstance,
) -> None:
    assert len(dump(bare.database)[TRACES]) == COUNTS[TRACES]


def test_content_without_people_names_nobody_and_says_so(
    stack: Stack, bare: DirectusInstance, runs: dict[str, Finished]
) -> None:
    """It was migrated before the people, of whom none was at the destination."""
    posts = dump(bare.database)["posts"]
    assert {row[column] for row in posts for column in ("user_created", "user_updated")} == {None}
    counted = {
        note["column"]: note["count"]
        for note in runs["content"].document["notes"]
        if note["resource"] == "posts" and note["code"] == "CLEARED"
    }
    named = Counter(
        column
        for row in dump(stack.source.database)["posts"]
        for column in ("user_created", "user_updated")
        if row[column]
    )
    assert counted == named


def _without_journal(tables: Dump) -> Dump:
    """``tables`` without what runs note about references that they have left empty."""
    presets = [row for row in tables["directus_presets"] if row["collection"] != JOURNAL]
    return {**tables, "directus_presets": presets}


def _changed(before: Dump, after: Dump) -> set[str]:
    """Tables with other rows than before; columns that are new do not count."""
    known = {table: rows[0].keys() for table, rows in before.items() if rows}
    return {
        table
        for table, rows in after.items()
        if sorted(before.get(table, []), key=repr)
        != sorted(
            (
                {name: value for name, value in row.items() if name in known.get(table, row)}
                for row in rows
            ),
            key=repr,
        )
    }
