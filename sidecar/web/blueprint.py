"""The base of all views: reads JSON bodies strictly and documents every status in OpenAPI."""

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
# Any request may lack the secret, or fail because of the source or Redis, or of a slow side.
ALWAYS = (401, 502, 503, 504)
WITH_BODY = (400, 413, 415)
# gunicorn itself answers a request line over 4,094 bytes: the application never sees it.
LONG_ADDRESS = {"schema": {"type": "string"}, "content_type": "text/html"}


class _JsonParser(FlaskParser):
    """Accepts strict JSON only: no NaN, lone surrogates, endless nesting or other content types."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data()
        if not body:
            return missing
        if len(body) >= (req.max_content_length or math.inf):
            # Werkzeug cuts a body without a Content-Length at the limit.
            raise RequestEntityTooLarge
        if not req.is_json:
            message = "Send the body as application/json"
            raise InvalidRequest(message, code="UNSUPPORTED_MEDIA_TYPE", status=415)
        try:
            return orjson.loads(body)
        except ValueError as error:
            raise InvalidRequest("The body is not valid JSON", code="INVALID_JSON") from error


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """The views of one noun."""

    ARGUMENTS_PARSER = _JsonParser()

    def may_answer(self, *statuses: int) -> Callable[[View], View]:
        """Document the errors that a view may answer, in the format of ErrorsOutput."""

        def document(view: View) -> View:
            view = self.alt_response(414, **LONG_ADDRESS)(view)
            for status in statuses:
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return document
