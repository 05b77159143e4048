"""Each extension of the source with its counterpart at the destination, and what a run does to
it."""

from dataclasses import dataclass
from typing import Literal

from sidecar.directus.client import Directus
from sidecar.migration.system.extension_list import REGISTRY, Extension, read_extensions


@dataclass(frozen=True, slots=True)
class ExtensionPair:
    """An extension of the source, and the same extension at the destination."""

    source: Extension
    # None: the destination does not have it.
    destination: Extension | None
    # The destination has another version, which a run does not replace.
    kept: bool

    @property
    def to_install(self) -> bool:
        """Whether the destination's registry has to install it.

        This includes an extension of which an earlier attempt left a row without files.
        """
        if self.source.source != REGISTRY or self.source.bundle:
            return False
        return self.destination is None or not (self.destination.loaded or self.kept)

    @property
    def to_switch(self) -> bool:
        """Whether it has to be enabled or disabled."""
        return self.destination is not None and self.destination.enabled != self.source.enabled

    @property
    def by_hand(self) -> bool:
        """Whether only an administrator can install it."""
        return self.destination is None and self.source.source != REGISTRY

    @property
    def outcome(self) -> Literal["create", "unchanged", "conflicting"]:
        """What a run does to it, unless it is installed by hand."""
        if self.kept:
            return "conflicting"
        is_new = self.destination is None or self.to_install or self.to_switch
        return "create" if is_new else "unchanged"

    def is_among(self, names: set[str]) -> bool:
        """Whether ``names`` has this extension or its bundle."""
        return self.source.name in names or self.source.bundle in names


def pair_extensions(source: Directus, destination: Directus) -> list[ExtensionPair]:
    """A pair for every extension of the source, bundles before their entries. Raises
    DirectusError."""
    existing = read_extensions(destination)
    by_id = {extension.id: extension for extension in existing if extension.source == REGISTRY}
    by_name = {extension.name: extension for extension in existing}
    pairs: list[ExtensionPair] = []
    kept: set[str] = set()
    for extension in read_extensions(source):
        same = by_id.get(extension.id) or by_name.get(extension.name)
        if same and not extension.bundle and _versions_differ(extension, same):
            kept.add(extension.name)
        is_kept = not kept.isdisjoint((extension.name, extension.bundle))
        pairs.append(ExtensionPair(extension, same, is_kept))
    return pairs


def _versions_differ(source: Extension, destination: Extension) -> bool:
    if source.source == destination.source == REGISTRY:
        return source.folder != destination.folder
    return source.version != destination.version
