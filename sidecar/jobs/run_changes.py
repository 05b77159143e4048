"""The list of changes of a run that a worker executes."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from redis.exceptions import RedisError

from sidecar.config import Settings
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_store import RunStore
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.change_lists import ChangeLists
from sidecar.migration.changes.recorder import NOT_RECORDED

logger = logging.getLogger(__name__)


def change_lists(settings: Settings, space: Keyspace) -> ChangeLists:
    """The lists of all runs of the source."""
    return ChangeLists(settings.store, space.source)


@contextmanager
def changes_of(
    settings: Settings,
    space: Keyspace,
    order: RunOrder,
    attempt: int,
    warn: Callable[[str], None],
) -> Iterator[ChangeList | None]:
    """The list that an attempt at a run writes. None: the store cannot be written to, and ``warn``
    gets the reason. Lists of runs that nobody can see any more are removed first."""
    lists = change_lists(settings, space)
    try:
        _clean_up(lists, RunStore(space), order)
        # An attempt at a dry run has written nothing, so the next one finds everything again.
        goes_on = attempt > 1 and not order.request.dry_run
        changes = lists.resume(order.id) if goes_on else lists.create(order.id)
    except MigrationError as error:
        warn(NOT_RECORDED.format(error.message))
        yield None
        return
    with changes:
        yield changes
    if changes.failure:
        # What is not complete would be taken for all there is.
        try:
            lists.remove(order.id)
        except MigrationError as error:
            logger.warning("Remove incomplete list of changes failed error=%s", error.message)


def _clean_up(lists: ChangeLists, store: RunStore, order: RunOrder) -> None:
    try:
        active = {*store.index.active(), order.id}
        lists.clean_up(store.index.all(), active | _plans_of(store, active))
    except RedisError as error:
        logger.warning("Remove lists of changes failed error=%s", error)


def _plans_of(store: RunStore, run_ids: Iterable[str]) -> set[str]:
    """The dry runs that these runs carry out: they need their lists."""
    plans: set[str] = set()
    for run_id in run_ids:
        # A run may have just been removed.
        with suppress(InvalidRequest):
            if plan := store.order(run_id).plan:
                plans.add(plan)
    return plans
