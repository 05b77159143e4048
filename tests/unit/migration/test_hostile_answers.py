"""However a side answers, a run ends with an error that has a name.

The answers are those of a good project with one value replaced, which reaches further than noise.
"""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import stamina

from sidecar.migration.pipeline import migrate
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.safe_diff import SafeDiff
from sidecar.options import OPTIONS
from tests.stack.chance import SEED
from tests.stack.mutations import ANSWERS, COLLECTION, FIELDS, NEW, mutated
from tests.stack.pretender import SNAPSHOT, data_answer
from tests.unit.directus.fake_instances import FakeInstance, connected
from tests.unit.memory import Recorder

CASES = 60
# Where a lie reaches furthest is lied more often.
PATHS = [*ANSWERS, *["/schema/diff", "/schema/snapshot", "/fields", "/server/info"] * 4]
Sides = tuple[FakeInstance, FakeInstance]


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    source, destination = FakeInstance("source"), FakeInstance("destination")
    with connected(source, destination):
        yield source, destination


def answer_well(sides: Sides, *, is_new: bool) -> list[dict[str, Any]]:
    """Let both sides answer as the small project does, which ``is_new`` to the destination.
    Returns what each of them answers."""
    documents = [{**ANSWERS, "/roles": [{"id": side.url}]} for side in sides]
    if is_new:
        documents[1] |= {"/schema/diff": NEW, "/schema/snapshot": SNAPSHOT}
        documents[1] |= {"/collections": [], "/fields": []}
    for side, answers in zip(sides, documents, strict=True):
        side.answers = {path: data_answer(data) for path, data in answers.items()}
        side.answers["/schema/apply"] = (204, {}, b"")
        side.answers["POST /presets"] = data_answer({"id": 1})
    return documents


def run(sides: Sides, **choices: Any) -> Report:
    source, destination = (side.client() for side in sides)
    return migrate(source, destination, MigrationRequest(**choices), Recorder())


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_run_of_the_small_project_comes_to_its_end(sides: Sides, dry_run: bool) -> None:
    """Otherwise the test below would prove nothing."""
    answer_well(sides, is_new=False)
    assert run(sides, options=("content",), dry_run=dry_run).status == "completed"


@pytest.mark.parametrize("case", range(CASES))
def test_a_lie_ends_in_a_named_error(sides: Sides, case: int) -> None:
    chance = random.Random(f"{SEED} {case}")
    documents = answer_well(sides, is_new=chance.random() < 0.5)
    which, path = chance.randrange(2), chance.choice(PATHS)
    sides[which].answers[path] = data_answer(mutated(documents[which][path], chance))
    options = chance.choice([("content",), tuple(OPTIONS)])
    report = run(sides, options=options, dry_run=chance.random() < 0.3, force=chance.random() < 0.3)
    assert report.status in ("completed", "completed_with_problems", "refused", "failed")
    assert "UNEXPECTED" not in {problem.code for problem in report.problems}, report.problems


@pytest.mark.parametrize(
    "entry",
    [
        {"collection": "elsewhere", "field": "id", "diff": [{"kind": "E", "path": ["type"]}]},
        {"collection": "posts", "field": "id", "diff": []},
        {"collection": "posts", "field": "id", "diff": [{"kind": "E", "path": []}]},
        {"collection": [], "field": {}, "diff": [{"kind": "N"}]},
        {"diff": [{"kind": "E", "path": ["meta"]}]},
        "D",
        None,
    ],
)
@pytest.mark.parametrize("part", ["fields", "collections", "relations", "systemFields"])
def test_a_hostile_diff_is_refused_by_its_name(sides: Sides, part: str, entry: Any) -> None:
    answer_well(sides, is_new=False)
    diff = {"hash": "abc", "diff": {part: [entry]}}
    sides[1].answers["/schema/diff"] = data_answer(diff)
    report = run(sides, options=("content",))
    assert {problem.code for problem in report.problems} <= {
        "NOT_A_DIRECTUS", "SCHEMA_REFUSED", "SCHEMA_CONFLICT"
    }  # fmt: skip


def test_a_system_field_is_never_deleted() -> None:
    snapshot = {**SNAPSHOT, "collections": [COLLECTION], "fields": FIELDS, "systemFields": []}
    entry = {
        "collection": "directus_users",
        "field": "email",
        "diff": [{"kind": "D", "path": ["schema"], "lhs": {}}],
    }
    assert SafeDiff(snapshot, snapshot).reduce("systemFields", entry) is None


@pytest.mark.parametrize("name", ["", "x" * 300, None, 1, ["posts"]])
def test_a_name_that_is_none_is_refused(sides: Sides, name: Any) -> None:
    answer_well(sides, is_new=False)
    sides[0].answers["/collections"] = data_answer([{**COLLECTION, "collection": name}])
    report = run(sides, options=("content",))
    assert [problem.code for problem in report.problems] == ["NOT_A_DIRECTUS"]
    assert len(report.message or "") < 1_000
