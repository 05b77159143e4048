"""The run's page and the history: progress, result, evidence, log, downloads, again, cancel."""

import csv
import json
import os
import signal
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.app import (
    DESKTOP,
    PHONE,
    by,
    check,
    choose_theme,
    expect_end,
    flaws,
    open_app,
    open_form,
    too_wide,
)
from tests.stack.directus import DirectusInstance
from tests.stack.gate import Gate
from tests.stack.processes import children
from tests.stack.proxy import Proxy
from tests.stack.seed import COUNTS
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack


@pytest.fixture(scope="module")
def dry_run(page: Page, stack: Stack, destination: DirectusInstance) -> str:
    """The address of a dry run that was started with a typed token."""
    open_form(page, stack.source)
    check(page, destination)
    page.locator(by("start")).click()
    expect_end(page, "completed")
    return page.url


@pytest.fixture(scope="module")
def real_run(page: Page, dry_run: str) -> str:
    """The address of a run for real, started from the dry one."""
    page.locator(by("run-for-real")).click()
    expect(page.locator(by("again-dialog"))).to_contain_text("writes to")
    expect(page.locator(by("again-token"))).to_have_count(0)
    page.locator(by("again-confirm")).click()
    page.wait_for_url(lambda url: "/runs/" in url and url != dry_run)
    expect_end(page, "completed")
    return page.url


def test_a_dry_run_becomes_real_with_the_same_settings(page: Page, real_run: str) -> None:
    posts = page.locator("[data-resource=posts]")
    expect(posts.locator("[data-column=created]")).to_have_text(str(COUNTS["posts"]))
    expect(posts.locator("[data-column=verified]")).to_have_text(
        f"{COUNTS['posts']} of {COUNTS['posts']}"
    )
    expect(page.locator(f"{by('throughput')} svg").first).to_be_attached()
    totals = page.locator(f"{by('totals')} [data-total]:not([data-total=verified])").all()
    texts = {one.get_attribute("data-total"): one.locator("dd").inner_text() for one in totals}
    texts.pop("only_at_destination", None)
    rows = {name: int(text.replace(",", "")) for name, text in texts.items()}
    assert sum(rows.values()) == 2 * rows["source"]
    expect(page.locator(by("stages")).locator("li[data-status=done]")).to_have_count(4)
    expect(page.locator(by("announcement"))).to_contain_text("Completed")


def test_evidence_is_behind_a_click(page: Page, real_run: str) -> None:
    page.goto(real_run)
    page.locator(by("tab-collections")).click()
    posts = page.locator("[data-resource=posts]")
    posts.locator(by("evidence-toggle")).click()
    digest = posts.locator(by("source-digest")).inner_text()
    assert len(digest) == 64
    expect(posts.locator(by("destination-digest"))).to_have_text(digest)
    expect(posts.locator(by("digest-verdict"))).to_contain_text("the same")
    files = page.locator("[data-resource=directus_files]")
    files.locator(by("evidence-toggle")).click()
    expect(files.locator(f"{by('checksums')} tbody tr").first).to_be_visible()


def test_the_log_is_filtered_by_level_and_text(page: Page, real_run: str) -> None:
    page.goto(real_run)
    page.locator(by("tab-log")).click()
    log = page.locator(by("log"))
    expect(log).to_contain_text("Schema: ")
    page.locator(by("log-search")).fill("schema: ")
    expect(log.locator(".line")).to_have_count(1)
    expect(page.locator(by("log-count"))).to_contain_text("1 of")
    page.locator(by("log-search")).fill("")
    page.locator(f"{by('log-level')} [data-level=error]").click()
    expect(log.locator(".line")).to_have_count(0)


