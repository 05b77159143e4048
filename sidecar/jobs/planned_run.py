"""Runs that do exactly what an earlier dry run has found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sidecar.config import Settings
from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_changes import change_lists
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_store import RunStore
from sidecar.migration.plan.planned import Planned
from sidecar.migration.request import MigrationRequest, check_url

UNFIT = (
    "Only a dry run that has come to its end can be carried out. Do a dry run, look at what it "
    "would change, and start from its page"
)
OTHER_DESTINATION = (
    "The dry run was to {}, and can only be carried out there. Enter this URL, or do another dry "
    "run"
)


def planned_request(
    settings: Settings, space: Keyspace, plan: str, destination_url: str, **others: Any
) -> MigrationRequest:
    """The request of the dry run with the id ``plan``; ``others`` replace parts of it. Raises
    InvalidRequest if it cannot be carried out at this destination."""
    store = RunStore(space)
    order, state = store.order(plan), store.state(plan)
    if not order.request.dry_run or not state["status"].startswith("completed"):
        raise InvalidRequest(UNFIT, code="PLAN_UNFIT", field="plan", status=409)
    if check_url(destination_url) != order.destination_url:
        message = OTHER_DESTINATION.format(order.destination_url)
        raise InvalidRequest(message, code="PLAN_OTHER_DESTINATION", field="plan", status=409)
    with change_lists(settings, space).open(plan) as changes:
        if changes.plan is None:
            raise InvalidRequest(UNFIT, code="PLAN_UNFIT", field="plan", status=409)
    return replace(order.request, **others)


@contextmanager
def planned_of(settings: Settings, space: Keyspace, order: RunOrder) -> Iterator[Planned | None]:
    """What the run of an order is to carry out. None: it makes its own plan. Raises InvalidRequest
    or MigrationError if the list of the dry run cannot be read."""
    if order.plan is None:
        yield None
        return
    with change_lists(settings, space).open(order.plan) as changes, Planned(changes) as planned:
        yield planned
