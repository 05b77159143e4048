"""Force on the page: there where it can help, with what it will do in words, and needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import bundle_folder
from tests.e2e.app import (
    PHONE,
    STEP_MILLISECONDS,
    by,
    check,
    expect_end,
    flaws,
    open_app,
    open_form,
    too_wide,
)
from tests.stack.awkward.tables import table
from tests.stack.browser import ARGUMENTS, find_browser
from tests.stack.seed.api import Api
from tests.stack.seed.fields import field, text_key, uuid_key
from tests.stack.stack import Stack

OLDER, NEWER = "11.1.2", "11.17.4"
NOT_SUPPORTED = "Directus does not support this"


@pytest.fixture(scope="module")
def upgrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A source and a newer destination."""
    with Stack(
        tmp_path_factory.mktemp("force"),
        OLDER,
        destination_version=NEWER,
        extension=bundle_folder(tmp_path_factory),
    ) as started:
        yield started


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A source on SQLite with two tables, and a destination on PostgreSQL."""
    with Stack(
        tmp_path_factory.mktemp("move"),
        NEWER,
        destination_database="postgres",
        extension=bundle_folder(tmp_path_factory),
    ) as started:
        with Api(started.source.url, started.source.admin_token) as api:
            title = field("title", "string")
            for name, key in (("notes", uuid_key()), ("words", text_key("word"))):
                api.post("/collections", table(name, [key, title]))
                api.post(
                    f"/items/{name}",
                    {"title": "One", **({"word": "one"} if name == "words" else {})},
                )
        yield started


def test_force_appears_where_the_versions_differ_and_says_what_it_will_do(
    upgrade: Stack, artefacts: Path
) -> None:
    with form_of(upgrade) as page:
        expect(page.locator(by("force"))).to_have_count(0)
        check(page, upgrade.destination)
        expect(page.locator(by("check-sides"))).to_contain_text(f"{NEWER} (differs)")
        expect(page.locator(by("check-result"))).to_contain_text("Update one of them, or use Force")
        expect(page.locator(f"{by('start')} button")).to_be_disabled()
        expect(page.get_by_text(NOT_SUPPORTED)).to_be_visible()
        words = page.locator(by("force-words"))
        expect(words).to_contain_text("What Force does")
        expect(words).to_contain_text(f"From Directus {OLDER} to {NEWER}")
        expect(page.locator(by("force-types"))).to_have_count(0)
        show(page, artefacts, "versions")
        start(page)
        expect(page.get_by_text(f"From Directus {OLDER} to {NEWER}").first).to_be_attached()


def test_force_appears_where_the_databases_differ_and_names_the_types_that_change(
    move: Stack, artefacts: Path
) -> None:
    with form_of(move) as page:
        check(page, move.destination)
        expect(page.locator(by("check-result"))).to_contain_text(
            "Use Force to migrate between them"
        )
        expect(page.get_by_text(NOT_SUPPORTED)).to_be_visible()
        words = page.locator(by("force-words"))
        expect(words).to_contain_text("From SQLite to PostgreSQL")
        expect(words).to_contain_text("PostgreSQL holds no NUL character")
        expect(words).to_contain_text("What to check afterwards")
        types = page.locator(by("force-types"))
        types.locator("summary").click()
        expect(types).to_contain_text(
            "Uuids kept as text become uuids and nothing else in 1 field: notes.id"
        )
        show(page, artefacts, "databases")
        start(page)


@contextmanager
def form_of(stack: Stack) -> Iterator[Page]:
    """The module's form at the source."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=STEP_MILLISECONDS)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        page = open_app(browser, stack.source)
        open_form(page, stack.source)
        yield page
        browser.close()


def show(page: Page, artefacts: Path, name: str) -> None:
    """A picture of the words; they are accessible, and as wide as a phone at most."""
    page.locator(by("force-words")).scroll_into_view_if_needed()
    page.screenshot(path=artefacts / f"force-{name}.png")
    assert flaws(page) == []
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    assert not too_wide(page)
    page.locator(by("force-words")).scroll_into_view_if_needed()
    page.screenshot(path=artefacts / f"force-{name}-phone.png")
    if before:
        page.set_viewport_size(before)


def start(page: Page) -> None:
    """Tick Force and migrate for real, to the end."""
    expect(page.locator(f"{by('start')} button")).to_be_disabled()
    page.locator(by("force")).click()
    page.locator(by("dry-run")).click()
    page.locator(by("start")).click()
    expect_end(page, "completed")
