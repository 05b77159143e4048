"""Connections to an instance. None is made to a link-local or cloud metadata address, whatever a
name resolves to.

An HTTP proxy of the environment resolves names itself; there the proxy has to refuse.
"""

import socket
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from sidecar.errors import AddressForbidden
from sidecar.hosts import is_forbidden_ip


class GuardedAdapter(HTTPAdapter):
    """An adapter for sessions whose connections raise AddressForbidden before anything is sent."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _Guard(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        with suppress(socket.gaierror):
            for found in socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM):
                self._admit(str(found[4][0]))
        connection = super()._new_conn()
        try:
            # The name was resolved once more, and may have become another address meanwhile.
            self._admit(connection.getpeername()[0])
        except BaseException:
            connection.close()
            raise
        return connection

    def _admit(self, address: str) -> None:
        if is_forbidden_ip(address):
            raise AddressForbidden(
                f"{self.host} is {address}, a link-local or cloud metadata address, "
                f"which is never connected to"
            )


class _Https(_Guard, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Guard


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https
