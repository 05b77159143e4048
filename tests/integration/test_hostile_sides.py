"""A side that lies, drips or answers without end neither stops the sidecar nor fills its memory."""

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from redis import Redis

from sidecar.web.slots import OF_ONE_DESTINATION, OF_SOURCE
from tests.stack import liar
from tests.stack.answering import Answer
from tests.stack.hoarder import describe_much, hoard
from tests.stack.hostile_site import SOURCE_TOKEN, TOKEN, HostileSite, hostile_site
from tests.stack.leaks import everything_in, files_below, leaks
from tests.stack.liar import Attack, Liar
from tests.stack.pretender import data_answer

MAX_MEGABYTES = 250
USER = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"
ATTACKS: list[Attack] = [
    liar.gzip_bomb(),
    liar.twice_packed_bomb(),
    liar.endless_body,
    liar.endless_headers,
    liar.endless_chunk_size,
    liar.endless_trailers,
    liar.many_values(),
    liar.deep_values(),
]


@pytest.fixture(scope="module")
def module_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileSite]:
    with hostile_site(tmp_path_factory.mktemp("hostile")) as site:
        yield site


@pytest.fixture
def site(module_site: HostileSite) -> Iterator[HostileSite]:
    yield module_site
    module_site.behave()


def test_a_check_between_two_that_behave_succeeds(site: HostileSite) -> None:
    """Otherwise the tests below would prove nothing."""
    answer = site.request("POST", "/check", site.choices())
    assert (answer.status_code, answer.json()["compatible"]) == (200, True)


def test_answers_without_end_end_a_check_in_little_memory(site: HostileSite) -> None:
    for attack in ATTACKS:
        for path in ("/users/me", "/schema/snapshot", "/fields"):
            site.destination.attacks = {path: attack}
            answer = site.request("POST", "/check", site.choices())
            (error,) = answer.json()["errors"]
            assert answer.status_code in (400, 502), (attack, error)
            assert error["code"] in (
                "ANSWER_TOO_LARGE", "DESTINATION_UNREACHABLE", "NOT_A_DIRECTUS", "UNREACHABLE"
            )  # fmt: skip
            assert site.seconds_of("/health") < 1
    # As many values as an answer may have.
    site.destination.attacks = {"/fields": liar.many_values(740_000)}
    answer = site.request("POST", "/check", site.choices())
    assert answer.json()["errors"][0]["code"] == "NOT_A_DIRECTUS"
    assert site.peak_megabytes() < MAX_MEGABYTES


@pytest.mark.parametrize("filling", ["texts", "values"])
def test_many_checks_of_sides_that_answer_as_much_as_they_may_share_the_memory(
    site: HostileSite, filling: str
) -> None:
    with ExitStack() as stack:
        destinations = [stack.enter_context(Liar(f"hoarder {number}")) for number in range(2)]
        for side in (site.source, *destinations):
            hoard(side, filling)
        with ThreadPoolExecutor(8) as pool:
            checks = [
                pool.submit(site.codes_of_check, destination.url)
                for destination in destinations * 4
            ]
            slowest = 0.0
            while not all(check.done() for check in checks):
                slowest = max(slowest, site.seconds_of("/health"))
        errors = [check.result()[0] for check in checks]
    assert set(errors) <= {
        "ANSWER_TOO_LARGE", "DESTINATION_UNREACHABLE", "MEMORY_BUSY", "NOT_A_DIRECTUS",
        "SOURCE_UNREACHABLE", "TOOK_TOO_LONG"
    }  # fmt: skip
    assert slowest < 1
    assert site.peak_megabytes() < MAX_MEGABYTES


def test_a_check_of_two_large_projects_succeeds(site: HostileSite) -> None:
    for side in (site.source, site.destination):
        describe_much(side)
    answer = site.request("POST", "/check", site.choices())
    assert answer.status_code == 200
    assert site.peak_megabytes() < MAX_MEGABYTES


