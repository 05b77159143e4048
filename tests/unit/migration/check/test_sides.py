"""Pairs that no migration is possible between are rejected before anything is compared."""

from collections.abc import Iterator

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import InvalidRequest
from sidecar.migration.check.sides import inspect_sides
from tests.stack.pretender import SNAPSHOT, Pretender, data_answer


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Pretender, Pretender]]:
    with Pretender("one") as source, Pretender("another") as destination:
        yield source, destination


Sides = tuple[Directus, Directus]


@pytest.fixture
def sides(servers: tuple[Pretender, Pretender]) -> Sides:
    for server in servers:
        server.answers = {}
    source, destination = (Directus(server.url, "t", retry_policy=ONCE) for server in servers)
    return source, destination


def code(source: Directus, destination: Directus) -> str:
    with pytest.raises(InvalidRequest) as caught:
        inspect_sides(source, destination)
    return caught.value.code


def test_two_instances_are_inspected(sides: Sides) -> None:
    source, destination = inspect_sides(*sides)
    assert (source.url, destination.url) == (sides[0].url, sides[1].url)


def test_one_address_is_one_instance(sides: Sides) -> None:
    assert code(sides[0], sides[0]) == "DESTINATION_IS_SOURCE"


def test_an_untouched_copy_is_rejected(sides: Sides, servers: tuple[Pretender, Pretender]) -> None:
    for server in servers:
        server.answers["/roles"] = data_answer([{"id": "the same"}])
    assert code(*sides) == "DESTINATION_IS_SOURCE"


def test_a_copy_with_later_activity_is_another_instance(
    sides: Sides, servers: tuple[Pretender, Pretender]
) -> None:
    for number, server in enumerate(servers):
        server.answers["/roles"] = data_answer([{"id": "the same"}])
        server.answers["/activity"] = data_answer([{"id": number}])
    inspect_sides(*sides)


@pytest.mark.parametrize(("side", "name"), [(0, "SOURCE"), (1, "DESTINATION")])
def test_a_version_that_is_too_old_is_named(
    sides: Sides, servers: tuple[Pretender, Pretender], side: int, name: str
) -> None:
    snapshot = {**SNAPSHOT, "directus": "11.1.1"}
    servers[side].answers["/schema/snapshot"] = data_answer(snapshot)
    assert code(*sides) == f"{name}_TOO_OLD"
