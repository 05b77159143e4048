"""Reads the answers of an instance. Foreign exceptions become errors of the sidecar here."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import requests
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

from sidecar.directus.documents import parse
from sidecar.errors import DirectusError, NotADirectus, NotConnected, TlsFailed, Unreachable
from sidecar.texts import plain

# Every complete answer has one of these headers.
LENGTH_HEADERS = frozenset({"content-length", "transfer-encoding"})
HALF_CHARACTER_CODE = "HALF_CHARACTER"
UNEXPECTED_ANSWER = "{} sent an answer that Directus would not send"
HALF_CHARACTER = (
    "{} has half a character (a lone surrogate, for example of an emoji that was cut in two) in "
    "{} of the row whose {} is {}. Correct it there, then start the run again."
)
# The number of all rows, which Directus answers beside some of them when ``meta`` asks for it.
TOTAL_COUNT = "total_count"
MAX_SHOWN_CHARACTERS = 80
# Of the operating system. Its words follow.
ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")
MAX_CAUSE_CHARACTERS = 300


def translate(error: Exception, url: str) -> DirectusError:
    """Return the sidecar's error for an exception of requests or urllib3."""
    if isinstance(error, requests.exceptions.SSLError):
        return TlsFailed(f"The TLS certificate of {url} was not accepted: {_innermost(error)}")
    never_sent = isinstance(error, requests.ConnectTimeout) or _is_unconnected(error)
    kind = NotConnected if never_sent else Unreachable
    if isinstance(error, requests.Timeout) or isinstance(_cause(error), ReadTimeoutError):
        return kind(f"{url} did not answer in time")
    return kind(f"{url} cannot be reached: {_innermost(error)}")


def data_of(response: requests.Response) -> Any:
    """Return the ``data`` of a good answer, or None for 204.

    Raises NotADirectus, or Unreachable when the answer is incomplete.
    """
    answer = _answer_of(response)
    return None if answer is None else answer["data"]


def counted_data_of(response: requests.Response) -> tuple[Any, int]:
    """Return the ``data`` of a good answer to a query for TOTAL_COUNT, and that number.

    Raises NotADirectus, or Unreachable when the answer is incomplete.
    """
    answer = _answer_of(response) or {}
    with parse_guard(url_of(response)):
        return answer["data"], int(answer["meta"][TOTAL_COUNT])


def _answer_of(response: requests.Response) -> dict[str, Any] | None:
    """Return a good answer, which has ``data``, or None for one without a body."""
    if response.status_code == 204:
        return None
    document = document_of(response)
    if document is None:
        require_whole(response)
    if not response.content:
        return None
    if document is None:
        raise _unreadable_answer(response)
    if not isinstance(document, dict) or "data" not in document:
        raise NotADirectus(UNEXPECTED_ANSWER.format(url_of(response)))
    return document


def document_of(response: requests.Response) -> Any:
    """Return the body as JSON, or None when it is not JSON.

    The body of a stream is read only now. Raises Unreachable when the connection breaks, and
    AnswerTooLarge.
    """
    try:
        return parse(response.content, url_of(response))
    except orjson.JSONDecodeError:
        return None
    except (requests.RequestException, HTTPError) as error:
        raise translate(error, url_of(response)) from error


def url_of(response: requests.Response) -> str:
    """Return the URL that was requested, without its query."""
    return str(response.url).partition("?")[0]


def require_whole(response: requests.Response) -> None:
    """Raise Unreachable when an answer ends before its headers say how long it is."""
    if LENGTH_HEADERS.isdisjoint(name.lower() for name in response.headers):
        raise Unreachable(f"{url_of(response)} closed the connection in the middle of an answer")


def rows_of(data: Any, where: str) -> list[dict[str, Any]]:
    """Return ``data`` if it is a list of rows. Raises NotADirectus, which names ``where``."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise NotADirectus(UNEXPECTED_ANSWER.format(where))
    return data


@contextmanager
def parse_guard(where: str) -> Iterator[None]:
    """Run a block that relies on the shape of an answer from ``where``.

    Raises NotADirectus when the answer has another shape.
    """
    try:
        yield
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        AssertionError,
        # Also of a generator, and of endless recursion.
        RuntimeError,
        StopIteration,
    ) as error:
        cause = plain(f"{type(error).__name__}: {error}", MAX_CAUSE_CHARACTERS)
        raise NotADirectus(f"{UNEXPECTED_ANSWER.format(where)} ({cause})") from error


def _unreadable_answer(response: requests.Response) -> DirectusError:
    """Return the error for a good answer that orjson cannot read.

    JSON allows half characters and Directus passes them on. They are not text, so no database would
    accept them; the error names the row to correct.
    """
    try:
        row, column = _row_with_half_character(json.loads(response.content)["data"])
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
        return NotADirectus(UNEXPECTED_ANSWER.format(url_of(response)))
    key = "id" if "id" in row else next(iter(row))
    shown = ascii(row[key])[:MAX_SHOWN_CHARACTERS]
    message = HALF_CHARACTER.format(url_of(response), column, key, shown)
    return DirectusError(message, code=HALF_CHARACTER_CODE)


def _row_with_half_character(rows: Any) -> tuple[dict[str, Any], str]:
    return next(
        (row, column) for row in rows for column, value in row.items() if not _is_text(value)
    )


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_unconnected(error: BaseException) -> bool:
    """Whether requests could not connect, so that it sent nothing."""
    return isinstance(getattr(_cause(error), "reason", None), NewConnectionError)


def _cause(error: BaseException) -> Any:
    """Return the exception that requests passes on, or None."""
    return error.args[0] if error.args else None


def _innermost(error: BaseException) -> str:
    """Return the message of the cause, without the connection object that urllib3 puts first."""
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return _innermost(reason)
    # urllib3 writes "HTTPConnection(host=…): " before it.
    message = plain(error).rpartition("): ")[2].rstrip(".")
    return ERROR_NUMBER.sub("", message)
