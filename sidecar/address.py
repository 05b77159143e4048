"""The form of addresses and tokens, wherever somebody enters them."""

import re
import socket
from ipaddress import IPv6Address
from urllib.parse import urlsplit, urlunsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
LOCALHOST = "localhost"
LABEL = re.compile(r"[a-z0-9_-]{1,63}\Z")


def is_address(url: str) -> bool:
    """Whether ``url`` is a plain http(s) address: a host, no credentials, no query, no fragment."""
    # Parsers disagree about backslashes, and some drop line breaks. The host that is checked must
    # be the host that is connected to.
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        canonical_host(parts.hostname or "")
        has_valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = not ("@" in parts.netloc or parts.query or parts.fragment)
    return parts.scheme in DEFAULT_PORTS and has_valid_port and is_plain


def names_host(text: str) -> bool:
    """Whether ``text``, an address without its scheme, surely begins with a host: it has a dot, a
    port, or is localhost. A single word may be a token."""
    host = text.partition("/")[0].lower()
    return "." in host or ":" in host or host == LOCALHOST


def canonical_host(host: str) -> str:
    """Return the one spelling under which a host is compared and connected to.

    Names are lower case, and international names have their ASCII form. IP addresses have their
    usual form. Raises ValueError when ``host`` is not a host.
    """
    if ":" in host:
        if "%" in host:
            raise ValueError(f"{host!r} names a network interface")
        return str(IPv6Address(host))
    name = (host if host.isascii() else idna.encode(host, uts46=True).decode()).lower()
    if not all(LABEL.match(label) for label in name.split(".")):
        raise ValueError(f"{host!r} is not a host")
    try:
        # A connection to 2130706433, 0x7f.1 or 0177.0.0.1 goes to 127.0.0.1.
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return name


def host_of(url: str) -> str:
    """Return the canonical host of an address."""
    return canonical_host(urlsplit(url).hostname or "")


def normal_address(url: str) -> str:
    """Return the one spelling of an address: canonical host, no default port, no final slash."""
    parts = urlsplit(url)
    host = host_of(url)
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return urlunsplit((parts.scheme, host + port, parts.path.rstrip("/"), "", ""))


def destination_address(url: str) -> str:
    """Return the normal address of a Directus; ``url`` may be the address of its app."""
    parts = urlsplit(normal_address(url))
    return urlunsplit(parts._replace(path=parts.path.removesuffix("/admin")))


def is_token(token: str) -> bool:
    """Whether an HTTP header can hold ``token``."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token
