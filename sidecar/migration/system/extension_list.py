"""The extensions of one instance, as ``GET /extensions`` lists them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sidecar.directus.client import Directus, Row
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
# The source of an extension that was installed from the marketplace.
REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension, or an entry of a bundle."""

    # From the marketplace, the same on every instance.
    id: str
    # ``bundle/entry`` for an entry.
    name: str
    # registry, local (the extensions folder) or module (an npm package).
    source: str
    # From the marketplace, the id of the version.
    folder: str
    version: str | None
    enabled: bool
    # Whether its files exist.
    loaded: bool
    # The name of the bundle, for an entry.
    bundle: str | None = None

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}" if self.version else self.name


def read_extensions(instance: Directus) -> list[Extension]:
    """Every extension of ``instance``, bundles before their entries. Raises DirectusError.

    Directus keeps the rows of local extensions and packages that were removed; they are left out.
    """
    rows: list[Row] = instance.get(RESOURCE.path)
    extensions = list(_extensions(rows))
    names = {extension.id: extension.name for extension in extensions}
    return [*extensions, *_entries(rows, names)]


def count_extensions(instance: Directus) -> int:
    """The number of extensions from the marketplace. Others cannot be migrated. Raises
    DirectusError."""
    return sum(
        extension.source == REGISTRY and not extension.bundle
        for extension in read_extensions(instance)
    )


def _extensions(rows: Iterable[Row]) -> Iterator[Extension]:
    for row in rows:
        meta, schema = row["meta"], row["schema"]
        if row["bundle"] is None and (schema or meta["source"] == REGISTRY):
            yield Extension(
                row["id"],
                schema["name"] if schema else row["id"],
                meta["source"],
                meta["folder"],
                schema.get("version") if schema else None,
                bool(meta["enabled"]),
                schema is not None,
            )


def _entries(rows: Iterable[Row], bundles: dict[str, str]) -> Iterator[Extension]:
    for row in rows:
        if (bundle := bundles.get(row["bundle"])) is not None:
            meta = row["meta"]
            yield Extension(
                row["id"],
                f"{bundle}/{meta['folder']}",
                meta["source"],
                meta["folder"],
                None,
                bool(meta["enabled"]),
                True,
                bundle,
            )
