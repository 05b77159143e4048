"""Connections that are never made to a link-local or cloud metadata address, whatever a name
resolves to.

An HTTP proxy from the environment resolves names itself, so the proxy has to refuse them.
"""

import socket
from contextlib import suppress
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse

from sidecar.directus.bounded_answers import BoundedAnswer, BoundedBody
from sidecar.directus.exchange import Exchange, current_exchange
from sidecar.errors import AddressForbidden
from sidecar.hosts import is_forbidden_ip


class GuardedAdapter(HTTPAdapter):
    """An adapter whose connections raise AddressForbidden before they send anything, and whose
    answers are limited by the current exchange."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Use the guarded pools."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        """Return the answer, with a limited body."""
        response = super().build_response(req, resp)
        if exchange := current_exchange():
            response.raw = BoundedBody(resp, exchange, str(req.url).partition("?")[0])
        return response


class _GuardedConnection(HTTPConnection):
    response_class = BoundedAnswer

    def send(self, data: Any) -> None:
        """Send ``data``. An instance that reads slowly has the time of the exchange."""
        exchange = current_exchange()
        if exchange and isinstance(data, bytes) and self.sock is not None:
            self._send_within(data, exchange)
        else:
            super().send(data)

    def _send_within(self, data: bytes, exchange: Exchange) -> None:
        unsent = memoryview(data)
        while unsent:
            self.sock.settimeout(exchange.seconds_to_wait())
            unsent = unsent[self.sock.send(unsent) :]

    def _new_conn(self) -> socket.socket:
        with suppress(socket.gaierror):
            for info in socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM):
                self._reject_forbidden(str(info[4][0]))
        connection = super()._new_conn()
        try:
            # Connecting resolved the name again, perhaps to another address.
            self._reject_forbidden(connection.getpeername()[0])
        except BaseException:
            connection.close()
            raise
        return connection

    def _reject_forbidden(self, address: str) -> None:
        if is_forbidden_ip(address):
            raise AddressForbidden(
                f"{self.host} is {address}, a link-local or cloud metadata address; the sidecar "
                "never connects to those"
            )


class _GuardedTlsConnection(_GuardedConnection, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTlsConnection
