"""Files and functions stay small. The import order and the doors of libraries are contracts in
pyproject.toml."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIDECAR = ROOT / "sidecar"
MAX_FILE_LINES = 480
MAX_FUNCTION_LINES = 45


def test_files_stay_small() -> None:
    folders = (SIDECAR, ROOT / "tests", ROOT / "extension" / "src")
    sources = [
        path
        for folder in folders
        for path in folder.rglob("*.*")
        if path.suffix in (".py", ".ts", ".vue")
    ]
    lines = {str(path): len(path.read_text().splitlines()) for path in sources}
    assert len(lines) > 300
    assert {path: count for path, count in lines.items() if count > MAX_FILE_LINES} == {}


def test_functions_stay_short() -> None:
    lines = {}
    for path in SIDECAR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                lines[f"{path}:{node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert {name: count for name, count in lines.items() if count > MAX_FUNCTION_LINES} == {}
