"""The error tree of the sidecar. Exceptions of libraries are translated once, where they enter.

MigrationError
├── InvalidRequest       bad input or incompatible sides; nothing was written (exit 2, HTTP 4xx)
│   ├── SettingsError    environment variables are wrong or missing
│   ├── TooOften         a person asked too often (HTTP 429)
│   └── DestinationBusy  another run to the destination is active (HTTP 409)
├── Cancelled            somebody asked the run to stop
│   └── Interrupted      the process stops; another one continues the run
└── DirectusError        an instance answered with an error, or not at all
    ├── Unreachable      there is no connection, or it broke
    │   ├── NotConnected there was no connection, so nothing was sent
    │   └── TlsFailed    the certificate was not accepted
    ├── AddressForbidden a name resolves to a link-local or cloud metadata address
    ├── Overloaded       429 or 503 "Under pressure": try later
    ├── TookTooLong      a side answers, but too slowly for somebody who waits (HTTP 504)
    ├── BadGateway       502 or 504 from something in front of the instance
    ├── NotADirectus     something else than Directus answers
    ├── AnswerTooLarge   an answer has too many bytes, values or levels
    ├── NotAuthenticated 401: the token is invalid or expired, so every request will fail
    └── DirectusRejected Directus understood the request and rejected it
        └── TooLarge     the body or the batch exceeds a limit of the instance
"""

from sidecar.texts import plain, plain_lines


class MigrationError(Exception):
    """Base of all errors.

    ``code`` is stable, in UPPER_SNAKE. ``message`` is for people and says what to do. It may repeat
    what came from outside, so it is cut and has no secrets.
    """

    code = "FAILED"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        self.message = plain_lines(message)
        self.code = plain(code or type(self).code)
        super().__init__(self.message)


class InvalidRequest(MigrationError):
    """Raised before anything is written.

    ``field`` names the wrong input, if there is one. ``status`` is the HTTP status of the answer.
    """

    code = "REFUSED"

    def __init__(
        self, message: str, *, code: str, field: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message, code=code)
        self.field = field
        self.status = status


class SettingsError(InvalidRequest):
    """One error for all wrong or missing environment variables, with a line for each problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            "The environment variables are not complete:\n" + "\n".join(f"  {p}" for p in problems),
            code="SETTINGS",
        )


class TooOften(InvalidRequest):
    """``retry_after`` is the number of seconds until the next request is accepted."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, code="TOO_MANY_REQUESTS", status=429)
        self.retry_after = retry_after


class DestinationBusy(InvalidRequest):
    """``run_id`` is the id of the active run, or None if it belongs to another source."""

    def __init__(self, message: str, *, run_id: str | None) -> None:
        super().__init__(message, code="DESTINATION_BUSY", field="destination_url", status=409)
        self.run_id = run_id


class Cancelled(MigrationError):
    code = "CANCELLED"


class Interrupted(Cancelled):
    code = "INTERRUPTED"


class DirectusError(MigrationError):
    code = "DIRECTUS_ERROR"


class Unreachable(DirectusError):
    code = "UNREACHABLE"


class NotConnected(Unreachable):
    pass


class TlsFailed(Unreachable):
    code = "TLS_FAILED"


class AddressForbidden(DirectusError):
    code = "ADDRESS_FORBIDDEN"


class Overloaded(DirectusError):
    """``retry_after`` is the number of seconds that the instance asked for, or None."""

    code = "OVERLOADED"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TookTooLong(DirectusError):
    code = "TOOK_TOO_LONG"


class BadGateway(DirectusError):
    code = "BAD_GATEWAY"


class NotADirectus(DirectusError):
    code = "NOT_A_DIRECTUS"


class AnswerTooLarge(DirectusError):
    code = "ANSWER_TOO_LARGE"


class NotAuthenticated(DirectusError):
    code = "NOT_AUTHENTICATED"


class DirectusRejected(DirectusError):
    """``status`` is the HTTP status; ``code`` comes from Directus, such as RECORD_NOT_UNIQUE.

    ``field`` is the column at fault, or None where Directus names none.
    """

    def __init__(self, message: str, *, code: str, status: int, field: str | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.field = field

    @property
    def columns(self) -> tuple[str, ...]:
        """The column at fault, where Directus names one."""
        return (self.field,) if self.field else ()


class TooLarge(DirectusRejected):
    pass
