"""The design holds in the code: imports point one way, each outside library has one door, files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIDECAR = ROOT / "sidecar"
LAYERS = ("directus", "resources", "migration", "jobs", "web")
FOUNDATION = ("address", "collector", "errors", "config", "hosts", "logs", "options", "shared_secret")
DOORS = {
    "requests": ("directus/",), "blake3": ("directus/",), "urllib3": ("directus/",),
    "rq": ("jobs/",), "cryptography": ("jobs/",),
    "limits": ("web/",), "prometheus_client": ("web/",), "gunicorn": ("web/",), "pythonjsonlogger": ("logs.py",),
    "idna": ("address.py",),
    "flask": ("app.py", "cli.py", "web/"), "flask_smorest": ("app.py", "web/"), "marshmallow": ("web/",),
    "click": ("cli.py",), "rich": ("console.py",),
}
MOST_LINES = 300
FILES = sorted(SIDECAR.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    layer = path.relative_to(SIDECAR).parts[0]
    if layer not in LAYERS:
        return
    allowed = (*LAYERS[: LAYERS.index(layer) + 1], *FOUNDATION)
    for module in imports(path):
        if module.startswith("sidecar."):
            assert module.split(".")[1] in allowed, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_outside_library_has_one_door(path: Path) -> None:
    name = str(path.relative_to(SIDECAR))
    for module in imports(path):
        doors = DOORS.get(module.split(".")[0])
        assert doors is None or name.startswith(doors), f"{name} imports {module}"


def test_files_stay_small() -> None:
    sources = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "extension" / "src").rglob("*.*")]
    long = {str(path): count for path in sources if (count := len(path.read_text().splitlines())) > MOST_LINES}
    assert long == {}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
