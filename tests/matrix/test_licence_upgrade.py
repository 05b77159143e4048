"""From Directus 11, which knows no limits, to an unlicensed 12: every limit is counted. Starts both
itself."""

from collections.abc import Iterator

import pytest

from tests.integration.command import Finished, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.pair import Pair, started
from tests.stack.seed.api import Api

OWN = {"uploaded_by": {"_eq": "$CURRENT_USER"}}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("upgrade")
    old, new = (
        DirectusInstance("old", "11.17.4", workdir=folder),
        DirectusInstance("new", "12.4.0", workdir=folder),
    )
    with started(old, new) as pair:
        yield pair


def test_a_fresh_source_is_within_the_limits(pair: Pair) -> None:
    assert licence(_check(pair)) == {}


def test_every_limit_that_the_source_exceeds_is_counted(pair: Pair) -> None:
    source = pair[0]
    with Api(source.url, source.admin_token) as api:
        for number in range(27):
            api.post("/collections", {"collection": f"table_{number}", "schema": {}, "meta": {}})
        for number in range(6):
            api.post("/flows", {"name": f"Flow {number}", "trigger": "manual", "status": "active"})
        _people(api)
        api.patch("/settings", {"ai_openai_compatible_base_url": "http://localhost:1234/v1"})
    found = licence(_check(pair))
    assert found.keys() == {
        "COLLECTIONS",
        "SEATS",
        "FLOWS",
        "SSO",
        "PERMISSION_RULES",
        "CUSTOM_LLM",
    }
    assert (
        "allows 25 collections. It has 0, and this migration brings 27 more" in found["COLLECTIONS"]
    )
    # Four people of a role, of its child and of a policy, and the administrator.
    assert "It has 1, and this migration brings 5 more" in found["SEATS"]
    assert "allows 5 active flows. It has 0, and this migration brings 6 more" in found["FLOWS"]
    assert "brings 1 user with another provider" in found["SSO"]
    assert "brings 3 permissions with such rules" in found["PERMISSION_RULES"]


def _people(api: Api) -> None:
    policy = str(api.post("/policies", {"name": "Editors", "app_access": True})["id"])
    role = str(api.post("/roles", {"name": "Editors", "policies": [{"policy": policy}]})["id"])
    child = str(api.post("/roles", {"name": "Trainees", "parent": role})["id"])
    for email, more in (
        ("a", {"role": role}),
        ("b", {"role": child}),
        ("c", {"policies": [{"policy": policy}]}),
        ("d", {"role": role, "provider": "google", "external_identifier": "d"}),
        ("e", {"role": role, "status": "archived"}),
        ("f", {}),
    ):
        api.post("/users", {"email": f"{email}@example.com", **more})
    for rule in (
        {"collection": "table_0", "action": "read", "fields": ["id"]},
        {
            "collection": "table_1",
            "action": "read",
            "fields": ["*"],
            "permissions": {"id": {"_gt": 1}},
        },
        {"collection": "table_2", "action": "create", "fields": ["*"], "presets": {"id": 1}},
        {"collection": "table_3", "action": "read", "fields": ["*"]},
        {"collection": "directus_files", "action": "delete", "fields": ["*"], "permissions": OWN},
    ):
        api.post("/permissions", {"policy": policy, **rule})


def _check(pair: Pair) -> Finished:
    source, destination = pair
    return sidecar(
        source,
        "check",
        "--json",
        "--to",
        destination.url,
        "--options",
        "users,flows",
        token=destination.admin_token,
    )


def licence(done: Finished) -> dict[str, str]:
    return {
        finding["code"].removeprefix("LICENSE_"): finding["message"]
        for finding in done.document["findings"]
        if finding["code"].startswith("LICENSE_")
    }
