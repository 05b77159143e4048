"""Force on the page: there where it can help, with what it means, and needed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.conftest import bundle_folder
from tests.e2e.app import STEP_MILLISECONDS, by, check, expect_end, open_app, open_form
from tests.stack.browser import ARGUMENTS, find_browser
from tests.stack.stack import Stack

OLDER, NEWER = "11.1.2", "11.17.4"


@pytest.fixture(scope="module")
def upgrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A source and a newer destination."""
    with Stack(tmp_path_factory.mktemp("force"), OLDER, destination_version=NEWER,
               extension=bundle_folder(tmp_path_factory)) as started:
        yield started


def test_force_appears_where_the_versions_differ_and_says_what_it_means(upgrade: Stack) -> None:
    with sync_playwright() as playwright:
        expect.set_options(timeout=STEP_MILLISECONDS)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        page = open_app(browser, upgrade.source)
        open_form(page, upgrade.source)
        expect(page.locator(by("force"))).to_have_count(0)
        check(page, upgrade.destination)
        expect(page.locator(by("check-sides"))).to_contain_text(f"{NEWER} (differs)")
        expect(page.locator(by("check-result"))).to_contain_text("Update one of them, or use Force")
        expect(page.locator(f"{by('start')} button")).to_be_disabled()
        expect(page.get_by_text("Directus does not support this")).to_be_visible()
        page.locator(by("force")).click()
        page.locator(by("start")).click()
        expect_end(page, "completed")
        browser.close()
