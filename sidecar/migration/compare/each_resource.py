"""Works on several resources at the same time."""

from collections.abc import Callable, Iterable
from functools import partial

from sidecar.migration.concurrency import run_in_order
from sidecar.migration.plan.load_order import Group
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

AT_ONCE = 4


def for_each_resource(
    run: Run, resources: Iterable[Resource], work: Callable[[Resource], None]
) -> None:
    """Call ``work`` for each of ``resources``, several at the same time, but never two large ones.

    When one fails, the others stop at their next check, and its error is raised.
    """

    def work_on(resource: Resource) -> None:
        with run.cancel.together():
            run.progress.turn_to(resource)
            work(resource)

    tasks = {resource.name: partial(work_on, resource) for resource in resources}
    run_in_order(tasks, {}, AT_ONCE, run.plan.large())


def for_each_group(run: Run, groups: Iterable[Group], work: Callable[[Group], None]) -> None:
    """The same for ``groups`` of the plan. A group waits for those that it has to come after."""
    group_of = {name: group.names[0] for group in run.plan.groups for name in group.names}
    after = {group.names[0]: {group_of[name] for name in group.after} for group in run.plan.groups}

    def work_on(group: Group) -> None:
        with run.cancel.together():
            work(group)

    tasks = {group.names[0]: partial(work_on, group) for group in groups}
    run_in_order(tasks, after, AT_ONCE, {group_of[name] for name in run.plan.large()})
