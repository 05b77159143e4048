"""Settings travel to where the destination is at its default; lists merge; what is an instance's
own stays there."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.command import CONTENT_ALONE, Finished, migrate, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.pair import Pair, bare_pair
from tests.stack.proxy import Proxy
from tests.stack.seed.api import Api

PICTURES = {
    column: f"5e770000-0000-4000-8000-00000000000{number}"
    for number, column in enumerate(
        ("project_logo", "public_favicon", "public_background", "public_foreground")
    )
}
FOLDER = "5e770000-0000-4000-8000-00000000000f"
MEMBERS = {
    "from": "5e770000-0000-4000-8000-0000000000aa",
    "to": "5e770000-0000-4000-8000-0000000000bb",
}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

PLAIN = {
    "project_descriptor": "Newsroom",
    "project_color": "#14532D",
    "auth_login_attempts": 7,
    "public_registration": True,
    "public_registration_verify_email": False,
    "public_registration_email_filter": {"_and": [{"email": {"_ends_with": "@example.com"}}]},
    "storage_asset_transform": "presets",
    "custom_css": ".“quoted” { color: red }",
    "theme_light_overrides": {"primary": "#123456", "navigation": {"background": "#eee"}},
    "storage_asset_presets": [{"key": "card", "fit": "cover", "width": 400, "height": 300}],
    "house_colours": "blue and white",
    "opened_in": 1887,
}
MODULES = [
    {"type": "module", "id": name, "enabled": True} for name in ("content", "files", "settings")
]
DOCS = {
    "type": "link",
    "id": "docs",
    "name": "Docs",
    "url": "https://docs.example.com",
    "enabled": True,
}
STREETS, HILLS = (
    {"name": name, "type": "tile", "url": f"https://{name}.example.com/{{z}}/{{x}}/{{y}}"}
    for name in ("streets", "hills")
)
LISTS_HERE = {
    "module_bar": [{**MODULES[0], "enabled": False}, *MODULES[1:], DOCS],
    "basemaps": [STREETS],
    "custom_aspect_ratios": [{"text": "Cinema", "value": 2.39}, {"text": "Square", "value": 1}],
}
LISTS_THERE = {
    "module_bar": MODULES,
    "basemaps": [HILLS],
    "custom_aspect_ratios": [{"text": "Cinema", "value": 2.35}],
}
MERGED = {
    "module_bar": [*MODULES, DOCS],
    "basemaps": [HILLS, STREETS],
    "custom_aspect_ratios": [{"text": "Cinema", "value": 2.35}, {"text": "Square", "value": 1}],
}
# The project's name was given to each instance when it was made.
KEPT = {"public_note": "of its own", "project_name": "To"}
POINTING = {*PICTURES, "storage_default_folder"}
TO_SET = {*PLAIN, *LISTS_HERE, *POINTING, "public_registration_role"}
CUSTOM = [
    {"field": "house_colours", "type": "json", "meta": {"special": ["cast-json"]}, "schema": {}},
    {
        "field": "opened_in",
        "type": "integer",
        "meta": {"interface": "input"},
        "schema": {"default_value": 2000},
    },
]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    """Somebody has worked on the settings of both."""
    with bare_pair(tmp_path_factory.mktemp("settings"), version, database) as pair:
        _set_up(pair)
        yield pair


@pytest.fixture(scope="module")
def finished(pair: Pair) -> Finished:
    """The first real run."""
    return migrate(pair.source, pair.destination)


def test_a_dry_run_says_what_would_be_set_and_writes_nothing(pair: Pair) -> None:
    before = dump(pair.destination.database)
    done = migrate(pair.source, pair.destination, "--dry-run")
    assert done.status == 0, done.stdout + done.stderr
    assert numbers(done, "source", "create", "unchanged", "conflicting", "missing_reference") == [
        len(TO_SET | KEPT.keys()),
        len(TO_SET),
        0,
        len(KEPT),
        0,
    ]
    assert notes(done, "KEPT") == {*KEPT, "module_bar", "custom_aspect_ratios"}
    assert dump(pair.destination.database) == before


def test_pictures_that_do_not_travel_would_not_be_set(pair: Pair) -> None:
    done = migrate(pair.source, pair.destination, "--dry-run", "--options", "dashboards")
    assert numbers(done, "create", "missing_reference") == [len(TO_SET - POINTING), len(POINTING)]
    assert notes(done, "CLEARED") == POINTING


def test_settings_arrive_and_are_verified(pair: Pair, finished: Finished) -> None:
    assert finished.status == 0, finished.stdout + finished.stderr
    assert numbers(finished, "source", "created", "skipped", "failed", "verified", "different") == [
        len(TO_SET | KEPT.keys()),
        len(TO_SET),
        len(KEPT),
        0,
        len(TO_SET),
        0,
    ]
    there = settings(pair.destination)
    assert {name: there[name] for name in PLAIN} == PLAIN
    assert {name: there[name] for name in PICTURES} == PICTURES
    assert there["storage_default_folder"] == FOLDER


def test_lists_are_merged_and_own_settings_kept(pair: Pair, finished: Finished) -> None:
    there = settings(pair.destination)
    assert {name: there[name] for name in MERGED} == MERGED
    assert {name: there[name] for name in KEPT} == KEPT
    assert notes(finished, "KEPT") == {*KEPT, "module_bar", "custom_aspect_ratios"}


def test_the_role_is_the_one_of_that_name(pair: Pair, finished: Finished) -> None:
    assert settings(pair.source)["public_registration_role"] == MEMBERS["from"]
    assert settings(pair.destination)["public_registration_role"] == MEMBERS["to"]


def test_what_belongs_to_an_instance_does_not_travel(pair: Pair, finished: Finished) -> None:
    assert settings(pair.destination)["project_url"] is None
    assert "project_url" in notes(finished, "BELONGS_TO_INSTANCE")
    if "project_id" in settings(pair.source):
        assert settings(pair.source)["project_id"] != settings(pair.destination)["project_id"]
        assert "project_id" in notes(finished, "BELONGS_TO_INSTANCE")


def test_masked_keys_are_not_written(pair: Pair, finished: Finished) -> None:
    if "ai_openai_api_key" not in settings(pair.source):
        pytest.skip("this version has no such keys")
    assert settings(pair.source)["ai_openai_api_key"] == "*" * 10
    assert settings(pair.destination)["ai_openai_api_key"] is None
    assert notes(finished, "MASKED") == {"ai_openai_api_key"}


@pytest.mark.usefixtures("finished")
def test_a_second_run_sends_no_write(pair: Pair) -> None:
    with Proxy(pair.destination.url) as proxy:
        done = sidecar(
            pair.source,
            "migrate",
            "--to",
            proxy.url,
            "--json",
            *CONTENT_ALONE,
            token=pair.destination.admin_token,
        )
    assert done.status == 0, done.stdout + done.stderr
    assert {request for request in proxy.requests if request[0] not in ("GET", "SEARCH")} <= {
        ("POST", "/schema/diff")
    }
    assert numbers(done, "created", "skipped", "verified", "different") == [
        0,
        len(TO_SET | KEPT.keys()),
        len(TO_SET),
        0,
    ]


@pytest.mark.usefixtures("finished")
def test_one_refused_setting_costs_only_itself(pair: Pair) -> None:
    with Api(pair.source.url, pair.source.admin_token) as api:
        api.post("/fields/directus_settings", {"field": "slogan", "type": "string", "schema": {}})
        api.patch(
            "/settings", {"slogan": "lower case", "report_bug_url": "https://bugs.example.com"}
        )
        api.patch(
            "/fields/directus_settings/slogan",
            {"meta": {"validation": {"slogan": {"_eq": "UPPER CASE"}}}},
        )
    done = migrate(pair.source, pair.destination)
    assert done.document["status"] == "completed_with_problems"
    problems = [
        (problem["resource"], problem["key"], problem["code"])
        for problem in done.document["problems"]
    ]
    assert problems == [("directus_settings", "slogan", "FAILED_VALIDATION")]
    assert numbers(done, "created", "failed", "verified", "different") == [1, 1, len(TO_SET) + 1, 0]
    there = settings(pair.destination)
    assert (there["slogan"], there["report_bug_url"]) == (None, "https://bugs.example.com")


def _set_up(pair: Pair) -> None:
    for instance in (pair.source, pair.destination):
        with Api(instance.url, instance.admin_token) as api:
            api.post("/roles", {"id": MEMBERS[instance.name], "name": "Members"})
    with Api(pair.destination.url, pair.destination.admin_token) as api:
        api.patch("/settings", {**LISTS_THERE, "public_note": KEPT["public_note"]})
    with Api(pair.source.url, pair.source.admin_token) as api:
        api.post("/folders", {"id": FOLDER, "name": "Uploads"})
        for column, file_id in PICTURES.items():
            api.upload({"id": file_id}, f"{column}.svg", PICTURE, "image/svg+xml")
        for field in CUSTOM:
            api.post("/fields/directus_settings", field)
        # A text in a JSON column is written as JSON.
        api.patch(
            "/settings",
            {
                **PLAIN,
                **LISTS_HERE,
                **PICTURES,
                "house_colours": '"blue and white"',
                "storage_default_folder": FOLDER,
                "public_registration_role": MEMBERS["from"],
                "public_note": "of the source",
                "project_url": "https://from.example.com",
            },
        )
        if "ai_openai_api_key" in api.get("/settings"):
            api.patch("/settings", {"ai_openai_api_key": "sk-secret"})


def settings(instance: DirectusInstance) -> dict[str, Any]:
    with Api(instance.url, instance.admin_token) as api:
        found: dict[str, Any] = api.get("/settings")
    return found


def numbers(done: Finished, *names: str) -> list[int]:
    row = done.resource("directus_settings")
    return [row[name] for name in names]


def notes(done: Finished, code: str) -> set[str]:
    return {
        note["column"]
        for note in done.document["notes"]
        if note["resource"] == "directus_settings" and note["code"] == code
    }
