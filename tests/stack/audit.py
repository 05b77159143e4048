"""Known vulnerabilities of what the project ships with: what ``make audit`` runs.

Advisories come from PyPI and from npm. From a network that reaches only mirrors of the packages
they cannot be had: that is said, and is no failure, so that it neither passes for a clean audit nor
stops everything else.
"""

import json
import subprocess
import sys
from typing import Any

from tests.stack.directus_install import node_environment, npm
from tests.stack.extension_build import EXTENSION

NOT_LOOKED_AT = "{}: NOT AUDITED, the advisory service cannot be reached from here ({})"
CLEAN = "{}: {} packages, no known vulnerability"


def audit_python() -> bool:
    """Audit what is installed here; returns whether no vulnerability was found."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--skip-editable",
        "--progress-spinner",
        "off",
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    packages: list[dict[str, Any]] = (_parsed(done.stdout) or {}).get("dependencies", [])
    found = [
        (package["name"], package["version"], one["id"])
        for package in packages
        for one in package.get("vulns", ())
    ]
    skipped = [package["skip_reason"] for package in packages if "skip_reason" in package]
    for name, version, advisory in found:
        print(f"pip-audit: {name} {version} has {advisory}")
    if not packages:
        print(NOT_LOOKED_AT.format("pip-audit", done.stderr.strip().rpartition("\n")[2]))
    elif skipped:
        print(
            NOT_LOOKED_AT.format(
                "pip-audit", f"{len(skipped)} of {len(packages)} packages, such as: {skipped[0]}"
            )
        )
    elif not found:
        print(CLEAN.format("pip-audit", len(packages)))
    return not found


def audit_npm() -> bool:
    """Audit what the extension ships; what only builds and tests it is left out. Returns as
    ``audit_python`` does."""
    done = subprocess.run(
        [npm(), "audit", "--omit=dev", "--json"],
        cwd=EXTENSION,
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    report = _parsed(done.stdout) or {}
    if "metadata" not in report:
        print(
            NOT_LOOKED_AT.format(
                "npm audit", report.get("message") or done.stderr.strip().rpartition("\n")[2]
            )
        )
        return True
    for name, entry in report["vulnerabilities"].items():
        print(f"npm audit: {name} {entry['range']} is of severity {entry['severity']}")
    # npm counts the extension itself.
    packages = report["metadata"]["dependencies"]["prod"] - 1
    if not report["vulnerabilities"]:
        print(
            CLEAN.format("npm audit", packages)
            if packages
            else "npm audit: the extension ships no packages"
        )
    return not report["vulnerabilities"]


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return found


if __name__ == "__main__":
    sys.exit(0 if all([audit_python(), audit_npm()]) else 1)
