"""Few threads wait for a side, so that some are always free."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from sidecar.config import WEB_THREADS
from sidecar.errors import InvalidRequest
from sidecar.web import slots as view
from sidecar.web.slots import (
    MAX_WAITING,
    OF_DESTINATIONS,
    OF_DOWNLOADS,
    OF_ONE_DESTINATION,
    OF_ONE_PERSON,
    OF_SOURCE,
    Slots,
)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "WAIT_SECONDS", 0.01)


def test_threads_are_left_for_health_and_the_page() -> None:
    assert OF_SOURCE + OF_DESTINATIONS + OF_DOWNLOADS + MAX_WAITING < WEB_THREADS


def test_who_waits_gets_the_next_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "WAIT_SECONDS", 10)
    slots = Slots()
    for _ in range(OF_SOURCE):
        slots.enter_source()
    with ThreadPoolExecutor(MAX_WAITING) as pool:
        waiting = [pool.submit(slots.enter_source) for _ in range(MAX_WAITING)]
        for _ in range(MAX_WAITING):
            slots.leave_source()
        for one in waiting:
            one.result(10)


def test_slots_are_taken_and_given_back() -> None:
    slots = Slots()
    for _ in range(3):
        for _ in range(OF_SOURCE):
            slots.enter_source()
        with pytest.raises(InvalidRequest, match="The source has not answered"):
            slots.enter_source()
        for _ in range(OF_SOURCE):
            slots.leave_source()


@pytest.mark.parametrize(
    "spellings",
    [
        ["cms.internal", "http://cms.internal", " CMS.internal/admin", "https://cms.internal:443/"],
        ["localhost", "127.0.0.1", "http://[::1]", "127.1", "http://0.0.0.0", "a.localhost"],
        ["localhost:8055", "http://127.0.0.1:8055", "2130706433:8055", "[::ffff:7f00:1]:8055"],
        ["10.0.0.1", "http://0xa.1", "https://167772161"],
        ["bücher.example", "https://xn--bcher-kva.example", "BÜCHER.example"],
    ],
)
def test_spellings_of_a_destination_share_its_slots(spellings: list[str]) -> None:
    for another in spellings:
        message = _enter_all(Slots(), (spellings * 2)[:OF_ONE_DESTINATION], another)
        assert "The destination has not answered" in message


def test_two_destinations_on_one_machine_have_their_own_slots() -> None:
    slots = Slots()
    with ExitStack() as held:
        for port in (8055, 8056):
            for _ in range(OF_ONE_DESTINATION):
                held.enter_context(slots.destination(f"http://localhost:{port}", str(port)))


def test_all_destinations_together_are_limited() -> None:
    urls = [f"http://host-{number}" for number in range(OF_DESTINATIONS)]
    assert "Several destinations" in _enter_all(Slots(), urls, "http://more")


def test_one_person_leaves_half_of_all_slots_to_others() -> None:
    slots = Slots()
    with ExitStack() as held:
        for number in range(OF_ONE_PERSON):
            held.enter_context(slots.destination(f"http://host-{number}", "one"))
        with pytest.raises(InvalidRequest, match="Several of your checks") as caught:
            held.enter_context(slots.destination("http://more", "one"))
        assert (caught.value.code, caught.value.status) == ("SIDE_BUSY", 503)
        for number in range(OF_DESTINATIONS - OF_ONE_PERSON):
            held.enter_context(slots.destination(f"http://host-{number}", "another"))
    with slots.destination("http://more", "one"):
        pass


@pytest.mark.parametrize("text", ["", "://", "http://[", "\x00", "x.example.", "http://x.example."])
def test_what_is_no_address_takes_a_slot_too(text: str) -> None:
    with Slots().destination(text, "user"):
        pass


def _enter_all(slots: Slots, urls: list[str], another: str) -> str:
    """Enter ``urls`` one in another; ``another`` is refused inside and accepted afterwards. Return
    the message of the refusal."""
    if not urls:
        with pytest.raises(InvalidRequest) as caught, slots.destination(another, "another"):
            pass
        assert (caught.value.code, caught.value.status) == ("SIDE_BUSY", 503)
        return caught.value.message
    with slots.destination(urls[0], f"user {len(urls)}"):
        message = _enter_all(slots, urls[1:], another)
    with slots.destination(another, "another"):
        pass
    return message
