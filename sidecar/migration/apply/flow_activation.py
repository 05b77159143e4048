"""Creates flows inactive, and activates them when everything else has arrived."""

from collections.abc import Sequence

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.apply.flow_pause import set_status
from sidecar.migration.plan.run import Run
from sidecar.resources.base import FLOWS, OPERATIONS

ACTIVE, INACTIVE = "active", "inactive"


class FlowActivation:
    """The new flows that are active at the source. The journal names them, also after a crash."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._journal = run.journal
        # The status that existing flows are to get, by id.
        self.statuses: dict[str, str] = {}

    def deactivate_flows(self, flows: Sequence[Row]) -> list[Row]:
        """``flows`` as they are to be created. Raises DirectusError."""
        self._journal.wait(flow["id"] for flow in flows if flow["status"] == ACTIVE)
        return [{**flow, "status": INACTIVE} for flow in flows]

    def activate(self) -> None:
        """Give existing flows their new status. Activate the flows that wait, when flows move and
        all of them have arrived.

        A flow that the destination refuses becomes a problem, and goes on waiting. Raises
        DirectusError.
        """
        for flow, status in self.statuses.items():
            self._set(flow, status)
        if not self._journal.waiting or FLOWS not in self._run.plan.resources:
            return
        if unfinished := self._journal.unfinished & {FLOWS, OPERATIONS}:
            message = (
                f"{len(self._journal.waiting)} flows stay inactive, as not all of "
                f"{', '.join(unfinished)} arrived"
            )
            self._run.progress.problem(FLOWS, None, "NOT_ACTIVATED", message, ["status"])
            return
        flows = self._run.plan.resources[FLOWS]
        there = self._run.destination.rows.by_key(flows, sorted(self._journal.waiting), ["id"])
        gone = self._journal.waiting - there.keys()
        activated = [flow for flow in there if self._activate(flow)]
        self._run.progress.log("info", f"Activated {len(activated)} of {len(there)} flows")
        self._journal.activated({*activated, *gone})

    def _activate(self, flow: str) -> bool:
        return self._set(flow, ACTIVE)

    def _set(self, flow: str, status: str) -> bool:
        try:
            set_status(self._run.destination, [flow], status)
        except DirectusRejected as error:
            message = f"could not become {status}: {error.message}"
            self._run.progress.problem(FLOWS, flow, error.code, message, ["status"])
            return False
        return True
