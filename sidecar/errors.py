"""The one error tree of the sidecar; foreign exceptions are translated into it once, at their door.

MigrationError
├── InvalidRequest       bad input or incompatible sides; nothing was written (exit 2, HTTP 4xx)
│   ├── SettingsError    environment variables are wrong or missing
│   └── TooOften         more of something than a person may ask for (HTTP 429)
├── Cancelled            somebody asked the run to stop
│   └── Interrupted      the process that works at it is being stopped; another one goes on
└── DirectusError        an instance answered with an error, or not at all
    ├── Unreachable      no connection, or it broke off
    │   └── TlsFailed    the certificate was not accepted
    ├── AddressForbidden a name turned out to be a link-local or cloud metadata address
    ├── Overloaded       429 or 503 "Under pressure": later is better
    ├── BadGateway       502 or 504 from something in front of it
    ├── NotADirectus     what answers there is something else
    ├── NotAuthenticated 401: the token is not accepted, or not any more; nothing else will be
    └── DirectusRejected Directus understood the request and refused it
        └── TooLarge     the body or the batch is over a limit of the instance
"""


class MigrationError(Exception):
    """Base of all. ``code`` is stable and in UPPER_SNAKE; ``message`` is for people and says what
    to do."""

    code = "FAILED"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code


class InvalidRequest(MigrationError):
    """InvalidRequest before anything was written; ``field`` names the input, ``status`` is the HTTP
    status."""

    code = "REFUSED"

    def __init__(
        self, message: str, *, code: str, field: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message, code=code)
        self.field = field
        self.status = status


class SettingsError(InvalidRequest):
    """One error for every wrong or missing environment variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            "The environment is not complete:\n" + "\n".join(f"  {p}" for p in problems),
            code="SETTINGS",
        )


class TooOften(InvalidRequest):
    """``retry_after``: whole seconds until it may be asked for again."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, code="TOO_MANY_REQUESTS", status=429)
        self.retry_after = retry_after


class Cancelled(MigrationError):
    code = "CANCELLED"


class Interrupted(Cancelled):
    code = "INTERRUPTED"


class DirectusError(MigrationError):
    code = "DIRECTUS_ERROR"


class Unreachable(DirectusError):
    code = "UNREACHABLE"


class TlsFailed(Unreachable):
    code = "TLS_FAILED"


class AddressForbidden(DirectusError):
    code = "ADDRESS_FORBIDDEN"


class Overloaded(DirectusError):
    """``retry_after``: the seconds that the instance asked for, or None."""

    code = "OVERLOADED"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadGateway(DirectusError):
    code = "BAD_GATEWAY"


class NotADirectus(DirectusError):
    code = "NOT_A_DIRECTUS"


class NotAuthenticated(DirectusError):
    code = "NOT_AUTHENTICATED"


class DirectusRejected(DirectusError):
    """``status`` is the HTTP status; ``code`` is Directus' own, such as RECORD_NOT_UNIQUE."""

    def __init__(self, message: str, *, code: str, status: int) -> None:
        super().__init__(message, code=code)
        self.status = status


class TooLarge(DirectusRejected):
    pass
