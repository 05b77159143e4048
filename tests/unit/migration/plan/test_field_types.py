"""A list of changes knows the types of fields, and which of them refer to files."""

from pathlib import Path

from sidecar.cancellation import CancelToken
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.files.helpers import Nobody
from sidecar.migration.plan.run import start_run
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import FILES, Reference, Resource
from tests.unit.memory import MemoryRows, Recorder, plan_of

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "title", "cover"),
    references=(Reference("cover", FILES),),
)


def test_fields_are_described_when_a_run_begins(tmp_path: Path) -> None:
    plan = plan_of(POSTS, MemoryRows(), MemoryRows())
    types = {name: one.type for name, one in plan.source.model.columns["posts"].items()}
    watcher = Recorder()
    with ChangeList.create(tmp_path / "one.sqlite") as changes:
        run = start_run(
            plan,
            Progress(plan.request, watcher),
            CancelToken(watcher.cancel_requested),
            Nobody(),
            changes,
        )
        assert run.changes.wanted
        assert changes.types("posts") == {**types, "cover": "file"}
        assert types["cover"] != "file"
    assert run.baseline.note is None
