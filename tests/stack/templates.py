"""Instances that are made once and copied ever after.

A template is a folder in the cache outside the checkout. It holds a copy of one instance's
database and uploads. Its key names all that decides what the copy contains, so a template never
goes stale. A new one is written under another name and renamed at the end, so a half-written one
is never used.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import PIL
from filelock import FileLock

from tests.stack.databases import Database
from tests.stack.directus_install import CACHE

TEMPLATES = CACHE / "templates"
# Raise it when a template of the same key would have to hold something else.
FORMAT = 1
UNUSED_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Template:
    """``label`` is for people who look into the cache; ``key`` decides."""

    label: str
    key: Mapping[str, str]

    def apply(self, database: Database, uploads: Path, make: Callable[[], None]) -> None:
        """Copy the template into an empty ``database`` and ``uploads``. Where there is no template
        yet, ``make`` fills these, and the template is copied from them."""
        TEMPLATES.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._folder}.lock"):
            if self._folder.is_dir():
                os.utime(self._folder)
                database.load(self._folder / "database")
                shutil.copytree(self._folder / "uploads", uploads, dirs_exist_ok=True)
            else:
                make()
                self._write(database, uploads)

    def with_more(self, name: str, digest: str) -> "Template":
        """A template of what this one becomes."""
        return Template(f"{self.label}-{name}", {**self.key, name: digest})

    @property
    def _folder(self) -> Path:
        digest = hashlib.sha256(json.dumps([FORMAT, self.key], sort_keys=True).encode())
        return TEMPLATES / f"{self.label}-{digest.hexdigest()[:16]}"

    def _write(self, database: Database, uploads: Path) -> None:
        _remove_unused()
        building = Path(tempfile.mkdtemp(prefix="building-", dir=TEMPLATES))
        database.save(building / "database")
        shutil.copytree(uploads, building / "uploads")
        building.rename(self._folder)


def digest_of_code(*folders: Path) -> str:
    """Of the Python files below ``folders`` and of the library that draws their pictures."""
    files = (file for folder in folders for file in folder.rglob("*.py"))
    return digest_of_files(files, PIL.__version__)


def digest_of_files(files: Iterable[Path], *more: str) -> str:
    """Of the names and contents of ``files``, and of ``more``."""
    digest = hashlib.sha256(json.dumps(more).encode())
    for file in sorted(files):
        digest.update(f"{file.parent.name}/{file.name}:".encode() + file.read_bytes())
    return digest.hexdigest()


def _remove_unused() -> None:
    """Each use of a template sets its time. The locks stay: somebody may wait for one."""
    oldest = time.time() - UNUSED_SECONDS
    for folder in TEMPLATES.iterdir():
        if folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
