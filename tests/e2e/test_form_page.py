"""The form: presets and saved tokens, what a check shows, options, and what it says when something
is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app import DESKTOP, PHONE, by, check, choose_theme, flaws, open_form, too_wide
from tests.stack.directus import DirectusInstance
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWeb
from tests.stack.stack import Stack


@pytest.fixture(autouse=True)
def form(page: Page, stack: Stack) -> Iterator[None]:
    """Every test begins with the form as it comes, and leaves no preset behind."""
    open_form(page, stack.source)
    yield
    sidecar = SidecarClient(stack, admin_id(stack.source))
    for preset in sidecar.get("/presets").json()["presets"]:
        if preset["destination_url"]:
            sidecar.delete(f"/presets/{preset['id']}")


@pytest.fixture(scope="module")
def stranger(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    """A destination that has none of the people of the source."""
    with DirectusInstance(
        "stranger", version, database, workdir=tmp_path_factory.mktemp("stranger")
    ) as instance:
        yield instance


def save_preset(page: Page, name: str, scope: str = "personal") -> None:
    page.locator(by("preset-save")).click()
    page.locator(by("preset-name")).fill(name)
    page.locator(by(f"preset-scope-{scope}")).click()
    page.locator(by("preset-confirm")).click()
    expect(page.locator(by("preset-dialog"))).to_have_count(0)


def chosen(page: Page) -> str:
    select = page.locator(by("preset-select"))
    return str(select.evaluate("element => element.selectedOptions[0].text.trim()"))


def test_a_preset_is_saved_chosen_changed_renamed_and_deleted(
    page: Page, stack: Stack, destination: DirectusInstance
) -> None:
    page.locator(by("destination-url")).fill(destination.url)
    page.locator(by("destination-token")).fill(destination.admin_token)
    page.locator(by("option-flows")).click()
    page.locator(by("batch-size-20")).click()
    save_preset(page, "Newsroom", "global")
    assert chosen(page) == "Newsroom"
    expect(page.locator(by("token-saved"))).to_be_visible()

    open_form(page, stack.source)
    assert chosen(page) == "No preset"
    page.locator(by("preset-select")).select_option(label="Newsroom")
    expect(page.locator(by("destination-url"))).to_have_value(destination.url)
    expect(page.locator(by("option-flows"))).to_have_attribute("aria-checked", "false")
    expect(page.locator(by("option-presets"))).to_have_attribute("aria-checked", "true")
    expect(page.locator(by("batch-size-20"))).to_have_attribute("aria-checked", "true")
    expect(page.locator(by("preset-update"))).to_have_count(0)
    page.locator(by("check")).click()
    expect(page.locator(by("check-result"))).to_have_attribute("data-compatible", "true")
    assert destination.admin_token not in page.content()

    page.locator(by("option-comments")).click()
    page.locator(by("preset-update")).click()
    expect(page.locator(by("preset-update"))).to_have_count(0)
    page.locator(by("preset-rename")).click()
    page.locator(by("preset-name")).fill("Live")
    page.locator(by("preset-confirm")).click()
    expect(page.locator(by("preset-dialog"))).to_have_count(0)

    open_form(page, stack.source)
    page.locator(by("preset-select")).select_option(label="Live")
    expect(page.locator(by("option-comments"))).to_have_attribute("aria-checked", "false")
    page.locator(by("preset-delete")).click()
    expect(page.locator(by("preset-dialog"))).to_contain_text("Live")
    page.locator(by("preset-confirm")).click()
    expect(page.locator(f"{by('preset-select')} option", has_text="Live")).to_have_count(0)
    assert chosen(page) == "No preset"


def test_a_saved_token_is_replaced_cleared_and_kept_to_its_address(
    page: Page, destination: DirectusInstance
) -> None:
    page.locator(by("destination-url")).fill(destination.url)
    page.locator(by("destination-token")).fill("not-the-right-one")
    save_preset(page, "Second")
    page.locator(by("check")).click()
    expect(page.locator(by("failure"))).to_have_attribute("data-code", "TOKEN_REFUSED")

    page.locator(by("token-replace")).click()
    page.locator(by("destination-token")).fill(destination.admin_token)
    page.locator(by("preset-update")).click()
    expect(page.locator(by("token-saved"))).to_be_visible()
    page.locator(by("check")).click()
    expect(page.locator(by("check-result"))).to_be_visible()

    page.locator(by("destination-url")).fill("https://elsewhere.example.com")
    expect(page.locator(by("token-hint"))).to_contain_text(
        f"The saved token is for {destination.url}"
    )
    expect(page.locator(f"{by('check')} button")).to_be_disabled()
    page.locator(by("destination-url")).fill(destination.url)
    expect(page.locator(by("token-saved"))).to_be_visible()

    page.locator(by("token-clear")).click()
    page.locator(by("preset-update")).click()
    expect(page.locator(by("destination-token"))).to_be_visible()
    expect(page.locator(f"{by('check')} button")).to_be_disabled()


def test_the_form_begins_with_the_defaults_of_the_environment(
    page: Page, stack: Stack, destination: DirectusInstance, tmp_path: Path
) -> None:
    defaults = {
        "MIGRATION_BUNDLE_DEFAULT_URL": destination.url,
        "MIGRATION_BUNDLE_DEFAULT_OPTIONS": "users,flows",
        "MIGRATION_BUNDLE_DEFAULT_TOKEN": destination.admin_token,
    }
    other = SidecarWeb(replace(stack.sidecar, environment=defaults), tmp_path, stack.web.port)
    stack.web.process.stop()
    try:
        other.start()
        open_form(page, stack.source)
        assert chosen(page) == "Environment defaults"
        expect(page.locator(by("destination-url"))).to_have_value(destination.url)
        expect(page.locator(by("token-saved"))).to_be_visible()
        for name, state in (("content", "false"), ("users", "true"), ("flows", "true")):
            expect(page.locator(by(f"option-{name}"))).to_have_attribute("aria-checked", state)
        page.locator(by("check")).click()
        expect(page.locator(by("check-result"))).to_have_attribute("data-compatible", "true")
        assert destination.admin_token not in page.content()
    finally:
        other.process.stop()
        stack.web.start()


def test_a_check_shows_both_sides_the_schema_and_the_licence(
    page: Page, stack: Stack, destination: DirectusInstance
) -> None:
    check(page, destination)
    sides = page.locator(by("check-sides"))
    for text in (
        stack.source.url,
        destination.url,
        "Reachable",
        "Administrator",
        stack.source.version,
        "Database",
    ):
        expect(sides).to_contain_text(text)
    page.locator(by("check-names")).locator("summary, button").first.click()
    expect(page.locator(by("check-schema"))).to_contain_text("posts")
    licence = page.locator(by("check-licence"))
    expect(licence).to_have_count(1 if stack.source.version.startswith("12.") else 0)
    page.locator(by("option-flows")).click()
    expect(page.locator(by("check-result"))).to_be_visible()
    expect(page.locator(f"{by('start')} button")).to_be_disabled()
    expect(page.locator(f"{by('start')} button")).to_be_enabled()


def test_a_check_that_fails_says_where_and_what_to_do(
    page: Page, destination: DirectusInstance
) -> None:
    page.locator(by("destination-url")).fill(destination.url)
    page.locator(by("destination-token")).fill("wrong-token")
    page.locator(by("check")).click()
    failure = page.locator(by("failure"))
    expect(failure).to_have_attribute("data-code", "TOKEN_REFUSED")
    expect(failure).to_contain_text("static token of an administrator")
    expect(page.locator(by("destination-token"))).to_be_focused()
    expect(page.locator(by("destination-token"))).to_have_attribute("aria-invalid", "true")
    expect(
        page.locator(by("check-sides")).get_by_role("row", name="Administrator")
    ).to_contain_text("No")
    expect(page.locator(by("force"))).to_have_count(0)


def test_options_tell_how_many_rows_they_hold(page: Page) -> None:
    expect(page.locator(by("count-content"))).to_contain_text("rows and files")
    for name in ("users", "comments", "presets", "dashboards", "flows"):
        expect(page.locator(by(f"count-{name}"))).to_contain_text("row")
    expect(page.locator(by("batch-size-10"))).to_have_attribute("aria-checked", "true")
    page.locator(by("option-content")).click()
    expect(page.locator(by("batch-size"))).to_have_count(0)


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_references_that_would_be_left_empty_are_decided_beside_the_check(
    page: Page, stack: Stack, stranger: DirectusInstance, artefacts: Path, appearance: str
) -> None:
    choose_theme(stack.source, "dark" if appearance == "dark" else "light")
    open_form(page, stack.source)
    page.locator(by("option-users")).click()
    check(page, stranger)
    panel = page.locator(by("check-references"))
    expect(panel).to_contain_text(
        "that this migration does not include and the destination does not have"
    )
    expect(panel.locator("[data-reference='directus_files.uploaded_by']")).to_contain_text(
        "references to"
    )
    expect(page.locator(f"{by('start')} button")).to_be_enabled()
    page.locator(by("dry-run")).click()
    expect(page.locator(f"{by('start')} button")).to_be_disabled()
    expect(page.locator(by("start-obstacle"))).to_contain_text("Include users")
    for name, size in (("", {"width": 1440, "height": 900}), ("-phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(
            path=artefacts / f"references-{appearance}{name}-{stack.source.version}.png",
            full_page=True,
        )
        assert flaws(page) == []
        assert not too_wide(page)
    page.set_viewport_size(DESKTOP)
    page.locator(by("references-empty")).click()
    expect(page.locator(f"{by('start')} button")).to_be_enabled()
    page.locator(f"{by('include-users')} button").click()
    expect(page.locator(by("check-result"))).to_have_attribute("data-compatible", "true")
    expect(panel).to_have_count(0)
    expect(page.locator(by("option-users"))).to_have_attribute("aria-checked", "true")
    choose_theme(stack.source, "light")


def test_the_form_is_filled_in_and_checked_by_keyboard(
    page: Page, destination: DirectusInstance
) -> None:
    page.locator(by("destination-url")).focus()
    page.keyboard.type(destination.url.removeprefix("http://"))
    page.keyboard.press("Tab")
    page.keyboard.type(destination.admin_token)
    page.keyboard.press("Enter")
    expect(page.locator(by("check-result"))).to_be_visible()
    expect(page.locator(by("check-result"))).to_be_in_viewport()
    expect(page.locator(by("destination-url"))).to_have_value(destination.url)
    expect(page.locator(by("address-note"))).to_contain_text("because https does not answer")
    page.locator(by("dry-run")).focus()
    page.keyboard.press("Space")
    expect(page.locator(by("dry-run"))).to_have_attribute("aria-checked", "false")
    page.locator(f"{by('preset-save')} button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(by("preset-name"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(by("preset-dialog"))).to_have_count(0)
    expect(page.locator(f"{by('preset-save')} button")).to_be_focused()


def test_a_sidecar_that_is_down_is_said_plainly(page: Page, stack: Stack) -> None:
    stack.web.process.stop()
    try:
        page.goto(f"{stack.source.url}/admin/migration")
        failure = page.locator(by("failure")).first
        expect(failure).to_have_attribute("data-code", "SIDECAR_UNREACHABLE")
        expect(failure).to_contain_text("sidecar web")
    finally:
        stack.web.start()
    expect(page.locator(by("failure"))).to_have_count(0, timeout=20_000)
    expect(page.locator(f"{by('preset-save')} button")).to_be_enabled()


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_nothing_hinders_anybody(
    page: Page, stack: Stack, destination: DirectusInstance, artefacts: Path, appearance: str
) -> None:
    choose_theme(stack.source, "dark" if appearance == "dark" else "light")
    page.set_viewport_size(DESKTOP)
    open_form(page, stack.source)
    expect(page.locator(by("count-content"))).to_contain_text("rows")
    expect(page.locator(by("invite"))).to_be_visible()
    check(page, destination)
    page.locator(by("dry-run")).click()
    page.screenshot(
        path=artefacts / f"form-{appearance}-{stack.source.version}.png", full_page=True
    )
    assert flaws(page) == []
    page.locator(by("preset-save")).click()
    expect(page.locator(by("preset-name"))).to_be_focused()
    assert flaws(page, by("preset-dialog")) == []
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    page.screenshot(
        path=artefacts / f"form-{appearance}-phone-{stack.source.version}.png", full_page=True
    )
    assert not too_wide(page)
    page.set_viewport_size(DESKTOP)
    choose_theme(stack.source, "light")
