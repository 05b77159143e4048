"""Retries: which failures are worth another try, and how often."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import stamina

from sidecar.directus.retry import BRIEF, HURRIED, LONG, ONCE, RETRIES, is_worth_retrying, retry
from sidecar.directus.retry_gate import MAX_RETRY_AFTER_SECONDS
from sidecar.errors import (
    BadGateway,
    DirectusError,
    DirectusRejected,
    NotConnected,
    Overloaded,
    TlsFailed,
    Unreachable,
)


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


def failing(*errors: DirectusError) -> tuple[Callable[[], str], list[DirectusError]]:
    """Return an action that raises ``errors`` in turn and then answers, and the errors left."""
    left = list(errors)

    def act() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return act, left


def test_a_lost_request_is_worth_retrying_and_a_rejection_is_not() -> None:
    assert is_worth_retrying(Unreachable("")) is True
    assert is_worth_retrying(BadGateway("")) is True
    assert is_worth_retrying(TlsFailed("")) is False
    assert is_worth_retrying(DirectusRejected("", code="X", status=400)) is False


def test_a_retry_after_that_exceeds_the_policy_is_not_waited_for() -> None:
    assert is_worth_retrying(Overloaded("", retry_after=60), BRIEF) is False
    assert is_worth_retrying(Overloaded("", retry_after=7), BRIEF) is True
    assert is_worth_retrying(Overloaded("", retry_after=86_400)) is True
    assert is_worth_retrying(Overloaded("")) is True


def test_restoring_the_destination_outlasts_the_longest_retry_after() -> None:
    assert HURRIED.overloaded_seconds > MAX_RETRY_AFTER_SECONDS > ONCE.overloaded_seconds


@pytest.mark.parametrize("error", [Unreachable(""), BadGateway(""), Overloaded("")])
def test_an_action_is_repeated_until_it_answers_and_counted(error: DirectusError) -> None:
    act, left = failing(error, error)
    before = RETRIES.count
    assert retry(act, LONG) == "answer"
    assert (left, RETRIES.count - before) == ([], 2)


def test_the_last_error_is_raised_when_every_try_fails() -> None:
    act, left = failing(*(Unreachable(str(number)) for number in range(5)))
    with pytest.raises(Unreachable, match="2"):
        retry(act, LONG)
    assert len(left) == 2


def test_an_outage_is_outlasted_and_a_request_that_alone_is_lost_is_not() -> None:
    patient = replace(LONG, attempts=2)
    with stamina.set_testing(True, attempts=9):
        act, left = failing(*[Unreachable("")] * 5)
        assert retry(act, patient, is_out=lambda: True) == "answer"
        act, left = failing(*[Unreachable("")] * 5)
        with pytest.raises(Unreachable):
            retry(act, patient, is_out=lambda: False)
        assert len(left) == 3
        act, left = failing(*[Unreachable("")] * 5)
        with pytest.raises(Unreachable):
            retry(act, HURRIED, is_out=lambda: True)
        assert len(left) == 5 - HURRIED.attempts


def test_a_rejection_is_raised_at_once() -> None:
    act, left = failing(DirectusRejected("", code="X", status=400), Unreachable(""))
    with pytest.raises(DirectusRejected):
        retry(act, LONG)
    assert len(left) == 1


@pytest.mark.parametrize("error", [Unreachable(""), BadGateway("")])
def test_an_action_that_may_have_happened_is_not_repeated(error: DirectusError) -> None:
    act, left = failing(error, error)
    with pytest.raises(type(error)):
        retry(act, LONG, repeatable=False)
    assert len(left) == 1


def test_an_action_that_was_never_sent_is_repeated_also_if_it_must_not_happen_twice() -> None:
    act, _ = failing(NotConnected(""), NotConnected(""))
    assert retry(act, LONG, repeatable=False) == "answer"


def test_an_action_that_has_not_begun_is_repeated_also_if_it_must_not_happen_twice() -> None:
    act, _ = failing(Overloaded(""), Overloaded(""))
    assert retry(act, LONG, repeatable=False) == "answer"
