"""Tokens are encrypted, and useless with another secret or for another address."""

import pytest

from sidecar.errors import MigrationError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.secrets import KEPT_SECONDS, PresetCipher, TokenVault, token_key
from tests.unit.jobs.samples import RUN_ID, SECRET

OTHER_SECRET = "o" * 32
URL = "http://destination"


def test_the_token_of_a_run_is_encrypted_and_expires(space: Keyspace) -> None:
    TokenVault(space, SECRET).keep(RUN_ID, "plain-token")
    key = token_key(space, RUN_ID)
    assert "plain-token" not in str(space.redis.get(key))
    assert 0 < space.redis.ttl(key) <= KEPT_SECONDS
    assert TokenVault(space, SECRET).reveal(RUN_ID) == "plain-token"


def test_the_token_of_a_run_is_gone_with_another_secret_and_after_the_run(
    space: Keyspace,
) -> None:
    with pytest.raises(MigrationError) as caught:
        TokenVault(space, OTHER_SECRET).reveal(RUN_ID)
    assert caught.value.code == "TOKEN_GONE"
    TokenVault(space, SECRET).forget(RUN_ID)
    with pytest.raises(MigrationError):
        TokenVault(space, SECRET).reveal(RUN_ID)


def test_the_token_of_a_preset_is_only_decrypted_for_its_address_and_secret() -> None:
    stored = PresetCipher(SECRET).encrypt(URL, "plain-token")
    assert "plain-token" not in stored
    assert PresetCipher(SECRET).decrypt(URL, stored) == "plain-token"
    assert PresetCipher(SECRET).decrypt("http://elsewhere", stored) == ""
    assert PresetCipher(OTHER_SECRET).decrypt(URL, stored) == ""
    assert PresetCipher(SECRET).decrypt(URL, "encrypted:damaged") == ""


def test_a_preset_without_a_token_stores_none_and_that_of_the_bundle_is_read_as_it_is() -> None:
    assert PresetCipher(SECRET).encrypt(URL, "") == ""
    assert PresetCipher(SECRET).decrypt(URL, "of-the-bundle") == "of-the-bundle"
