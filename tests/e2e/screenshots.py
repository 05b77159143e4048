"""``make screenshots``: the pictures of README and docs/, taken from the real page."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from sidecar.extension import BUNDLE, install
from tests.e2e.app import STEP_MILLISECONDS, by, check, expect_end, open_app, open_form
from tests.e2e.module_bar import enable_in_settings, open_settings
from tests.stack.browser import ARGUMENTS, find_browser
from tests.stack.seed import seed_people, seed_source
from tests.stack.stack import Stack

DOCS = BUNDLE / "docs"


def main() -> None:
    """Start everything, walk through the module as docs/how-it-works.md tells it, and keep what it
    looks like."""
    DOCS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="migration-screenshots-") as folder,
        sync_playwright() as playwright,
    ):
        bundle = install(Path(folder) / "extensions", BUNDLE)
        with Stack(Path(folder), extension=bundle, announce=True) as stack:
            source, destination = stack.source, stack.destination
            with ThreadPoolExecutor() as pool:
                people = pool.submit(seed_people, destination.url, destination.admin_token)
                seed_source(source.url, source.admin_token)
                people.result()
            expect.set_options(timeout=STEP_MILLISECONDS)
            browser = playwright.chromium.launch(
                executable_path=find_browser(), args=list(ARGUMENTS)
            )
            _walk(open_app(browser, source), stack)
            browser.close()


def _walk(page: Page, stack: Stack) -> None:
    open_settings(page, stack.source)
    enable_in_settings(page)
    _keep(page, "module-bar")
    open_form(page, stack.source)
    check(page, stack.destination)
    expect(page.locator(by("count-content"))).to_contain_text("rows")
    page.set_viewport_size({"width": 1280, "height": 2400})
    # All of it fits in the window.
    expect(page.get_by_role("heading", name="Preset")).to_be_in_viewport()
    _keep(page, "check")
    _choose(page)
    _keep(page, "choose")
    open_form(page, stack.source)
    check(page, stack.destination)
    page.set_viewport_size({"width": 1280, "height": 1700})
    page.locator(by("dry-run")).click()
    page.locator(by("start")).click()
    expect_end(page, "completed")
    _keep(page, "run")
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(f"{stack.source.url}/admin/migration/runs")
    expect(page.locator(by("runs"))).to_be_visible()
    _keep(page, "history")


def _choose(page: Page) -> None:
    """Two collections in the open tree."""
    page.locator(by("choose-collections")).click()
    expect(page.locator("[role=treeitem][data-collection=events]")).to_contain_text("rows")
    page.locator(by("select-none")).click()
    for name in ("posts", "events"):
        page.locator(f"[role=treeitem][data-collection={name}]").click()
    page.set_viewport_size({"width": 1280, "height": 1100})
    page.locator(by("choose-collections")).evaluate("element => element.scrollIntoView()")
    page.mouse.move(0, 0)
    expect(page.locator(by("choose-collections-sentence"))).to_contain_text("2 of")


def _keep(page: Page, name: str) -> None:
    # Directus covers the page while it loads, and its button while it saves.
    expect(page.locator(".hydrating, .v-progress-circular")).to_have_count(0)
    page.screenshot(path=DOCS / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
