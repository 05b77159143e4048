"""Destination tokens at rest: encrypted with a key made from the sidecar's secret, and gone when the run ends."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis import Redis

from sidecar.errors import MigrationError

KEY = "migration:run:{}:token"
KEPT_SECONDS = 7 * 24 * 3600


class TokenVault:
    """Keeps the destination token of a run until the run is over."""

    def __init__(self, redis: "Redis", secret: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"directus-migration destination token").derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))
        self._redis = redis

    def keep(self, run_id: str, token: str) -> None:
        self._redis.set(KEY.format(run_id), self._fernet.encrypt(token.encode()), ex=KEPT_SECONDS)

    def reveal(self, run_id: str) -> str:
        """The token in clear. Raises MigrationError when it is gone or was kept under another secret."""
        try:
            return self._fernet.decrypt(self._redis.get(KEY.format(run_id)) or b"").decode()
        except InvalidToken as error:
            message = "The destination's token is no longer kept; start a new run and enter it again"
            raise MigrationError(message, code="TOKEN_GONE") from error

    def forget(self, run_id: str) -> None:
        self._redis.delete(KEY.format(run_id))
