"""Which hosts a migration may connect to.

Link-local and cloud metadata addresses are always forbidden. The operator may restrict the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sidecar.address import LOCALHOST, canonical_host, host_of

# Services at these addresses give the machine's credentials to every process on it.
FORBIDDEN = tuple(
    ip_network(network)
    for network in (
        "169.254.0.0/16",
        "fe80::/10",
        # AWS, Google, Oracle, Linode, Scaleway.
        "fd00:ec2::/32",
        "fd20:ce::254/128",
        "fd00:c1::a9fe:a9fe/128",
        "fd00:a9fe:a9fe::1/128",
        "fd00:42::42/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
    )
)
FORBIDDEN_NAMES = frozenset(
    {
        "metadata.google.internal",
        "metadata.goog",
        "metadata.tencentyun.com",
        "instance-data.ec2.internal",
    }
)
# IPv6 addresses whose last 32 bits are an IPv4 address: NAT64, IPv4-translated, and an obsolete
# notation.
EMBEDDING_NETWORKS = tuple(
    ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")
)
# Addresses of translators and tunnels have these last 64 bits, whatever their network.
ISATAP = (0x00005EFE, 0x02005EFE)
LOCAL_NAT64 = ip_network("64:ff9b:1::/48")
# Any network may be a NAT64 of somebody. So these are found at the end of all IPv6 addresses.
METADATA = frozenset(
    IPv4Address(ip)
    for ip in (
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
    )
)
SUBDOMAINS = "*."
# Names of these domains exist in private networks only.
PRIVATE_DOMAINS = (LOCALHOST, "local", "internal", "lan", "home.arpa")


def is_forbidden_ip(text: str) -> bool:
    """Whether the IP address ``text`` is forbidden, also if an IPv6 address embeds it.

    Raises ValueError when ``text`` is not an IP address.
    """
    ips = _with_embedded(text.partition("%")[0])
    return any(ip in network for ip in ips for network in FORBIDDEN)


def is_forbidden(url: str) -> bool:
    """Whether the host of an address is forbidden as written.

    A name may still resolve to a forbidden address; connections check that.
    """
    host = host_of(url)
    try:
        return is_forbidden_ip(host)
    except ValueError:
        return any(host == name or host.endswith(f".{name}") for name in FORBIDDEN_NAMES)


def is_private(host: str) -> bool:
    """Whether a canonical host is in a private network by its IP address or its name. A name
    without a dot is."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(tuple(f".{name}" for name in PRIVATE_DOMAINS))


def is_loopback(host: str) -> bool:
    """Whether a canonical host is this machine by its IP address or its name."""
    try:
        return any(ip.is_loopback or ip.is_unspecified for ip in _with_embedded(host))
    except ValueError:
        return host == LOCALHOST or host.endswith(f".{LOCALHOST}")


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that the operator allows; without patterns, all of them."""

    # A host such as ``cms.internal``, or ``*.example.com`` for all its subdomains.
    patterns: tuple[str, ...] = ()

    def allow(self, url: str) -> bool:
        """Whether a migration may connect to the host of ``url``."""
        host = host_of(url)
        return not self.patterns or any(_matches(host, pattern) for pattern in self.patterns)


def canonical_pattern(text: str) -> str:
    """Return the one spelling of a pattern. Raises ValueError when ``text`` is not a pattern."""
    name = text.removeprefix(SUBDOMAINS).removeprefix("[").removesuffix("]")
    host = canonical_host(name)
    if not text.startswith(SUBDOMAINS):
        return host
    if ":" in host or host.replace(".", "").isdigit():
        raise ValueError(f"{text!r}: an IP address has no subdomains")
    return SUBDOMAINS + host


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith(SUBDOMAINS) else host == pattern


def _with_embedded(text: str) -> Iterator[IPv4Address | IPv6Address]:
    """Yield an IP address, and the IPv4 addresses that it embeds."""
    ip = ip_address(text)
    yield ip
    if isinstance(ip, IPv6Address):
        last = IPv4Address(int(ip) & 0xFFFFFFFF)
        yield from (embedded for embedded in (ip.ipv4_mapped, ip.sixtofour) if embedded)
        yield from ip.teredo or ()
        is_isatap = (int(ip) >> 32) & 0xFFFFFFFF in ISATAP
        if last in METADATA or is_isatap or any(ip in one for one in EMBEDDING_NETWORKS):
            yield last
        if ip in LOCAL_NAT64:
            yield from _in_nat64(int(ip))


def _in_nat64(ip: int) -> Iterator[IPv4Address]:
    """The IPv4 addresses behind the prefixes of 48, 56 and 64 bits of RFC 6052. Bits 64 to 71 are
    left out."""
    without_gap = (ip >> 64) << 56 | ip & ((1 << 56) - 1)
    for prefix in (48, 56, 64):
        yield IPv4Address((without_gap >> (120 - prefix - 32)) & 0xFFFFFFFF)
