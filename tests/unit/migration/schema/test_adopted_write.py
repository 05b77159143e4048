"""Each change of a column without metadata is a request of its own; a refused one stops none."""

from typing import Any

from sidecar.errors import DirectusRejected
from sidecar.migration.schema.adopted_changes import AdoptedChange
from sidecar.migration.schema.adopted_write import apply_adopted


class Destination:
    """Refuses changes of the column ``bad``."""

    def __init__(self) -> None:
        self.written: list[tuple[str, Any]] = []

    def get(self, path: str) -> None:
        self.written.append((path, "read"))

    def send(self, method: str, path: str, *, body: Any) -> None:
        assert method == "PATCH"
        if path.endswith("/bad"):
            raise DirectusRejected("It contains null values.", code="X", status=400)
        self.written.append((path, body))


def test_a_refused_change_is_named_and_the_others_are_made() -> None:
    destination: Any = Destination()
    changes = [
        AdoptedChange("posts", name, f"/fields/posts/{name}", {"type": "text"})
        for name in ("a", "bad", "c")
    ]
    (refused,) = apply_adopted(destination, changes)
    assert refused.collection == "posts"
    assert refused.message.startswith("bad: ")
    assert "It contains null values. Change it by hand" in refused.message
    assert destination.written == [
        ("/fields/posts/a", {"type": "text"}),
        ("/fields/posts/c", {"type": "text"}),
    ]


def test_directus_reads_the_schema_before_it_changes_a_relation() -> None:
    destination: Any = Destination()
    path = "/relations/posts/a"
    assert apply_adopted(destination, [AdoptedChange("posts", "a", path, {"meta": {}})]) == []
    assert destination.written == [(path, "read"), (path, {"meta": {}})]
