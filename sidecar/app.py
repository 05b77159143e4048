"""The Flask application: ``create_app`` connects its parts."""

import json
import os

from flask import Flask, Response
from flask_smorest import Api as SmorestApi

from sidecar.config import Settings, read_settings
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import connect, connect_briefly
from sidecar.jobs.redis_state import log_warnings
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.watchdog import start_watchdog
from sidecar.logs import configure
from sidecar.masking import mask, mask_values
from sidecar.web import (
    changes,
    check,
    collection_list,
    errors,
    health,
    metrics,
    options,
    presets,
    runs,
)
from sidecar.web.auth import Admission
from sidecar.web.health_monitor import HealthMonitor
from sidecar.web.rate_limit import RateLimit
from sidecar.web.schemas import ErrorsOutput
from sidecar.web.services import Services, begin_deadline, close_source

BODY_BYTES = 64 * 1024
# How long /health waits for Redis.
HEALTH_SECONDS = 2.0
OPENAPI = {
    "API_TITLE": "Directus Migration Module: sidecar",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "components": {"securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}}},
        "security": [{"secret": []}],
    },
}


class Api(SmorestApi):  # type: ignore[misc]
    """An API whose errors all have the shape of ErrorsOutput. Each view lists its own errors."""

    ERROR_SCHEMA = ErrorsOutput
    DEFAULT_ERROR_RESPONSE_NAME = None


def create_app(settings: Settings, space: Keyspace | None = None) -> Flask:
    """The application for ``settings``. Without ``space`` it connects to the Redis in
    ``settings``."""
    app = Flask("sidecar", static_folder=None)
    app.config.update(OPENAPI, MAX_CONTENT_LENGTH=BODY_BYTES)
    brief_space = space or connect_briefly(settings, HEALTH_SECONDS)
    space = space or connect(settings)
    app.extensions["sidecar"] = Services(
        settings,
        space,
        RunStore(space),
        RateLimit(space),
        HealthMonitor(brief_space, settings.source.url),
    )
    app.teardown_appcontext(close_source)
    app.before_request(begin_deadline)
    app.before_request(Admission(*settings.accepted_secrets))
    app.after_request(_without_secrets)
    api = Api(app)
    for module in (check, options, collection_list, presets, runs, changes, health, metrics):
        api.register_blueprint(module.blueprint)
    errors.register(app)
    return app


def _without_secrets(response: Response) -> Response:
    if response.is_streamed:
        # It masks its pieces itself.
        return response
    text = response.get_data(as_text=True)
    masked = mask(text)
    if masked == text:
        return response
    if response.is_json:
        masked = json.dumps(mask_values(json.loads(text)))
    response.set_data(masked)
    return response


def serve() -> Flask:
    """The application for gunicorn, configured by the environment. Raises SettingsError."""
    configure()
    settings = read_settings(os.environ)
    log_warnings(connect_briefly(settings).redis)
    start_watchdog(settings)
    return create_app(settings)
