"""Where an administrator shows the module in the navigation: the module bar in the project
settings."""

from playwright.sync_api import Page, expect

from tests.stack.directus import DirectusInstance

NAVIGATION = "a[href$='/admin/migration']"


def open_settings(page: Page, instance: DirectusInstance) -> None:
    """The project settings, scrolled to the module bar."""
    page.goto(f"{instance.url}/admin/settings/project")
    entry = page.locator(".v-list-item", has=page.get_by_text("Migration", exact=True))
    expect(entry.first).to_be_attached()
    entry.first.scroll_into_view_if_needed()


def enable_in_settings(page: Page) -> None:
    """Tick Migration in the module bar and save."""
    entry = page.locator(".v-list-item", has=page.get_by_text("Migration", exact=True)).first
    entry.locator("i[data-icon=check_box_outline_blank]").click()
    # Newer versions say Save, older ones show a tick.
    page.get_by_role("button", name="Save").or_(
        page.locator("button:has(i[data-icon=check])")
    ).first.click()
    expect(page.locator(NAVIGATION).first).to_be_visible()
