"""/check and /checks: may the source be migrated to this destination?"""

from contextlib import ExitStack
from typing import Any

from flask import Response, g, jsonify

from sidecar.directus.deadline import Deadline
from sidecar.directus.retry import UNHURRIED
from sidecar.jobs.busy import require_free
from sidecar.jobs.start import check_destination
from sidecar.migration.request import MigrationRequest
from sidecar.web.blueprint import ALWAYS, WITH_BODY, Blueprint
from sidecar.web.check_schemas import CheckOutput, CheckStateOutput
from sidecar.web.check_store import CheckStore
from sidecar.web.long_checks import CHECK_SECONDS, WAIT_SECONDS, LongCheck
from sidecar.web.schemas import CheckInput
from sidecar.web.selection_schemas import request_of
from sidecar.web.services import Caller, deadline, destination_url, services

blueprint = Blueprint("check", __name__, description="Whether a destination can be migrated to")


@blueprint.route("/check", methods=["POST"])
@blueprint.arguments(CheckInput)
@blueprint.response(200, CheckOutput)
@blueprint.alt_response(
    202, schema=CheckStateOutput, description="It takes long; ask for its state"
)
@blueprint.may_answer(*ALWAYS, *WITH_BODY, 409, 429)
def check(body: dict[str, Any]) -> dict[str, Any] | tuple[Response, int]:
    """Compare both sides. Writes nothing."""
    services().limits.check(g.user)
    check = _begin(body, request_of(body))
    result = check.result(deadline().shorten(WAIT_SECONDS))
    if result is not None:
        return result
    state = check.follow(CheckStore(services().space))
    return jsonify(CheckStateOutput().dump({"check": state})), 202


@blueprint.route("/checks/<uuid:check_id>", methods=["GET"])
@blueprint.response(200, CheckStateOutput)
@blueprint.may_answer(*ALWAYS, 404)
def show(check_id: object) -> dict[str, Any]:
    """The present state of a check of the caller that takes long."""
    return {"check": CheckStore(services().space).read(g.user, str(check_id))}


@blueprint.route("/checks/<uuid:check_id>/cancel", methods=["POST"])
@blueprint.response(202, CheckStateOutput)
@blueprint.may_answer(*ALWAYS, 404)
def cancel(check_id: object) -> dict[str, Any]:
    """Stop a check of the caller."""
    return {"check": CheckStore(services().space).cancel(g.user, str(check_id))}


def _begin(body: dict[str, Any], request: MigrationRequest) -> LongCheck:
    current = services()
    require_free(current.space, body["destination_url"])
    with ExitStack() as held:
        held.enter_context(current.slots.destination(body["destination_url"], g.user))
        url = destination_url(body)
        token = Caller().token(body["destination_token"], body["token_from"], url)
        limits = Deadline(CHECK_SECONDS, current.memory)
        held.callback(limits.close)

        def work(announce: Any) -> dict[str, Any]:
            sides = current.settings, current.space, url, token
            return check_destination(
                *sides, request, limits, policy=UNHURRIED, announce=announce
            ).document()

        return LongCheck(g.user, work, limits, held.pop_all())