def test_health_and_the_page_answer_while_all_sides_drip(site: HostileSite) -> None:
    with ExitStack() as stack:
        destinations = [stack.enter_context(Liar(f"liar {number}")) for number in range(8)]
        for side in (site.source, *destinations):
            side.every = side.drip
        for destination in destinations * 8:
            site.request_in_background("POST", "/check", site.choices(destination.url))
            site.request_in_background("GET", "/options")
            site.request_in_background("GET", "/presets")
        for _ in range(OF_SOURCE):
            assert site.source.asked.acquire(timeout=30)
        assert max(site.seconds_of(path) for path in ("/health", "/runs") * 10) < 1
        refused = site.request("GET", "/options")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (503, "SIDE_BUSY")


def test_one_slow_destination_holds_only_its_own_slots(site: HostileSite) -> None:
    site.destination.every = site.destination.drip
    for _ in range(12):
        site.request_in_background("POST", "/check", site.choices())
    for _ in range(OF_ONE_DESTINATION):
        assert site.destination.asked.acquire(timeout=30)
    with Liar("another") as another:
        assert site.request("POST", "/check", site.choices(another.url)).status_code == 200
    refused = site.request("POST", "/check", site.choices())
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (503, "SIDE_BUSY")


def test_an_announced_limit_of_next_to_nothing_stops_nobody(site: HostileSite) -> None:
    limit = {"points": 1, "duration": 10**9}
    for side in (site.source, site.destination):
        side.answers["/server/info"] = data_answer({"rateLimit": limit})
    for _ in range(12):
        site.request_in_background("POST", "/check", site.choices(options=["users", "flows"]))
        site.request_in_background("GET", "/options")
    assert max(site.seconds_of(path) for path in ("/health", "/runs") * 10) < 1


EVIL = (
    "\x1b[2J<div style='position:fixed'><input type=password></div> [Log in](http://evil.example) "
    "[bold red]"
)


def test_what_a_side_says_is_shown_as_data_and_repeats_no_token(site: HostileSite) -> None:
    """The destination answers the worker with markup, its token in several forms, and 50 kB."""
    run_id = site.request("POST", "/runs", site.choices(dry_run=False)).json()["id"]
    echo = f"{TOKEN} {quote(TOKEN, safe='')} {b64encode(TOKEN.encode()).decode()}"
    site.destination.answers["/schema/snapshot"] = _error(f"{EVIL} {echo} {'x' * 50_000}")
    site.source.answers["/notifications"] = _error(f"{EVIL} {SOURCE_TOKEN}")
    site.worker.start()
    try:
        run = site.wait_for_end(run_id)
    finally:
        site.worker.process.stop()
    assert run["status"] == "refused"
    assert "position:fixed" in run["message"]
    texts = [run["message"], *(line["message"] for line in run["log"]["lines"])]
    assert all(len(text) <= 2_000 and "\x1b" not in text for text in texts)
    (notification,) = site.bodies_of(site.source, "/notifications?fields=id")
    assert not any(word in notification for word in ("position", "evil", "password"))
    assert "Reason: `" in notification
    (listed,) = (one for one in site.request("GET", "/runs").json()["runs"] if one["id"] == run_id)
    assert (listed["status"], listed["totals"]["source"]) == ("refused", 0)
    with Redis.from_url(site.redis.url) as redis:
        places = {**files_below(site.logs), **everything_in(redis), "run": json.dumps(run)}
    secrets = {"destination": TOKEN, "encoded": quote(TOKEN, safe=""), "source": SOURCE_TOKEN}
    assert leaks({**places, "notification": notification}, secrets) == []