def test_the_report_is_downloaded_as_json_and_as_a_page_of_its_own(
    page: Page, browser: Browser, real_run: str, artefacts: Path, stack: Stack
) -> None:
    page.goto(real_run)
    with page.expect_download() as download:
        page.locator(by("download-json")).click()
    report = json.loads(download.value.path().read_text())
    assert report["run"]["id"] in real_run
    assert {row["name"]: row["verified"] for row in report["run"]["resources"]}["posts"] == COUNTS[
        "posts"
    ]
    created = {row["name"]: row["created"] for row in report["run"]["resources"]}
    assert len(report["checksums"]) == created["directus_files"] > 0
    assert len(report["log"]) > 3

    with page.expect_download() as download:
        page.locator(by("download-html")).click()
    target = artefacts / f"report-{stack.source.version}.html"
    download.value.save_as(target)
    alone = browser.new_context(offline=True).new_page()
    alone.goto(target.as_uri())
    expect(alone.get_by_role("heading", name="Migration run")).to_be_visible()
    expect(alone.get_by_role("cell", name="posts", exact=True).first).to_be_visible()
    assert alone.locator("script, img, link").count() == 0
    alone.screenshot(path=artefacts / f"report-{stack.source.version}.png", full_page=True)
    alone.context.close()


def test_another_browser_shows_the_same_and_asks_for_the_token_that_was_forgotten(
    browser: Browser,
    page: Page,
    stack: Stack,
    destination: DirectusInstance,
    dry_run: str,
    real_run: str,
) -> None:
    other = open_app(browser, stack.source)
    other.goto(dry_run)
    expect_end(other, "completed")
    other.locator(by("run-again")).click()
    expect(other.locator(by("again-dialog"))).to_contain_text("forgotten")
    expect(other.locator(f"{by('again-confirm')} button")).to_be_disabled()
    other.locator(by("again-token")).fill(destination.admin_token)
    other.locator(by("again-confirm")).click()
    other.wait_for_url(lambda url: "/runs/" in url and url != dry_run)
    expect_end(other, "completed")
    expect(other.locator("[data-resource=posts] [data-column=unchanged]")).to_have_text(
        str(COUNTS["posts"])
    )
    other.context.close()


def test_a_run_that_waits_says_why_and_can_be_cancelled(
    page: Page, stack: Stack, dry_run: str, real_run: str
) -> None:
    page.goto(dry_run)
    stack.worker.process.stop()
    try:
        page.locator(by("run-again")).click()
        if page.locator(by("again-token")).count():
            page.locator(by("again-token")).fill(stack.destination.admin_token)
        page.locator(by("again-confirm")).click()
        page.wait_for_url(lambda url: "/runs/" in url and url != dry_run)
        expect(page.locator(by("run-waiting"))).to_contain_text("sidecar worker")
        page.locator(by("cancel")).click()
    finally:
        stack.worker.start()
    expect_end(page, "cancelled")


def test_the_history_lists_runs_with_who_when_and_how(
    page: Page, stack: Stack, destination: DirectusInstance, dry_run: str, real_run: str
) -> None:
    page.goto(f"{stack.source.url}/admin/migration/runs")
    row = page.locator(f"[data-run='{real_run.rsplit('/', 1)[1]}']")
    for text in ("Completed", "Migration", destination.url, "Admin User", "created"):
        expect(row).to_contain_text(text)
    page.locator(by("filter-kind")).select_option("dry")
    expect(row).to_have_count(0)
    page.locator(by("filter-kind")).select_option("real")
    expect(page.locator(f"[data-run='{dry_run.rsplit('/', 1)[1]}']")).to_have_count(0)
    page.locator(by("filter-kind")).select_option("")
    expect(page.locator(f"[data-run='{dry_run.rsplit('/', 1)[1]}']")).to_contain_text("Dry run")
    row.get_by_role("link").click()
    page.wait_for_url(real_run)


def test_a_history_that_cannot_be_had_says_what_to_check(page: Page, stack: Stack) -> None:
    stack.web.process.stop()
    try:
        page.goto(f"{stack.source.url}/admin/migration/runs")
        expect(page.locator(by("failure"))).to_contain_text("sidecar web")
    finally:
        stack.web.start()


