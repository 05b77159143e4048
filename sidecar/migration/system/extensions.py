"""Extensions: the destination's own registry installs those of the marketplace, and all are
switched on or off alike.

Directus takes no extension over REST, so those in the extensions folder ("local") and npm packages
("module") are listed for installation by hand. A registry that cannot be reached is a problem of
each extension, not of the run.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusRejected
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource, system_path

EXTENSIONS = "directus_extensions"
RESOURCE = Resource(
    EXTENSIONS,
    "extensions",
    system_path(EXTENSIONS),
    key="id",
    key_type="uuid",
    columns=("enabled",),
)
REGISTRY_PATH = f"{RESOURCE.path}/registry"
REGISTRY = "registry"

UNREACHABLE = (
    "cannot be installed, as the registry of the marketplace does not serve the destination "
    "({}). Check its way to the internet and its MARKETPLACE_REGISTRY, then start the run again"
)
WITHDRAWN = (
    "cannot be installed, as the registry does not offer this version to the destination{}. "
    "Install another version or a copy by hand"
)
BY_HAND = {
    "local": "copy it into the extensions folder of the destination",
    "module": "add the package to the project in which the destination runs",
}
FOLLOWS = "{} at the source, so it is at the destination too"
KEPT = "the destination has version {}, which stays"
DIFFERENT = "is not at the destination as it is at the source; start the run again"


@dataclass(frozen=True, slots=True)
class _Extension:
    """One extension, or an entry of the bundle that is named ``bundle``. An extension of the
    marketplace has the same ``id`` on every instance, and the id of its version in ``folder``.
    ``loaded``: its files are there."""

    id: str
    name: str
    source: str
    folder: str
    version: str | None
    enabled: bool
    loaded: bool
    bundle: str | None = None

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True)
class _Pair:
    """An extension of the source, and the one at the destination that is the same; ``kept``: in
    another version."""

    here: _Extension
    there: _Extension | None
    kept: bool

    @property
    def to_install(self) -> bool:
        """Whether the registry has to be asked, also where an earlier try has left a row without
        files."""
        if self.here.source != REGISTRY or self.here.bundle:
            return False
        return self.there is None or not (self.there.loaded or self.kept)

    @property
    def to_switch(self) -> bool:
        return self.there is not None and self.there.enabled != self.here.enabled

    @property
    def by_hand(self) -> bool:
        return self.there is None and self.here.source != REGISTRY

    @property
    def outcome(self) -> Literal["create", "unchanged", "conflicting"]:
        """What a run makes of it, unless it is installed by hand."""
        if self.kept:
            return "conflicting"
        return "create" if self.there is None or self.to_install or self.to_switch else "unchanged"


def count_extensions(instance: Directus) -> int:
    """How many extensions of the marketplace there are; others cannot be migrated."""
    return sum(
        extension.source == REGISTRY and not extension.bundle for extension in _read(instance)
    )


def preview_extensions(run: Run) -> None:
    """Count what a real run would install or switch, find unchanged, or leave as it is. Reads
    only."""
    pairs, barred = _decide(run)
    for pair in pairs:
        if not pair.by_hand and pair.here.name not in barred and pair.here.bundle not in barred:
            run.progress.count(RESOURCE, **{pair.outcome: 1})


def apply_extensions(run: Run) -> None:
    """Install what the destination lacks, then switch on or off what differs. Raises DirectusError
    or Cancelled.

    To be called when rows are in: a hook among the extensions would run on each of them.
    """
    pairs, failed = _decide(run)
    for pair in pairs:
        if pair.to_install and pair.here.name not in failed:
            run.cancel.check()
            _install(run, pair, failed)
    for entries in (False, True):  # Directus switches the entries along with their bundle
        _switch(run, entries, failed)
    for pair in pairs:
        if pair.here.name in failed or pair.here.bundle in failed:
            run.progress.count(RESOURCE, failed=1)
        elif not pair.by_hand:
            run.progress.count(
                RESOURCE, **{"created" if pair.outcome == "create" else "skipped": 1}
            )


def verify_extensions(run: Run) -> None:
    """Read both sides again. What is neither as at the source, nor named before, is a problem."""
    named = run.progress.keys_with_problems(EXTENSIONS)
    named |= {
        note.column
        for note in run.progress.report.notes.values()
        if note.resource == EXTENSIONS and note.code != "SWITCHED"
    }
    for pair in _pairs(run):
        if pair.outcome == "unchanged":
            run.progress.count(RESOURCE, verified=1)
        elif pair.here.name not in named and pair.here.bundle not in named:
            run.progress.count(RESOURCE, different=1)
            run.progress.problem(
                EXTENSIONS, pair.here.name, "DIFFERENT", f"{pair.here.label}: {DIFFERENT}"
            )


def _decide(run: Run) -> tuple[list[_Pair], set[str]]:
    """All pairs, and the names of those that the registry cannot give; both are reported."""
    pairs = _pairs(run)
    run.progress.add_resource(RESOURCE, len(pairs))
    for pair in pairs:
        for code, reason in _notes(pair):
            run.progress.note(EXTENSIONS, code, pair.here.name, f"{pair.here.label}: {reason}", 1)
    barred = set()
    for extension, code, reason in _barred(
        run.destination.client, [pair.here for pair in pairs if pair.to_install]
    ):
        run.progress.problem(EXTENSIONS, extension.name, code, f"{extension.label} {reason}")
        barred.add(extension.name)
    return pairs, barred


def _notes(pair: _Pair) -> Iterator[tuple[str, str]]:
    if pair.by_hand and not pair.here.bundle:
        yield "INSTALL_BY_HAND", BY_HAND[pair.here.source]
    if pair.there and pair.kept and not pair.here.bundle:
        yield "KEPT", KEPT.format(pair.there.version or pair.there.folder)
    if pair.to_switch:
        yield "SWITCHED", FOLLOWS.format(_state(pair.here))


def _barred(
    destination: Directus, wanted: list[_Extension]
) -> Iterator[tuple[_Extension, str, str]]:
    """Those that the destination's registry cannot give, with a code and a reason.

    Asked before installing, as Directus leaves the row of an extension behind whose files it could
    not get.
    """
    if not wanted:
        return
    try:
        destination.get(REGISTRY_PATH, limit=1)
    except DirectusRejected as error:
        for extension in wanted:
            yield extension, "REGISTRY_UNREACHABLE", UNREACHABLE.format(error.message.rstrip("."))
        return
    for extension in wanted:
        try:
            described = destination.get(f"{REGISTRY_PATH}/extension/{extension.id}")
        except DirectusRejected as error:
            yield extension, "NOT_IN_REGISTRY", WITHDRAWN.format(f" ({error.message.rstrip('.')})")
        else:
            if extension.folder not in {version["id"] for version in described["versions"]}:
                yield extension, "NOT_IN_REGISTRY", WITHDRAWN.format("")


def _install(run: Run, pair: _Pair, failed: set[str]) -> None:
    run.progress.log("info", f"Installing {pair.here.label}")
    path, body = (
        f"{REGISTRY_PATH}/install",
        {"extension": pair.here.id, "version": pair.here.folder},
    )
    if pair.there:
        path, body = f"{REGISTRY_PATH}/reinstall", {"extension": pair.there.id}
    try:
        run.destination.client.send("POST", path, body=body, repeatable=False)
    except DirectusRejected as error:
        failed.add(pair.here.name)
        run.progress.problem(
            EXTENSIONS,
            pair.here.name,
            error.code,
            f"{pair.here.label} is not installed: {error.message}",
        )


def _switch(run: Run, entries: bool, failed: set[str]) -> None:
    pairs = [pair for pair in _pairs(run) if pair.to_switch and bool(pair.here.bundle) is entries]
    # Enabling comes first: a bundle is disabled along with the last of its entries.
    for pair in sorted(pairs, key=lambda pair: not pair.here.enabled):
        if pair.there is None or pair.here.name in failed or pair.here.bundle in failed:
            continue
        try:
            body = {"meta": {"enabled": pair.here.enabled}}
            run.destination.client.send("PATCH", f"{RESOURCE.path}/{pair.there.id}", body=body)
            # Directus now loads its extensions anew, and on SQLite another PATCH meanwhile would
            # block that for a minute; the list is answered when it is done.
            _read(run.destination.client)
        except DirectusRejected as error:
            failed.add(pair.here.name)
            message = f"{pair.here.label} is not {_state(pair.here)}: {error.message}"
            run.progress.problem(EXTENSIONS, pair.here.name, error.code, message)


def _state(extension: _Extension) -> str:
    return "enabled" if extension.enabled else "disabled"


def _pairs(run: Run) -> list[_Pair]:
    """Every extension of the source, bundles before their entries, with its counterpart."""
    there = _read(run.destination.client)
    by_id = {extension.id: extension for extension in there if extension.source == REGISTRY}
    by_name = {extension.name: extension for extension in there}
    pairs: list[_Pair] = []
    kept: set[str] = set()
    for extension in _read(run.source.client):
        same = by_id.get(extension.id) or by_name.get(extension.name)
        if same and not extension.bundle and _versions_differ(extension, same):
            kept.add(extension.name)
        pairs.append(
            _Pair(extension, same, not kept.isdisjoint((extension.name, extension.bundle)))
        )
    return pairs


def _versions_differ(here: _Extension, there: _Extension) -> bool:
    if here.source == there.source == REGISTRY:
        return here.folder != there.folder
    return here.version != there.version


def _read(instance: Directus) -> list[_Extension]:
    """What GET /extensions lists, less the rows that removed local extensions and packages leave
    behind."""
    rows: list[Row] = instance.get(RESOURCE.path)
    whole = list(_extensions(rows))
    names = {extension.id: extension.name for extension in whole}
    return [*whole, *_entries(rows, names)]


def _extensions(rows: Iterable[Row]) -> Iterator[_Extension]:
    for row in rows:
        meta, schema = row["meta"], row["schema"]
        if row["bundle"] is None and (schema or meta["source"] == REGISTRY):
            yield _Extension(
                row["id"],
                schema["name"] if schema else row["id"],
                meta["source"],
                meta["folder"],
                schema.get("version") if schema else None,
                bool(meta["enabled"]),
                schema is not None,
            )


def _entries(rows: Iterable[Row], bundles: dict[str, str]) -> Iterator[_Extension]:
    for row in rows:
        if (bundle := bundles.get(row["bundle"])) is not None:
            meta = row["meta"]
            yield _Extension(
                row["id"],
                f"{bundle}/{meta['folder']}",
                meta["source"],
                meta["folder"],
                None,
                bool(meta["enabled"]),
                True,
                bundle,
            )
