"""Content without its users: the authors would be lost for good, so nobody loses them without
saying so."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from sidecar.resources.system import JOURNAL
from tests.integration.left_out_targets import (
    CHANGED,
    CODE,
    CONTENT,
    MISSING,
    POSTS,
    check,
    counted,
    destination_of,
    fill,
    journal_of,
    migrate,
    named,
    post_of,
)
from tests.stack.dump import dump
from tests.stack.proxy import Proxy
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.stack import Stack


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("references"), version, database) as stack:
        with Api(stack.source.url, stack.source.admin_token) as api:
            fill(api)
        with Api(stack.destination.url, stack.destination.admin_token) as api:
            api.post("/presets", {"collection": "own", "bookmark": "of somebody else"})
        yield stack


@pytest.fixture(scope="module")
def client(site: Stack) -> SidecarClient:
    return SidecarClient(site, admin_id(site.source))


@pytest.fixture(scope="module")
def before(site: Stack) -> dict[str, Any]:
    return dump(site.destination.database)


def test_by_default_all_is_included_and_nothing_is_missing(
    site: Stack, client: SidecarClient
) -> None:
    done = check(site)
    assert (done.status, done.document["references"], done.document["findings"]) == (0, [], [])
    assert client.get("/presets").json()["defaults"]["options"] == [
        "content",
        "users",
        "comments",
        "presets",
        "dashboards",
        "extensions",
        "flows",
    ]
    assert client.post("/check", destination_of(site)).json()["references"] == []


def test_a_check_names_what_would_be_left_empty(site: Stack, client: SidecarClient) -> None:
    done = check(site, *CONTENT)
    assert (done.status, done.document["compatible"], done.document["references"]) == (
        2,
        True,
        MISSING,
    )
    (finding,) = done.document["findings"]
    assert finding == {
        "code": CODE,
        "message": (
            "6 references to 1 preset and 2 users would be left empty, because these rows are "
            "neither included nor at the destination: directus_files.uploaded_by (1), "
            "posts.author (3), posts.editor (1), posts.layout (1). Include presets and users, or "
            "choose to leave the references empty (on the command line: --references empty)"
        ),
    }
    assert check(site, *CONTENT, "--references", "empty").status == 0
    assert (
        client.post("/check", {**destination_of(site), "options": ["content"]}).json()["references"]
        == MISSING
    )


def test_what_content_would_bring_is_named_as_well(site: Stack) -> None:
    """The picture of the editor."""
    done = check(site, "--options", "users")
    assert done.document["references"] == [
        {
            "collection": "directus_users",
            "column": "avatar",
            "target": "directus_files",
            "option": "content",
            "rows": 1,
            "targets": 1,
        }
    ]


def test_a_dry_run_gives_all_numbers_and_ends_as_the_real_run_would(
    site: Stack, before: dict[str, Any]
) -> None:
    done = migrate(site, *CONTENT, "--dry-run")
    assert (done.status, done.document["status"]) == (2, "refused")
    problems = [(problem["resource"], problem["code"]) for problem in done.document["problems"]]
    assert sorted(problems[:-1]) == [(one["collection"], CODE) for one in MISSING]
    assert problems[-1] == (None, CODE)
    assert "author: 3 references to 1 user" in done.stdout
    assert (done.resource("posts")["create"], done.resource("posts")["missing_reference"]) == (
        POSTS,
        POSTS,
    )
    assert dump(site.destination.database) == before


def test_a_run_is_refused_and_nothing_is_written(site: Stack, before: dict[str, Any]) -> None:
    done = migrate(site, *CONTENT)
    assert (done.status, [problem["code"] for problem in done.document["problems"]]) == (2, [CODE])
    assert "posts.author (3)" in done.document["message"]
    assert dump(site.destination.database) == before


def test_the_interface_refuses_a_real_run_and_lets_a_dry_one_tell(
    site: Stack, client: SidecarClient
) -> None:
    answer = client.post(
        "/runs", {**destination_of(site), "dry_run": False, "options": ["content"]}
    )
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["field"]) == (409, CODE, "references")
    dry = client.post("/runs", {**destination_of(site), "options": ["content"]})
    run = client.wait_for_end(dry.json()["id"])
    assert (run["status"], run["references"], run["problem_count"]) == (
        "refused",
        "refuse",
        len(MISSING) + 1,
    )
    wrong = client.post("/runs", {**destination_of(site), "references": "whatever"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "references")


def test_a_preset_keeps_the_choice(client: SidecarClient) -> None:
    preset = client.post(
        "/presets", {"name": "Weekly", "scope": "personal", "references": "empty"}
    ).json()
    assert preset["references"] == "empty"
    changed = client.patch(f"/presets/{preset['id']}", {"references": "refuse"}).json()
    assert changed["references"] == "refuse"
    assert [one["references"] for one in client.get("/presets").json()["presets"]] == ["refuse"]
    assert client.delete(f"/presets/{preset['id']}").status_code == 204


def test_told_to_it_leaves_them_empty_and_says_how_many(site: Stack, client: SidecarClient) -> None:
    dry = migrate(site, *CONTENT, "--references", "empty", "--dry-run")
    assert dry.status == 0, dry.stdout
    answer = client.post(
        "/runs",
        {**destination_of(site), "dry_run": False, "options": ["content"], "references": "empty"},
    )
    run = client.wait_for_end(answer.json()["id"])
    assert (run["status"], run["references"]) == ("completed", "empty"), run["problems"]
    expected = {(one["collection"], one["column"]): one["rows"] for one in MISSING}
    assert counted(run, "CLEARED") == counted(dry.document, "CLEARED") == expected
    posts = dump(site.destination.database)["posts"]
    assert {(row["author"], row["editor"], row["layout"]) for row in posts} == {(None, None, None)}


def test_what_was_left_empty_is_remembered_and_a_second_run_changes_nothing(site: Stack) -> None:
    before = dump(site.destination.database)
    targets = {column: len(keys) for column, keys in journal_of(site)["posts"].items()}
    assert targets == {"author": 1, "editor": 1, "layout": 1}
    assert journal_of(site)["directus_files"] == {"uploaded_by": [admin_id(site.source)]}
    assert migrate(site, *CONTENT, "--references", "empty").status == 0
    after = dump(site.destination.database)
    assert [after[name] for name in CHANGED] == [before[name] for name in CHANGED]


def test_a_run_that_fails_between_a_target_and_its_references_forgets_nothing(
    site: Stack,
) -> None:
    """The preset is the last target to arrive. The run's lease is a preset, too: the first."""
    created = count()

    def fail(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        is_preset = (method, path.partition("?")[0]) == ("POST", "/presets")
        return (401, b"{}") if is_preset and next(created) else (status, body)

    before = journal_of(site)
    with Proxy(site.destination.url, fail) as proxy:
        done = migrate(site, "--to", proxy.url)
    assert done.status == 3, done.stdout
    assert "editor@example.com" in {
        row["email"] for row in dump(site.destination.database)["directus_users"]
    }
    assert journal_of(site) == before


def test_a_later_run_fills_what_was_left_empty_and_nothing_that_somebody_has_changed(
    site: Stack,
) -> None:
    with Api(site.destination.url, site.destination.admin_token) as api:
        api.patch("/items/posts/2", {"editor": admin_id(site.destination)})
    changed = post_of(site, 2)
    dry, real = migrate(site, "--dry-run"), migrate(site)
    problem = ("posts", "2", "CONFLICT", ["editor"])
    assert [named(done) for done in (dry, real)] == [[problem]] * 2
    assert (dry.status, real.status) == (1, 1)
    filled = {("posts", "author"): 3, ("posts", "editor"): 1, ("posts", "layout"): 1}
    for done in (dry, real):
        assert counted(done.document, "FILLED").items() >= filled.items()
        assert done.resource("posts")["rows"] == {
            **dict.fromkeys(done.resource("posts")["rows"], 0),
            "updated": POSTS - 1,
            "problem": 1,
        }
    author = admin_id(site.source)
    assert post_of(site, 2) == {**changed, "author": author}
    tables = dump(site.destination.database)
    (editor,) = (row for row in tables["directus_users"] if row["email"] == "editor@example.com")
    (layout,) = (row for row in tables["directus_presets"] if row["bookmark"] == "Layout")
    first, third = post_of(site, 1), post_of(site, 3)
    assert (first["editor"], first["layout"]) == (str(editor["id"]), layout["id"])
    assert {first["author"], third["author"]} == {author}
    assert str(tables["directus_files"][0]["uploaded_by"]) == author
    again = migrate(site)
    assert (again.status, named(again)) == (1, [problem])
    assert counted(again.document, "FILLED") == {}


def test_a_reference_that_somebody_has_emptied_stays_empty(site: Stack) -> None:
    with Api(site.destination.url, site.destination.admin_token) as api:
        api.patch("/items/posts/1", {"author": None})
    for arguments in (["--dry-run"], []):
        done = migrate(site, *arguments)
        assert named(done)[0] == ("posts", "1", "CONFLICT", ["author"])
        assert counted(done.document, "FILLED") == {}
    assert post_of(site, 1)["author"] is None


def test_without_a_journal_a_row_that_differs_in_nothing_else_is_filled(site: Stack) -> None:
    with Api(site.destination.url, site.destination.admin_token) as api:
        (journal,) = (row for row in api.get("/presets") if row["collection"] == JOURNAL)
        api.delete(f"/presets/{journal['id']}")
    for arguments in (["--dry-run"], []):
        assert counted(migrate(site, *arguments).document, "FILLED") == {("posts", "author"): 1}
    assert post_of(site, 1)["author"] == admin_id(site.source)
