"""Settings: the one place that reads the environment, strictly and once at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import EllipsisType
from urllib.parse import parse_qs, unquote, urlsplit

from platformdirs import user_data_path

from sidecar.address import destination_address
from sidecar.hosts import AllowedHosts, is_forbidden
from sidecar.masking import hide_own
from sidecar.options import DEFAULT_OPTIONS
from sidecar.shared_secret import fault_of
from sidecar.variables import (
    ANY_HOST,
    VariableReader,
    check_bind,
    check_redis_url,
    check_secret,
    check_token,
)

DEFAULT_BIND = "0.0.0.0:8000"
MAX_CONCURRENCY = 25
MEGABYTE = 1_000_000
APPLICATION = "directus-migration"
# More than may wait for a side, so that some are always free for /health and the page.
WEB_THREADS = 32
ALLOWED = "MIGRATION_ALLOWED_DESTINATIONS"
DEFAULT_URL, DEFAULT_TOKEN = "MIGRATION_BUNDLE_DEFAULT_URL", "MIGRATION_BUNDLE_DEFAULT_TOKEN"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The source instance: what the command line needs."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a run asks of one instance. ``requests_per_second`` is None for no cap."""

    concurrency: int = MAX_CONCURRENCY
    requests_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the sidecar keeps on disk what outlives a run, and how much of it. The web process and
    the workers share the folder."""

    folder: Path
    # Of the lists of changes of one source, and of what is known of all pairs of instances.
    changes_bytes: int = 5_000 * MEGABYTE
    baseline_bytes: int = 1_000 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Defaults:
    """The form's first values. ``url`` is "" for none. The token never leaves the sidecar."""

    url: str = ""
    token: str = field(default="", repr=False)
    options: tuple[str, ...] = DEFAULT_OPTIONS


@dataclass(frozen=True, slots=True)
class Settings:
    """What the web process and the worker need.

    ``bind`` is ``host:port``. ``auto_resume`` puts a run back in the queue when its worker dies.
    """

    source: SourceSettings
    redis_url: str = field(repr=False)
    secret: str = field(repr=False)
    store: StoreSettings
    bind: str = DEFAULT_BIND
    defaults: Defaults = Defaults()
    caps: Caps = Caps()
    allowed: AllowedHosts = ANY_HOST
    auto_resume: bool = False
    # The secret before the current one, while it is changed; "" for none.
    old_secret: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What decrypts tokens: the current secret, and the old one if there is one."""
        return (self.secret, self.old_secret) if self.old_secret else (self.secret,)

    @property
    def accepted_secrets(self) -> tuple[str, ...]:
        """What requests may carry. An old secret that is easy to guess opens nothing."""
        return tuple(one for one in self.secrets if one == self.secret or not fault_of(one))


def read_source(environment: Mapping[str, str]) -> SourceSettings:
    """The source's address and token. Raises SettingsError."""
    reader = VariableReader(environment)
    source = _source(reader)
    reader.finish()
    return source


def read_caps(environment: Mapping[str, str]) -> Caps:
    """The most that a run asks of one instance. Raises SettingsError."""
    reader = VariableReader(environment)
    caps = _caps(reader)
    reader.finish()
    return caps


def read_allowed(environment: Mapping[str, str]) -> AllowedHosts:
    """The hosts that a migration may go to. Raises SettingsError."""
    reader = VariableReader(environment)
    allowed = reader.hosts(ALLOWED)
    reader.finish()
    return allowed


def read_store(environment: Mapping[str, str]) -> StoreSettings:
    """Where the sidecar keeps what outlives a run. Raises SettingsError."""
    reader = VariableReader(environment)
    store = _store(reader)
    reader.finish()
    return store


def read_redis_url(environment: Mapping[str, str]) -> str:
    """The address of Redis for the command line; "" when it is not set. Raises SettingsError."""
    reader = VariableReader(environment)
    url = _redis_url(reader, "")
    reader.finish()
    return url


def read_settings(environment: Mapping[str, str]) -> Settings:
    """All settings of the web process and the worker.

    Raises SettingsError, which names every wrong variable.
    """
    reader = VariableReader(environment)
    allowed = reader.hosts(ALLOWED)
    settings = Settings(
        source=_source(reader),
        redis_url=_redis_url(reader),
        secret=reader.text("MIGRATION_SIDECAR_SECRET", check=check_secret),
        store=_store(reader),
        bind=reader.text("MIGRATION_SIDECAR_BIND", DEFAULT_BIND, check_bind),
        defaults=_defaults(reader, allowed),
        caps=_caps(reader),
        allowed=allowed,
        auto_resume=reader.flag("MIGRATION_AUTO_RESUME"),
        # It may be one that is no longer good enough: that is why it is changed.
        old_secret=reader.text("MIGRATION_SIDECAR_SECRET_OLD", ""),
    )
    reader.finish()
    hide_own(settings.secret, settings.old_secret, settings.defaults.token)
    return settings


def read_destination_token(environment: Mapping[str, str]) -> str:
    """The destination's token for the command line; "" when it is not set. Raises SettingsError."""
    reader = VariableReader(environment)
    token = reader.text("MIGRATION_DESTINATION_TOKEN", "")
    reader.finish()
    return token


def _source(reader: VariableReader) -> SourceSettings:
    url = reader.address("DIRECTUS_URL")
    token = reader.text("DIRECTUS_TOKEN", check=check_token)
    hide_own(token)
    return SourceSettings(url, token)


def _redis_url(reader: VariableReader, default: str | EllipsisType = ...) -> str:
    url = reader.text("REDIS_URL", default, check_redis_url)
    parts = urlsplit(url)
    password = parts.password or ""
    hide_own(password, unquote(password), *parse_qs(parts.query).get("password", ()))
    return url


def _caps(reader: VariableReader) -> Caps:
    return Caps(
        reader.whole_number("MIGRATION_MAX_CONCURRENCY", MAX_CONCURRENCY),
        reader.number("MIGRATION_MAX_REQUESTS_PER_SECOND"),
    )


def _store(reader: VariableReader) -> StoreSettings:
    return StoreSettings(
        reader.folder("MIGRATION_STORE", user_data_path(APPLICATION)),
        reader.whole_number("MIGRATION_STORE_MAX_MB", 5_000) * MEGABYTE,
        reader.whole_number("MIGRATION_BASELINE_MAX_MB", 1_000) * MEGABYTE,
    )


def _defaults(reader: VariableReader, allowed: AllowedHosts) -> Defaults:
    given = reader.text(DEFAULT_URL, "")
    url = reader.address(DEFAULT_URL, "")
    token = reader.text(DEFAULT_TOKEN, "", check_token)
    if token and not given:
        reader.problems.append(f"{DEFAULT_TOKEN} needs {DEFAULT_URL}: the token goes there only")
    if url and (is_forbidden(url) or not allowed.allow(url)):
        reader.problems.append(f"{DEFAULT_URL} is not a destination that is allowed; see {ALLOWED}")
    options = reader.options("MIGRATION_BUNDLE_DEFAULT_OPTIONS")
    return Defaults(destination_address(url) if url else "", token, options)
