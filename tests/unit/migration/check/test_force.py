"""What Force does, in words: nothing between equal sides, each difference by name."""

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.force import force_findings
from sidecar.migration.check.listing import MAX_NAMES
from sidecar.migration.check.vendor_notes import VENDOR_NAMES
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.diff import SchemaDiff
from tests.stack.answering import Answering
from tests.unit.instances import Row, column, instance

EVERYTHING = ("content", "users", "comments", "presets", "dashboards", "extensions", "flows")
USER_ID = column("directus_users", "id", nullable=False, key=True)
DIRECTION = column("directus_users", "text_direction", default="auto")


def messages(
    source: Instance, destination: Instance, options: tuple[str, ...] = EVERYTHING
) -> dict[str, str]:
    """The messages by code. Those of one code are one text."""
    texts: dict[str, str] = {}
    for finding in force_findings(source, destination, options):
        texts[finding.code] = texts.get(finding.code, "") + finding.message + "\n"
    return texts


def counting(rows: int) -> Answering:
    return Answering(json.dumps({"data": [{"count": rows}]}).encode())


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_equal_sides_have_no_findings_and_send_no_request(vendor: str) -> None:
    one = instance("12.4.0", USER_ID, vendor=vendor)
    assert force_findings(one, one, EVERYTHING) == ()


def test_columns_that_the_destination_lacks_are_named_with_the_rows_that_use_them() -> None:
    with counting(3) as server:
        source = instance("11.17.4", USER_ID, DIRECTION, client=Directus(server.url, "t"))
        texts = messages(source, instance("11.1.2", USER_ID))
        asked = json.loads(server.bodies[0])["query"]["filter"]
    assert (
        "no directus_users.text_direction, so its values stay behind (3 rows at the source)"
        in texts["CANNOT_TRAVEL"]
    )
    assert asked == {
        "_and": [{"text_direction": {"_nnull": True}}, {"text_direction": {"_neq": "auto"}}]
    }


def test_columns_that_nothing_uses_are_named_as_no_loss() -> None:
    with counting(0) as server:
        source = instance("11.17.4", USER_ID, DIRECTION, client=Directus(server.url, "t"))
        assert "nothing is lost" in messages(source, instance("11.1.2", USER_ID))["CANNOT_TRAVEL"]


def test_options_that_were_not_chosen_have_no_findings() -> None:
    source, destination = instance("11.17.4", USER_ID, DIRECTION), instance("11.1.2", USER_ID)
    assert messages(source, destination, ("content",)).keys() == {"TRAVELS"}


def test_columns_that_only_the_destination_has_are_named_with_their_default() -> None:
    texts = messages(instance("11.1.2", USER_ID), instance("11.17.4", USER_ID, DIRECTION))
    assert "Directus 11.1.2 has no directus_users.text_direction (auto)" in texts["DEFAULTED"]


def test_a_column_that_the_project_added_is_no_difference_of_versions() -> None:
    own = column("directus_users", "shoe_size", system=False)
    source = instance("11.1.2", USER_ID, own, fields=[own])
    destination = instance("11.17.4", USER_ID, own, fields=[own])
    texts = (
        messages(source, instance("11.17.4", USER_ID)),
        messages(instance("11.1.2", USER_ID), destination),
    )
    assert "shoe_size" not in str(texts)


def test_properties_are_named_where_they_are_set() -> None:
    def posts(**meta: Any) -> Row:
        return {"collection": "posts", "field": "title", "meta": meta}

    searchable = column("directus_fields", "searchable", default=True)
    for value, named in ((False, True), (True, False), (None, False)):
        source = instance("11.17.4", searchable, fields=[posts(searchable=value)])
        texts = messages(source, instance("11.1.2")).get("CANNOT_TRAVEL", "")
        assert ("“searchable”" in texts and "posts.title" in texts) == named


@pytest.mark.parametrize((("source", "destination")), list(itertools.permutations(VENDOR_NAMES, 2)))
def test_each_pair_of_databases_has_its_notes(source: str, destination: str) -> None:
    texts = messages(instance("12.4.0", vendor=source), instance("12.4.0", vendor=destination))
    assert (
        f"From {VENDOR_NAMES[source]} to {VENDOR_NAMES[destination]}" in texts["VALUES_TRANSLATED"]
    )
    assert VENDOR_NAMES[destination].partition(" ")[0] in texts["CANNOT_TRAVEL"]
    assert not any(
        sentence.endswith(".") for text in texts.values() for sentence in text.splitlines()
    )


@pytest.mark.parametrize(
    ("version", "vendor", "compared", "helps"),
    [
        ("12.4.0", "sqlite", True, False),
        ("11.17.4", "sqlite", True, True),
        ("12.4.0", "postgres", True, True),
        ("12.4.0", "oracle", True, False),
        ("11.17.4", "sqlite", False, False),
    ],
)
def test_force_is_offered_where_it_helps(
    version: str, vendor: str, compared: bool, helps: bool
) -> None:
    source, destination = instance("12.4.0"), instance(version, vendor=vendor)
    findings = tuple(
        Finding(code, "")
        for code, differs in (
            ("VERSION_DIFFERS", source.version != version),
            ("VENDOR_DIFFERS", source.vendor != vendor),
        )
        if differs
    )
    result = Compatibility(
        source, destination, findings, SchemaDiff(None, {}) if compared else None, None
    )
    assert result.force_would_help == helps
    document = replace(result, force=(Finding("LOOK_AT", "Look"),)).document()["force"]
    assert document == [{"code": "LOOK_AT", "message": "Look"}]


def test_long_lists_of_names_are_cut() -> None:
    columns = [column("directus_users", f"c{number}") for number in range(MAX_NAMES + 2)]
    texts = messages(instance("11.1.2", USER_ID), instance("11.17.4", USER_ID, *columns))
    assert "and 2 more" in texts["DEFAULTED"]
