"""People, rights, flows and the rest to a destination that has its own: some of them the same, most
under other ids.

The first run fails shortly before its end, so that flows are seen which wait for everything else.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.command import Finished, migrate, sidecar
from tests.integration.system_oracle import Dump, differences, ids_of_others, texts, who_is_who
from tests.integration.test_system import EVERYTHING
from tests.stack.contents import PEOPLE
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.proxy import Proxy
from tests.stack.seed import COUNTS
from tests.stack.seed.api import Api
from tests.stack.seed.invent import key
from tests.stack.seed.people import email_of, source_user
from tests.stack.seed.studio import FLOWS, TRACES
from tests.stack.stack import Stack

EXPIRED = {"errors": [{"message": "Token expired.", "extensions": {"code": "TOKEN_EXPIRED"}}]}
NIGHT, CLOCK = key("role", "night shift"), key("flow", "clock")
MARCO = key("destination/user", "marco")


@pytest.fixture(scope="module")
def lived_in(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    folder = tmp_path_factory.mktemp("lived-in")
    with DirectusInstance("livedin", version, database, workdir=folder, content=PEOPLE) as instance:
        with Api(instance.url, instance.admin_token) as api:
            _live_in(api)
        yield instance


@pytest.fixture(scope="module")
def before(lived_in: DirectusInstance) -> Dump:
    return dump(lived_in.database)


@pytest.fixture(scope="module")
def source(stack: Stack) -> Dump:
    return dump(stack.source.database)


@pytest.fixture(scope="module")
def in_the_middle(stack: Stack, lived_in: DirectusInstance, before: Dump) -> Dump:
    """The destination when the token expired: all rows are in, the settings are about to be set."""
    seen: list[Dump] = []

    def expire(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if (method, path.partition("?")[0]) != ("PATCH", "/settings"):
            return status, body
        seen.append(dump(lived_in.database))
        return 401, json.dumps(EXPIRED).encode()

    with Proxy(lived_in.url, expire) as proxy:
        done = sidecar(
            stack.source,
            "migrate",
            "--to",
            proxy.url,
            "--json",
            *EVERYTHING,
            token=lived_in.admin_token,
        )
    assert [problem["code"] for problem in done.document["problems"]] == ["TOKEN_EXPIRED"], (
        done.stdout
    )
    assert done.status == 3
    return seen[0]


@pytest.fixture(scope="module")
def failed(lived_in: DirectusInstance, in_the_middle: Dump) -> Dump:
    """The destination after the run that failed."""
    return dump(lived_in.database)


@pytest.fixture(scope="module")
def finished(stack: Stack, lived_in: DirectusInstance, failed: Dump) -> Finished:
    return migrate(stack.source, lived_in, *EVERYTHING)


@pytest.fixture(scope="module")
def after(lived_in: DirectusInstance, finished: Finished) -> Dump:
    return dump(lived_in.database)


def test_flows_are_inactive_until_everything_else_has_arrived(in_the_middle: Dump) -> None:
    assert _statuses(in_the_middle) == dict.fromkeys(_migrated(), "inactive")
    assert {name: len(in_the_middle[name]) for name in COUNTS} == COUNTS


def test_after_a_failed_run_they_still_are_and_the_own_flow_is_active(failed: Dump) -> None:
    assert _statuses(failed) == dict.fromkeys(_migrated(), "inactive")
    assert _statuses(failed, own=True) == {CLOCK: "active"}


def test_the_next_run_completes_and_activates_them(finished: Finished, after: Dump) -> None:
    assert finished.status == 0, finished.stdout + finished.stderr
    assert finished.document["problems"] == []
    assert _statuses(after) == {flow["id"]: flow["status"] for flow in FLOWS}


def test_every_reference_follows_and_nothing_of_its_own_is_changed(
    source: Dump, before: Dump, after: Dump, version: str
) -> None:
    assert differences(source, before, after, version) == []


def test_no_id_of_somebody_who_has_another_one_here_is_left(
    source: Dump, before: Dump, after: Dump
) -> None:
    """In no table and in no JSON: of people, roles, policies, and of what makes administrators
    at the source."""
    others = ids_of_others(source, before)
    assert len(others) > len(source["directus_roles"])
    everything = texts(after)
    assert [who for who in sorted(others) if who in everything] == []


def test_an_e_mail_in_another_case_is_the_same_user(
    source: Dump, before: Dump, after: Dump
) -> None:
    assert who_is_who(source, before)[source_user("marco")] == MARCO
    addresses = [str(row["email"]) for row in after["directus_users"]]
    assert [one for one in addresses if one.casefold() == email_of("marco")] == [
        "MARCO@Newsroom.Example.Com"
    ]


def test_nobody_is_notified_and_no_flow_has_run(before: Dump, after: Dump) -> None:
    """Neither those that arrived nor the destination's own, which reacts to new posts."""
    assert after["directus_notifications"] == before["directus_notifications"]
    assert len(after[TRACES]) == COUNTS[TRACES]
    assert [row for row in after["directus_translations"] if row["key"] == "flow_ran"] == []


