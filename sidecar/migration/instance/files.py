"""The two interfaces for the bytes of files, and their implementation over REST."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sidecar.directus.client import Directus
from sidecar.directus.multipart import Part
from sidecar.directus.retry import LONG, retry
from sidecar.directus.transfer import Download, upload, upload_together
from sidecar.errors import BadGateway, DirectusError, DirectusRejected, Unreachable
from sidecar.resources.base import segment

PATH = "/files"
# Directus answers all columns unless it is asked for some.
ANSWER = "?fields=id"
Answer = TypeVar("Answer")


class FileReader(Protocol):
    """Reads the bytes of the files of one side. Every method but ``answers`` raises
    DirectusError."""

    def open(self, key: str) -> Download:
        """The bytes of the file with this id, as a stream. Close it after use."""

    def answers(self) -> bool:
        """Whether the side answers at all."""


class FileWriter(Protocol):
    """Writes files to one side. Every method but ``answers`` raises DirectusError."""

    def send(self, open_part: Callable[[], Part], *, replaces: str | None = None) -> None:
        """Create a file, or replace the bytes of the one with the id ``replaces``.

        ``open_part`` is called when the upload begins.
        """

    def send_together(self, parts: Sequence[Part]) -> None:
        """Create several small files with one request."""

    def answers(self) -> bool:
        """Whether the side answers at all."""


@dataclass(frozen=True, slots=True)
class RestFiles:
    """FileReader and FileWriter of the instance behind ``client``."""

    client: Directus

    def open(self, key: str) -> Download:
        return Download(self.client, key)

    def send(self, open_part: Callable[[], Part], *, replaces: str | None = None) -> None:
        method, path = (
            ("POST", PATH) if replaces is None else ("PATCH", f"{PATH}/{segment(replaces)}")
        )
        upload(self.client, method, path + ANSWER, open_part)

    def send_together(self, parts: Sequence[Part]) -> None:
        upload_together(self.client, PATH + ANSWER, parts)

    def answers(self) -> bool:
        return self.client.is_reachable()


def concerns_one_file(error: DirectusError, *sides: FileReader | FileWriter) -> bool:
    """Whether ``error`` keeps only one file from being transferred.

    The file was refused, or its transfer broke off although all ``sides`` answer.
    """
    if isinstance(error, Unreachable | BadGateway):
        return all(side.answers() for side in sides)
    return isinstance(error, DirectusRejected)


def retry_transfer(action: Callable[[], Answer], *sides: FileReader | FileWriter) -> Answer:
    """Return the answer of ``action``, which transfers files between ``sides``.

    It is called again after failures that may pass, and for longer while a side does not answer at
    all. Raises DirectusError.
    """
    return retry(action, LONG, is_out=lambda: not all(side.answers() for side in sides))
