"""Which hosts a migration may go to: link-local and cloud metadata addresses never, others as the
operator says."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sidecar.address import canonical_host, host_of

# What answers there hands out the credentials of the machine, and trusts whoever asks from it.
FORBIDDEN = tuple(
    ip_network(network)
    for network in (
        "169.254.0.0/16",
        "fe80::/10",
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
    )
)
FORBIDDEN_NAMES = frozenset({"metadata.google.internal", "metadata.goog"})
# IPv6 addresses whose last 32 bits are an IPv4 address: NAT64, and an old way to write one.
CARRIERS = (ip_network("64:ff9b::/96"), ip_network("::/96"))
ANY_BELOW = "*."


def is_forbidden_ip(text: str) -> bool:
    """Whether the IP address ``text`` is link-local or that of a cloud's metadata, also inside an
    IPv6 address."""
    return any(ip in network for ip in _forms(text.partition("%")[0]) for network in FORBIDDEN)


def is_forbidden(url: str) -> bool:
    """Whether the host of an address says by itself that it is such a place. A name may still turn
    out to be one."""
    host = host_of(url)
    try:
        return is_forbidden_ip(host)
    except ValueError:
        return any(host == name or host.endswith(f".{name}") for name in FORBIDDEN_NAMES)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts such as ``cms.internal``, or with ``*.example.com`` all those below one; any host where
    there is none."""

    patterns: tuple[str, ...] = ()

    def allow(self, url: str) -> bool:
        host = host_of(url)
        return not self.patterns or any(_matches(host, pattern) for pattern in self.patterns)


def canonical_pattern(text: str) -> str:
    """One spelling for one pattern. Raises ValueError for what is none."""
    name = text.removeprefix(ANY_BELOW).removeprefix("[").removesuffix("]")
    host = canonical_host(name)
    if not text.startswith(ANY_BELOW):
        return host
    if ":" in host or host.replace(".", "").isdigit():
        raise ValueError(f"{text!r}: there is nothing below an IP address")
    return ANY_BELOW + host


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith(ANY_BELOW) else host == pattern


def _forms(text: str) -> Iterator[IPv4Address | IPv6Address]:
    ip = ip_address(text)
    yield ip
    if isinstance(ip, IPv6Address):
        yield from (form for form in (ip.ipv4_mapped, ip.sixtofour) if form)
        if any(ip in carrier for carrier in CARRIERS):
            yield IPv4Address(int(ip) & 0xFFFFFFFF)