def test_a_run_whose_worker_was_killed_is_resumed_without_typing_anything(
    page: Page, stack: Stack, destination: DirectusInstance, real_run: str, artefacts: Path
) -> None:
    # The first is asked by the start.
    gate = Gate("SEARCH", "/presets", nth=2)
    with Proxy(destination.url, gate.rewrite) as proxy:
        body = {"destination_url": proxy.url, "destination_token": destination.admin_token}
        run_id = SidecarClient(stack, admin_id(stack.source)).post("/runs", body).json()["id"]
        page.goto(f"{stack.source.url}/admin/migration/runs/{run_id}")
        gate.wait()
        for horse in children(stack.worker.process.pid):
            os.kill(horse, signal.SIGKILL)
        gate.open()
        expect_end(page, "interrupted")
        expect(page.locator(by("resume"))).to_be_visible()
        expect(page.locator(by("cancel"))).to_be_visible()
        page.screenshot(
            path=artefacts / f"run-interrupted-{stack.source.version}.png", full_page=True
        )
        assert flaws(page) == []
        page.goto(f"{stack.source.url}/admin/migration/runs")
        row = page.locator(f"[data-run='{run_id}']")
        expect(row).to_contain_text("Interrupted")
        assert flaws(page) == []
        row.locator(by("resume")).click()
        page.wait_for_url(lambda url: url.endswith(run_id))
        expect_end(page, "completed")
    expect(page.locator(by("run-attempt"))).to_have_text("2")


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_nothing_hinders_anybody(
    page: Page, stack: Stack, dry_run: str, real_run: str, artefacts: Path, appearance: str
) -> None:
    choose_theme(stack.source, "dark" if appearance == "dark" else "light")
    for name, url in (
        ("dry-run", dry_run),
        ("run", real_run),
        ("history", f"{stack.source.url}/admin/migration/runs"),
    ):
        page.set_viewport_size(DESKTOP)
        page.goto(url)
        expect(page.locator(f"{by('runs')}, {by('totals')}")).to_be_visible()
        if name == "run":
            assert flaws(page) == []
            page.locator(by("tab-collections")).click()
            page.locator(f"[data-resource=directus_files] {by('evidence-toggle')}").click()
            expect(page.locator(f"{by('checksums')} tbody tr").first).to_be_visible()
        page.screenshot(
            path=artefacts / f"{name}-{appearance}-{stack.source.version}.png", full_page=True
        )
        assert flaws(page) == []
        page.set_viewport_size(PHONE)
        page.screenshot(
            path=artefacts / f"{name}-{appearance}-phone-{stack.source.version}.png", full_page=True
        )
        assert not too_wide(page), name
        if name == "history":
            # Only a wide table keeps a width for the address.
            cell = page.locator(f"{by('runs')} .destination").first
            expect(cell).not_to_have_css("min-width", "170px")
            page.set_viewport_size(DESKTOP)
            expect(cell).to_have_css("min-width", "170px")
    page.set_viewport_size(DESKTOP)
    choose_theme(stack.source, "light")


def test_problems_are_grouped_and_lead_to_both_items(
    page: Page, stack: Stack, destination: DirectusInstance, real_run: str, artefacts: Path
) -> None:
    posts = requests.get(
        f"{destination.url}/items/posts?limit=2&fields=id",
        headers=as_admin(destination),
        timeout=30,
    ).json()["data"]
    for post in posts:
        requests.patch(
            f"{destination.url}/items/posts/{post['id']}",
            json={"slug": f"changed-{post['id']}"},
            headers=as_admin(destination),
            timeout=30,
        ).raise_for_status()
    sidecar = SidecarClient(stack, admin_id(stack.source))
    run_id = sidecar.start(destination, dry_run=False).json()["id"]
    sidecar.wait_for_end(run_id)

    page.goto(f"{stack.source.url}/admin/migration/runs/{run_id}")
    expect(page.locator(by("problem-summary"))).to_contain_text("2 Posts differ in slug")
    page.locator(by("tab-collections")).click()
    page.locator(f"[data-resource=posts] {by('show-problems')}").click()
    page.locator(by("group-toggle")).click()
    links = page.locator("[data-group] li").first.get_by_role("link")
    key = page.locator("[data-group] .key").first.inner_text()
    assert [link.get_attribute("href") for link in links.all()] == [
        f"{instance.url}/admin/content/posts/{key}" for instance in (stack.source, destination)
    ]
    with page.expect_download() as download:
        page.locator(by("problem-csv")).click()
    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert ["slug" in row["columns"] for row in rows] == [True, True]
    assert flaws(page) == []
    page.set_viewport_size(PHONE)
    assert not too_wide(page)
    page.screenshot(path=artefacts / f"problems-phone-{stack.source.version}.png")
    page.set_viewport_size(DESKTOP)
