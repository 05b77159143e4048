"""Addresses and tokens: which are accepted, and the one spelling of each address."""

import pytest

from sidecar.address import destination_address, is_address, is_token, normal_address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "directus",
        "ftp://directus.example.com",
        "http://",
        "http://a..b",
        f"http://{'x' * 70}.example.com",
        "http://[::1",
        "http://host:port",
        "http://host:0",
        "http://me:secret@host",
        "http://host/?x=1",
        "http://host/#x",
        "http://two words",
        # Parsers disagree about these. The host that is checked must be the one that is connected
        # to.
        "http://evil.example\\.example.com",
        "http://@host",
        "http://a\n.example.com",
        "http://a\t.example.com",
        "http://[fe80::1%eth0]",
        "http://a%2eexample.com",
        "http://a,b",
        "http://a'b",
        "http://example.com.",
        "http://*.a",
        "file:///etc/passwd",
        "ftp://host",
        "gopher://host",
        "javascript:alert(1)",
        "//host",
        "http:host",
    ],
)
def test_anything_but_a_plain_address_is_rejected(url: str) -> None:
    assert not is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8055",
        "https://directus.example.com",
        "https://example.com/cms",
        "http://[::1]:8055",
        "https://bücher.example",
    ],
)
def test_plain_addresses_are_accepted(url: str) -> None:
    assert is_address(url)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://LocalHost:80/", "http://localhost"),
        ("https://Example.com:443/cms/", "https://example.com/cms"),
        ("http://[::1]:8055/", "http://[::1]:8055"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("http://straße.example", "http://xn--strae-oqa.example"),
        ("http://2130706433:81", "http://127.0.0.1:81"),
        ("http://0x7f.1", "http://127.0.0.1"),
        ("http://0177.0.0.1", "http://127.0.0.1"),
        ("http://127。0。0。1", "http://127.0.0.1"),
        ("http://１２７.0.0.1", "http://127.0.0.1"),
        ("http://[0:0:0::1]", "http://[::1]"),
        ("http://my_cms", "http://my_cms"),
    ],
)
def test_each_address_has_one_spelling(url: str, normal: str) -> None:
    assert normal_address(url) == normal


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.com/cms/admin/", "https://example.com/cms"),
        ("http://admin", "http://admin"),
        ("http://admin/admin", "http://admin"),
    ],
)
def test_the_address_of_the_app_becomes_the_one_of_its_directus(url: str, address: str) -> None:
    assert destination_address(url) == address


@pytest.mark.parametrize(
    ("token", "good"),
    [
        ("abc-123", True),
        ("", False),
        ("a b", False),
        ("abc…", False),
        ("a\n", False),
    ],
)
def test_a_token_is_text_that_a_header_can_hold(token: str, good: bool) -> None:
    assert is_token(token) is good
