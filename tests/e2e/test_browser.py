"""The whole way as an administrator walks it: log in, open the module, check, dry-run, start, be notified."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.stack.browser import ARGUMENTS, find_browser
from tests.stack.demo import enable_module
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed import COUNTS
from tests.stack.stack import Stack

RUN_MILLISECONDS = 180_000
STEP_MILLISECONDS = 30_000
# A 12.x without licence greets administrators with a dialog; these say that it was closed.
DISMISSED = ("license-banner-dismissed", "license-onboarding-dismissed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser, stack: Stack, artefacts: Path) -> Iterator[Page]:
    """The source's app, logged in as its administrator."""
    enable_module(stack.source)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(STEP_MILLISECONDS)
    page = context.new_page()
    log_in(page, stack.source)
    yield page
    page.screenshot(path=artefacts / f"last-{stack.source.version}.png", full_page=True)
    context.close()


def log_in(page: Page, instance: DirectusInstance) -> None:
    page.goto(f"{instance.url}/admin/login")
    page.locator("input[type=email]").fill(instance.admin_email)
    page.locator("input[type=password]").fill(instance.admin_password)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/content**")
    page.context.add_cookies([{"name": name, "value": "true", "url": instance.url} for name in DISMISSED])


def test_an_administrator_migrates_from_inside_directus(
    page: Page, stack: Stack, destination: DirectusInstance, artefacts: Path
) -> None:
    version = stack.source.version
    before = dump(destination.database)

    page.goto(f"{stack.source.url}/admin/content")
    page.locator("a[href$='/admin/migration']").first.click()
    page.locator("[data-test=destination-url]").fill(destination.url)
    page.locator("[data-test=destination-token]").fill(destination.admin_token)
    expect(page.locator("[data-test=start] button")).to_be_disabled()
    page.locator("[data-test=check]").click()
    expect(page.locator("[data-test=check-result]")).to_contain_text(version)
    expect(page.locator("[data-test=force]")).to_have_count(0)
    page.screenshot(path=artefacts / f"check-{version}.png", full_page=True)

    expect(page.locator("[data-test=dry-run] [role=checkbox], [data-test=dry-run][role=checkbox]").first
           ).to_have_attribute("aria-checked", "true")
    page.locator("[data-test=start]").click()
    expect_end(page, "completed")
    expect(page.locator("[data-test=resources] [data-resource=posts]")).to_contain_text(str(COUNTS["posts"]))
    page.screenshot(path=artefacts / f"dry-run-{version}.png", full_page=True)
    assert dump(destination.database) == before

    page.go_back()
    page.locator("[data-test=destination-url]").fill(destination.url)
    page.locator("[data-test=destination-token]").fill(destination.admin_token)
    page.locator("[data-test=check]").click()
    expect(page.locator("[data-test=check-result]")).to_be_visible()
    page.locator("[data-test=dry-run]").click()
    page.locator("[data-test=start]").click()
    page.wait_for_url("**/admin/migration/runs/*")
    run_url = page.url
    page.goto("about:blank")

    page.goto(f"{stack.source.url}/admin/migration")
    page.goto(run_url)
    expect_end(page, "completed")
    posts = page.locator("[data-test=resources] [data-resource=posts]")
    expect(posts.locator("[data-column=verified]")).to_have_text(str(COUNTS["posts"]))
    expect(posts.locator("[data-column=different]")).to_have_text("0")
    page.screenshot(path=artefacts / f"run-{version}.png", full_page=True)
    assert len(dump(destination.database)["posts"]) == COUNTS["posts"]

    page.goto(f"{stack.source.url}/admin/content")
    page.locator("button:has(i[data-icon=notifications])").first.click()
    page.get_by_text("Migration completed").first.click()
    link = page.get_by_role("link", name="Open the run").first
    expect(link).to_be_visible()
    page.screenshot(path=artefacts / f"notification-{version}.png")
    assert link.get_attribute("href") == run_url


def expect_end(page: Page, status: str) -> None:
    """The run's page shows that it is over, and how."""
    expect(page.locator("[data-test=run-status]")).to_have_attribute("data-status", status, timeout=RUN_MILLISECONDS)
