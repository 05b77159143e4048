"""Encrypts destination tokens with keys that are derived from MIGRATION_SIDECAR_SECRET.

The token of a run lies in Redis until the run ends. An interrupted run keeps its token for a week,
so that it can be resumed. The token of a preset lies in the source's database.
"""

import base64

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sidecar.errors import MigrationError
from sidecar.jobs.keyspace import Keyspace

KEPT_SECONDS = 7 * 24 * 3600
ENCRYPTED = "encrypted:"


class TokenVault:
    """Keeps the destination tokens of runs in Redis, for KEPT_SECONDS at most."""

    def __init__(self, space: Keyspace, secret: str) -> None:
        self._fernet = _fernet(secret, b"directus-migration destination token")
        self._space = space
        self._redis = space.redis

    def keep(self, run_id: str, token: str) -> None:
        encrypted = self._fernet.encrypt(token.encode())
        self._redis.set(token_key(self._space, run_id), encrypted, ex=KEPT_SECONDS)

    def reveal(self, run_id: str) -> str:
        """The token in clear text. Raises MigrationError (TOKEN_GONE) if it is no longer kept, or
        was encrypted with another secret."""
        encrypted = self._redis.get(token_key(self._space, run_id)) or b""
        try:
            return self._fernet.decrypt(encrypted).decode()
        except InvalidToken as error:
            message = (
                "The destination's token is no longer kept; start the run again and enter it again"
            )
            raise MigrationError(message, code="TOKEN_GONE") from error

    def forget(self, run_id: str) -> None:
        self._redis.delete(token_key(self._space, run_id))


def token_key(space: Keyspace, run_id: str) -> str:
    """The key of the token of a run."""
    return f"{space.run_key(run_id)}:token"


class PresetCipher:
    """Encrypts the token of a preset together with its address.

    If somebody changes the address in the database, the token can no longer be decrypted. So it is
    never sent to the changed address.
    """

    def __init__(self, secret: str) -> None:
        self._fernet = _fernet(secret, b"directus-migration preset token")

    def encrypt(self, url: str, token: str) -> str:
        """The encrypted ``token`` for ``url``; "" for no token."""
        if not token:
            return ""
        return ENCRYPTED + self._fernet.encrypt(orjson.dumps([url, token])).decode()

    def decrypt(self, url: str, stored: str) -> str:
        """The token in clear text; "" if it belongs to another address or was encrypted with
        another secret. The JavaScript bundle stores tokens without encryption."""
        if not stored.startswith(ENCRYPTED):
            return stored
        try:
            token_url, token = orjson.loads(self._fernet.decrypt(stored.removeprefix(ENCRYPTED)))
        except (InvalidToken, ValueError):
            return ""
        return str(token) if token_url == url else ""


def _fernet(secret: str, purpose: bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
