"""What all views have in common: JSON bodies are read strictly, and the OpenAPI document names
every status."""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import flask_smorest
import orjson
from flask import Request
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from sidecar.errors import InvalidRequest

View = TypeVar("View", bound=Callable[..., Any])
# Any request: without the secret, without Redis, with an answer that cannot be had from the source.
ALWAYS = (401, 502, 503)
WITH_BODY = (400, 413, 415)
# gunicorn's own answer to a request line over 4,094 bytes; nothing of ours sees such a request.
LONG_ADDRESS = {"schema": {"type": "string"}, "content_type": "text/html"}


class _JsonParser(FlaskParser):
    """Takes only what JSON is: no NaN, no lone surrogate, no nesting without end, and nothing under
    another name."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data()
        if not body:
            return missing
        if len(body) >= (req.max_content_length or math.inf):
            # One that does not say its length is cut off there.
            raise RequestEntityTooLarge
        if not req.is_json:
            message = "Send the body as application/json"
            raise InvalidRequest(message, code="UNSUPPORTED_MEDIA_TYPE", status=415)
        try:
            return orjson.loads(body)
        except ValueError as error:
            raise InvalidRequest("The body is not valid JSON", code="INVALID_JSON") from error


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A noun of the interface."""

    ARGUMENTS_PARSER = _JsonParser()

    def may_answer(self, *statuses: int) -> Callable[[View], View]:
        """Document the errors of a view; their shape is that of ErrorsOutput."""

        def document(view: View) -> View:
            view = self.alt_response(414, **LONG_ADDRESS)(view)
            for status in statuses:
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return document
