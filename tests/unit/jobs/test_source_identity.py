"""Which project answers at the source's address: by its id, and before Directus 11.9 by who is
known there."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.errors import InvalidRequest
from sidecar.jobs.run_store import RunOrder, now
from sidecar.jobs.source_identity import require_same_source
from sidecar.migration.instance.instance import project_of
from sidecar.migration.request import MigrationRequest
from tests.stack.answering import Answering

ORDER = RunOrder(
    "run", "me", "http://there", "", MigrationRequest(), now(), source_identity="account:ours"
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
def test_a_project_is_told_by_its_id_else_by_the_account_of_the_token(
    settings: Any, identity: str
) -> None:
    with Answering(answer(settings), answer({"id": "ours"})) as server:
        assert project_of(Directus(server.url, "t"), "source") == identity


def test_an_account_that_is_known_there_makes_it_the_same_project_also_after_an_update() -> None:
    """Whichever account the token is of now."""
    with Answering(answer([{"id": "ours"}])) as server:
        require_same_source(Directus(server.url, "t"), replace(ORDER, source_url=server.url))


@pytest.mark.parametrize(
    ("identity", "found"), [("account:ours", []), ("project:p", {"project_id": "q"})]
)
def test_another_project_is_refused(identity: str, found: Any) -> None:
    with (
        Answering(answer(found)) as server,
        pytest.raises(InvalidRequest, match="Another project") as caught,
    ):
        require_same_source(
            Directus(server.url, "t"),
            replace(ORDER, source_url=server.url, source_identity=identity),
        )
    assert caught.value.code == "SOURCE_DIFFERS"


def test_a_source_that_does_not_answer_is_no_other_project() -> None:
    with pytest.raises(InvalidRequest) as caught:
        require_same_source(
            Directus("http://127.0.0.1:9", "t"), replace(ORDER, source_url="http://127.0.0.1:9")
        )
    assert caught.value.code == "SOURCE_UNREACHABLE"
