"""Works on several resources at the same time."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

from sidecar.migration.concurrency import run_in_order
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

RESOURCES_AT_ONCE = 4
NO_ORDER: Mapping[str, Collection[str]] = {}


def for_each_resource(
    run: Run,
    resources: Iterable[Resource],
    work: Callable[[Resource], None],
    after: Mapping[str, Collection[str]] = NO_ORDER,
) -> None:
    """Call ``work`` for each of ``resources``, several at the same time, but never two large ones.

    A resource waits for those that ``after`` names. When one fails, the others stop at their next
    check, and its error is raised.
    """

    def work_on(resource: Resource) -> None:
        with run.cancel.together():
            run.progress.turn_to(resource)
            work(resource)

    tasks = {resource.name: partial(work_on, resource) for resource in resources}
    run_in_order(tasks, after, RESOURCES_AT_ONCE, run.plan.large())
