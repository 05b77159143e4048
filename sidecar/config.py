"""Settings: the environment is read here and nowhere else, strictly and once at start.

Secrets may also come from a file named by ``<VARIABLE>_FILE`` (Docker and Kubernetes secrets).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sidecar.address import is_address, is_token
from sidecar.errors import SettingsError

MINIMUM_SECRET_LENGTH = 32
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
DEFAULT_BIND = "0.0.0.0:8000"
SECRETS = frozenset({"DIRECTUS_TOKEN", "REDIS_URL", "MIGRATION_SIDECAR_SECRET", "MIGRATION_DESTINATION_TOKEN"})


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The source instance: what the command line needs."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the web process and the worker need. ``bind`` is ``host:port``."""

    source: SourceSettings
    redis_url: str = field(repr=False)
    secret: str = field(repr=False)
    bind: str = DEFAULT_BIND


class _Reader:
    """Reads variables and gathers what is wrong with them, so that one error can name them all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def required(self, name: str) -> str:
        value = self.optional(name)
        if not value and not any(problem.startswith(name) for problem in self.problems):
            self.problems.append(f"{name} is missing" + (f" (or {name}_FILE)" if name in SECRETS else ""))
        return value

    def optional(self, name: str, default: str = "") -> str:
        path = self._environment.get(f"{name}_FILE") if name in SECRETS else None
        if not path:
            return self._environment.get(name, "").strip() or default
        if self._environment.get(name):
            self.problems.append(f"{name} and {name}_FILE are both set; keep one")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE cannot be read: {error}")
            return ""

    def address(self, name: str) -> str:
        value = self.required(name).rstrip("/")
        if value and not is_address(value):
            self.problems.append(f"{name} is not an address such as https://directus.example.com")
        return value

    def token(self, name: str) -> str:
        value = self.required(name)
        if value and not is_token(value):
            self.problems.append(f"{name} holds characters that no token has")
        return value

    def redis_url(self, name: str) -> str:
        value = self.required(name)
        if value and not value.startswith(REDIS_SCHEMES):
            self.problems.append(f"{name} does not begin with {', '.join(REDIS_SCHEMES)}")
        return value

    def secret(self, name: str) -> str:
        value = self.required(name)
        if value and len(value) < MINIMUM_SECRET_LENGTH:
            self.problems.append(f"{name} is shorter than {MINIMUM_SECRET_LENGTH} characters")
        return value

    def bind(self, name: str) -> str:
        value = self.optional(name, DEFAULT_BIND)
        if not value.rpartition(":")[2].isdigit():
            self.problems.append(f"{name} is not of the form host:port")
        return value

    def finish(self) -> None:
        if self.problems:
            raise SettingsError(self.problems)


def read_source(environment: Mapping[str, str]) -> SourceSettings:
    """The source's address and token. Raises SettingsError."""
    reader = _Reader(environment)
    source = _source(reader)
    reader.finish()
    return source


def read_settings(environment: Mapping[str, str]) -> Settings:
    """All settings of the web process and the worker. Raises SettingsError naming each wrong variable."""
    reader = _Reader(environment)
    settings = Settings(
        source=_source(reader),
        redis_url=reader.redis_url("REDIS_URL"),
        secret=reader.secret("MIGRATION_SIDECAR_SECRET"),
        bind=reader.bind("MIGRATION_SIDECAR_BIND"),
    )
    reader.finish()
    return settings


def read_destination_token(environment: Mapping[str, str]) -> str:
    """The destination's token for the command line, or "". Raises SettingsError."""
    reader = _Reader(environment)
    token = reader.optional("MIGRATION_DESTINATION_TOKEN")
    reader.finish()
    return token


def _source(reader: _Reader) -> SourceSettings:
    return SourceSettings(url=reader.address("DIRECTUS_URL"), token=reader.token("DIRECTUS_TOKEN"))
