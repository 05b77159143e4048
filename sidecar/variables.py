"""Reads environment variables, strictly: one error names every wrong variable.

Secrets may also come from a file that ``<VARIABLE>_FILE`` names (Docker and Kubernetes secrets).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import EllipsisType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from environs import Env, EnvNotSetError, EnvValidationError, ValidationError, validate

from sidecar.address import is_address, is_token
from sidecar.errors import SettingsError
from sidecar.hosts import AllowedHosts, canonical_pattern
from sidecar.options import DEFAULT_OPTIONS, OPTIONS, unknown_options
from sidecar.shared_secret import fault_of

Value = TypeVar("Value")
Check = Callable[[str], None]
ANY_HOST = AllowedHosts()
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
NOT_WHOLE = "is not a whole number above 0"
NOT_POSITIVE = "is not a number above 0"
SECRETS = frozenset(
    {
        "DIRECTUS_TOKEN",
        "REDIS_URL",
        "MIGRATION_SIDECAR_SECRET",
        "MIGRATION_SIDECAR_SECRET_OLD",
        "MIGRATION_DESTINATION_TOKEN",
        "MIGRATION_BUNDLE_DEFAULT_TOKEN",
    }
)


class _Variables(Env):
    """environs over a mapping. An empty variable counts as not set.

    environs' own FileAwareEnv does not fit: it reads ``os.environ`` only, takes any variable from
    a file, and ignores a variable that is set twice.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._environment = environment

    def _get_value(self, env_key: str, default: Any) -> Any:
        """The hook through which environs gets each value."""
        value = self._environment.get(env_key, "")
        path = self._environment.get(f"{env_key}_FILE") if env_key in SECRETS else None
        if path and value:
            raise _invalid(f"and {env_key}_FILE are both set; keep one")
        if path:
            value = _read_file(env_key, path)
        return value.strip() or default


def _read_file(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(f"cannot be read from the file that {name}_FILE names: {error}") from error


def _invalid(message: str) -> EnvValidationError:
    return EnvValidationError(message, [message])


class VariableReader:
    """Collects what is wrong with variables, so that one error names every wrong variable."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._env = _Variables(environment)
        self._env.add_parser("hosts", _parse_hosts)
        self._env.add_parser("options", _parse_options)
        self.problems: list[str] = []

    def text(self, name: str, default: str | EllipsisType = ..., check: Check | None = None) -> str:
        """The value without the spaces around it. Without a ``default`` it is required."""
        return self._read(self._env.str, name, default, validate=check) or ""

    def address(self, name: str, default: str | EllipsisType = ...) -> str:
        return self.text(name, default, check_address).rstrip("/")

    def options(self, name: str) -> tuple[str, ...]:
        """Options separated by commas, in the order of OPTIONS. Not set means the default ones."""
        return self._read(self._env.options, name, "") or DEFAULT_OPTIONS

    def hosts(self, name: str) -> AllowedHosts:
        """Hosts separated by commas. Not set means any host."""
        return self._read(self._env.hosts, name, "") or ANY_HOST

    def folder(self, name: str, default: Path) -> Path:
        """The absolute path of a folder."""
        return Path(self.text(name, str(default), check_folder))

    def whole_number(self, name: str, default: int) -> int:
        """A whole number above 0. 3.0 is one, too."""
        number = self._positive(name, NOT_WHOLE) or default
        if number != int(number):
            self.problems.append(f"{name} {NOT_WHOLE}")
        return int(number)

    def number(self, name: str) -> float | None:
        """A number above 0, or None when it is not set."""
        return self._positive(name, NOT_POSITIVE)

    def _positive(self, name: str, problem: str) -> float | None:
        above_0 = validate.Range(min=0, min_inclusive=False, error=problem)
        messages = dict.fromkeys(("invalid", "special"), problem)
        return self._read(self._env.float, name, None, validate=above_0, error_messages=messages)

    def flag(self, name: str) -> bool:
        """true or false. Not set means false."""
        messages = {"invalid": "is neither true nor false"}
        return bool(
            self._read(
                self._env.bool,
                name,
                False,
                truthy={"true"},
                falsy={"false"},
                error_messages=messages,
            )
        )

    def finish(self) -> None:
        if self.problems:
            raise SettingsError(self.problems)

    def _read(
        self, parse: Callable[..., Value], name: str, default: Any = ..., **how: Any
    ) -> Value | None:
        """One variable; None when it is wrong or missing."""
        try:
            return parse(name, default, **how)
        except EnvNotSetError:
            from_file = f" (or {name}_FILE)" if name in SECRETS else ""
            self.problems.append(f"{name} is missing{from_file}")
        except EnvValidationError as error:
            self.problems.extend(f"{name} {message}" for message in error.error_messages)
        return None


def _parse_options(text: str) -> tuple[str, ...]:
    chosen = tuple(option.strip() for option in text.split(",") if option.strip())
    if problem := unknown_options(chosen):
        raise ValidationError(f"is not valid: {problem}")
    return tuple(option for option in OPTIONS if option in chosen)


def _parse_hosts(text: str) -> AllowedHosts:
    patterns, problems = [], []
    for entry in text.split(",") if text else ():
        try:
            patterns.append(canonical_pattern(entry.strip()))
        except ValueError:
            problems.append(
                f"names {entry.strip()!r}, which is not a host such as "
                "cms.example.com or *.example.com"
            )
    if problems:
        raise ValidationError(problems)
    return AllowedHosts(tuple(patterns))


def check_address(value: str) -> None:
    if not is_address(value):
        raise ValidationError("is not an address such as https://directus.example.com")


def check_token(value: str) -> None:
    if not is_token(value):
        raise ValidationError("holds characters that no token has")


def check_redis_url(value: str) -> None:
    if not value.startswith(REDIS_SCHEMES):
        raise ValidationError(f"does not begin with {', '.join(REDIS_SCHEMES)}")
    if not value.startswith("unix://") and not _has_host(value):
        raise ValidationError(
            "has no host. If its password has an @, /, # or ?, percent-encode it: "
            "@ is %40, / is %2F, # is %23 and ? is %3F"
        )


def _has_host(url: str) -> bool:
    """Whether an address has a host and a port that can be. A password that is not encoded puts
    the real host behind the first / or #."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    rest = parts.path + parts.fragment
    return is_whole and "@" not in rest and parts.netloc.count("@") <= 1


def check_secret(value: str) -> None:
    if fault := fault_of(value):
        raise ValidationError(fault)


def check_folder(value: str) -> None:
    if not Path(value).is_absolute():
        raise ValidationError("is not an absolute path such as /data")


def check_bind(value: str) -> None:
    if not value.rpartition(":")[2].isdigit():
        raise ValidationError("is not of the form host:port")
