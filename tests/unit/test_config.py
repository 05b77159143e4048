"""Settings: read strictly, every wrong variable in one error, secrets from files, none shown."""

from pathlib import Path

import pytest
from platformdirs import user_data_path

from sidecar.config import (
    Caps,
    Defaults,
    StoreSettings,
    read_allowed,
    read_caps,
    read_destination_token,
    read_redis_url,
    read_settings,
    read_store,
)
from sidecar.errors import SettingsError
from sidecar.masking import MASK, mask
from sidecar.options import OPTIONS

SECRET = "0b7e6a52f1c84d93ae157f28c6409bd3"
GOOD = {
    "DIRECTUS_URL": "https://directus.example.com/",
    "DIRECTUS_TOKEN": "source-token",
    "REDIS_URL": "redis://:password@localhost:6379/0",
    "MIGRATION_SIDECAR_SECRET": SECRET,
}


def test_good_settings_are_read() -> None:
    settings = read_settings(GOOD)
    assert settings.source.url == "https://directus.example.com"
    assert settings.bind == "0.0.0.0:8000"
    assert not settings.auto_resume
    assert read_settings({**GOOD, "MIGRATION_AUTO_RESUME": "true"}).auto_resume


def test_one_error_names_every_wrong_variable() -> None:
    wrong = {
        "DIRECTUS_URL": "directus",
        "REDIS_URL": "http://x",
        "MIGRATION_SIDECAR_SECRET": "short",
        "MIGRATION_SIDECAR_BIND": "everywhere",
        "MIGRATION_MAX_CONCURRENCY": "many",
        "MIGRATION_MAX_REQUESTS_PER_SECOND": "0",
        "MIGRATION_AUTO_RESUME": "yes",
        "MIGRATION_STORE": "data",
        "MIGRATION_STORE_MAX_MB": "0",
        "MIGRATION_BASELINE_MAX_MB": "1.5",
    }
    with pytest.raises(SettingsError) as caught:
        read_settings(wrong)
    for name in (*wrong, "DIRECTUS_TOKEN"):
        assert caught.value.message.count(f"  {name} ") == 1


@pytest.mark.parametrize("mark", ["/", "#", "?", "@", "[", "%2F/"])
def test_a_password_of_redis_that_is_not_encoded_is_named_and_not_shown(mark: str) -> None:
    url = f"redis://:pass{mark}word@redis.example.com:6379/0"
    with pytest.raises(SettingsError, match=r"REDIS_URL has no host.+percent-encode") as caught:
        read_settings({**GOOD, "REDIS_URL": url})
    assert "word@" not in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "redis://redis",
        "rediss://user:p%40ss%2Fw%23ord@redis.example.com:6379/3?ssl_ca_certs=/etc/ca.pem",
        "redis://[::1]:6379/0",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_addresses_of_redis_that_are_whole_are_taken(url: str) -> None:
    assert read_settings({**GOOD, "REDIS_URL": url}).redis_url == url


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET[::-1] + "\n")
    environment = {**GOOD, "MIGRATION_SIDECAR_SECRET_FILE": str(secret)}
    del environment["MIGRATION_SIDECAR_SECRET"]
    assert read_settings(environment).secret == SECRET[::-1]


def test_only_secrets_may_come_from_files(tmp_path: Path) -> None:
    address = tmp_path / "address"
    address.write_text(GOOD["DIRECTUS_URL"])
    environment = {**GOOD, "DIRECTUS_URL": " ", "DIRECTUS_URL_FILE": str(address)}
    with pytest.raises(SettingsError, match=r"  DIRECTUS_URL is missing\Z"):
        read_settings(environment)


@pytest.mark.parametrize(
    "environment",
    [
        {"MIGRATION_DESTINATION_TOKEN_FILE": "/nowhere/at/all"},
        {"MIGRATION_DESTINATION_TOKEN": "a", "MIGRATION_DESTINATION_TOKEN_FILE": "/dev/null"},
    ],
)
def test_an_unreadable_file_or_a_secret_that_is_set_twice_is_an_error(
    environment: dict[str, str],
) -> None:
    with pytest.raises(SettingsError, match="MIGRATION_DESTINATION_TOKEN"):
        read_destination_token(environment)


