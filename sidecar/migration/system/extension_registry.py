"""Installs extensions from the marketplace: the destination asks its own registry for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected
from sidecar.migration.system.extension_list import RESOURCE, Extension
from sidecar.migration.system.extension_pairs import ExtensionPair

PATH = f"{RESOURCE.path}/registry"
UNREACHABLE = (
    "cannot be installed, because the destination does not reach the registry of the marketplace "
    "({}). Check its internet access and its MARKETPLACE_REGISTRY, then start the run again"
)
NOT_OFFERED = (
    "cannot be installed, because the registry does not offer this version to the destination{}. "
    "Install another version, or copy it by hand"
)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """An extension that the destination's registry does not provide."""

    extension: Extension
    code: str
    # A sentence without its subject, which is the extension.
    reason: str


def find_unavailable(
    destination: Directus, extensions: Sequence[Extension]
) -> Iterator[Unavailable]:
    """Those of ``extensions`` that the destination's registry does not provide.

    This is checked before anything is installed, because Directus keeps the row of an extension
    whose files it could not get. Sends only reads. Raises DirectusError.
    """
    if not extensions:
        return
    try:
        destination.get(PATH, limit=1)
    except DirectusRejected as error:
        unreachable = UNREACHABLE.format(_sentence(error))
        for extension in extensions:
            yield Unavailable(extension, "REGISTRY_UNREACHABLE", unreachable)
        return
    for extension in extensions:
        if reason := _why_not_offered(destination, extension):
            yield Unavailable(extension, "NOT_IN_REGISTRY", reason)


def install_extension(destination: Directus, pair: ExtensionPair) -> None:
    """Install the extension of the source. Raises DirectusError.

    An extension whose row exists without files is installed again.
    """
    path = f"{PATH}/install"
    body = {"extension": pair.source.id, "version": pair.source.folder}
    if pair.destination:
        path, body = f"{PATH}/reinstall", {"extension": pair.destination.id}
    destination.send("POST", path, body=body, repeatable=False)


def _why_not_offered(destination: Directus, extension: Extension) -> str | None:
    """None: the registry offers the extension in its version."""
    try:
        description = destination.get(f"{PATH}/extension/{extension.id}")
    except DirectusRejected as error:
        return NOT_OFFERED.format(f" ({_sentence(error)})")
    versions = {version["id"] for version in description["versions"]}
    return None if extension.folder in versions else NOT_OFFERED.format("")


def _sentence(error: DirectusRejected) -> str:
    return error.message.rstrip(".")
