"""A check says in words what the destination's licence would refuse; versions before 12 have no
licence."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.integration.command import Finished, migrate, sidecar
from tests.stack.pair import Pair, bare_pair
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import as_admin

KEPT_FLOW = "5f0e7c1a-0000-4000-8000-000000000003"
EVERYTHING = "content,users,flows"
STOPS = "LICENSE_COLLECTIONS"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    """A destination with 20 collections, 2 seats and 4 active flows taken, and a source that shares
    one of each."""
    with bare_pair(tmp_path_factory.mktemp("licence"), version, database) as pair:
        source, destination = pair
        with Api(source.url, source.admin_token) as api:
            _tables(api, ["shared", *(f"new_{number}" for number in range(6))])
            if not is_unlimited(version):
                api.post("/collections", {"collection": "a_folder", "schema": None, "meta": {}})
            editors = _policy(api)
            for email, status in (
                ("Editor@Example.com", "active"),
                ("new@example.com", "active"),
                ("gone@example.com", "suspended"),
            ):
                api.post(
                    "/users", {"email": email, "status": status, "policies": [{"policy": editors}]}
                )
            api.post("/users", {"email": "customer@example.com"})
            _flows(api, [{"id": KEPT_FLOW}, {}, {}, {"status": "inactive"}])
        with Api(destination.url, destination.admin_token) as api:
            _tables(api, ["shared", *(f"own_{number}" for number in range(19))])
            api.post(
                "/users", {"email": "editor@example.com", "policies": [{"policy": _policy(api)}]}
            )
            _flows(api, [{"id": KEPT_FLOW}, {}, {}, {}])
        yield pair


def test_everything_that_would_exceed_the_licence_is_said_with_its_numbers(
    pair: Pair, version: str
) -> None:
    found = findings(pair, EVERYTHING)
    if is_unlimited(version):
        assert found == {}
        return
    assert found.keys() == {STOPS, "LICENSE_SEATS", "LICENSE_FLOWS"}
    assert "allows 25 collections. It has 20, and this migration brings 6 more" in found[STOPS]
    # The source's administrator and one editor: the other one is there already, under another
    # spelling.
    assert "It has 2, and this migration brings 2 more" in found["LICENSE_SEATS"]
    assert (
        "allows 5 active flows. It has 4, and this migration brings 2 more"
        in found["LICENSE_FLOWS"]
    )


def test_the_limits_are_listed_with_their_numbers(pair: Pair, version: str) -> None:
    found = check(pair, "content,flows").document["licence"]
    assert found == (
        None
        if is_unlimited(version)
        else [
            {"name": "collections", "allowed": 25, "present": 20, "brought": 6},
            {"name": "flows", "allowed": 5, "present": 4, "brought": 2},
        ]
    )


def test_only_what_the_options_bring_is_counted(pair: Pair, version: str) -> None:
    expected = set() if is_unlimited(version) else {STOPS}
    assert findings(pair, "content").keys() == expected


def test_people_read_it_on_the_command_line(pair: Pair, version: str) -> None:
    done = sidecar(
        pair[0], "check", "--to", pair[1].url, "--options", EVERYTHING, token=pair[1].admin_token
    )
    assert done.status == (0 if is_unlimited(version) else 2)
    assert ("LICENSE_FLOWS: The destination's licence allows" in done.stdout) is not is_unlimited(
        version
    )
    assert ("Ready to migrate" in done.stdout) is is_unlimited(version)
    assert "--force" not in done.stdout


@pytest.mark.parametrize("choices", [[], ["--dry-run"], ["--force"], ["--dry-run", "--force"]])
def test_more_collections_than_the_licence_allows_are_refused_whatever_is_chosen(
    pair: Pair, version: str, choices: list[str]
) -> None:
    if is_unlimited(version):
        return
    done = migrate(*pair, *choices)
    assert (done.status, done.document["status"]) == (2, "refused"), done.stderr
    assert [problem["code"] for problem in done.document["problems"]] == [STOPS]
    assert done.document["resources"] == []


def test_what_is_deactivated_or_fits_exactly_is_no_finding(pair: Pair, version: str) -> None:
    source = pair[0]
    with Api(source.url, source.admin_token) as api:
        flow = next(
            row for row in api.get("/flows") if row["id"] != KEPT_FLOW and row["status"] == "active"
        )
        api.patch(f"/flows/{flow['id']}", {"status": "inactive"})
        if not is_unlimited(version):
            api.patch("/collections/new_0", {"meta": {"status": "inactive"}})
    assert findings(pair, EVERYTHING).keys() == (
        set() if is_unlimited(version) else {"LICENSE_SEATS"}
    )


def test_what_a_migration_brought_counts_as_used_afterwards(pair: Pair, version: str) -> None:
    source, destination = pair
    requests.delete(
        f"{source.url}/collections/new_0", headers=as_admin(source), timeout=60
    ).raise_for_status()
    assert migrate(source, destination).status == 0
    with Api(source.url, source.admin_token) as api:
        _tables(api, ["one_more"])
    message = findings(pair, "content").get(STOPS, "")
    assert ("It has 25, and this migration brings 1 more" in message) is not is_unlimited(version)


def findings(pair: Pair, options: str) -> dict[str, str]:
    done = check(pair, options)
    found = {
        finding["code"]: finding["message"]
        for finding in done.document["findings"]
        if finding["code"].startswith("LICENSE_")
    }
    forbidden = STOPS in found
    assert (done.document["compatible"], done.status) == (not forbidden, 2 if forbidden else 0)
    assert [one["code"] for one in done.document["blocking"]] == ([STOPS] if forbidden else [])
    return found


def check(pair: Pair, options: str) -> Finished:
    source, destination = pair
    return sidecar(
        source,
        "check",
        "--json",
        "--to",
        destination.url,
        "--options",
        options,
        token=destination.admin_token,
    )


def is_unlimited(version: str) -> bool:
    return version.startswith("11.")


def _tables(api: Api, names: list[str]) -> None:
    for name in names:
        api.post("/collections", {"collection": name, "schema": {}, "meta": {}})


def _policy(api: Api) -> str:
    return str(api.post("/policies", {"name": "Editors", "app_access": True})["id"])


def _flows(api: Api, rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        api.post(
            "/flows", {"name": f"Flow {number}", "trigger": "manual", "status": "active", **row}
        )
