"""Which errors concern one file alone."""

from collections.abc import Iterator

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.multipart import Part
from sidecar.errors import BadGateway, DirectusRejected, NotAuthenticated, Unreachable
from sidecar.migration.instance.files import RestFiles, concerns_one_file
from tests.stack.answering import Answering
from tests.unit.directus.fake_instances import FakeInstance, connected


@pytest.fixture
def instance() -> Iterator[FakeInstance]:
    instance = FakeInstance("instance")
    with connected(instance):
        yield instance


def side(instance: FakeInstance) -> RestFiles:
    return RestFiles(instance.client())


def test_a_rejection_concerns_one_file_and_a_rejected_token_all() -> None:
    assert concerns_one_file(DirectusRejected("", code="X", status=400))
    assert not concerns_one_file(NotAuthenticated("", code="X"))


def test_a_broken_transfer_concerns_one_file_if_all_instances_answer(
    instance: FakeInstance,
) -> None:
    assert concerns_one_file(Unreachable(""), side(instance), side(instance))
    assert concerns_one_file(BadGateway(""), side(instance))
    instance.answers = {"/server/ping": (502, {}, b"")}
    assert not concerns_one_file(Unreachable(""), side(instance))


def test_the_id_of_a_replaced_file_is_one_segment_of_the_path() -> None:
    with Answering(b'{"data": {"id": "1"}}') as server, Directus(server.url, "t") as client:
        part = Part("a.txt", "text/plain", 1, [b"a"], {})
        RestFiles(client).send(lambda: part, replaces="../users?x=")
    assert server.received == [("PATCH", "/files/..%2Fusers%3Fx%3D?fields=id")]
