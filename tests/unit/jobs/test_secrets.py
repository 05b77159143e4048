"""Tokens are encrypted, and useless with another secret or for anything else."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import MigrationError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.secrets import KEPT_SECONDS, PresetCipher, TokenPlace, TokenVault, token_key
from tests.unit.jobs.samples import ORDER, RUN_ID, SECRET

OTHER_SECRET = "o" * 32
URL = "http://destination"
MINE = TokenPlace(URL, "me")


def code_of(space: Keyspace, order: RunOrder, secret: str = SECRET) -> str:
    with pytest.raises(MigrationError) as caught:
        TokenVault(space, secret).reveal(order)
    return caught.value.code


def test_the_token_of_a_run_is_encrypted_and_expires(space: Keyspace) -> None:
    TokenVault(space, SECRET).keep(ORDER, "plain-token")
    key = token_key(space, RUN_ID)
    assert "plain-token" not in str(space.redis.get(key))
    assert 0 < space.redis.ttl(key) <= KEPT_SECONDS
    assert TokenVault(space, SECRET).reveal(ORDER) == "plain-token"


def test_the_token_of_a_run_is_gone_with_another_secret_and_after_the_run(
    space: Keyspace,
) -> None:
    assert code_of(space, ORDER, OTHER_SECRET) == "TOKEN_GONE"
    TokenVault(space, SECRET).forget(RUN_ID)
    assert code_of(space, ORDER) == "TOKEN_GONE"


@pytest.mark.parametrize(
    "change",
    [
        {"destination_url": "http://attacker"},
        {"public_url": "http://attacker"},
        {"user": "somebody"},
        {"request": replace(ORDER.request, options=("users", "flows"))},
        {"request": replace(ORDER.request, dry_run=True)},
    ],
)
def test_the_token_of_a_run_is_not_used_for_a_changed_order(
    space: Keyspace, change: dict[str, Any]
) -> None:
    assert code_of(space, replace(ORDER, **change)) == "ORDER_CHANGED"


def test_the_token_of_a_run_is_not_used_for_another_run(space: Keyspace) -> None:
    """Somebody who can write to Redis copies it to a run of theirs."""
    theirs = replace(ORDER, id="theirs", destination_url="http://attacker")
    token = space.redis.get(token_key(space, RUN_ID))
    assert token
    space.redis.set(token_key(space, theirs.id), token)
    assert code_of(space, theirs) == "ORDER_CHANGED"


def test_the_token_of_a_preset_is_only_decrypted_for_its_place_and_secret() -> None:
    stored = PresetCipher(SECRET).encrypt(MINE, "plain-token")
    assert "plain-token" not in stored
    assert PresetCipher(SECRET).decrypt(MINE, stored) == "plain-token"
    for other in (
        TokenPlace("http://elsewhere", "me"),
        TokenPlace(URL, "somebody"),
        TokenPlace(URL, None, "me"),
        TokenPlace(URL),
    ):
        assert PresetCipher(SECRET).decrypt(other, stored) == ""
    assert PresetCipher(OTHER_SECRET).decrypt(MINE, stored) == ""
    assert PresetCipher(SECRET).decrypt(MINE, "encrypted:damaged") == ""


def test_a_preset_without_a_token_stores_none_and_that_of_the_bundle_is_read_as_it_is() -> None:
    assert PresetCipher(SECRET).encrypt(MINE, "") == ""
    assert PresetCipher(SECRET).decrypt(MINE, "of-the-bundle") == "of-the-bundle"


def test_while_the_secret_is_changed_the_old_one_still_decrypts(space: Keyspace) -> None:
    TokenVault(space, OTHER_SECRET).keep(ORDER, "plain-token")
    stored = PresetCipher(OTHER_SECRET).encrypt(MINE, "plain-token")
    assert TokenVault(space, SECRET, OTHER_SECRET).reveal(ORDER) == "plain-token"
    assert PresetCipher(SECRET, OTHER_SECRET).decrypt(MINE, stored) == "plain-token"
    TokenVault(space, SECRET, OTHER_SECRET).keep(ORDER, "plain-token")
    assert TokenVault(space, SECRET).reveal(ORDER) == "plain-token"
