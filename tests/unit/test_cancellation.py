"""The token that stops a run."""

import pytest

from sidecar.cancellation import CancelToken
from sidecar.errors import Cancelled, Interrupted


def test_a_fresh_token_lets_everything_go_on() -> None:
    CancelToken().check()


def test_a_request_cancels_at_the_next_check() -> None:
    requests: list[bool] = []
    token = CancelToken(lambda: bool(requests))
    token.check()
    requests.append(True)
    with pytest.raises(Cancelled):
        token.check()


def test_a_block_that_fails_stops_those_beside_it() -> None:
    token = CancelToken()
    with pytest.raises(OSError, match="disk"), token.together():
        raise OSError("disk")
    with pytest.raises(Cancelled):
        token.check()


def test_a_process_that_stops_interrupts() -> None:
    def stopping() -> bool:
        raise Interrupted("stopping")

    with pytest.raises(Interrupted):
        CancelToken(stopping).check()
