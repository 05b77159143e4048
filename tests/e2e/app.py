"""Directus' app in a real browser: log in, change theme and width, ask axe what is wrong with a
page."""

from typing import Literal

import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.stack.directus import DirectusInstance
from tests.stack.sidecar_client import as_admin

RUN_MILLISECONDS = 180_000
STEP_MILLISECONDS = 90_000
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A 12.x without licence greets administrators with a dialog; these say that it was closed.
DISMISSED = ("license-banner-dismissed", "license-onboarding-dismissed")
# The app around the module is Directus' own.
OURS = "[data-test=page]"
# A colour on its way to another one has any contrast.
AT_REST = "*, *::before, *::after { transition: none !important; animation: none !important }"
SERIOUS = frozenset({"serious", "critical"})


def by(name: str) -> str:
    """The selector of what the module marks with ``data-test``."""
    return f"[data-test={name}]"


def open_app(browser: Browser, instance: DirectusInstance) -> Page:
    """A new window of a browser of its own, logged in as the administrator."""
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True)
    context.set_default_timeout(STEP_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{instance.url}/admin/login")
    page.locator("input[type=email]").fill(instance.admin_email)
    page.locator("input[type=password]").fill(instance.admin_password)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/admin/login" not in url)
    context.add_cookies(
        [{"name": name, "value": "true", "url": instance.url} for name in DISMISSED]
    )
    return page


def open_form(page: Page, instance: DirectusInstance) -> None:
    """The module's first page, as it is when its configuration has come."""
    page.goto(f"{instance.url}/admin/migration")
    expect(page.locator(by("preset-select"))).to_be_enabled()


def check(page: Page, destination: DirectusInstance) -> None:
    """Fill in the destination, press Check, wait for the answer."""
    page.locator(by("destination-url")).fill(destination.url)
    page.locator(by("destination-token")).fill(destination.admin_token)
    page.locator(by("check")).click()
    expect(page.locator(by("check-result"))).to_be_visible()


def expect_end(page: Page, status: str) -> None:
    """The run's page shows that it is over, and how."""
    expect(page.locator(by("run-status"))).to_have_attribute(
        "data-status", status, timeout=RUN_MILLISECONDS
    )


def choose_theme(instance: DirectusInstance, appearance: Literal["light", "dark"]) -> None:
    """The administrator's own choice; the app shows it when it is loaded next."""
    requests.patch(
        f"{instance.url}/users/me",
        json={"appearance": appearance},
        headers=as_admin(instance),
        timeout=30,
    ).raise_for_status()


def flaws(page: Page, where: str = OURS) -> list[str]:
    """What axe finds serious or worse in the module's part of the page, or in one of its
    dialogs."""
    page.add_style_tag(content=AT_REST)
    found = Axe().run(page, context=where).response["violations"]
    return [
        f"{flaw['id']}: {node['html'][:200]} {node['failureSummary']}"
        for flaw in found
        if flaw["impact"] in SERIOUS
        for node in flaw["nodes"]
    ]


def too_wide(page: Page) -> bool:
    """Whether one has to scroll sideways to see all of the module's page."""
    return bool(
        page.locator(OURS).evaluate("element => element.scrollWidth > element.clientWidth + 1")
    )
