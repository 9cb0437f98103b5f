"""Hands mails to a mail server (RFC 5321), many over one connection, and sorts what it answers into later and never."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

#: For connecting and for each answer; servers that scan mail take their time (RFC 5321, section 4.5.3.2).
TIMEOUT_S: Final = 60
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
#: RFC 5321, section 4.2: done, closing the channel, and from here on never.
_DONE: Final = 250
_CLOSING: Final = 421
_PERMANENT: Final = 500
#: RFC 1870, section 6.1: of what is told with the sender, the one thing that is about this mail and no other.
_TOO_LARGE: Final = 552


class MailRefused(Exception):
    """The server will never take this mail; the message is its answer."""


class MailDelayed(Exception):
    """The server does not take this mail now; the message is its answer."""


class ServerAway(Exception):
    """The server can't be used now, for any mail; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where and how to hand mails over."""

    scheme: str
    host: str
    port: int
    user: str = ""
    #: Never shown, not even in a trace.
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read `smtp+starttls://user:password@host:587`, `smtps://...` or `smtp://host`.

        Raises:
            ServerAway: it names no server, or a password would travel unencrypted.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ServerAway("TOCSIN_MAIL names no mail server. Write smtp+starttls://user:password@host:587.")
        if parts.scheme == "smtp" and parts.password:
            raise ServerAway(
                "The password in TOCSIN_MAIL would travel unencrypted. Write smtp+starttls:// or smtps://."
            )
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class Connection:
    """One connection: opened by the first mail, used for all, opened again when the server has closed it meanwhile."""

    def __init__(self, server: Server, *, timeout_s: float = TIMEOUT_S) -> None:
        self._server = server
        self._timeout_s = timeout_s
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, *, sender: str, recipient: str, mail: bytes) -> None:
        """Hand over one mail.

        Raises:
            MailRefused: never (5xx).
            MailDelayed: later (4xx).
            ServerAway: no connection, no trust in its certificate, no log-in, no wish to hear from us.
        """
        smtp = self._ready()
        try:
            smtp.sendmail(sender, [recipient], mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._judge(code, answer, error)
        except (smtplib.SMTPHeloError, smtplib.SMTPSenderRefused) as error:
            # It refuses us, not this mail: whatever comes next would be refused as well.
            if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == _TOO_LARGE:
                self._judge(error.smtp_code, error.smtp_error, error)
            self._forget()
            raise ServerAway(
                f"{self._server.host} takes nothing from us: {error.smtp_code} {_text(error.smtp_error)}"
            ) from error
        except smtplib.SMTPServerDisconnected as error:
            self._forget()
            raise ServerAway(f"{self._server.host} closed the connection: {error}") from error
        except smtplib.SMTPResponseException as error:
            self._judge(error.smtp_code, error.smtp_error, error)
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused(f"{self._server.host} cannot take this address: {error}") from error
        except OSError as error:
            self._forget()
            raise ServerAway(f"{self._server.host} does not answer: {error}") from error

    def reach(self) -> None:
        """Connect and log in, as the first mail would, to see whether it goes.

        Raises:
            ServerAway: it does not.
        """
        self._ready()

    def close(self) -> None:
        """Say goodbye; nothing is lost when that fails."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._forget()

    def _judge(self, code: int, answer: bytes | str, error: Exception) -> None:
        said = _text(answer)
        if code == _CLOSING:
            self._forget()
            raise ServerAway(f"{self._server.host} closes: {code} {said}") from error
        if code >= _PERMANENT:
            raise MailRefused(f"{code} {said}") from error
        raise MailDelayed(f"{code} {said}") from error

    def _ready(self) -> smtplib.SMTP:
        if self._smtp is not None:
            try:
                if self._smtp.noop()[0] == _DONE:
                    return self._smtp
            except (smtplib.SMTPException, OSError):
                pass
            self._forget()
        self._smtp = self._open()
        return self._smtp

    def _open(self) -> smtplib.SMTP:
        server = self._server
        try:
            if server.scheme == "smtps":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self._timeout_s, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout_s)
            try:
                if server.scheme == "smtp+starttls":
                    smtp.starttls(context=ssl.create_default_context())
                if server.user:
                    smtp.login(server.user, server.password)
            except BaseException:
                smtp.close()
                raise
        except smtplib.SMTPAuthenticationError as error:
            said = _text(error.smtp_error)
            raise ServerAway(f"{server.host} does not let us in: {error.smtp_code} {said}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(f"{server.host}:{server.port} can't be used: {error}") from error
        return smtp

    def _forget(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
