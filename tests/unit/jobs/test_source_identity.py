"""A project is recognised by its id and, before Directus 11.9, by the account of the token."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import InvalidRequest
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.source_identity import require_same_source
from sidecar.migration.instance.access import project_of
from sidecar.migration.request import MigrationRequest
from tests.stack.answering import Answering
from tests.unit.jobs.samples import UNREACHABLE

ORDER = RunOrder(
    "run", "me", "http://there", "", MigrationRequest(), utc_now(), source_identity="account:ours"
)


def answer(data: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps({"data": data}).encode()


@pytest.mark.parametrize(
    ("settings", "identity"),
    [
        ({"project_id": "p"}, "project:p"),
        ({"id": 1}, "account:ours"),
        ({"project_id": None}, "account:ours"),
    ],
)
def test_a_project_is_named_by_its_id_or_else_by_the_account_of_the_token(
    settings: Any, identity: str
) -> None:
    with Answering(answer(settings), answer({"id": "ours"})) as server:
        assert project_of(Directus(server.url, "t"), "source") == identity


def test_a_project_that_still_knows_the_account_is_the_same_after_an_update() -> None:
    """Even if the token now belongs to another account."""
    with Answering(answer([{"id": "ours"}])) as server:
        require_same_source(Directus(server.url, "t"), replace(ORDER, source_url=server.url))


@pytest.mark.parametrize(
    ("identity", "data"), [("account:ours", []), ("project:p", {"project_id": "q"})]
)
def test_another_project_is_refused(identity: str, data: Any) -> None:
    with (
        Answering(answer(data)) as server,
        pytest.raises(InvalidRequest, match="Another project") as caught,
    ):
        require_same_source(
            Directus(server.url, "t"),
            replace(ORDER, source_url=server.url, source_identity=identity),
        )
    assert caught.value.code == "SOURCE_DIFFERS"


def test_a_source_that_does_not_answer_is_not_another_project() -> None:
    with pytest.raises(InvalidRequest) as caught:
        require_same_source(
            Directus(UNREACHABLE, "t", retry_policy=ONCE), replace(ORDER, source_url=UNREACHABLE)
        )
    assert caught.value.code == "SOURCE_UNREACHABLE"


@pytest.mark.parametrize(
    ("source_url", "message"),
    [("http://elsewhere", "ordered for the source"), ("", "earlier version")],
)
def test_an_order_of_another_or_of_no_address_is_refused_without_a_request(
    source_url: str, message: str
) -> None:
    with pytest.raises(InvalidRequest, match=message) as caught:
        require_same_source(
            Directus(UNREACHABLE, "t", retry_policy=ONCE), replace(ORDER, source_url=source_url)
        )
    assert (caught.value.code, caught.value.status) == ("SOURCE_DIFFERS", 409)
