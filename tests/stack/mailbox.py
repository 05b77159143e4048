"""A real SMTP server that keeps what it is sent, for a Directus to mail to."""

import time
from email import message_from_bytes
from email.message import Message
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import POLL_SECONDS

ARRIVAL_SECONDS = 30.0


class Mailbox:
    """Runs from ``with`` on; ``environment`` makes a Directus send its mail here."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Message]] = []
        port = free_port()
        self._controller = Controller(self, hostname=LOOPBACK, port=port)
        self.environment = {
            "EMAIL_TRANSPORT": "smtp",
            "EMAIL_SMTP_HOST": LOOPBACK,
            "EMAIL_SMTP_PORT": str(port),
            "EMAIL_SMTP_SECURE": "false",
            "EMAIL_SMTP_IGNORE_TLS": "true",
            "EMAIL_FROM": "directus@example.com",
        }

    def recipients(self, count: int) -> list[str]:
        """Who has got mail, once per mail, in order of the address; waits until ``count`` mails are
        there."""
        until = time.monotonic() + ARRIVAL_SECONDS
        while len(self.received) < count and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        return sorted(recipient for recipient, _ in self.received)

    def subject(self, recipient: str) -> str:
        return next(str(message["Subject"]) for to, message in self.received if to == recipient)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 No content"
        self.received += [
            (recipient, message_from_bytes(content)) for recipient in envelope.rcpt_tos
        ]
        return "250 OK"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._controller.stop()
