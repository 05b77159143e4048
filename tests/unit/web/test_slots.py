"""Few threads wait for a side, so that some are always free."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sidecar.config import WEB_THREADS
from sidecar.errors import InvalidRequest
from sidecar.web import slots as view
from sidecar.web.slots import MAX_WAITING, OF_DESTINATIONS, OF_ONE_DESTINATION, OF_SOURCE, Slots


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "WAIT_SECONDS", 0.01)


def test_threads_are_left_for_health_and_the_page() -> None:
    assert OF_SOURCE + OF_DESTINATIONS + MAX_WAITING < WEB_THREADS


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


def test_spellings_of_a_destination_share_its_slots() -> None:
    slots = Slots()
    spellings = ["http://cms.internal", " CMS.internal/admin", "https://cms.internal/"]
    _enter_all(slots, (spellings * 2)[:OF_ONE_DESTINATION], "cms.internal")


def test_all_destinations_together_are_limited() -> None:
    slots = Slots()
    _enter_all(slots, [f"http://host-{number}" for number in range(OF_DESTINATIONS)], "http://more")


@pytest.mark.parametrize("text", ["", "://", "http://[", "\x00"])
def test_what_is_no_address_takes_a_slot_too(text: str) -> None:
    with Slots().destination(text):
        pass


def _enter_all(slots: Slots, urls: list[str], another: str) -> None:
    """Enter ``urls`` one in another; ``another`` is refused inside and accepted afterwards."""
    if not urls:
        with pytest.raises(InvalidRequest) as caught, slots.destination(another):
            pass
        assert (caught.value.code, caught.value.status) == ("SIDE_BUSY", 503)
        return
    with slots.destination(urls[0]):
        _enter_all(slots, urls[1:], another)
    with slots.destination(another):
        pass
