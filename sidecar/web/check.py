"""POST /check: may the source be migrated to this destination?"""

from typing import Any

from flask import g

from sidecar.jobs.start import check_destination, require_free
from sidecar.web.blueprint import ALWAYS, WITH_BODY, Blueprint
from sidecar.web.schemas import CheckInput, CheckOutput
from sidecar.web.selection_schemas import request_of
from sidecar.web.services import Caller, deadline, destination_url, services

blueprint = Blueprint("check", __name__, description="Whether a destination can be migrated to")


@blueprint.route("/check", methods=["POST"])
@blueprint.arguments(CheckInput)
@blueprint.response(200, CheckOutput)
@blueprint.may_answer(*ALWAYS, *WITH_BODY, 409, 429)
def check(body: dict[str, Any]) -> dict[str, Any]:
    """Compare both sides. Writes nothing."""
    services().limits.check(g.user)
    request = request_of(body)
    with services().slots.destination(body["destination_url"]):
        url = destination_url(body)
        require_free(services().space, url)
        token = Caller().token(body["destination_token"], body["token_from"], url)
        settings = services().settings
        return check_destination(settings, url, token, request, deadline()).document()
