"""Allowed hosts: never one that gives a machine's credentials away, else as the operator says."""

import pytest

from sidecar.errors import InvalidRequest
from sidecar.hosts import AllowedHosts, canonical_pattern, is_forbidden
from sidecar.migration.request import check_allowed, check_url


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.0.1",
        "169.254.170.2",
        "2852039166",
        "0xa9fea9fe",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "169.16689662",
        "１６９.254.169.254",
        "169。254。169。254",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[::169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[64:ff9b:1::a9fe:a9fe]",
        "[64:ff9b:1:fffe::a9fe:a9fe]",
        "[64:ff9b:1:a9fe:a9:fe00::]",
        "[64:ff9b:1:a9:fe:a9fe::]",
        "[64:ff9b:1::a9:fea9:fe00:0]",
        "[64:ff9b:1::6464:64c8]",
        "[::ffff:0:169.254.169.254]",
        "[::ffff:0:a9fe:1]",
        "[::ffff:0:100.100.100.200]",
        "[2001:db8:64::a9fe:a9fe]",
        "[2001:db8::5efe:a9fe:a9fe]",
        "[2001:db8::200:5efe:a9fe:101]",
        "[2001:0:a9fe:a9fe::]",
        "[2001:0:102:304:0:0:5601:5601]",
        "[fd00:ec2::23]",
        "[fd00:ec2::253]",
        "[fd00:c1::a9fe:a9fe]",
        "[fd00:a9fe:a9fe::1]",
        "[fd00:42::42]",
        "[::ffff:100.100.100.200]",
        "instance-data.ec2.internal",
        "[fe80::1]",
        "[febf::1]",
        "[fd00:ec2::254]",
        "[FD00:0EC2:0::254]",
        "[fd20:ce::254]",
        "100.100.100.200",
        "168.63.129.16",
        "metadata.google.internal",
        "Metadata.Google.Internal",
        "a.metadata.google.internal",
        "metadata.goog",
    ],
)
def test_link_local_and_metadata_addresses_are_rejected_in_every_spelling(host: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_url(f"http://{host}:8055/latest")
    assert (caught.value.code, caught.value.field) == ("DESTINATION_FORBIDDEN", "destination_url")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "10.0.0.5",
        "172.16.1.1",
        "192.168.1.1",
        "[fd12:3456::1]",
        "[64:ff9b::0a00:1]",
        "[64:ff9b:1::0a00:1]",
        "[::ffff:0:10.0.0.1]",
        "[2001:db8::1]",
        "[fd00:ec3::254]",
        "[fd20:ce::1]",
        "169.253.255.255",
        "169.255.0.0",
        "100.100.100.201",
        "metadata",
        "mymetadata.google.internal.example.com",
    ],
)
def test_loopback_and_private_networks_are_not_forbidden(host: str) -> None:
    assert not is_forbidden(f"http://{host}")


@pytest.mark.parametrize(
    ("pattern", "host", "allowed"),
    [
        ("*.example.com", "cms.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "evilexample.com", False),
        ("*.example.com", "cms.example.com.evil.org", False),
        ("*.example.com", "CMS.Example.com", True),
        ("cms.internal", "cms.internal", True),
        ("cms.internal", "a.cms.internal", False),
        ("cms.internal", "cms-internal", False),
        ("bücher.example", "xn--bcher-kva.example", True),
        ("10.0.0.5", "167772165", True),
        ("10.0.0.5", "10.0.0.50", False),
        ("[::1]", "[0:0::1]", True),
    ],
)
def test_patterns_match_whole_hosts(pattern: str, host: str, allowed: bool) -> None:
    assert (
        AllowedHosts((canonical_pattern(pattern),)).allow(f"https://{host}:8055/admin") is allowed
    )


def test_without_patterns_every_destination_is_allowed_and_with_them_no_other() -> None:
    check_allowed("https://cms.example.com", AllowedHosts())
    with pytest.raises(
        InvalidRequest, match=r"cms\.example\.com.*MIGRATION_ALLOWED_DESTINATIONS"
    ) as caught:
        check_allowed("https://cms.example.com", AllowedHosts(("a.example", "*.b.example")))
    assert caught.value.code == "DESTINATION_NOT_ALLOWED"


@pytest.mark.parametrize(
    "entered",
    ["9f2b-token-in-the-wrong-field", "https://me:hush-token@host", "https://host?t=hush-token"],
)
def test_an_invalid_address_is_not_repeated_in_the_error(entered: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_url(entered)
    assert "token" not in caught.value.message
