"""One browser a session, and in each module one window with the source's app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.app import STEP_MILLISECONDS, open_app
from tests.stack.browser import ARGUMENTS, find_browser
from tests.stack.stack import Stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=STEP_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(
    browser: Browser, stack: Stack, artefacts: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The source's app, logged in as its administrator."""
    page = open_app(browser, stack.source)
    yield page
    page.screenshot(
        path=artefacts / f"last-{request.module.__name__}-{stack.source.version}.png",
        full_page=True,
    )
    page.context.close()
