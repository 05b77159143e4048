"""A plan has the extensions that a dry run would install or switch, and a run does no others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.recorder import ChangeRecorder
from sidecar.migration.plan.planned import Planned
from sidecar.migration.plan.run import Run
from sidecar.migration.system.extension_list import EXTENSIONS
from sidecar.migration.system.extensions import preview_extensions
from sidecar.migration.system.planned_extensions import planned_extensions
from tests.unit.migration.system.test_extensions import Sides, extension, problems


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[ChangeList]:
    with ChangeList.create(tmp_path / "list.sqlite") as opened:
        yield opened


def foresee(sides: Sides, changes: ChangeList) -> None:
    run = sides.run()
    run.changes = ChangeRecorder(changes, lambda _: None)
    preview_extensions(run)


def kept(run: Run, sides: Sides, changes: ChangeList) -> list[str]:
    """The extensions that a run of the plan looks after."""
    with Planned(changes) as planned:
        run.planned = planned
        return [pair.source.name for pair in planned_extensions(run, [*sides.pairs().values()])]


def test_what_would_be_installed_or_switched_is_listed(changes: ChangeList) -> None:
    foresee(
        Sides(
            [extension("new"), extension("off"), extension("same"), extension("ours", "local")],
            [extension("off", enabled=False), extension("same")],
        ),
        changes,
    )
    listed = {one.key: (one.kind, one.fields) for one in changes.page(EXTENSIONS, None, 0, 9)}
    assert listed == {
        "new": ("new", {"enabled": (None, True)}),
        "off": ("changed", {"enabled": (False, True)}),
    }


def test_what_came_to_the_source_since_is_left_out(changes: ChangeList) -> None:
    foresee(Sides([extension("new")], []), changes)
    sides = Sides([extension("new"), extension("later")], [])
    run = sides.run()
    assert (kept(run, sides, changes), problems(run)) == (["new"], [])


def test_a_run_of_its_own_has_them_all() -> None:
    sides = Sides([extension("new"), extension("other")], [])
    assert planned_extensions(sides.run(), [*sides.pairs().values()]) == [*sides.pairs().values()]


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
@pytest.mark.parametrize("is_done", [True, False])
def test_a_plan_goes_on_and_can_be_carried_out_twice(
    changes: ChangeList, version: str, is_done: bool
) -> None:
    before = extension("off", enabled=False, version=version)
    foresee(Sides([extension("off")], [before]), changes)
    sides = Sides([extension("off")], [extension("off", enabled=is_done, version=version)])
    run = sides.run()
    assert (kept(run, sides, changes), problems(run)) == (["off"], [])


def test_what_has_changed_at_the_destination_since_is_left_alone_and_named_once(
    changes: ChangeList,
) -> None:
    foresee(Sides([extension("new")], []), changes)
    sides = Sides([extension("new")], [extension("new", version="3.0.0", enabled=False)])
    run = sides.run()
    for _ in range(2):
        assert kept(run, sides, changes) == []
    assert problems(run) == [("new", "PLAN_ROW_CHANGED")]
