"""A side that lies, drips or answers without end neither stops the sidecar nor fills its memory."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sidecar.web.slots import OF_ONE_DESTINATION, OF_SOURCE
from tests.stack import liar
from tests.stack.hostile_site import HostileSite, hostile_site
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
