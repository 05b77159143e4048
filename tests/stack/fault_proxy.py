"""A proxy that does to requests and answers what bad networks, proxies and tired servers do to
them."""

import asyncio
import json
import socket
import struct
import time

from tests.stack.delay_proxy import DelayProxy, Exchange, Streams
from tests.stack.fault_plan import Fault, FaultPlan
from tests.stack.relay import Head, relay_body

PAGE = b"<!DOCTYPE html><html><body><h1>Be right back</h1></body></html>"
EXPIRED = json.dumps(
    {"errors": [{"message": "Token expired.", "extensions": {"code": "TOKEN_EXPIRED"}}]}
).encode()
TOO_MANY = json.dumps(
    {"errors": [{"message": "Too many.", "extensions": {"code": "REQUESTS_EXCEEDED"}}]}
).encode()
ANSWERS = {
    Fault.BAD_GATEWAY: (502, PAGE),
    Fault.UNAVAILABLE: (503, PAGE),
    Fault.ERROR_PAGE: (500, PAGE),
    Fault.PAGE: (200, PAGE),
    Fault.STORM: (429, TOO_MANY),
    Fault.EXPIRED: (401, EXPIRED),
}
LINGER = struct.pack("ii", 1, 0)


class FaultProxy(DelayProxy):
    """Forwards to ``target`` as ``plan`` lets it. A stall lasts ``stall_seconds``, a storm
    ``storm_seconds``, in which everybody is told to come back after ``retry_after`` seconds."""

    def __init__(
        self,
        target: str,
        plan: FaultPlan,
        *,
        stall_seconds: float = 3.0,
        storm_seconds: float = 0.5,
        retry_after: float = 1,
    ) -> None:
        super().__init__(target)
        self._plan = plan
        self._stall_seconds = stall_seconds
        self._storm_seconds = storm_seconds
        self._retry_after = retry_after
        self._storm_ends = 0.0
        self._expired = False

    async def exchange(self, request: Head, client: Streams, target: Streams) -> None:
        fault = self._fault(request)
        if fault is None:
            await super().exchange(request, client, target)
        elif fault in ANSWERS:
            await self._answer(request, client, *ANSWERS[fault])
        elif fault is Fault.RESET_BEFORE:
            _reset(client[1])
        else:
            held = _Held()
            await self.forward(request, client[0], held, target)
            if fault is Fault.STALL:
                await asyncio.sleep(self._stall_seconds)
            if fault is Fault.TRUNCATED:
                client[1].write(bytes(held.content[: len(held.content) * 3 // 4]))
                client[1].close()
            else:
                _reset(client[1])

    def _fault(self, request: Head) -> Fault | None:
        fault = self._plan.draw(request.words[0], request.words[1].partition("?")[0])
        now = time.monotonic()
        if fault is Fault.STORM:
            self._storm_ends = now + self._storm_seconds
        self._expired = self._expired or fault is Fault.EXPIRED
        if self._expired:
            return Fault.EXPIRED
        return Fault.STORM if now < self._storm_ends else fault

    async def _answer(self, request: Head, client: Streams, status: int, body: bytes) -> None:
        exchange = Exchange(
            time.monotonic(), request.words[0], request.words[1].partition("?")[0], status
        )
        self.exchanges.append(exchange)
        await relay_body(request, client[0], _Held())
        kind = "text/html" if body is PAGE else "application/json"
        again = f"Retry-After: {self._retry_after:.0f}\r\n" if status == 429 else ""
        head = (
            f"HTTP/1.1 {status} Fault\r\nContent-Type: {kind}\r\nContent-Length: "
            f"{len(body)}\r\n{again}\r\n"
        )
        client[1].write(head.encode() + body)
        await client[1].drain()


class _Held:
    """Keeps an answer instead of passing it on."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> None:
        self.content += data

    async def drain(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection as a machine does that knows nothing of it."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    writer.transport.abort()
