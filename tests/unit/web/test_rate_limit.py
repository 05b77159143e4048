"""One user may only check and start so many times a minute."""

from dataclasses import replace

import pytest
from flask import Flask

from sidecar.errors import TooOften
from sidecar.jobs.keyspace import Keyspace
from sidecar.web.rate_limit import RateLimit
from tests.unit.web.client import DESTINATION, Client


def test_users_and_actions_are_counted_apart(space: Keyspace) -> None:
    limit = RateLimit(space, checks=2, runs=1)
    for _ in range(2):
        limit.check("ada")
    with pytest.raises(TooOften) as caught:
        limit.check("ada")
    assert (caught.value.code, caught.value.status) == ("TOO_MANY_REQUESTS", 429)
    assert 1 <= caught.value.retry_after <= 60
    limit.check("grace")
    limit.start("ada")
    with pytest.raises(TooOften):
        limit.start("ada")


def test_processes_count_together(space: Keyspace) -> None:
    RateLimit(space, checks=1).check("ada")
    with pytest.raises(TooOften):
        RateLimit(space, checks=1).check("ada")


@pytest.mark.parametrize("path", ["/check", "/runs"])
def test_a_request_over_the_limit_says_when_to_try_again(
    app: Flask, client: Client, space: Keyspace, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    services = replace(app.extensions["sidecar"], limits=RateLimit(space, checks=0, runs=0))
    monkeypatch.setitem(app.extensions, "sidecar", services)
    answer = client.post(path, DESTINATION)
    assert answer.refusal == (429, "TOO_MANY_REQUESTS", None)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
