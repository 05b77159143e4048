"""The built extension, as Directus serves it to browsers."""

from sidecar.extension import BUNDLE


def test_what_the_app_loads_is_small() -> None:
    assert (BUNDLE / "dist" / "app.js").stat().st_size < 120_000
