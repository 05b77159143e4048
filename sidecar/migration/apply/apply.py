"""Writes the plan to the destination.

The schema comes first, then the rows (new ones, and existing ones that are to be updated), then
settings and extensions. The flows start last.
"""

from concurrent.futures import ThreadPoolExecutor

from sidecar.directus.interruption import interruptible
from sidecar.errors import Cancelled
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.apply.group_loader import GroupLoader, begin_reading
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.instance.instance import inspect
from sidecar.migration.plan.left_out import leave_out
from sidecar.migration.plan.run import Run
from sidecar.migration.system.extensions import apply_extensions
from sidecar.migration.system.password_mails import report_password_mails
from sidecar.migration.system.settings import apply_settings

WRITERS = 8


def apply(run: Run, ledger: RowLedger, scans: Scans) -> frozenset[str]:
    """Write the plan of ``run``; returns the names of the resources that were up to date.

    ``ledger`` records every source row, and ``scans`` what was compared in advance. Raises
    DirectusError or Cancelled. Whatever happens, the schema has its final form afterwards and flows
    are as they were, as long as the destination can be reached.
    """
    state = DestinationState(run)
    try:
        with (
            run.cancel.together(),
            interruptible((run.source.client, run.destination.client), run.cancel),
        ):
            scans.scan(run, ledger)
            state.pause_also(scans.flows)
            up_to_date = _load(run, state, ledger, scans)
            state.restore()
            _refresh(run, state)
            if "settings" in run.plan.request.included:
                apply_settings(run)
            if "extensions" in run.plan.request.included:
                apply_extensions(run)
            state.activate_flows()
            report_password_mails(run)
    except BaseException as error:
        if isinstance(error, Cancelled | KeyboardInterrupt):
            run.destination.client.shorten_waits()
        state.restore_if_possible()
        raise
    finally:
        state.report_schema()
    return up_to_date


def _load(run: Run, state: DestinationState, ledger: RowLedger, scans: Scans) -> frozenset[str]:
    if not run.plan.schema.empty:
        run.progress.log("info", "Updating the destination's schema")
        run.forget_first_pages(run.plan.schema.collections())
    expected = _expected_to_get_rows(run)
    pages = begin_reading(run, expected)
    state.begin(expected)
    refused = state.refused_collections, state.refused_fields
    if run.codecs.depend_on_schema or any(refused):
        # What the destination's columns can hold decides how values are encoded.
        _refresh(run, state)
    if any(refused):
        leave_out(run, *refused)
    with ThreadPoolExecutor(WRITERS) as pool:
        loader = GroupLoader(run, state, ledger, pool, scans, pages)
        loader.load()
    return frozenset(loader.up_to_date)


def _refresh(run: Run, state: DestinationState) -> None:
    if state.changed_schema:
        run.refresh(inspect(run.destination.client))


def _expected_to_get_rows(run: Run) -> set[str]:
    """Collections that certainly get rows. Others enter loading mode when a new row turns up."""
    plan = run.plan
    empty = {name for name, rows in plan.rows.items() if rows and not plan.rows_before.get(name)}
    return empty | (run.journal.unfinished & plan.resources.keys())
