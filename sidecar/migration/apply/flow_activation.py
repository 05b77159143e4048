"""Flows arrive inactive, and those that are active at the source are activated when everything else
has arrived."""

from collections.abc import Sequence

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.apply.flow_pause import set_status
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.report import Report
from sidecar.resources.base import FLOWS, OPERATIONS

ACTIVE, INACTIVE = "active", "inactive"


class FlowActivation:
    """Which of the new flows are to be activated; the journal knows them, also after a crash."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._journal = plan.journal

    def deactivate_flows(self, flows: Sequence[Row]) -> list[Row]:
        """``flows`` as they are to be created. Raises DirectusError."""
        self._journal.wait(flow["id"] for flow in flows if flow["status"] == ACTIVE)
        return [{**flow, "status": INACTIVE} for flow in flows]

    def release(self, report: Report) -> None:
        """Activate what waits, when flows were asked for and are whole; one that the destination
        refuses is a problem, and waits on. Raises DirectusError."""
        if not self._journal.waiting or FLOWS not in self._plan.resources:
            return
        if unfinished := self._journal.unfinished & {FLOWS, OPERATIONS}:
            message = (
                f"{len(self._journal.waiting)} flows stay inactive, as not all of "
                f"{', '.join(unfinished)} arrived"
            )
            report.problem(FLOWS, None, "NOT_ACTIVATED", message)
            return
        flows = self._plan.resources[FLOWS]
        there = self._plan.destination.rows.by_key(flows, sorted(self._journal.waiting), ["id"])
        gone = self._journal.waiting - there.keys()
        activated = [flow for flow in there if self._activate(flow, report)]
        report.log("info", f"{FLOWS}: activated {len(activated)} of {len(there)}")
        self._journal.activated({*activated, *gone})

    def _activate(self, flow: str, report: Report) -> bool:
        try:
            set_status(self._plan.destination, [flow], ACTIVE)
        except DirectusRejected as error:
            report.problem(FLOWS, flow, error.code, f"could not be activated: {error.message}")
            return False
        return True
