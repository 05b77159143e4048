"""POST /check: may the source be migrated to this destination?"""

from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from sidecar.jobs.start import check_destination
from sidecar.migration.request import MigrationRequest
from sidecar.web.schemas import CheckInput, CheckOutput

blueprint = Blueprint("check", __name__, description="Is the destination fit for a migration?")


@blueprint.route("/check", methods=["POST"])
@blueprint.arguments(CheckInput)
@blueprint.response(200, CheckOutput)
def check(body: dict[str, Any]) -> dict[str, Any]:
    """Look at both sides; nothing is written."""
    request = MigrationRequest(tuple(body["options"]))
    url, token = body["destination_url"], body["destination_token"]
    return check_destination(current_app.extensions["sidecar"].settings, url, token, request).document()