@pytest.mark.parametrize("path", ["/users/me", "/server/ping", "/schema/snapshot", "/fields"])
def test_no_answer_repeats_a_token(site: HostileSite, path: str) -> None:
    for echo in (TOKEN, quote(TOKEN, safe=""), b64encode(TOKEN.encode()).decode()):
        for attack in (
            _error(echo),
            _error("no", code=echo),
            (302, {"Location": f"http://evil.example/?t={echo}"}, b""),
            (200, {}, f'{{"data": ["{echo}"]}}'.encode()),
            (200, {}, f'{{"data": {{"directus": "11.{echo}", "vendor": "{echo}"}}}}'.encode()),
        ):
            site.destination.answers = {path: attack}
            answer = site.request("POST", "/check", site.choices())
            assert answer.status_code in (200, 400, 502), answer.text
            assert echo not in answer.text
    secrets = {"plain": TOKEN, "encoded": quote(TOKEN, safe="")}
    assert leaks(files_below(site.logs), secrets) == []


def test_two_addresses_of_one_destination_get_one_run(site: HostileSite) -> None:
    first = site.request("POST", "/runs", site.choices()).json()["id"]
    other = site.destination.url.replace("127.0.0.1", "localhost")
    refused = site.request("POST", "/runs", site.choices(other))
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["code"], error["run"]) == (409, "DESTINATION_BUSY", first)
    site.request("POST", f"/runs/{first}/cancel")
    second = site.request("POST", "/runs", site.choices(other))
    assert second.status_code == 202
    site.request("POST", f"/runs/{second.json()['id']}/cancel")


def test_a_check_of_a_slow_side_goes_on_in_the_background(site: HostileSite) -> None:
    """One ends well when the side answers at last, and one with its process."""
    with Liar("another") as another, ThreadPoolExecutor(2) as pool:
        for side in (site.destination, another):
            side.attacks["/fields"] = side.drip
        asked = [
            pool.submit(site.request, "POST", "/check", site.choices(side.url), USER)
            for side in (site.destination, another)
        ]
        assert [one.result().status_code for one in asked] == [202, 202]
        first, second = (one.result().json()["check"]["id"] for one in asked)

        state = site.state_of_check(first, USER)
        assert state["state"] == "running"
        assert state["doing"].endswith(f"({site.destination.url}/fields)")
        assert max(site.seconds_of("/health") for _ in range(5)) < 1
        site.destination.relent()
        site.destination.answers["/settings"] = data_answer({"project_id": "another"})
        ended = site.wait_for_check(first, USER)
        assert ended["state"] == "done", ended
        assert ended["result"]["compatible"]

        site.web.process.kill()
        site.web.start()
        with Redis.from_url(site.redis.url) as redis:
            # As time would.
            redis.delete(*redis.keys("*:check:*:alive"))
        assert site.state_of_check(second, USER)["state"] == "interrupted"


def test_a_busy_destination_that_does_not_answer_is_called_busy_at_once(site: HostileSite) -> None:
    """However its address is spelled, and although nobody gets a slot of any destination."""
    run_id = site.request("POST", "/runs", site.choices()).json()["id"]
    address = site.destination.url
    port = address.rpartition(":")[2]
    with Liar("slow") as slow, Liar("slow too") as other:
        for side in (slow, other, site.destination):
            side.every = side.drip
        for side in (slow, other):
            for _ in range(OF_ONE_DESTINATION):
                site.request_in_background("POST", "/check", site.choices(side.url))
                assert side.asked.acquire(timeout=30)
        for url in (
            address,
            f"127.0.0.1:{port}",
            f"localhost:{port}",
            f"http://[::1]:{port}/admin",
        ):
            for path in ("/check", "/runs"):
                began = time.monotonic()
                answer = site.request("POST", path, site.choices(url))
                assert time.monotonic() - began < 1
                (error,) = answer.json()["errors"]
                assert (error["code"], error["run"]) == ("DESTINATION_BUSY", run_id)
    site.request("POST", f"/runs/{run_id}/cancel")


def _error(message: str, code: str = "FORBIDDEN") -> Answer:
    error = {"message": message, "extensions": {"code": code}}
    return 400, {"Content-Type": "application/json"}, json.dumps({"errors": [error]}).encode()
