"""Choosing what travels: the tree of collections, filters of rows, parts, and presets that keep
them. And seeing what an update of existing rows would change."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from tests.e2e.app import (
    DESKTOP,
    PHONE,
    by,
    check,
    choose_theme,
    expect_end,
    flaws,
    open_form,
    too_wide,
)
from tests.stack.directus import DirectusInstance
from tests.stack.seed import COUNTS
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack

WORD = "violin"


@pytest.fixture(autouse=True)
def chooser(page: Page, stack: Stack) -> None:
    """Every test begins with the open tree of a fresh form."""
    open_form(page, stack.source)
    page.locator(by("choose-collections")).click()
    expect(line(page, "events")).to_contain_text(f"{COUNTS['events']} rows")


def line(page: Page, collection: str) -> Locator:
    return page.locator(f"[role=treeitem][data-collection={collection}]")


def matching(instance: DirectusInstance) -> int:
    """How many events have the word in their title."""
    answer = requests.get(
        f"{instance.url}/items/events",
        params={"limit": "-1", "fields": "id", "filter[title][_contains]": WORD},
        headers=as_admin(instance),
        timeout=30,
    )
    answer.raise_for_status()
    return len(answer.json()["data"])


def rows_of(instance: DirectusInstance, collection: str) -> int | None:
    """None if there is no such collection."""
    answer = requests.get(
        f"{instance.url}/items/{collection}",
        params={"limit": "-1"},
        headers=as_admin(instance),
        timeout=30,
    )
    return len(answer.json()["data"]) if answer.ok else None


def filter_events(page: Page) -> None:
    """Only events with the word in their title, in Directus' own filter interface."""
    page.locator(by("filter-events")).click()
    drawer = page.locator(by("filter-drawer"))
    drawer.locator(".add-filter").click()
    page.locator(".v-menu-content").get_by_text("Title", exact=True).click()
    drawer.locator(".node input").last.fill(WORD)


def test_two_collections_and_a_filter_travel_and_stay_in_a_preset(
    page: Page, stack: Stack, destination: DirectusInstance
) -> None:
    wanted = matching(stack.source)
    collections, rows = f"2 of {len(COUNTS)} collections", wanted + COUNTS["tags"]
    size = f"{collections}, {rows} of"
    page.locator(by("select-none")).click()
    for name in ("tags", "events"):
        line(page, name).click()
    filter_events(page)
    total = COUNTS["events"]
    expect(page.locator(by("filter-rows"))).to_have_text(f"{wanted} of {total} rows")
    page.locator(by("filter-apply")).click()
    # Later versions of Directus give the focus back to what opened the drawer, 11.1 does not.
    expect(page.locator("[data-collection=events]:focus-within")).to_have_count(1)
    sentence = page.locator(by("choose-collections-sentence"))
    expect(sentence).to_contain_text(size)

    check(page, destination)
    page.locator(by("preset-save")).click()
    page.locator(by("preset-name")).fill("Some")
    page.locator(by("preset-confirm")).click()
    expect(page.locator(by("preset-dialog"))).to_have_count(0)
    page.locator(by("start")).click()
    expect_end(page, "completed")
    expect(page.locator(by("run-selection"))).to_contain_text(f"{collections}, {rows} rows")
    dry_run = page.url
    page.locator(by("run-for-real")).click()
    page.locator(by("again-confirm")).click()
    page.wait_for_url(lambda url: "/runs/" in url and url != dry_run)
    expect_end(page, "completed")
    assert rows_of(destination, "events") == wanted
    assert rows_of(destination, "tags") == COUNTS["tags"]
    assert rows_of(destination, "posts") is None

    open_form(page, stack.source)
    page.locator(by("preset-select")).select_option(label="Some")
    expect(sentence).to_contain_text(size)
    expect(page.locator(by("preset-update"))).to_have_count(0)


def test_parts_are_chosen_one_by_one(page: Page) -> None:
    page.locator(by("choose-parts")).click()
    page.locator(by("part-users")).click()
    expect(page.locator(by("option-users"))).to_have_attribute("aria-checked", "mixed")
    page.locator(by("option-users")).click()
    expect(page.locator(by("part-users"))).to_have_attribute("aria-checked", "true")


