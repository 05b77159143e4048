"""GET /health: whether a migration can run. Needs no secret."""

from typing import Any

from sidecar.web.blueprint import Blueprint
from sidecar.web.schemas import HealthOutput
from sidecar.web.services import services

blueprint = Blueprint("health", __name__, description="Whether a migration can run")


@blueprint.route("/health", methods=["GET"], endpoint="Health")
@blueprint.response(200, HealthOutput)
@blueprint.alt_response(503, schema=HealthOutput)
def health() -> tuple[dict[str, Any], int]:
    """The state of Redis, the source and the workers in the last seconds, with what to check if one
    is missing."""
    parts = services().health.parts()
    good = all(part["ok"] for part in parts.values())
    return {"status": "ok" if good else "degraded", **parts}, 200 if good else 503
