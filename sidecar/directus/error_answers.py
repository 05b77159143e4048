"""Turns the error answers of an instance, and of proxies in front of it, into errors."""

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from sidecar.directus.answers import document_of, url_of
from sidecar.errors import (
    BadGateway,
    DirectusRejected,
    NotADirectus,
    NotAuthenticated,
    Overloaded,
    TooLarge,
)
from sidecar.texts import plain

ERRORS = b'{"errors":['
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
TOO_LARGE_WORDS = ("request entity too large", "max batch mutation limit")
# A 503 about one of these does not mean pressure, and waiting does not help.
PERMANENT_SERVICES = frozenset({"files", "external-file", "marketplace", "extensions"})
PERMANENT_CODES = frozenset({"OUT_OF_DATE"})
# Directus answers 403 also for what its licence does not cover.
LICENCE_CODES = frozenset({"LIMIT_EXCEEDED", "RESOURCE_RESTRICTED", "COLLECTION_INACTIVE"})


@dataclass(frozen=True, slots=True)
class _Problem:
    """The first error of an answer."""

    code: str
    message: str
    # The part of Directus that failed, if the answer names it.
    service: str | None = None
    # The column that a row was rejected for, if the answer names it.
    field: str | None = None


def raise_for(response: requests.Response) -> None:
    """Raise the DirectusError for an error answer; return if the answer is good."""
    status, url = response.status_code, url_of(response)
    if status < 300:
        return
    if status < 400:
        target = plain(response.headers.get("Location", "?"))
        raise NotADirectus(f"{url} redirects to {target}; use that address")
    if _is_bad_gateway(response):
        raise BadGateway(
            f"{url} answered {status}: something in front of Directus could not reach it"
        )
    problem = _problem_of(response)
    if _is_overload(status, problem):
        message = f"{url} asks to slow down: {problem.message}"
        raise Overloaded(message, retry_after=_retry_after(response))
    raise _rejection(status, problem, url)


def _is_bad_gateway(response: requests.Response) -> bool:
    status = response.status_code
    if status in (502, 504):
        return True
    return status >= 500 and status != 503 and not _is_from_directus(response)


def _is_overload(status: int, problem: _Problem) -> bool:
    is_permanent = problem.service in PERMANENT_SERVICES or problem.code in PERMANENT_CODES
    return status == 429 or (status == 503 and not is_permanent)


def _rejection(status: int, problem: _Problem, url: str) -> NotAuthenticated | DirectusRejected:
    code, message = problem.code, problem.message
    if status == 413 or any(words in message.lower() for words in TOO_LARGE_WORDS):
        return TooLarge(message, code=code, status=status)
    if status in (401, 403) and code not in LICENCE_CODES:
        message = f"{url} denies access: {message}"
    if status == 401:
        return NotAuthenticated(message, code=code)
    return DirectusRejected(message, code=code, status=status, field=problem.field)


def _is_from_directus(response: requests.Response) -> bool:
    document = document_of(response)
    if document is None:
        # It was cut, so it is not JSON any more.
        return response.content.startswith(ERRORS)
    return isinstance(document, dict) and "errors" in document


def _problem_of(response: requests.Response) -> _Problem:
    default_code = f"HTTP_{response.status_code}"
    error = _first_error(document_of(response))
    if error is None:
        return _Problem(default_code, f"{url_of(response)} answered {response.status_code}")
    extensions = error.get("extensions")
    if not isinstance(extensions, dict):
        extensions = {}
    code = str(extensions.get("code"))
    code = code if CODE.fullmatch(code) else default_code
    return _Problem(
        code,
        plain(error.get("message") or code),
        _text(extensions.get("service")),
        _text(extensions.get("field")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _first_error(document: Any) -> dict[str, Any] | None:
    errors = document.get("errors") if isinstance(document, dict) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return errors[0]
    return None


def _retry_after(response: requests.Response) -> float | None:
    """Return Retry-After in seconds, or None. HTTP sends a number of seconds or a date."""
    value = response.headers.get("Retry-After", "")
    try:
        if value.isdecimal():
            return float(value)
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
