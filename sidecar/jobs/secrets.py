"""Destination tokens at rest: encrypted with keys made from the sidecar's secret.

The token of a run lies in Redis and is gone when the run ends; that of one that was interrupted
stays for a week, so that it can be resumed. That of a preset lies in the source's database.
"""

import base64

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sidecar.errors import MigrationError
from sidecar.jobs.keyspace import Keyspace

KEPT_SECONDS = 7 * 24 * 3600
SEALED = "encrypted:"


class TokenVault:
    """Keeps the destination token of a run until the run is over, KEPT_SECONDS at most."""

    def __init__(self, space: Keyspace, secret: str) -> None:
        self._fernet = _fernet(secret, b"directus-migration destination token")
        self._space = space
        self._redis = space.redis

    def keep(self, run_id: str, token: str) -> None:
        self._redis.set(
            token_key(self._space, run_id), self._fernet.encrypt(token.encode()), ex=KEPT_SECONDS
        )

    def reveal(self, run_id: str) -> str:
        """The token in clear. Raises MigrationError when it is gone or was kept under another
        secret."""
        try:
            return self._fernet.decrypt(
                self._redis.get(token_key(self._space, run_id)) or b""
            ).decode()
        except InvalidToken as error:
            message = "The destination's token is no longer kept; run this again and enter it again"
            raise MigrationError(message, code="TOKEN_GONE") from error

    def forget(self, run_id: str) -> None:
        self._redis.delete(token_key(self._space, run_id))


def token_key(space: Keyspace, run_id: str) -> str:
    """Where the token of a run lies."""
    return f"{space.run(run_id)}:token"


class TokenSeal:
    """Encrypts tokens for presets together with the address they are for, so that a preset whose
    address somebody changed in the database carries the token nowhere else."""

    def __init__(self, secret: str) -> None:
        self._fernet = _fernet(secret, b"directus-migration preset token")

    def close(self, url: str, token: str) -> str:
        """``token`` for ``url`` as a preset holds it; "" for none."""
        return SEALED + self._fernet.encrypt(orjson.dumps([url, token])).decode() if token else ""

    def open(self, url: str, sealed: str) -> str:
        """The token in clear; "" when it was sealed for another address or under another secret.
        One that is not sealed was saved by the JavaScript bundle."""
        if not sealed.startswith(SEALED):
            return sealed
        try:
            meant_for, token = orjson.loads(self._fernet.decrypt(sealed.removeprefix(SEALED)))
        except (InvalidToken, ValueError):
            return ""
        return str(token) if meant_for == url else ""


def _fernet(secret: str, purpose: bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
