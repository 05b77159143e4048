"""The browser of the tests: a Chromium that is there already, or one that is installed now."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """The path of a Chromium on this machine; None leaves the choice to Playwright's own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install_browser() -> None:
    """Make sure that there is a browser: Debian's where we may install it, else Playwright's
    own."""
    if find_browser():
        return
    print(
        "Installing Chromium for the browser tests (once; a minute or two)",
        file=sys.stderr,
        flush=True,
    )
    if shutil.which("apt-get") and os.geteuid() == 0:
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "chromium"],
        ):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    install_browser()
