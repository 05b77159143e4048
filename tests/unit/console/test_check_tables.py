"""What the command line prints at the end of a check."""

from types import SimpleNamespace
from typing import Any

import pytest

from sidecar.console.tables import print_check
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.diff_summary import SchemaCounts

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def check_result(**changes: Any) -> Any:
    """The result of a check that found nothing, with ``changes``."""

    def instance(url: str) -> Any:
        return SimpleNamespace(client=SimpleNamespace(url=url), version="11", vendor="sqlite")

    plain = {
        "source": instance("http://source"),
        "destination": instance("http://destination"),
        "schema": None,
        "findings": (),
        "force": (),
        "conflicts": (),
        "blocking": (),
        "differences": (),
        "force_would_help": False,
        "licence": (),
        "leaves_empty": lambda request: False,
        "selection": None,
        "settings": (),
    }
    return SimpleNamespace(**{**plain, **changes})


def test_a_check_is_printed_with_both_sides_the_schema_and_what_force_does(
    capsys: Printed,
) -> None:
    counts = SchemaCounts(added=1, changed=2, kept=3)
    finding = SimpleNamespace(code="VERSION_DIFFERS", message="11 and 12")
    effect = SimpleNamespace(code="COLUMN", message="It is left out")
    result = check_result(
        schema=SimpleNamespace(counts=lambda: counts, added_parts=lambda: {"fields": 1}),
        findings=(finding,),
        force=(effect,),
        differences=(finding,),
        force_would_help=True,
        settings=(SimpleNamespace(name="project_name", source="Ours", destination="Theirs"),),
    )
    print_check(result, MigrationRequest())
    assert capsys.readouterr().out.splitlines() == [
        "source      http://source  Directus 11  sqlite",
        "destination http://destination  Directus 11  sqlite",
        "schema      1 field to add; 2 to change; 3 kept",
        "setting     project_name: Ours at the source, Theirs at the destination",
        "VERSION_DIFFERS: 11 and 12",
        "With --force:",
        "  COLUMN            It is left out",
        "Not compatible without --force",
    ]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "Ready to migrate"),
        ({"conflicts": (1,), "differences": (1,)}, "Not compatible: the schemas conflict"),
        ({"differences": (1,)}, "Not compatible"),
        (
            {
                "blocking": (SimpleNamespace(code="LICENSE_COLLECTIONS"),),
                "differences": (1,),
                "licence": (1,),
            },
            "Not possible: the destination's licence does not allow it",
        ),
        (
            {"leaves_empty": lambda request: True},
            "Compatible, but a migration would leave references empty",
        ),
        (
            {"licence": (1,)},
            "Compatible, but the destination's licence does not cover everything",
        ),
    ],
)
def test_a_check_ends_with_its_verdict(
    capsys: Printed, changes: dict[str, Any], verdict: str
) -> None:
    print_check(check_result(**changes), MigrationRequest())
    assert capsys.readouterr().out.splitlines()[-1] == verdict
