"""The whole way as an administrator walks it: enable the module, open it, check, dry-run, start, be
notified."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.app import by, check, expect_end
from tests.e2e.module_bar import NAVIGATION, enable_in_settings, open_settings
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed import COUNTS
from tests.stack.stack import Stack


def test_the_module_is_enabled_in_the_project_settings(
    page: Page, stack: Stack, artefacts: Path
) -> None:
    open_settings(page, stack.source)
    assert page.locator(NAVIGATION).count() == 0
    enable_in_settings(page)
    page.screenshot(path=artefacts / f"module-bar-{stack.source.version}.png")
    page.reload()
    expect(page.locator(NAVIGATION).first).to_be_visible()


def test_an_administrator_migrates_from_inside_directus(
    page: Page, stack: Stack, destination: DirectusInstance, artefacts: Path
) -> None:
    version = stack.source.version
    before = dump(destination.database)

    page.goto(f"{stack.source.url}/admin/content")
    page.locator("a[href$='/admin/migration']").first.click()
    expect(page.locator(f"{by('start')} button")).to_be_disabled()
    check(page, destination)
    expect(page.locator(by("check-result"))).to_contain_text(version)
    expect(page.locator(by("force"))).to_have_count(0)
    page.screenshot(path=artefacts / f"check-{version}.png", full_page=True)

    expect(page.locator(by("dry-run"))).to_have_attribute("aria-checked", "true")
    page.locator(by("start")).click()
    expect_end(page, "completed")
    expect(page.locator("[data-resource=posts]")).to_contain_text(str(COUNTS["posts"]))
    page.screenshot(path=artefacts / f"dry-run-{version}.png", full_page=True)
    assert dump(destination.database) == before

    page.go_back()
    expect(page.locator(by("destination-url"))).to_have_value(destination.url)
    expect(page.locator(by("check-result"))).to_be_visible()
    page.locator(by("dry-run")).click()
    expect(page.locator(by("writes-notice"))).to_contain_text(destination.url)
    page.locator(by("start")).click()
    page.wait_for_url("**/admin/migration/runs/*")
    run_url = page.url
    page.goto("about:blank")

    page.goto(run_url)
    expect_end(page, "completed")
    posts = page.locator("[data-resource=posts]")
    verified = f"{COUNTS['posts']} of {COUNTS['posts']}"
    expect(posts.locator("[data-column=verified]")).to_have_text(verified)
    # Columns without any row are hidden.
    expect(posts.locator("[data-column=problems]")).to_have_count(0)
    page.screenshot(path=artefacts / f"run-{version}.png", full_page=True)
    assert len(dump(destination.database)["posts"]) == COUNTS["posts"]

    page.goto(f"{stack.source.url}/admin/content")
    page.locator("button:has(i[data-icon=notifications])").first.click()
    page.get_by_text(
        f"Migration to {destination.url.removeprefix('http://')} completed"
    ).first.click()
    link = page.get_by_role("link", name="Open the run").first
    expect(link).to_be_visible()
    page.screenshot(path=artefacts / f"notification-{version}.png")
    assert link.get_attribute("href") == run_url
