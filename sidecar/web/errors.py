"""One JSON format for all errors: ``{"errors": [{"message", "code", "field"?, "run"?}]}``."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, current_app, jsonify
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnprocessableEntity

from sidecar.errors import DestinationBusy, DirectusError, InvalidRequest, TookTooLong, TooOften
from sidecar.jobs.redis_state import reason_of

# An answer repeats only what looks like the name of a field.
FIELD = re.compile(r"[a-z_]{1,30}(\.\d{1,9})*")
logger = logging.getLogger(__name__)
Answer = tuple[Response, int]


def register(app: Flask) -> None:
    app.register_error_handler(InvalidRequest, _refused)
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(DestinationBusy, _busy)
    app.register_error_handler(DirectusError, _directus)
    app.register_error_handler(TookTooLong, _late)
    app.register_error_handler(RedisError, _redis)
    app.register_error_handler(UnprocessableEntity, _invalid)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _answer(
    status: int, code: str, message: str, field: str | None = None, run: str | None = None
) -> Answer:
    details = {name: value for name, value in (("field", field), ("run", run)) if value}
    return jsonify({"errors": [{"message": message, "code": code, **details}]}), status


def _refused(error: InvalidRequest) -> Answer:
    return _answer(error.status, error.code, error.message, error.field)


def _too_often(error: TooOften) -> Answer:
    response, status = _refused(error)
    response.headers["Retry-After"] = str(error.retry_after)
    return response, status


def _busy(error: DestinationBusy) -> Answer:
    return _answer(error.status, error.code, error.message, error.field, error.run_id)


def _directus(error: DirectusError) -> Answer:
    return _answer(502, error.code, error.message)


def _late(error: TookTooLong) -> Answer:
    return _answer(504, error.code, error.message)


def _redis(error: RedisError) -> Answer:
    logger.error("Redis failed error=%s", error)
    return _answer(503, "REDIS_UNREACHABLE", reason_of(error))


def _invalid(error: UnprocessableEntity) -> Answer:
    """marshmallow's validation errors, one for each field."""
    by_place: dict[str, Any] = (getattr(error, "data", None) or {}).get("messages", {})
    errors = [
        {"message": f"{field}: {message}", "code": "INVALID_INPUT", "field": field}
        for fields in by_place.values()
        for field, message in _flat(fields)
    ]
    unnamed = {"message": "The input is not valid", "code": "INVALID_INPUT"}
    return jsonify({"errors": errors or [unnamed]}), 422


def _flat(messages: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            name = f"{field}.{name}".strip(".")
            # What is inside of a field may be anything, so only the field is named.
            yield from _flat(inner, name if FIELD.fullmatch(name) else field or "unknown")
    else:
        for message in messages:
            yield field, str(message)


def _too_large(error: RequestEntityTooLarge) -> Answer:
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    return _answer(413, "CONTENT_TOO_LARGE", f"The body is larger than {limit:,} bytes")


def _http(error: HTTPException) -> Answer:
    code = error.name.upper().replace(" ", "_")
    return _answer(error.code or 500, code, error.description or error.name)


def _unexpected(error: Exception) -> Answer:
    logger.exception("Request failed")
    return _answer(500, "INTERNAL", "The sidecar failed; look for the cause in its log")
