"""Extensions: the registry installs those of the marketplace, the rest is named or switched."""

from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.plan.run import Run
from sidecar.migration.system.extension_list import EXTENSIONS, count_extensions, read_extensions
from sidecar.migration.system.extension_pairs import ExtensionPair, pair_extensions
from sidecar.migration.system.extensions import (
    apply_extensions,
    preview_extensions,
    verify_extensions,
)
from tests.unit.memory import MemoryRows, run_of
from tests.unit.migration.system.rows import NOTES
from tests.unit.scripted_client import ScriptedClient

Row = dict[str, Any]
FORESEEN = ("create", "unchanged", "conflicting")
LIST, REGISTRY = "/extensions", "/extensions/registry"


def extension(
    name: str,
    source: str = "registry",
    *,
    version: str | None = "1.0.0",
    enabled: bool = True,
    bundle: str | None = None,
    loaded: bool = True,
) -> Row:
    """A row of ``GET /extensions``."""
    schema = {"name": name, "version": version} if loaded else None
    meta = {"source": source, "folder": version or name, "enabled": enabled}
    return {"id": f"id-{name}", "bundle": bundle, "meta": meta, "schema": schema}


class Sides:
    """A source and a destination with extensions, and a registry that offers version 1.0.0."""

    def __init__(self, source: list[Row], destination: list[Row]) -> None:
        self.source = ScriptedClient({LIST: source})
        self.destination = ScriptedClient({LIST: destination, REGISTRY: []})
        for row in source:
            path = f"{REGISTRY}/extension/{row['id']}"
            self.destination.answers[path] = {"versions": [{"id": "1.0.0"}]}

    def run(self) -> Run:
        run = run_of(NOTES, MemoryRows(), MemoryRows())
        source = replace(run.source, client=cast(Any, self.source))
        run.destination = replace(run.destination, client=cast(Any, self.destination))
        run.plan = replace(run.plan, source=source)
        return run

    def pairs(self) -> dict[str, ExtensionPair]:
        pairs = pair_extensions(cast(Any, self.source), cast(Any, self.destination))
        return {pair.source.name: pair for pair in pairs}


def counts(run: Run) -> dict[str, int]:
    report = run.progress.report.resources[EXTENSIONS]
    names = (*FORESEEN, "created", "skipped", "failed", "verified", "different")
    return {name: count for name in names if (count := getattr(report, name))}


def notes(run: Run) -> set[tuple[str | None, str]]:
    return {(note.column, note.code) for note in run.progress.report.notes.values()}


def problems(run: Run) -> list[tuple[str | None, str]]:
    return [(problem.key, problem.code) for problem in run.progress.report.problems]


def test_removed_extensions_are_not_listed_and_entries_follow_their_bundle() -> None:
    rows = [
        extension("entry", "local", version=None, bundle="id-pack"),
        extension("orphan", "local", version=None, bundle="id-removed"),
        extension("removed", "local", loaded=False),
        extension("no-files", loaded=False),
        extension("pack"),
    ]
    client = cast(Any, ScriptedClient({LIST: rows}))
    listed = read_extensions(client)
    assert [one.name for one in listed] == ["id-no-files", "pack", "pack/entry"]
    assert [one.loaded for one in listed] == [False, True, True]
    assert count_extensions(client) == 2


@pytest.mark.parametrize(
    ("source", "destination", "outcome", "to_install", "to_switch", "by_hand"),
    [
        (extension("a"), None, "create", True, False, False),
        (extension("a"), extension("a"), "unchanged", False, False, False),
        (extension("a"), extension("a", version="2.0.0"), "conflicting", False, False, False),
        (extension("a"), extension("a", enabled=False), "create", False, True, False),
        (extension("a"), extension("a", loaded=False), "create", True, False, False),
        (extension("a", "local"), None, "create", False, False, True),
        (extension("a", "local"), extension("a", "local"), "unchanged", False, False, False),
    ],
)
def test_a_pair_says_what_a_run_does(
    source: Row,
    destination: Row | None,
    outcome: str,
    to_install: bool,
    to_switch: bool,
    by_hand: bool,
) -> None:
    (pair,) = Sides([source], [destination] if destination else []).pairs().values()
    assert (pair.outcome, pair.to_install) == (outcome, to_install)
    assert (pair.to_switch, pair.by_hand) == (to_switch, by_hand)


