"""What an address and a token have to look like, wherever they are entered."""

import re
import socket
from ipaddress import IPv6Address
from urllib.parse import urlsplit, urlunsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_-]{1,63}\Z")


def is_address(url: str) -> bool:
    """Whether ``url`` is a plain http(s) address: a host, no credentials, no query, no fragment."""
    # Parsers differ about backslashes, and some drop line breaks: what is checked has to be what is
    # connected to.
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        canonical_host(parts.hostname or "")
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = not ("@" in parts.netloc or parts.query or parts.fragment)
    return parts.scheme in DEFAULT_PORTS and port_is_good and plain


def canonical_host(host: str) -> str:
    """One spelling for one host, as it is connected to: lower case, international names in their
    ASCII form, any way to write an IP address in the usual one. Raises ValueError for what is no
    host."""
    if ":" in host:
        if "%" in host:
            raise ValueError(f"{host!r} names a network interface")
        return str(IPv6Address(host))
    name = (host if host.isascii() else idna.encode(host, uts46=True).decode()).lower()
    if not all(LABEL.match(label) for label in name.split(".")):
        raise ValueError(f"{host!r} is no host")
    try:
        # 2130706433, 0x7f.1 and 0177.0.0.1 are all taken for 127.0.0.1 where connections are made.
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return name


def host_of(url: str) -> str:
    """The canonical host of an address."""
    return canonical_host(urlsplit(url).hostname or "")


def normal_address(url: str) -> str:
    """One spelling for one address: its canonical host, no default port, no slash at the end."""
    parts = urlsplit(url)
    host = host_of(url)
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return urlunsplit((parts.scheme, host + port, parts.path.rstrip("/"), "", ""))


def destination_address(url: str) -> str:
    """The normal address of the Directus that a person means by ``url``, which may be that of its
    app."""
    parts = urlsplit(normal_address(url))
    return urlunsplit(parts._replace(path=parts.path.removesuffix("/admin")))


def is_token(token: str) -> bool:
    """Whether ``token`` could stand in an HTTP header."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token
