"""Settings that the administrator ticked get the source's value, and a plan sets what it has."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.recorder import ChangeRecorder
from sidecar.migration.check.existing_names import require_known_names
from sidecar.migration.check.setting_differences import setting_differences
from sidecar.migration.existing import ExistingRows
from sidecar.migration.plan.planned import Planned
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.request import MigrationRequest
from sidecar.migration.system.settings import apply_settings, preview_settings, verify_settings
from sidecar.resources.settings import SETTINGS
from tests.unit.migration.system.test_settings import REFUSED, Sides

BOTH_SET = {"project_name": "Shop", "public_note": "ours"}, {"project_name": "Theirs"}


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[ChangeList]:
    with ChangeList.create(tmp_path / "list.sqlite") as opened:
        yield opened


def run_of(
    sides: Sides, *overwritten: str, dry_run: bool = False, changes: ChangeList | None = None
) -> Run:
    run = sides.run(dry_run=dry_run)
    request = replace(run.plan.request, overwrite_settings=overwritten)
    run.plan = replace(run.plan, request=request)
    run.changes = ChangeRecorder(changes, lambda _: None)
    return run


def outcomes(run: Run) -> Outcomes | None:
    return run.progress.report.resources[SETTINGS].rows


def values(sides: Sides) -> Any:
    return sides.rows.tables[SETTINGS].get(None)


def arrive(sides: Sides) -> None:
    """Let the destination have what was sent."""
    cast(Any, sides.destination.client).answers["/settings"].update(values(sides))


def test_a_ticked_setting_is_overwritten_and_no_other() -> None:
    sides = Sides(
        {"project_name": "Shop", "public_note": "ours"},
        {"project_name": "Theirs", "public_note": "theirs"},
    )
    run = run_of(sides, "project_name")
    apply_settings(run)
    assert values(sides) == {"project_name": "Shop"}
    assert outcomes(run) == Outcomes(updated=1, kept=1)
    arrive(sides)
    verify_settings(run)
    assert run.progress.report.problems == []


def test_a_dry_run_says_the_same() -> None:
    sides = Sides(*BOTH_SET)
    run = run_of(sides, "project_name", dry_run=True)
    preview_settings(run)
    assert outcomes(run) == Outcomes(updated=1, created=1)
    assert run.progress.report.resources[SETTINGS].updated == 1
    assert sides.rows.requests == []


def test_a_ticked_list_is_replaced_and_not_merged() -> None:
    content, users = {"id": "content", "enabled": True}, {"id": "users", "enabled": False}
    sides = Sides({"module_bar": [content]}, {"module_bar": [users]})
    apply_settings(run_of(sides, "module_bar"))
    assert json.loads(values(sides)["module_bar"]) == [content]


def test_a_ticked_setting_that_the_source_has_emptied_is_emptied() -> None:
    sides = Sides({"project_name": None}, {"project_name": "Theirs"})
    apply_settings(run_of(sides, "project_name"))
    assert values(sides) == {"project_name": None}


def test_a_ticked_setting_whose_target_does_not_arrive_stays() -> None:
    sides = Sides({"project_logo": "f1"}, {"project_logo": "f2"})
    run = run_of(sides, "project_logo")
    apply_settings(run)
    assert (values(sides), outcomes(run)) == (None, Outcomes(not_selected=1))


def test_a_second_run_overwrites_nothing() -> None:
    sides = Sides(*BOTH_SET)
    apply_settings(run_of(sides, "project_name"))
    arrive(sides)
    sides.rows.requests.clear()
    run = run_of(sides, "project_name")
    apply_settings(run)
    assert (sides.rows.requests, outcomes(run)) == ([], Outcomes(unchanged=2))


def test_a_refused_setting_counts_as_a_problem() -> None:
    sides = Sides(*BOTH_SET)
    sides.rows.refuse = lambda rows: REFUSED if "project_name" in rows[0] else None
    run = run_of(sides, "project_name")
    apply_settings(run)
    assert outcomes(run) == Outcomes(created=1, problem=1)


def test_each_setting_is_a_change_of_its_own(changes: ChangeList) -> None:
    preview_settings(run_of(Sides(*BOTH_SET), "project_name", changes=changes))
    listed = {one.key: (one.kind, one.fields) for one in changes.page(SETTINGS, None, 0, 10)}
    assert listed == {
        "project_name": ("changed", {"project_name": ("Theirs", "Shop")}),
        "public_note": ("changed", {"public_note": (None, "ours")}),
    }


def test_the_check_lists_what_differs_with_both_values() -> None:
    sides = Sides(
        {"project_name": "Shop", "public_note": "same", "module_bar": [{"id": "a"}]},
        {"project_name": "x" * 1_000, "public_note": "same", "module_bar": [{"id": "b"}]},
    )
    project_name, module_bar = setting_differences(sides.source, sides.destination)
    assert (project_name.name, project_name.source) == ("project_name", "Shop")
    assert len(project_name.destination) <= 200
    assert (module_bar.source, module_bar.destination) == ('[{"id": "a"}]', '[{"id": "b"}]')


def test_what_only_one_side_has_set_and_what_cannot_travel_is_no_choice() -> None:
    sides = Sides(
        {"project_name": "Shop", "project_url": "https://a.example"},
        {"public_note": "theirs", "project_url": "https://b.example"},
    )
    assert setting_differences(sides.source, sides.destination) == ()


@pytest.mark.parametrize(
    ("request_", "code", "field"),
    [
        (
            MigrationRequest(overwrite_settings=("no_such", "project_name")),
            "UNKNOWN_SETTING",
            "overwrite_settings",
        ),
        (MigrationRequest(overwrite_settings=("project_url",)), "UNKNOWN_SETTING", None),
        (
            MigrationRequest(existing=ExistingRows(collections={"no_such": "update"})),
            "UNKNOWN_COLLECTION",
            "existing",
        ),
    ],
)
def test_names_that_the_source_does_not_have_are_refused(
    request_: MigrationRequest, code: str, field: str | None
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        require_known_names(Sides({}, {}).source, request_)
    assert caught.value.code == code
    assert field in (None, caught.value.field)
    assert "project_name" in caught.value.message or "no_such" in caught.value.message


def test_names_that_it_has_are_accepted() -> None:
    existing = ExistingRows(collections={"directus_users": "update"})
    require_known_names(
        Sides({}, {}).source,
        MigrationRequest(existing=existing, overwrite_settings=("project_name",)),
    )


def test_a_plan_sets_what_it_has_and_leaves_alone_what_somebody_has_changed_since(
    changes: ChangeList,
) -> None:
    sides = Sides(*BOTH_SET)
    preview_settings(run_of(sides, "project_name", dry_run=True, changes=changes))
    cast(Any, sides.destination.client).answers["/settings"]["project_name"] = "Changed since"
    cast(Any, sides.source.client).answers["/settings"]["module_bar"] = [{"id": "a"}]
    with Planned(changes) as planned:
        run = run_of(sides, "project_name")
        run.planned = planned
        apply_settings(run)
        arrive(sides)
        verify_settings(run)
    assert values(sides) == {"public_note": "ours"}
    assert [(one.key, one.code) for one in run.progress.report.problems] == [
        ("project_name", "PLAN_ROW_CHANGED")
    ]


def test_a_plan_that_was_carried_out_sets_nothing_again(changes: ChangeList) -> None:
    sides = Sides(*BOTH_SET)
    preview_settings(run_of(sides, "project_name", dry_run=True, changes=changes))
    with Planned(changes) as planned:
        for _ in range(2):
            run = run_of(sides, "project_name")
            run.planned = planned
            apply_settings(run)
            arrive(sides)
    assert len(sides.rows.requests) == 1
    assert (run.progress.report.problems, outcomes(run)) == ([], Outcomes(unchanged=2))


@pytest.mark.parametrize("now", ["Renamed since", "Directus"])
def test_a_planned_setting_that_has_changed_at_the_source_is_left_alone_and_the_source_named(
    changes: ChangeList, now: str
) -> None:
    sides = Sides(*BOTH_SET)
    preview_settings(run_of(sides, "project_name", dry_run=True, changes=changes))
    # The second one is the default, which is no setting to migrate.
    cast(Any, sides.source.client).answers["/settings"]["project_name"] = now
    with Planned(changes) as planned:
        run = run_of(sides, "project_name")
        run.planned = planned
        apply_settings(run)
    assert values(sides) == {"public_note": "ours"}
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.code) == ("project_name", "PLAN_ROW_CHANGED")
    assert "the source's value is no longer as it was" in problem.message


def test_a_setting_that_a_plan_does_not_set_is_nobodys_problem(changes: ChangeList) -> None:
    same = {"project_name": "Shop"}
    sides = Sides(same, same)
    preview_settings(run_of(sides, "project_name", dry_run=True, changes=changes))
    cast(Any, sides.destination.client).answers["/settings"]["project_name"] = "Theirs"
    with Planned(changes) as planned:
        run = run_of(sides, "project_name")
        run.planned = planned
        apply_settings(run)
    assert (values(sides), run.progress.report.problems) == (None, [])
