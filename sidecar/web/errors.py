"""One JSON format for all errors: ``{"errors": [{"message", "code", "field"?, "run"?}]}``."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, current_app, jsonify
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnprocessableEntity

from sidecar.errors import (
    Cancelled,
    DestinationBusy,
    DirectusError,
    InvalidRequest,
    MigrationError,
    TookTooLong,
    TooOften,
)
from sidecar.jobs.redis_state import UNREACHABLE, reason_of

# An answer repeats only what looks like the name of a field.
PARTS_OF_SELECTION = r"(?<=^selection)\.(?:collections|exclude|filters|since)"
PLACE = re.compile(rf"[a-z_]{{1,30}}(?:{PARTS_OF_SELECTION})?(?:\.\d{{1,9}})*")
logger = logging.getLogger(__name__)
# Of errors that are none of the request itself; 502 for any other.
STATUS = {TookTooLong: 504, Cancelled: 409}
Answer = tuple[Response, int]


def register(app: Flask) -> None:
    for kind in (InvalidRequest, DirectusError, Cancelled, RedisError, Exception):
        app.register_error_handler(kind, _described)
    app.register_error_handler(UnprocessableEntity, _invalid)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)


def describe(error: Exception) -> tuple[int, dict[str, Any]]:
    """The status and the body for an error that has nothing to do with HTTP."""
    if isinstance(error, InvalidRequest):
        run = error.run_id if isinstance(error, DestinationBusy) else None
        return error.status, _body(error.code, error.message, error.field, run)
    if isinstance(error, DirectusError | Cancelled):
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 502)
        return status, _body(error.code, error.message)
    if isinstance(error, MigrationError):
        # What the sidecar keeps on disk cannot be read.
        return 503, _body(error.code, error.message)
    if isinstance(error, RedisError):
        logger.error("Redis failed error=%s", error)
        return 503, _body(UNREACHABLE, reason_of(error))
    logger.error("Request failed", exc_info=error)
    return 500, _body("INTERNAL", "The sidecar failed; look for the cause in its log")


def _described(error: Exception) -> Answer:
    status, body = describe(error)
    response = jsonify(body)
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.retry_after)
    return response, status


def _body(
    code: str, message: str, field: str | None = None, run: str | None = None
) -> dict[str, Any]:
    details = {name: value for name, value in (("field", field), ("run", run)) if value}
    return {"errors": [{"message": message, "code": code, **details}]}


def _invalid(error: UnprocessableEntity) -> Answer:
    """marshmallow's validation errors, one for each field."""
    by_place: dict[str, Any] = (getattr(error, "data", None) or {}).get("messages", {})
    errors = [
        {"message": f"{place}: {message}", "code": "INVALID_INPUT", "field": _field(place)}
        for fields in by_place.values()
        for place, message in _flat(fields)
    ]
    unnamed = {"message": "The input is not valid", "code": "INVALID_INPUT"}
    return jsonify({"errors": errors or [unnamed]}), 422


def _flat(messages: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            name = f"{field}.{name}".strip(".")
            # What is inside of a field may be anything, so only known names are repeated.
            yield from _flat(inner, name if PLACE.fullmatch(name) else field or "unknown")
    else:
        for message in messages:
            yield field, str(message)


def _field(place: str) -> str:
    """The field of the form that ``place`` is in."""
    name, *inside = place.split(".")
    return name if name == "selection" else ".".join([name, *inside])


def _too_large(error: RequestEntityTooLarge) -> Answer:
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    body = _body("CONTENT_TOO_LARGE", f"The body is larger than {limit:,} bytes")
    return jsonify(body), 413


def _http(error: HTTPException) -> Answer:
    code = error.name.upper().replace(" ", "_")
    return jsonify(_body(code, error.description or error.name)), error.code or 500
