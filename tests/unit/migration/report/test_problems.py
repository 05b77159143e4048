"""All problems of a run are counted by resource, code and columns."""

import pytest

from sidecar.migration.report import problems
from sidecar.migration.report.problems import Problem, ProblemGroups


def counted(*added: Problem) -> list[tuple[object, ...]]:
    groups = ProblemGroups()
    for problem in added:
        groups.add(problem)
    return [tuple(group.values()) for group in groups.document()]


def differs(key: int, *columns: str, resource: str = "posts", message: str = "same") -> Problem:
    return Problem(resource, str(key), "CONFLICT", message, columns)


def test_problems_are_counted_by_what_they_have_in_common() -> None:
    absent = Problem("posts", "4", "ABSENT", "not there")
    assert counted(differs(1, "slug"), absent, differs(2, "slug"), differs(3, "slug", "title")) == [
        ("posts", "CONFLICT", ("slug",), 2, "same"),
        ("posts", "ABSENT", (), 1, "not there"),
        ("posts", "CONFLICT", ("slug", "title"), 1, "same"),
    ]


def test_a_group_has_no_message_when_its_problems_say_different_things() -> None:
    several = [differs(1, message="a"), differs(2, message="b"), differs(3, message="a")]
    assert counted(*several) == [("posts", "CONFLICT", (), 3, None)]


def test_every_problem_is_counted_when_there_are_too_many_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(problems, "MAX_GROUPS", 2)
    columns = ("a", "b", "c", "d", "b")
    groups = counted(*(differs(key, name) for key, name in enumerate(columns)))
    assert [(group[2], group[3]) for group in groups] == [(("a",), 1), (("b",), 2), (None, 2)]


def test_groups_go_on_from_plain_data() -> None:
    groups = ProblemGroups()
    groups.add(differs(1, "slug"))
    again = ProblemGroups(groups.document())
    again.add(differs(2, "slug"))
    assert [group["count"] for group in again.document()] == [2]
