"""Reading what an instance answered: foreign exceptions and error answers become our own errors
here."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
import requests
from urllib3.exceptions import HTTPError

from sidecar.errors import (
    BadGateway,
    DirectusError,
    DirectusRejected,
    NotADirectus,
    NotAuthenticated,
    Overloaded,
    TlsFailed,
    TooLarge,
    Unreachable,
)

# Anything shorter could be a word, and keeps no secret.
MIN_TOKEN_LENGTH = 12
TOO_LARGE_WORDS = ("request entity too large", "max batch mutation limit")
# A 503 about one of these is no sign of pressure: waiting does not help.
LASTING_SERVICES = frozenset({"files", "external-file", "marketplace", "extensions"})
LASTING_CODES = frozenset({"OUT_OF_DATE"})
LENGTHS = frozenset({"content-length", "transfer-encoding"})
STRANGE = "{} answered something that Directus would not"
HALF_CHARACTER = (
    "{} has half a character (a lone surrogate, as when a text was cut in the middle of an "
    "emoji) in {} of the row whose {} is {}: correct it there, then start the run again"
)
MAX_SHOWN = 80
# What a licence does not cover is refused with 403 as well.
LICENCE_CODES = frozenset({"LIMIT_EXCEEDED", "RESOURCE_RESTRICTED", "COLLECTION_INACTIVE"})


def translate(error: Exception, url: str) -> DirectusError:
    """The error of ours for one of ``requests`` or urllib3."""
    if isinstance(error, requests.exceptions.SSLError):
        return TlsFailed(f"The TLS certificate of {url} was not accepted: {_innermost(error)}")
    if isinstance(error, requests.Timeout):
        return Unreachable(f"{url} did not answer in time")
    return Unreachable(f"{url} cannot be reached: {_innermost(error)}")


def data_of(response: requests.Response) -> Any:
    """The ``data`` of a good answer (None for 204). Raises NotADirectus, or Unreachable for half an
    answer."""
    if response.status_code == 204:
        return None
    document = _document(response)
    if document is None:
        require_whole(response)
    if not response.content:
        return None
    if not isinstance(document, dict) or "data" not in document:
        raise _not_understood(response)
    return document["data"]


def _not_understood(response: requests.Response) -> DirectusError:
    """Directus passes on half characters, as JSON may hold them: no text has them, and nothing
    could be written."""
    try:
        rows = json.loads(response.content)["data"]
        found = next(
            (row, column) for row in rows for column, value in row.items() if not _is_text(value)
        )
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
        return NotADirectus(STRANGE.format(_where(response)))
    row, column = found
    name = "id" if "id" in row else next(iter(row))
    message = HALF_CHARACTER.format(_where(response), column, name, ascii(row[name])[:MAX_SHOWN])
    return DirectusError(message, code="HALF_CHARACTER")


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def require_whole(response: requests.Response) -> None:
    """Raises Unreachable for an answer that ended before it said how long it is, as no answer of
    Directus does."""
    if LENGTHS.isdisjoint(name.lower() for name in response.headers):
        raise Unreachable(f"{_where(response)} broke off in the middle of an answer")


def rows_of(data: Any, where: str) -> list[dict[str, Any]]:
    """``data`` if it is a list of rows. Raises NotADirectus naming ``where`` it came from."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise NotADirectus(STRANGE.format(where))
    return data


@contextmanager
def parse_guard(where: str) -> Iterator[None]:
    """A block that reads what ``where`` answered and takes it for what Directus answers; it is
    NotADirectus if not."""
    try:
        yield
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise NotADirectus(f"{STRANGE.format(where)} ({type(error).__name__}: {error})") from error


def raise_for(response: requests.Response) -> None:
    """Raise the DirectusError that an error answer means; return on a good one."""
    status = response.status_code
    if status < 300:
        return
    if status < 400:
        raise NotADirectus(
            f"{_where(response)} redirects to {response.headers.get('Location', '?')}; use that "
            "address"
        )
    if status in (502, 504) or (status >= 500 and status != 503 and not _is_of_directus(response)):
        raise BadGateway(
            f"{_where(response)} answered {status}: something in front of Directus could not "
            "reach it"
        )
    code, message, service = _first_error(response)
    lasting = service in LASTING_SERVICES or code in LASTING_CODES
    if status == 429 or (status == 503 and not lasting):
        raise Overloaded(
            f"{_where(response)} asks to slow down: {message}", retry_after=_retry_after(response)
        )
    if status == 413 or any(words in message.lower() for words in TOO_LARGE_WORDS):
        raise TooLarge(message, code=code, status=status)
    if status in (401, 403) and code not in LICENCE_CODES:
        message = f"{_where(response)} does not let us in: {message}"
    if status == 401:
        raise NotAuthenticated(message, code=code)
    raise DirectusRejected(message, code=code, status=status)


def _is_of_directus(response: requests.Response) -> bool:
    document = _document(response)
    return isinstance(document, dict) and "errors" in document


def _first_error(response: requests.Response) -> tuple[str, str, str | None]:
    document = _document(response)
    errors = document.get("errors") if isinstance(document, dict) else None
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return (
            f"HTTP_{response.status_code}",
            f"{_where(response)} answered {response.status_code}",
            None,
        )
    extensions = errors[0].get("extensions") or {}
    if not isinstance(extensions, dict):
        extensions = {}
    code = str(extensions.get("code") or f"HTTP_{response.status_code}")
    message = str(errors[0].get("message") or code)
    service = extensions.get("service")
    return (
        _without_token(code, response),
        _without_token(message, response),
        service if isinstance(service, str) else None,
    )


def _without_token(text: str, response: requests.Response) -> str:
    """What an instance says may repeat what it was sent, and goes into logs and reports."""
    token = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
    return text.replace(token, "[token]") if len(token) >= MIN_TOKEN_LENGTH else text


def _document(response: requests.Response) -> Any:
    """The body as JSON; None when it is none. Of an answer that is streamed it is read only now,
    and may break off."""
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    except (requests.RequestException, HTTPError) as error:
        raise translate(error, _where(response)) from error


def _retry_after(response: requests.Response) -> float | None:
    """In seconds; HTTP has it as a number of them or as a date."""
    value = response.headers.get("Retry-After", "")
    try:
        return (
            float(value)
            if value.isdecimal()
            else max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        )
    except (ValueError, OverflowError):
        return None


def _where(response: requests.Response) -> str:
    return str(response.url).partition("?")[0]


def _innermost(error: BaseException) -> str:
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    reason = getattr(error, "reason", None)
    # urllib3 opens with the connection object, "HTTPConnection(host=…): "; what went wrong comes
    # after it.
    return (
        _innermost(reason)
        if isinstance(reason, BaseException)
        else str(error).rpartition("): ")[2].rstrip(".")
    )
