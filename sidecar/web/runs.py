"""/runs: start, list, show, cancel and resume migrations."""

from typing import Any

from flask import g

from sidecar.jobs.busy import require_free
from sidecar.jobs.finish import cancel_run
from sidecar.jobs.planned_run import planned_request
from sidecar.jobs.resume import resume_run
from sidecar.jobs.run_problems import groups_of
from sidecar.jobs.run_state import is_active
from sidecar.jobs.run_summary import totals_of
from sidecar.jobs.start import NewRun, start_run
from sidecar.migration.request import MigrationRequest
from sidecar.web.blueprint import ALWAYS, WITH_BODY, Blueprint
from sidecar.web.log_schemas import ChecksumsOutput
from sidecar.web.problem_schemas import ProblemsOutput
from sidecar.web.run_queries import (
    PROBLEMS_IN_RUN,
    ProblemsQuery,
    RunPageQuery,
    RunQuery,
    RunsQuery,
)
from sidecar.web.run_schemas import RunOutput, RunsOutput
from sidecar.web.schemas import RunInput
from sidecar.web.selection_schemas import request_of
from sidecar.web.services import Caller, deadline, destination_url, services

blueprint = Blueprint("runs", __name__, description="Migrations, past and present")


@blueprint.route("/runs", methods=["POST"])
@blueprint.arguments(RunInput)
@blueprint.response(202, RunOutput)
@blueprint.may_answer(*ALWAYS, *WITH_BODY, 404, 409, 429)
def start(body: dict[str, Any]) -> dict[str, Any]:
    """Start a migration in the background."""
    services().limits.start(g.user)
    request = _request(body)
    require_free(services().space, body["destination_url"])
    with services().slots.destination(body["destination_url"], g.user):
        new_run = _new_run(body, request)
        run_id = start_run(services().settings, services().space, new_run, deadline())
    return _run(run_id, 0)


@blueprint.route("/runs", methods=["GET"])
@blueprint.arguments(RunsQuery, location="query")
@blueprint.response(200, RunsOutput)
@blueprint.may_answer(*ALWAYS)
def list_runs(query: dict[str, int]) -> dict[str, Any]:
    """The migrations, newest first."""
    return {"runs": services().runs.newest(query["limit"])}


@blueprint.route("/runs/<uuid:run_id>", methods=["GET"])
@blueprint.arguments(RunPageQuery, location="query")
@blueprint.response(200, RunOutput)
@blueprint.may_answer(*ALWAYS, 404)
def show(query: dict[str, int], run_id: object) -> dict[str, Any]:
    """The present state of one migration, with its log lines after a cursor."""
    return _run(str(run_id), query["after"], query["problems"])


@blueprint.route("/runs/<uuid:run_id>/problems", methods=["GET"])
@blueprint.arguments(ProblemsQuery, location="query")
@blueprint.response(200, ProblemsOutput)
@blueprint.may_answer(*ALWAYS, 404)
def list_problems(query: dict[str, int], run_id: object) -> dict[str, Any]:
    """A page of the first 10,000 problems of one migration."""
    store = services().runs
    problems, total = store.problems.page(
        str(run_id), store.state(str(run_id)), query["offset"], query["limit"]
    )
    return {"problems": problems, "total": total}


@blueprint.route("/runs/<uuid:run_id>/checksums", methods=["GET"])
@blueprint.arguments(RunQuery, location="query")
@blueprint.response(200, ChecksumsOutput)
@blueprint.may_answer(*ALWAYS, 404)
def list_checksums(query: dict[str, int], run_id: object) -> dict[str, Any]:
    """Size and SHA-256 of the files that were transferred and read back, after a cursor."""
    return services().runs.log.checksums_after(str(run_id), query["after"])


@blueprint.route("/runs/<uuid:run_id>/cancel", methods=["POST"])
@blueprint.response(202, RunOutput)
@blueprint.may_answer(*ALWAYS, 404)
def cancel(run_id: object) -> dict[str, Any]:
    """Stop a migration after its current batch, or at once if no worker processes it."""
    cancel_run(services().space, str(run_id), Caller().name_beside)
    return _run(str(run_id), 0)


@blueprint.route("/runs/<uuid:run_id>/resume", methods=["POST"])
@blueprint.response(202, RunOutput)
@blueprint.may_answer(*ALWAYS, 404, 409)
def resume(run_id: object) -> dict[str, Any]:
    """Continue an interrupted migration with the destination's token that was kept for it."""
    order = services().runs.order(str(run_id))
    name = Caller().name_beside(order)
    resume_run(services().settings, services().space, order.id, by=name)
    return _run(str(run_id), 0)


def _request(body: dict[str, Any]) -> MigrationRequest:
    others = {name: body[name] for name in ("dry_run", "batch_size", "invite")}
    if body["plan"] is None:
        return request_of(body, force=body["force"], **others)
    current = services()
    sides = current.settings, current.space
    return planned_request(*sides, str(body["plan"]), body["destination_url"], **others)


def _new_run(body: dict[str, Any], request: MigrationRequest) -> NewRun:
    url, typed = destination_url(body), body["destination_token"]
    caller = Caller()
    return NewRun(
        user=caller.user,
        public_url=g.public_url,
        destination_url=url,
        token=caller.token(typed, body["token_from"], url),
        token_from=None if typed.strip() else body["token_from"],
        request=request,
        plan=None if body["plan"] is None else str(body["plan"]),
    )


def _run(run_id: str, cursor: int, max_problems: int = PROBLEMS_IN_RUN) -> dict[str, Any]:
    store = services().runs
    summary = store.summary(run_id)
    problems, _ = store.problems.page(run_id, summary, 0, max_problems)
    return {
        **summary,
        "problems": problems,
        "problem_groups": groups_of(summary),
        "totals": totals_of(summary),
        "cancelling": is_active(summary) and store.cancel_requested(run_id),
        "log": store.log.lines_after(run_id, cursor),
    }
