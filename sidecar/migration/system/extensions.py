"""Extensions: the destination's registry installs those of the marketplace, and all are enabled or
disabled as at the source.

Directus does not accept extensions over REST. Those in the extensions folder ("local") and npm
packages ("module") are therefore listed for installation by hand. A registry that cannot be reached
is a problem of each extension; it does not stop the run.
"""

from collections.abc import Iterable, Iterator

from sidecar.errors import DirectusRejected
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcome, Outcomes
from sidecar.migration.system.extension_list import (
    EXTENSIONS,
    RESOURCE,
    Extension,
    read_extensions,
)
from sidecar.migration.system.extension_pairs import ExtensionPair, pair_extensions
from sidecar.migration.system.extension_registry import find_unavailable, install_extension
from sidecar.migration.system.planned_extensions import planned_extensions, record_extensions

BY_HAND = {
    "local": "copy it into the extensions folder of the destination",
    "module": "add the package to the project in which the destination runs",
}
# What becomes of an extension that is not installed by hand, by what was decided.
OUTCOMES: dict[str, Outcome] = {
    "create": "created",
    "unchanged": "unchanged",
    "conflicting": "kept",
}
SWITCHED = "it is {} at the source, so the destination gets the same"
KEPT = "the destination has version {}, which is not replaced"
DIFFERENT = "differs between source and destination; start the run again"


def preview_extensions(run: Run) -> None:
    """Count what a real run would do to each extension. Sends only reads. Raises DirectusError."""
    pairs, unavailable = _decide(run)
    for pair in pairs:
        if not pair.by_hand and not pair.is_among(unavailable):
            run.progress.count(RESOURCE, **{pair.outcome: 1})
    _settle(run, pairs, unavailable)


def apply_extensions(run: Run) -> None:
    """Install what the destination lacks, then enable or disable what differs. Raises DirectusError
    or Cancelled.

    Call it after the rows are loaded: a hook of an extension would run for each of them.
    """
    pairs, failed = _decide(run)
    for pair in pairs:
        if pair.to_install and pair.source.name not in failed:
            run.cancel.check()
            _install(run, pair, failed)
    # Bundles first, because Directus switches their entries with them.
    for is_entry in (False, True):
        _switch_all(run, is_entry, failed)
    for pair in pairs:
        _count(run, pair, failed)
    _settle(run, pairs, failed)


def verify_extensions(run: Run) -> None:
    """Read both sides again. An extension that differs is a problem, unless the report already
    names it. Raises DirectusError."""
    pairs = _pairs(run)
    names = [name for pair in pairs for name in (pair.source.name, pair.source.bundle)]
    reported = run.progress.keys_with_problems(EXTENSIONS, names) | {
        note.column
        for note in run.progress.report.notes.values()
        if note.resource == EXTENSIONS and note.code != "SWITCHED"
    }
    for pair in pairs:
        if pair.outcome == "unchanged":
            run.progress.count(RESOURCE, verified=1)
        elif pair.source.name not in reported and pair.source.bundle not in reported:
            message = f"{pair.source.label}: {DIFFERENT}"
            run.progress.count(RESOURCE, different=1)
            run.progress.spoil(RESOURCE.name, "created", "unchanged", "kept")
            run.progress.problem(EXTENSIONS, pair.source.name, "DIFFERENT", message)


def _decide(run: Run) -> tuple[list[ExtensionPair], set[str]]:
    """All pairs, and the names of the extensions that the registry does not provide. Reports
    both."""
    pairs = _pairs(run)
    record_extensions(run, pairs)
    run.progress.add_resource(RESOURCE, len(pairs))
    for pair in pairs:
        for code, reason in _notes(pair):
            message = f"{pair.source.label}: {reason}"
            run.progress.note(EXTENSIONS, code, pair.source.name, message, 1)
    missing = [pair.source for pair in pairs if pair.to_install]
    unavailable = set()
    for refusal in find_unavailable(run.destination.client, missing):
        extension = refusal.extension
        message = f"{extension.label} {refusal.reason}"
        run.progress.problem(EXTENSIONS, extension.name, refusal.code, message)
        unavailable.add(extension.name)
    return pairs, unavailable


def _pairs(run: Run) -> list[ExtensionPair]:
    return planned_extensions(run, pair_extensions(run.source.client, run.destination.client))


def _notes(pair: ExtensionPair) -> Iterator[tuple[str, str]]:
    """Code and reason of each note."""
    if pair.by_hand and not pair.source.bundle:
        yield "INSTALL_BY_HAND", BY_HAND[pair.source.source]
    if pair.destination and pair.kept and not pair.source.bundle:
        yield "KEPT", KEPT.format(pair.destination.version or pair.destination.folder)
    if pair.to_switch:
        yield "SWITCHED", SWITCHED.format(_state(pair.source))


def _install(run: Run, pair: ExtensionPair, failed: set[str]) -> None:
    run.progress.log("info", f"Installing {pair.source.label}")
    try:
        install_extension(run.destination.client, pair)
    except DirectusRejected as error:
        failed.add(pair.source.name)
        message = f"{pair.source.label} is not installed: {error.message}"
        run.progress.problem(EXTENSIONS, pair.source.name, error.code, message)


def _switch_all(run: Run, is_entry: bool, failed: set[str]) -> None:
    pairs = [
        pair for pair in _pairs(run) if pair.to_switch and bool(pair.source.bundle) is is_entry
    ]
    # Enabling comes first: Directus disables a bundle together with the last of its entries.
    for pair in sorted(pairs, key=lambda pair: not pair.source.enabled):
        if pair.destination and not pair.is_among(failed):
            _switch(run, pair.source, pair.destination.id, failed)


def _switch(run: Run, extension: Extension, extension_id: str, failed: set[str]) -> None:
    client = run.destination.client
    try:
        body = {"meta": {"enabled": extension.enabled}}
        client.send("PATCH", f"{RESOURCE.path}/{extension_id}", body=body)
        # Directus reloads its extensions. On SQLite, another PATCH during this time would block it
        # for a minute. The list is answered when the reload is done.
        read_extensions(client)
    except DirectusRejected as error:
        failed.add(extension.name)
        message = f"{extension.label} is not {_state(extension)}: {error.message}"
        run.progress.problem(EXTENSIONS, extension.name, error.code, message)


def _count(run: Run, pair: ExtensionPair, failed: set[str]) -> None:
    if pair.is_among(failed):
        run.progress.count(RESOURCE, failed=1)
    elif not pair.by_hand:
        name = "created" if pair.outcome == "create" else "skipped"
        run.progress.count(RESOURCE, **{name: 1})


def _settle(run: Run, pairs: Iterable[ExtensionPair], failed: set[str]) -> None:
    outcomes = Outcomes()
    for pair in pairs:
        if pair.is_among(failed):
            outcomes.add("problem")
        else:
            outcomes.add("not_selected" if pair.by_hand else OUTCOMES[pair.outcome])
    run.progress.settle(RESOURCE.name, outcomes)


def _state(extension: Extension) -> str:
    return "enabled" if extension.enabled else "disabled"