def test_defaults_of_the_form_are_read() -> None:
    given = {
        "MIGRATION_BUNDLE_DEFAULT_URL": "https://Stage.example.com/admin/",
        "MIGRATION_BUNDLE_DEFAULT_TOKEN": "t",
        "MIGRATION_BUNDLE_DEFAULT_OPTIONS": "flows, content,",
    }
    read = read_settings({**GOOD, **given}).defaults
    assert read == Defaults("https://stage.example.com", "t", ("content", "flows"))
    assert read_settings(GOOD).defaults == Defaults("", "", OPTIONS)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"MIGRATION_BUNDLE_DEFAULT_OPTIONS": "content,settings"},
            "MIGRATION_BUNDLE_DEFAULT_OPTIONS is not valid: .*'settings'",
        ),
        (
            {"MIGRATION_BUNDLE_DEFAULT_URL": "stage"},
            "MIGRATION_BUNDLE_DEFAULT_URL is not an address",
        ),
        (
            {"MIGRATION_BUNDLE_DEFAULT_TOKEN": "t"},
            "MIGRATION_BUNDLE_DEFAULT_TOKEN needs MIGRATION_BUNDLE_DEFAULT_URL",
        ),
        (
            {"MIGRATION_BUNDLE_DEFAULT_URL": "http://169.254.169.254"},
            "MIGRATION_BUNDLE_DEFAULT_URL is not a destination",
        ),
        (
            {
                "MIGRATION_BUNDLE_DEFAULT_URL": "http://a.example",
                "MIGRATION_ALLOWED_DESTINATIONS": "b.example",
            },
            "MIGRATION_BUNDLE_DEFAULT_URL is not a destination",
        ),
    ],
)
def test_a_wrong_default_is_an_error_at_the_start_that_names_it(
    variables: dict[str, str],
    message: str,
) -> None:
    with pytest.raises(SettingsError, match=message):
        read_settings({**GOOD, **variables})


def test_no_secret_is_shown() -> None:
    url = "https://stage.example.com"
    given = {"MIGRATION_BUNDLE_DEFAULT_URL": url, "MIGRATION_BUNDLE_DEFAULT_TOKEN": "default-t"}
    shown = repr(read_settings({**GOOD, **given}))
    assert not any(secret in shown for secret in ("source-token", "default-t", "password", SECRET))


def test_caps_are_numbers_above_0_and_requests_at_once_whole_ones() -> None:
    assert read_caps({}) == Caps(25, None)
    given = {"MIGRATION_MAX_CONCURRENCY": "3", "MIGRATION_MAX_REQUESTS_PER_SECOND": "0.5"}
    assert read_caps(given) == Caps(3, 0.5)
    for value in ("2.5", "-1", "nan", "inf"):
        with pytest.raises(SettingsError):
            read_caps({"MIGRATION_MAX_CONCURRENCY": value})


def test_the_store_is_a_folder_of_the_account_unless_another_is_set() -> None:
    assert read_store({}) == StoreSettings(user_data_path("directus-migration"))
    given = {
        "MIGRATION_STORE": "/data",
        "MIGRATION_STORE_MAX_MB": "10",
        "MIGRATION_BASELINE_MAX_MB": "20",
    }
    assert read_store(given) == StoreSettings(Path("/data"), 10_000_000, 20_000_000)
    assert read_settings({**GOOD, **given}).store == read_store(given)


def test_allowed_destinations_are_read_strictly() -> None:
    given = {"MIGRATION_ALLOWED_DESTINATIONS": "*.Example.com, cms.internal,[::1]"}
    assert read_allowed(given).patterns == ("*.example.com", "cms.internal", "::1")
    assert read_allowed({"MIGRATION_ALLOWED_DESTINATIONS": ""}).patterns == ()


@pytest.mark.parametrize(
    "value",
    [
        ",",
        "a.example,",
        "*",
        "*.",
        "https://a.example",
        "a.example:8055",
        "a.example/cms",
        "a*.example",
        "*.*.example",
        "a..example",
        "*.0.0.1",
        "*.::1",
        "me@a.example",
        "a.example b.example",
        "10.0.0.0/8",
    ],
)
def test_an_allowed_destination_that_is_no_host_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="MIGRATION_ALLOWED_DESTINATIONS"):
        read_settings({**GOOD, "MIGRATION_ALLOWED_DESTINATIONS": value})


def test_a_whole_number_may_have_a_point() -> None:
    assert read_caps({"MIGRATION_MAX_CONCURRENCY": "3.0"}).concurrency == 3


def test_every_secret_of_the_environment_is_hidden() -> None:
    password = "one%2Ftwo+three"
    secrets = {
        "MIGRATION_SIDECAR_SECRET_OLD": "an-old-secret",
        "DIRECTUS_TOKEN": "token_of_the_source",
        "REDIS_URL": f"redis://:{password}@redis.internal:6379/0",
    }
    read_settings({**GOOD, **secrets})
    for text in (SECRET, "an-old-secret", "token_of_the_source", password, "one/two+three"):
        assert mask(f"a {text}.") == f"a {MASK}."
    read_redis_url({"REDIS_URL": "redis://redis.internal?password=four%2Fand+five"})
    assert mask("four/and five") == MASK


def test_the_secret_before_is_accepted_while_it_is_changed() -> None:
    assert read_settings(GOOD).secrets == (SECRET,)
    settings = read_settings({**GOOD, "MIGRATION_SIDECAR_SECRET_OLD": "an old one"})
    assert settings.secrets == (SECRET, "an old one")


def test_an_old_secret_that_is_easy_to_guess_decrypts_and_opens_nothing() -> None:
    for old, accepted in ((SECRET[::-1], (SECRET, SECRET[::-1])), ("an old one", (SECRET,))):
        settings = read_settings({**GOOD, "MIGRATION_SIDECAR_SECRET_OLD": old})
        assert settings.accepted_secrets == accepted
