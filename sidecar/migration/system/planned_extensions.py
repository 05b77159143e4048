"""The extensions of a plan: what a dry run has found, and what a run does of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sidecar.migration.changes.change import Change
from sidecar.migration.plan.planned import CODE, LEFT_ALONE
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import state_digest
from sidecar.migration.system.extension_list import EXTENSIONS, Extension
from sidecar.migration.system.extension_pairs import ExtensionPair


def record_extensions(run: Run, pairs: Iterable[ExtensionPair]) -> None:
    """Record the extensions that a run installs, enables or disables."""
    run.changes.add(
        Change(
            EXTENSIONS,
            "new" if pair.to_install else "changed",
            pair.source.name,
            pair.source.label,
            {"enabled": (_enabled(pair.destination), pair.source.enabled)},
            _digest(pair.destination),
            _after(pair),
        )
        for pair in pairs
        if _is_changed(pair)
    )


def planned_extensions(run: Run, pairs: list[ExtensionPair]) -> list[ExtensionPair]:
    """``pairs``; of a run that carries out a plan, those that the plan has. What is no longer as it
    was when the plan was made is left alone, and named once."""
    if run.planned is None:
        return pairs
    listed = run.planned.changes.planned(EXTENSIONS, [pair.source.name for pair in pairs])
    kept = []
    for pair in pairs:
        if pair.source.name not in listed:
            continue
        _, before, after = listed[pair.source.name]
        now = _digest(pair.destination)
        if now == after or (now, _after(pair)) == (before, after):
            kept.append(pair)
        elif not run.progress.keys_with_problems(EXTENSIONS, [pair.source.name]):
            run.progress.problem(EXTENSIONS, pair.source.name, CODE, LEFT_ALONE)
    return kept


def _is_changed(pair: ExtensionPair) -> bool:
    return not pair.by_hand and (pair.to_install or pair.to_switch)


def _enabled(extension: Extension | None) -> Any:
    return None if extension is None else extension.enabled


def _after(pair: ExtensionPair) -> bytes | None:
    """The digest of the extension as the destination has it then. One that is only switched keeps
    its version."""
    if pair.destination is None or pair.to_install:
        return _digest(pair.source)
    return _digest(replace(pair.destination, enabled=pair.source.enabled))


def _digest(extension: Extension | None) -> bytes | None:
    if extension is None:
        return None
    return state_digest({"version": extension.version, "enabled": extension.enabled})
