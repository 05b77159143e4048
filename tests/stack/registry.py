"""A registry of the Directus marketplace, for MARKETPLACE_REGISTRY: the few answers that Directus
itself asks for.

It speaks what ``@directus/extensions-registry`` reads: the version of the API, a list, a
description, a download.
"""

import io
import json
import tarfile
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.stack.ports import LOOPBACK, free_port

API_VERSION = "2024-01-29"
PUBLISHER = {
    "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "publisher")),
    "username": "publisher",
    "verified": True,
    "github_name": None,
    "github_avatar_url": None,
}
APP_PARTS = ("interfaces", "displays", "layouts", "modules", "panels", "themes", "operations")


@dataclass(frozen=True)
class Package:
    """An endpoint that answers its version; with ``entries`` a bundle of such endpoints."""

    name: str
    version: str
    entries: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The registry's id of the extension, whatever its version."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))

    @property
    def version_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name}@{self.version}"))

    @property
    def type(self) -> str:
        return "bundle" if self.entries else "endpoint"

    @property
    def files(self) -> Mapping[str, str]:
        """Paths and texts, as they lie in the package."""
        about: dict[str, Any] = {"type": self.type, "host": ">=11.0.0"}
        if self.entries:
            parts = [{"type": "endpoint", "name": name, "source": "src"} for name in self.entries]
            about |= {"path": {"app": "app.js", "api": "api.js"}, "entries": parts}
            configs = ", ".join(
                f'{{ name: "{name}", config: {self._endpoint(name)} }}' for name in self.entries
            )
            code = {
                "app.js": "".join(f"export const {part} = [];\n" for part in APP_PARTS),
                "api.js": f"export const hooks = [], operations = [], endpoints = [{configs}];\n",
            }
        else:
            about |= {"path": "index.js", "source": "src"}
            code = {"index.js": f"export default {self._endpoint(self.name)};\n"}
        manifest = {
            "name": self.name,
            "version": self.version,
            "type": "module",
            "directus:extension": about,
        }
        return {"package.json": json.dumps(manifest), **code}

    def write(self, extensions: Path) -> None:
        """Put it into an extensions folder, as somebody does by hand."""
        folder = extensions / self.name
        folder.mkdir(parents=True)
        for name, text in self.files.items():
            (folder / name).write_text(text)

    def tarball(self) -> bytes:
        """As npm packs it: everything in a folder called ``package``."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name, text in self.files.items():
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        return packed.getvalue()

    def _endpoint(self, name: str) -> str:
        answer = f'(_, res) => res.send("{self.version}")'
        return f'{{ id: "{name}", handler: (router) => router.get("/", {answer}) }}'


class Registry:
    """Offers ``packages`` at ``url`` between ``start`` and ``stop``, on the same port each time.

    Downloads of the packages in ``withheld`` fail, although they are described.
    """

    def __init__(self, *packages: Package) -> None:
        self.packages = list(packages)
        self.withheld: set[Package] = set()
        self._port = free_port()
        self.url = f"http://{LOOPBACK}:{self._port}"
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        self._server = ThreadingHTTPServer((LOOPBACK, self._port), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, path: str) -> bytes | None:
        """The body of the answer to GET ``path``, None for a 404."""
        match path.partition("?")[0].strip("/").split("/"):
            case ["version"]:
                return json.dumps({"version": API_VERSION}).encode()
            case ["extensions"]:
                listed = [
                    _summary(one)
                    for one in {package.id: package for package in self.packages}.values()
                ]
                return json.dumps({"meta": {"filter_count": len(listed)}, "data": listed}).encode()
            case ["extensions", wanted]:
                versions = [package for package in self.packages if package.id == wanted]
                return json.dumps({"data": _description(versions)}).encode() if versions else None
            case ["download", wanted]:
                offered = [package for package in self.packages if package not in self.withheld]
                return next(
                    (package.tarball() for package in offered if package.version_id == wanted), None
                )
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *arguments: Any) -> None:
                """Nothing."""

            def do_GET(self) -> None:
                body = registry.answer(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

        return Handler


def _summary(package: Package) -> dict[str, Any]:
    return {
        **_common(package),
        "last_updated": "2026-01-01T00:00:00Z",
        "host_version": ">=11.0.0",
        "sandbox": False,
        "publisher": PUBLISHER,
    }


def _description(versions: list[Package]) -> dict[str, Any]:
    return {
        **_common(versions[0]),
        "downloads": None,
        "readme": None,
        "versions": [_version(one) for one in versions],
    }


def _common(package: Package) -> dict[str, Any]:
    return {
        "id": package.id,
        "name": package.name,
        "description": None,
        "total_downloads": 0,
        "verified": True,
        "type": package.type,
        "license": "MIT",
    }


def _version(package: Package) -> dict[str, Any]:
    return {
        "id": package.version_id,
        "version": package.version,
        "verified": True,
        "type": package.type,
        "host_version": ">=11.0.0",
        "publish_date": "2026-01-01T00:00:00Z",
        "unpacked_size": 1000,
        "file_count": 2,
        "url_bugs": None,
        "url_homepage": None,
        "url_repository": None,
        "license": "MIT",
        "publisher": PUBLISHER,
        "bundled": [{"name": name, "type": "endpoint"} for name in package.entries],
        "maintainers": None,
    }
