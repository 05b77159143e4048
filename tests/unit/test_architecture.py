"""Files and functions stay small. The import order and the doors of libraries are contracts in
pyproject.toml."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIDECAR = ROOT / "sidecar"
GENERATED = ROOT / "extension" / "src" / "types.ts"
# The packages of sidecar.migration that read and write rows through interfaces alone.
WITHOUT_PATHS = ("check", "compare", "mapping", "plan", "schema", "system", "values", "verify")
READING_ROWS = {"search", "search_one", "search_keys", "search_and_count"}
ROWS = re.compile(
    r"/(items|files|folders|users|roles|policies|permissions|access|flows)(/[^a-z]|$)"
)
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


def test_files_stay_small() -> None:
    folders = (SIDECAR, ROOT / "tests", ROOT / "extension" / "src")
    sources = [
        path
        for folder in folders
        for path in folder.rglob("*.*")
        if path.suffix in (".py", ".ts", ".vue") and path != GENERATED
    ]
    lines = {str(path): len(path.read_text().splitlines()) for path in sources}
    assert len(lines) > 300
    assert {path: count for path, count in lines.items() if count > MAX_FILE_LINES} == {}


def test_only_readers_and_writers_know_the_paths_of_rows() -> None:
    found = []
    for package in WITHOUT_PATHS:
        for path in (SIDECAR / "migration" / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in READING_ROWS:
                    found.append(f"{path}:{node.lineno}: {node.attr}")
                elif (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and ROWS.match(node.value)
                ):
                    found.append(f"{path}:{node.lineno}: {node.value}")
    assert found == []


def test_functions_stay_short() -> None:
    lines = {}
    for path in SIDECAR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                lines[f"{path}:{node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert {name: count for name, count in lines.items() if count > MAX_FUNCTION_LINES} == {}
