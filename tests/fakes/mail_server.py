"""An SMTP server on loopback that keeps what it gets and can be told what to answer."""

import asyncio
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, kw_only=True)
class Received:
    sender: str
    recipients: list[str]
    content: bytes


class MailServer:
    """Listens on a free port of loopback while it is entered."""

    def __init__(self, authenticator: Any = None) -> None:
        self.mails: list[Received] = []
        self.connections = 0
        self._answers: dict[str, str] = {}
        self._transports: list[asyncio.Transport] = []
        outer = self

        class Counting(SMTP):
            def connection_made(self, transport: Any) -> None:
                outer._transports.append(transport)
                super().connection_made(transport)

            async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802  (the name that aiosmtpd calls)
                outer.connections += 1
                if outer._answers.get("hello"):
                    await self.push(outer._answers["hello"])
                    return
                await super().smtp_EHLO(hostname)

            async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802  (the name that aiosmtpd calls)
                if outer._answers.get("hello"):
                    await self.push(outer._answers["hello"])
                    return
                await super().smtp_HELO(hostname)

        class Listening(Controller):
            def factory(self) -> SMTP:
                given = {"authenticator": authenticator, "auth_require_tls": False} if authenticator else {}
                return Counting(self.handler, **given)

            def _trigger_server(self) -> None:
                """Knock at the port that the system chose; aiosmtpd would knock at 0."""
                socket.create_connection(("127.0.0.1", outer.port), timeout=5).close()

        self._controller = Listening(self, hostname="127.0.0.1", port=0)

    @property
    def port(self) -> int:
        assert self._controller.server is not None
        return int(self._controller.server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def answer(self, stage: str, text: str) -> None:
        """Answer every `hello`, `sender`, `recipient` or `data` so from now on; an empty text lets mails in again."""
        self._answers[stage] = text

    def refuse_recipient(self, address: str, text: str) -> None:
        """Answer so for one recipient only."""
        self._answers[address] = text

    def drop_connections(self) -> None:
        loop = self._controller.loop
        for transport in self._transports:
            loop.call_soon_threadsafe(transport.abort)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result()

    async def handle_MAIL(  # noqa: N802  (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._answers.get("sender"):
            return self._answers["sender"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._answers.get("recipient") or self._answers.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._answers.get("data"):
            return self._answers["data"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(
            Received(sender=envelope.mail_from or "", recipients=list(envelope.rcpt_tos), content=content)
        )
        return "250 OK"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
