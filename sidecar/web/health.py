"""GET /health: whether a migration can run. Needs no secret."""

from functools import partial
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from sidecar.directus.client import PING, Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import DirectusError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import count_workers
from sidecar.web.blueprint import Blueprint
from sidecar.web.schemas import HealthOutput
from sidecar.web.services import Services, services

blueprint = Blueprint("health", __name__, description="Whether a migration can run")
Part = dict[str, Any]


@blueprint.route("/health", methods=["GET"], endpoint="Health")
@blueprint.response(200, HealthOutput)
@blueprint.alt_response(503, schema=HealthOutput)
def health() -> tuple[dict[str, Any], int]:
    """The state of Redis, the source and the workers, with what to check if one is missing."""
    parts = {
        "redis": _redis(services().space.redis),
        "source": _source(services()),
        "worker": _worker(services().space),
    }
    good = all(part["ok"] for part in parts.values())
    return {"status": "ok" if good else "degraded", **parts}, 200 if good else 503


def _redis(redis: "Redis") -> Part:
    try:
        redis.ping()
    except RedisError:
        return _bad("Redis does not answer; check REDIS_URL and whether Redis runs")
    return {"ok": True, "message": None}


def _source(current: Services) -> Part:
    message = current.probe.message(partial(_ask_source, current.settings.source.url))
    return {"ok": message is None, "message": message}


def _ask_source(url: str) -> str | None:
    """What is wrong with the source, or None."""
    try:
        with Directus(url, "", retry_policy=ONCE, seconds=ONCE.read_seconds) as source:
            answer = source.read_text(PING)
    except DirectusError:
        return "The source does not answer; check DIRECTUS_URL and whether Directus runs"
    return None if answer == "pong" else "DIRECTUS_URL is not the address of a Directus"


def _worker(space: Keyspace) -> Part:
    try:
        if count_workers(space):
            return {"ok": True, "message": None}
    except RedisError:
        return _bad("Redis does not answer, so the sidecar cannot look for workers")
    return _bad("No worker is running; start `sidecar worker`")


def _bad(message: str) -> Part:
    return {"ok": False, "message": message}
