"""The built extension is small enough for every page of the Data Studio to load."""

from sidecar.extension import BUNDLE

MAX_BYTES = 215_000


def test_the_app_loads_little() -> None:
    assert (BUNDLE / "dist" / "app.js").stat().st_size < MAX_BYTES