def test_the_tree_is_used_by_keyboard(page: Page) -> None:
    tree = page.locator(by("collection-tree"))
    tree.locator("[tabindex='0']").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(tree.locator("[role=treeitem][aria-checked=false]:focus")).to_have_count(1)
    page.keyboard.press("Home")
    expect(tree.locator("[aria-checked=mixed]:focus")).to_have_count(1)
    page.locator(by("tree-search")).fill("post")
    expect(line(page, "posts")).to_be_visible()
    expect(line(page, "events")).to_have_count(0)
    page.locator(by("show-hidden")).click()
    expect(line(page, "posts_translations")).to_be_visible()


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_choosing_hinders_nobody(
    page: Page, stack: Stack, artefacts: Path, appearance: str
) -> None:
    choose_theme(stack.source, "dark" if appearance == "dark" else "light")
    open_form(page, stack.source)
    for name in ("choose-collections", "choose-parts", "select-none"):
        page.locator(by(name)).click()
    line(page, "events").click()
    for name, size in (("", {"width": 1440, "height": 900}), ("-phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(
            path=artefacts / f"selection-{appearance}{name}-{stack.source.version}.png",
            full_page=True,
        )
        assert flaws(page) == []
        assert not too_wide(page)
    page.set_viewport_size(DESKTOP)
    choose_theme(stack.source, "light")


@pytest.fixture(scope="module")
def changed_posts(stack: Stack, destination: DirectusInstance) -> Iterator[list[str]]:
    """The keys of posts that have travelled: the destination has since changed the first, deleted
    the second and added one, and both sides have changed the third."""
    sidecar = SidecarClient(stack, admin_id(stack.source))
    posts = {"collections": ["posts"]}
    run = sidecar.start(destination, dry_run=False, selection=posts, references="bring").json()
    assert sidecar.wait_for_end(run["id"])["status"] == "completed"
    rows = ask(stack.source, "GET", "?limit=3&fields=id,slug&sort=id")
    first, second, third = [row["id"] for row in rows]
    document = {"seo": {"title": "Another"}, "n": [1, 2]}
    ask(destination, "PATCH", f"/{first}", {"slug": "changed-there", "metadata": document})
    ask(destination, "DELETE", f"/{second}")
    ask(destination, "POST", "", {"slug": "only-there"})
    ask(destination, "PATCH", f"/{third}", {"slug": "changed-on-both-sides"})
    ask(stack.source, "PATCH", f"/{third}", {"slug": "changed-here"})
    yield [first, second, third]
    ask(stack.source, "PATCH", f"/{third}", {"slug": rows[2]["slug"]})


def ask(instance: DirectusInstance, method: str, path: str, body: Any = None) -> Any:
    """A request about posts."""
    url = f"{instance.url}/items/posts{path}"
    answer = requests.request(method, url, json=body, headers=as_admin(instance), timeout=30)
    answer.raise_for_status()
    return answer.json()["data"] if answer.content else None


@pytest.fixture(scope="module")
def changes(
    page: Page, stack: Stack, destination: DirectusInstance, changed_posts: list[str]
) -> str:
    """The address of a dry run that would update posts."""
    open_form(page, stack.source)
    page.locator(by("choose-collections")).click()
    page.locator(by("select-none")).click()
    line(page, "posts").click()
    page.locator(by("existing-of-posts")).select_option("update")
    expect(page.locator(by("existing-exceptions"))).to_have_text("Only Posts are updated.")
    check(page, destination)
    page.locator(by("start")).click()
    expect_end(page, "completed_with_problems")
    return page.url


def open_changes(page: Page, run: str) -> Locator:
    """The changes of posts, open."""
    page.goto(run)
    page.locator(by("see-changes")).click()
    posts = page.locator(f"{by('changes')} [data-collection=posts]")
    posts.locator(by("change-collection")).click()
    return posts


def test_what_would_change_is_seen_field_by_field(
    page: Page, changes: str, changed_posts: list[str]
) -> None:
    first, second, third = changed_posts
    posts = open_changes(page, changes)
    counts = posts.locator(f"{by('change-collection')} [data-count]")
    expect(counts).to_have_text(
        [
            "! 1 conflict",
            "~ 1 changed",
            "+ 1 new",
            "− 1 only at the destination",
            re.compile("unch"),
        ]
    )
    changed = posts.locator(f"[data-kind=changed] [data-key='{first}']")
    changed.locator(by("change-row")).click()
    expect(changed.locator("[data-field=slug] [data-side=before]")).to_contain_text("changed-there")
    expect(changed.locator("[data-field=metadata] .changed").first).to_be_visible()
    new = posts.locator(f"[data-kind=new] [data-key='{second}']")
    new.locator(by("change-row")).click()
    expect(new.locator("[data-field=slug] [data-side=after]")).not_to_be_empty()
    expect(posts.locator(f"[data-kind=conflict] [data-key='{third}']")).to_be_visible()

    page.locator(by("change-filter")).select_option("only_at_destination")
    expect(posts.locator("[data-key]")).to_have_count(1)
    expect(posts.locator("[data-key]")).to_contain_text("only-there")


def test_changes_are_downloaded(page: Page, changes: str, changed_posts: list[str]) -> None:
    open_changes(page, changes)
    with page.expect_download() as download:
        page.locator(by("changes-json")).click()
    document = json.loads(download.value.path().read_text())
    keys = {change["key"] for change in document["changes"] if change["collection"] == "posts"}
    assert set(changed_posts) <= keys
    with page.expect_download() as download:
        page.locator(by("changes-html")).click()
    assert "changed-there" in download.value.path().read_text()


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_changes_hinder_nobody(
    page: Page,
    stack: Stack,
    artefacts: Path,
    changes: str,
    appearance: Literal["light", "dark"],
) -> None:
    choose_theme(stack.source, appearance)
    rows = open_changes(page, changes).locator("[data-key]")
    for kind in ("conflict", "changed", "new"):
        rows.locator(by("change-row")).and_(page.locator(f"[data-kind={kind}] *")).first.click()
    expect(page.locator(by("change-fields"))).to_have_count(3)
    for name, size in (("", {"width": 1440, "height": 900}), ("-phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(
            path=artefacts / f"changes-{appearance}{name}-{stack.source.version}.png",
            full_page=True,
        )
        assert flaws(page) == []
        assert not too_wide(page)
    page.set_viewport_size(DESKTOP)
    choose_theme(stack.source, "light")


def test_exactly_what_was_seen_is_done(
    page: Page, destination: DirectusInstance, changes: str, changed_posts: list[str]
) -> None:
    first, second, third = changed_posts
    open_changes(page, changes)
    page.locator(by("run-exactly")).click()
    page.locator(by("again-token")).fill(destination.admin_token)
    page.locator(by("again-confirm")).click()
    page.wait_for_url(lambda url: "/runs/" in url and url != changes)
    # The conflict is no part of it.
    expect_end(page, "completed")
    expect(page.locator(by("run-plan"))).to_be_attached()
    slugs = {row["id"]: row["slug"] for row in ask(destination, "GET", "?fields=id,slug&limit=-1")}
    assert slugs[first] != "changed-there"
    assert second in slugs
    assert slugs[third] == "changed-on-both-sides"
    assert "only-there" in slugs.values()