def test_an_extension_of_the_marketplace_is_known_by_its_id_not_its_name() -> None:
    renamed = {**extension("new-name"), "id": "id-a"}
    assert Sides([extension("a")], [renamed]).pairs()["a"].outcome == "unchanged"


def test_entries_of_a_bundle_in_another_version_are_kept_too() -> None:
    entry = extension("entry", version=None, bundle="id-pack")
    pairs = Sides([extension("pack"), entry], [extension("pack", version="2.0.0"), entry]).pairs()
    assert pairs["pack"].kept
    assert pairs["pack/entry"].kept


def test_a_preview_counts_and_writes_nothing() -> None:
    sides = Sides(
        [
            extension("new"),
            extension("same"),
            extension("other"),
            extension("mine", "local"),
            extension("gone", version="0.9.0"),
        ],
        [extension("same"), extension("other", version="2.0.0")],
    )
    run = sides.run()
    preview_extensions(run)
    assert counts(run) == {"create": 1, "unchanged": 1, "conflicting": 1}
    assert notes(run) == {("mine", "INSTALL_BY_HAND"), ("other", "KEPT")}
    assert problems(run) == [("gone", "NOT_IN_REGISTRY")]
    assert sides.destination.sent == []


def test_missing_extensions_are_installed_and_half_installed_ones_again() -> None:
    sides = Sides([extension("new"), extension("half")], [extension("half", loaded=False)])
    run = sides.run()
    apply_extensions(run)
    assert sides.destination.sent == [
        ("POST", f"{REGISTRY}/install", {"extension": "id-new", "version": "1.0.0"}),
        ("POST", f"{REGISTRY}/reinstall", {"extension": "id-half"}),
    ]
    assert counts(run) == {"created": 2}


def test_bundles_are_switched_before_entries_and_enabling_comes_first() -> None:
    def entry(name: str, enabled: bool) -> Row:
        return extension(name, version=None, enabled=enabled, bundle="id-pack")

    sides = Sides(
        [extension("pack"), entry("off", False), entry("on", True)],
        [extension("pack", enabled=False), entry("off", True), entry("on", False)],
    )
    run = sides.run()
    apply_extensions(run)
    switched = [(path, body["meta"]["enabled"]) for _, path, body in sides.destination.sent]
    assert switched == [
        (f"{LIST}/id-pack", True),
        (f"{LIST}/id-on", True),
        (f"{LIST}/id-off", False),
    ]
    assert {code for _, code in notes(run)} == {"SWITCHED"}


def test_a_refused_installation_is_a_problem_and_its_entries_are_not_switched() -> None:
    entry = extension("entry", version=None, bundle="id-pack")
    sides = Sides([extension("pack"), entry], [])
    sides.destination.answers[f"{REGISTRY}/install"] = DirectusRejected(
        "No space left", code="SERVICE_UNAVAILABLE", status=503
    )
    run = sides.run()
    apply_extensions(run)
    assert problems(run) == [("pack", "SERVICE_UNAVAILABLE")]
    assert counts(run) == {"failed": 2}


def test_without_a_registry_each_extension_is_a_problem_and_none_is_installed() -> None:
    sides = Sides([extension("a"), extension("b"), extension("c")], [extension("c")])
    sides.destination.answers[REGISTRY] = DirectusRejected(
        "No answer.", code="SERVICE_UNAVAILABLE", status=503
    )
    run = sides.run()
    apply_extensions(run)
    assert Counter(problems(run)) == {
        ("a", "REGISTRY_UNREACHABLE"): 1,
        ("b", "REGISTRY_UNREACHABLE"): 1,
    }
    assert "(No answer)" in run.progress.report.problems[0].message
    assert sides.destination.sent == []
    assert counts(run) == {"failed": 2, "skipped": 1}


def test_verification_names_what_differs_unless_the_run_has_named_it() -> None:
    source = [extension("same"), extension("kept"), extension("lost")]
    destination = [extension("same"), extension("kept", version="2.0.0"), extension("lost")]
    sides = Sides(source, destination)
    run = sides.run()
    apply_extensions(run)
    sides.destination.answers[LIST] = destination[:2]
    verify_extensions(run)
    assert problems(run) == [("lost", "DIFFERENT")]
    assert (counts(run)["verified"], counts(run)["different"]) == (1, 1)