def test_another_run_changes_nothing(stack: Stack, lived_in: DirectusInstance, after: Dump) -> None:
    done = migrate(stack.source, lived_in, *EVERYTHING)
    assert done.status == 0, done.stdout + done.stderr
    assert {
        row["name"]: row["created"] for row in done.document["resources"] if row["created"]
    } == {}
    assert dump(lived_in.database) == after


def _live_in(api: Api) -> None:
    """Give a destination with the team a life of its own."""
    marco, editors = MARCO, key("destination/role", "editors")
    api.patch(
        f"/users/{marco}",
        {"email": "MARCO@Newsroom.Example.Com", "title": "Night editor", "theme_dark": "Own"},
    )
    for path in ("/roles", "/policies"):
        (administrators,) = api.get(
            path, filter=json.dumps({"name": {"_eq": "Administrator"}}), fields="id"
        )
        api.patch(f"{path}/{administrators['id']}", {"name": "Chiefs"})
    api.post("/roles", {"id": NIGHT, "name": "Night shift", "parent": editors})
    api.post(
        "/users",
        {
            "id": key("user", "nox"),
            "email": "nox@night.example.com",
            "role": NIGHT,
            "status": "draft",
        },
    )
    api.post(
        "/permissions",
        {
            "policy": key("destination/policy", "desk"),
            "collection": "directus_comments",
            "action": "read",
            "fields": ["*"],
        },
    )
    api.post(
        "/presets",
        [
            {
                "bookmark": "Mine",
                "user": source_user("helen"),
                "collection": "posts",
                "search": "as it was here",
            },
            {
                "bookmark": "Mine",
                "user": marco,
                "collection": "posts",
                "search": "of somebody else",
            },
        ],
    )
    api.post(
        "/translations",
        {"id": key("string", "own"), "language": "en-US", "key": "welcome", "value": "Hello"},
    )
    api.post("/dashboards", {"id": key("dashboard", "own"), "name": "Newsroom"})
    api.post(
        "/flows",
        {
            "id": CLOCK,
            "name": "Own",
            "status": "active",
            "trigger": "event",
            "options": {
                "type": "action",
                "scope": ["items.create"],
                "collections": ["posts", "directus_comments"],
            },
        },
    )
    payload = {"key": "flow_ran", "language": "en-US", "value": "{{$trigger.key}}"}
    trace: dict[str, Any] = {
        "id": key("operation", "own"),
        "flow": CLOCK,
        "key": "own",
        "type": "item-create",
        "position_x": 1,
        "position_y": 1,
        "options": {"collection": "directus_translations", "payload": payload},
    }
    api.post("/operations", trace)
    api.patch(f"/flows/{CLOCK}", {"operation": trace["id"]})


def _migrated() -> list[str]:
    return [flow["id"] for flow in FLOWS]


def _statuses(tables: Dump, *, own: bool = False) -> dict[str, str]:
    statuses = {str(row["id"]): row["status"] for row in tables["directus_flows"]}
    return {flow: status for flow, status in statuses.items() if (flow not in _migrated()) == own}
