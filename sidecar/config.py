"""Settings: the environment is read here and nowhere else, strictly and once at start.

Secrets may also come from a file named by ``<VARIABLE>_FILE`` (Docker and Kubernetes secrets).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sidecar.address import destination_address, is_address, is_token
from sidecar.errors import SettingsError
from sidecar.hosts import AllowedHosts, canonical_pattern, is_forbidden
from sidecar.options import DEFAULT_OPTIONS, OPTIONS, unknown_options
from sidecar.shared_secret import fault_of

ANY_HOST = AllowedHosts()
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
DEFAULT_BIND = "0.0.0.0:8000"
MAX_CONCURRENCY = 25
ALLOWED = "MIGRATION_ALLOWED_DESTINATIONS"
DEFAULT_URL, DEFAULT_TOKEN = "MIGRATION_BUNDLE_DEFAULT_URL", "MIGRATION_BUNDLE_DEFAULT_TOKEN"
SECRETS = frozenset(
    {
        "DIRECTUS_TOKEN",
        "REDIS_URL",
        "MIGRATION_SIDECAR_SECRET",
        "MIGRATION_DESTINATION_TOKEN",
        "MIGRATION_BUNDLE_DEFAULT_TOKEN",
    }
)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The source instance: what the command line needs."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of one instance a run may take at most: requests at once, and requests a second
    (None: no cap)."""

    concurrency: int = MAX_CONCURRENCY
    requests_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the form starts with: a destination, or "". Its token stays in the sidecar."""

    url: str = ""
    token: str = field(default="", repr=False)
    options: tuple[str, ...] = DEFAULT_OPTIONS


@dataclass(frozen=True, slots=True)
class Settings:
    """What the web process and the worker need. ``bind`` is ``host:port``; with ``auto_resume`` a
    run whose worker died is put back in the queue."""

    source: SourceSettings
    redis_url: str = field(repr=False)
    secret: str = field(repr=False)
    bind: str = DEFAULT_BIND
    defaults: Defaults = Defaults()
    caps: Caps = Caps()
    allowed: AllowedHosts = ANY_HOST
    auto_resume: bool = False


class _Reader:
    """Reads variables and gathers what is wrong with them, so that one error can name them all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def required(self, name: str) -> str:
        value = self.optional(name)
        if not value and not any(problem.startswith(name) for problem in self.problems):
            self.problems.append(
                f"{name} is missing" + (f" (or {name}_FILE)" if name in SECRETS else "")
            )
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

    def address(self, name: str, value: str) -> str:
        if value and not is_address(value):
            self.problems.append(f"{name} is not an address such as https://directus.example.com")
            return ""
        return value.rstrip("/")

    def token(self, name: str, value: str) -> str:
        if value and not is_token(value):
            self.problems.append(f"{name} holds characters that no token has")
        return value

    def options(self, name: str) -> tuple[str, ...]:
        """The options named with commas between, in the order of OPTIONS."""
        chosen = tuple(
            option.strip() for option in self.optional(name).split(",") if option.strip()
        )
        if problem := unknown_options(chosen):
            self.problems.append(f"{name}: {problem}")
        return tuple(option for option in OPTIONS if option in chosen) or DEFAULT_OPTIONS

    def positive(self, name: str) -> float | None:
        """A number above 0, or None where there is none."""
        value = self.optional(name)
        try:
            number = float(value) if value else None
        except ValueError:
            number = -1.0
        if number is None or 0 < number < float("inf"):
            return number
        self.problems.append(f"{name} is not a number above 0")
        return None

    def flag(self, name: str) -> bool:
        """true or false; false where there is none."""
        value = self.optional(name, "false")
        if value not in ("true", "false"):
            self.problems.append(f"{name} is neither true nor false")
        return value == "true"

    def redis_url(self, name: str) -> str:
        value = self.required(name)
        if value and not value.startswith(REDIS_SCHEMES):
            self.problems.append(f"{name} does not begin with {', '.join(REDIS_SCHEMES)}")
        return value

    def secret(self, name: str) -> str:
        value = self.required(name)
        if value and (fault := fault_of(value)):
            self.problems.append(f"{name} {fault}")
        return value

    def hosts(self, name: str) -> AllowedHosts:
        """The hosts named with commas between; any where there is nothing at all."""
        patterns = []
        for text in self.optional(name).split(",") if self.optional(name) else ():
            try:
                patterns.append(canonical_pattern(text.strip()))
            except ValueError:
                self.problems.append(
                    f"{name}: {text.strip()!r} is no host such as cms.example.com or *.example.com"
                )
        return AllowedHosts(tuple(patterns))

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


def read_caps(environment: Mapping[str, str]) -> Caps:
    """How much of an instance a run may take. Raises SettingsError."""
    reader = _Reader(environment)
    caps = _caps(reader)
    reader.finish()
    return caps


def read_allowed(environment: Mapping[str, str]) -> AllowedHosts:
    """Which hosts may be migrated to. Raises SettingsError."""
    reader = _Reader(environment)
    allowed = reader.hosts(ALLOWED)
    reader.finish()
    return allowed


def read_settings(environment: Mapping[str, str]) -> Settings:
    """All settings of the web process and the worker. Raises SettingsError naming each wrong
    variable."""
    reader = _Reader(environment)
    allowed = reader.hosts(ALLOWED)
    settings = Settings(
        source=_source(reader),
        redis_url=reader.redis_url("REDIS_URL"),
        secret=reader.secret("MIGRATION_SIDECAR_SECRET"),
        bind=reader.bind("MIGRATION_SIDECAR_BIND"),
        defaults=_defaults(reader, allowed),
        caps=_caps(reader),
        allowed=allowed,
        auto_resume=reader.flag("MIGRATION_AUTO_RESUME"),
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
    url, token = (reader.required(name) for name in ("DIRECTUS_URL", "DIRECTUS_TOKEN"))
    return SourceSettings(
        url=reader.address("DIRECTUS_URL", url), token=reader.token("DIRECTUS_TOKEN", token)
    )


def _caps(reader: _Reader) -> Caps:
    at_once = reader.positive("MIGRATION_MAX_CONCURRENCY") or MAX_CONCURRENCY
    if at_once != int(at_once):
        reader.problems.append("MIGRATION_MAX_CONCURRENCY is not a whole number above 0")
    return Caps(int(at_once), reader.positive("MIGRATION_MAX_REQUESTS_PER_SECOND"))


def _defaults(reader: _Reader, allowed: AllowedHosts) -> Defaults:
    url = reader.address(DEFAULT_URL, reader.optional(DEFAULT_URL))
    token = reader.token(DEFAULT_TOKEN, reader.optional(DEFAULT_TOKEN))
    if token and not reader.optional(DEFAULT_URL):
        reader.problems.append(
            f"{DEFAULT_TOKEN} needs {DEFAULT_URL}: it is sent to that address only"
        )
    if url and (is_forbidden(url) or not allowed.allow(url)):
        reader.problems.append(f"{DEFAULT_URL} is not a destination that is allowed; see {ALLOWED}")
    return Defaults(
        destination_address(url) if url else "",
        token,
        reader.options("MIGRATION_BUNDLE_DEFAULT_OPTIONS"),
    )
