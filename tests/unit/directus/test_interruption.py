"""Interruption: a cancelled run gives its requests up, those under way after a grace period."""

from threading import Event
from typing import Any, cast

import pytest

from sidecar.cancellation import CancelToken
from sidecar.directus import interruption
from sidecar.directus.client import Directus
from sidecar.directus.interruption import interruptible
from sidecar.errors import Cancelled


class FakeClient:
    """A client without requests. ``aborted`` is set when they would be aborted."""

    def __init__(self) -> None:
        self.cancel = CancelToken()
        self.aborted = Event()

    def abort(self) -> None:
        self.aborted.set()


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "CHECK_SECONDS", 0.001)
    monkeypatch.setattr(interruption, "GRACE_SECONDS", 0.001)


def clients() -> tuple[list[FakeClient], list[Directus]]:
    """Return two fake clients, twice: as they are, and as what ``interruptible`` takes."""
    fakes = [FakeClient(), FakeClient()]
    return fakes, cast(list[Any], fakes)


def test_clients_have_the_token_of_the_run_during_the_block_and_a_fresh_one_afterwards() -> None:
    fakes, instances = clients()
    cancel = CancelToken()
    with interruptible(instances, cancel):
        assert [fake.cancel for fake in fakes] == [cancel, cancel]
    assert cancel not in [fake.cancel for fake in fakes]
    assert not any(fake.aborted.is_set() for fake in fakes)


def test_requests_after_a_cancelled_block_are_sent() -> None:
    fakes, instances = clients()
    cancelled = CancelToken(lambda: True)

    def wait_for_a_request() -> None:
        with interruptible(instances, cancelled):
            fakes[0].cancel.check()

    with pytest.raises(Cancelled):
        wait_for_a_request()
    fakes[0].cancel.check()


def test_requests_under_way_are_aborted_when_the_run_is_cancelled() -> None:
    fakes, instances = clients()
    requested = Event()
    with interruptible(instances, CancelToken(requested.is_set)):
        requested.set()
        assert all(fake.aborted.wait(10) for fake in fakes)


def test_requests_are_aborted_again_and_again_as_some_may_only_be_opening() -> None:
    fakes, instances = clients()
    with interruptible(instances, CancelToken(lambda: True)):
        for _ in range(3):
            assert fakes[0].aborted.wait(10)
            fakes[0].aborted.clear()


def test_requests_under_way_have_a_grace_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "GRACE_SECONDS", 60)
    fakes, instances = clients()
    checked = Event()

    def requested() -> bool:
        checked.set()
        return True

    with interruptible(instances, CancelToken(requested)):
        assert checked.wait(10)
    assert not any(fake.aborted.is_set() for fake in fakes)


def test_a_block_that_fails_aborts_the_requests_of_other_threads() -> None:
    fakes, instances = clients()
    with (
        pytest.raises(OSError, match="disk"),
        interruptible(instances, CancelToken()),
    ):
        raise OSError("disk")
    assert all(fake.aborted.is_set() for fake in fakes)
