"""Encrypts destination tokens, and the files that helpers transfer with them, with keys that are
derived from MIGRATION_SIDECAR_SECRET.

The token of a run lies in Redis until the run ends. An interrupted run keeps its token for a week,
so that it can be resumed. The token of a preset lies in the source's database.

Each token is sealed together with what it is for, so whoever can write to Redis or to that database
cannot use it for anything else. While the secret is changed, the old one still decrypts. Tokens of
earlier versions were not sealed, and are no longer read.
"""

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sidecar.errors import MigrationError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder

KEPT_SECONDS = 7 * 24 * 3600
ENCRYPTED = "encrypted:"
GONE = "The destination's token is no longer kept; start the run again and enter it again"
CHANGED = (
    "Somebody changed the order of this run in Redis after it was started, so its token was not "
    "used. Find out who else can write to the sidecar's Redis, and start the run again"
)


class TokenVault:
    """Keeps the destination tokens of runs in Redis, for KEPT_SECONDS at most."""

    def __init__(self, space: Keyspace, *secrets: str) -> None:
        self._fernet = _fernet(secrets, b"directus-migration token of an order")
        self._space = space
        self._redis = space.redis

    def keep(self, order: RunOrder, token: str) -> None:
        encrypted = self._fernet.encrypt(orjson.dumps([asdict(order), token]))
        self._redis.set(token_key(self._space, order.id), encrypted, ex=KEPT_SECONDS)

    def reveal(self, order: RunOrder) -> str:
        """The token in clear text. Raises MigrationError: TOKEN_GONE if it is no longer kept, or
        was encrypted with another secret; ORDER_CHANGED if it was kept for another order."""
        encrypted = self._redis.get(token_key(self._space, order.id)) or b""
        try:
            sealed_order, token = orjson.loads(self._fernet.decrypt(encrypted))
        except InvalidToken as error:
            raise MigrationError(GONE, code="TOKEN_GONE") from error
        if not _agree(sealed_order, orjson.loads(orjson.dumps(asdict(order)))):
            raise MigrationError(CHANGED, code="ORDER_CHANGED")
        return str(token)

    def forget(self, run_id: str) -> None:
        self._redis.delete(token_key(self._space, run_id))


def _agree(sealed: Any, current: Any) -> bool:
    """Whether all that was sealed is unchanged. A later version may add fields."""
    if isinstance(sealed, dict):
        return all(name in current and _agree(sealed[name], current[name]) for name in sealed)
    return bool(sealed == current)


def token_key(space: Keyspace, run_id: str) -> str:
    """The key of the token of a run."""
    return f"{space.run_key(run_id)}:token"


class TokenPlace(NamedTuple):
    """Where the token of a preset may be sent, and who may use it."""

    url: str
    # The owner of a personal preset.
    user: str | None = None
    # The role that a preset is shared with. None with no user means: everybody.
    role: str | None = None


class PresetCipher:
    """Encrypts the token of a preset together with its TokenPlace.

    If somebody changes the address, the owner or the role in the database, or copies the token
    into another preset, it can no longer be decrypted.
    """

    def __init__(self, *secrets: str) -> None:
        self._fernet = _fernet(secrets, b"directus-migration token of a preset's owner")

    def encrypt(self, place: TokenPlace, token: str) -> str:
        """The encrypted ``token`` for ``place``; "" for no token."""
        if not token:
            return ""
        return ENCRYPTED + self._fernet.encrypt(orjson.dumps([*place, token])).decode()

    def decrypt(self, place: TokenPlace, stored: str) -> str:
        """The token in clear text; "" if it belongs to another place or was encrypted with another
        secret or by an earlier version. The JavaScript bundle stores tokens without encryption."""
        if not stored.startswith(ENCRYPTED):
            return stored
        try:
            *sealed, token = orjson.loads(self._fernet.decrypt(stored.removeprefix(ENCRYPTED)))
        except (InvalidToken, ValueError):
            return ""
        return str(token) if sealed == list(place) else ""


class ShardCipher:
    """Encrypts a shard of an attempt at a run together with its place.

    So whoever can write to Redis can have nothing transferred with the tokens of a run that the
    run itself does not transfer.
    """

    def __init__(self, secrets: Sequence[str], run_id: str, attempt: int) -> None:
        self._fernet = _fernet(secrets, b"directus-migration shard of an attempt")
        self._attempt = [run_id, attempt]

    def encrypt(self, shard_id: str, document: Any) -> bytes:
        return self._fernet.encrypt(orjson.dumps([*self._attempt, shard_id, document]))

    def decrypt(self, shard_id: str, stored: bytes) -> Any:
        """The document. Raises ValueError if it was not encrypted for this shard and attempt, or
        with another secret."""
        try:
            *sealed, document = orjson.loads(self._fernet.decrypt(stored))
        except InvalidToken as error:
            raise ValueError("not encrypted with this secret") from error
        if sealed != [*self._attempt, shard_id]:
            raise ValueError("encrypted for another shard")
        return document


def _fernet(secrets: Sequence[str], purpose: bytes) -> MultiFernet:
    """Encrypts with the first of ``secrets``, and decrypts what any of them encrypted."""
    keys = (
        HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode()) for secret in secrets
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
