"""The name and the role of a user, as far as the source knows them."""

import json
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import DirectusError
from sidecar.jobs.users import User, read_user
from tests.stack.answering import Answering

ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "role": None}


def read(status: int, document: Any) -> User:
    """The user that a source describes by its answer."""
    with (
        Answering((status, {}, json.dumps(document).encode())) as server,
        Directus(server.url, "token", retry_policy=ONCE) as source,
    ):
        return read_user(source, "me")


@pytest.mark.parametrize(
    ("changes", "user"),
    [
        ({}, User("me", "Ada Lovelace")),
        ({"last_name": None}, User("me", "Ada")),
        ({"first_name": None, "last_name": ""}, User("me", "ada@example.com")),
        ({"first_name": None, "last_name": None, "email": None}, User("me")),
        ({"role": {"id": "r", "name": "Editors"}}, User("me", "Ada Lovelace", "r", "Editors")),
    ],
)
def test_a_user_has_a_name_and_perhaps_a_role(changes: dict[str, Any], user: User) -> None:
    assert read(200, {"data": {**ADA, **changes}}) == user


@pytest.mark.parametrize("status", [403, 404])
def test_a_user_that_no_longer_exists_has_an_id_only(status: int) -> None:
    errors = [{"message": "No", "extensions": {"code": "FORBIDDEN"}}]
    assert read(status, {"errors": errors}) == User("me")


def test_a_source_that_refuses_the_token_is_an_error() -> None:
    errors = [{"message": "No", "extensions": {"code": "INVALID_CREDENTIALS"}}]
    with pytest.raises(DirectusError):
        read(401, {"errors": errors})
