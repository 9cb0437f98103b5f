"""Handing mails over, against a real SMTP server on loopback that can be told what to answer."""

import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.fakes.mail_server import MailServer
from tocsin.net.smtp import Connection, MailDelayed, MailRefused, Server, ServerAway

MAIL = b"Subject: x\r\n\r\nbody\r\n"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def send(connection: Connection, recipient: str = "a@b.example") -> None:
    connection.send(sender="notices@cert.example", recipient=recipient, mail=MAIL)


def test_many_mails_go_over_one_connection(server: MailServer) -> None:
    with Connection(Server.of(server.url)) as connection:
        for number in range(5):
            send(connection, f"a{number}@b.example")

    assert [mail.recipients for mail in server.mails] == [[f"a{number}@b.example"] for number in range(5)]
    assert server.mails[0].sender == "notices@cert.example"
    assert server.mails[0].content == MAIL
    assert server.connections == 1


@pytest.mark.parametrize("stage", ["recipient", "data"])
def test_a_temporary_refusal_is_a_delay(server: MailServer, stage: str) -> None:
    server.answer(stage, "451 4.7.1 Greylisted, come back")

    with Connection(Server.of(server.url)) as connection, pytest.raises(MailDelayed, match="Greylisted"):
        send(connection)


@pytest.mark.parametrize("stage", ["recipient", "data"])
def test_a_permanent_refusal_is_for_ever(server: MailServer, stage: str) -> None:
    server.answer(stage, "550 5.1.1 No such mailbox")

    with Connection(Server.of(server.url)) as connection, pytest.raises(MailRefused, match="No such mailbox"):
        send(connection)


def test_a_refusal_leaves_the_connection_usable(server: MailServer) -> None:
    with Connection(Server.of(server.url)) as connection:
        server.answer("recipient", "550 5.1.1 No such mailbox")
        with pytest.raises(MailRefused):
            send(connection)
        server.answer("recipient", "")
        send(connection)

    assert len(server.mails) == 1
    assert server.connections == 1


def test_a_server_that_closes_is_away_for_all(server: MailServer) -> None:
    server.answer("recipient", "421 4.3.2 Shutting down")

    with Connection(Server.of(server.url)) as connection, pytest.raises(ServerAway, match="Shutting down"):
        send(connection)


@pytest.mark.parametrize("stage", ["hello", "sender"])
@pytest.mark.parametrize("answer", ["530 5.7.0 Authentication required", "450 4.7.1 Not now"])
def test_a_server_that_refuses_us_is_away_for_all(server: MailServer, stage: str, answer: str) -> None:
    server.answer(stage, answer)

    with Connection(Server.of(server.url)) as connection:
        with pytest.raises(ServerAway, match=f"takes nothing from us: {answer}"):
            send(connection)
        server.answer(stage, "")
        send(connection)

    assert len(server.mails) == 1


def test_a_mail_that_is_too_large_is_refused_alone(server: MailServer) -> None:
    server.answer("sender", "552 5.3.4 Message size exceeds fixed limit")

    with Connection(Server.of(server.url)) as connection, pytest.raises(MailRefused, match="size exceeds"):
        send(connection)


def test_a_connection_that_was_closed_meanwhile_is_opened_again(server: MailServer) -> None:
    with Connection(Server.of(server.url)) as connection:
        send(connection)
        server.drop_connections()
        send(connection)

    assert len(server.mails) == 2
    assert server.connections == 2


def test_nobody_listening_is_said_with_place() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(ServerAway, match=f"127.0.0.1:{port} can't be used"):
        send(Connection(Server.of(f"smtp://127.0.0.1:{port}")))


def test_no_mail_goes_without_the_encryption_that_was_asked_for(server: MailServer) -> None:
    encrypted = Server.of(server.url.replace("smtp://", "smtp+starttls://"))

    with Connection(encrypted) as connection, pytest.raises(ServerAway, match="STARTTLS"):
        send(connection)

    assert server.mails == []


def test_a_wrong_password_is_the_server_s_refusal_not_the_mail_s() -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with MailServer(authenticator=refuse) as server:
        known = Server(scheme="smtp", host="127.0.0.1", port=server.port, user="u", password="wrong")
        with Connection(known) as connection, pytest.raises(ServerAway, match="does not let us in: 535"):
            send(connection)


def test_a_right_password_gets_in() -> None:
    def accept(*arguments: object) -> AuthResult:
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == b"p@ss")

    with MailServer(authenticator=accept) as server:
        known = Server(scheme="smtp", host="127.0.0.1", port=server.port, user="u", password="p@ss")
        with Connection(known) as connection:
            send(connection)

        assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server(scheme="smtp", host="mail.example", port=25)),
        ("smtps://mail.example", Server(scheme="smtps", host="mail.example", port=465)),
        (
            "smtp+starttls://us%40er:p%3Aw@mail.example:2525",
            Server(scheme="smtp+starttls", host="mail.example", port=2525, user="us@er", password="p:w"),
        ),
    ],
)
def test_the_setting_is_read(url: str, server: Server) -> None:
    assert Server.of(url) == server


@pytest.mark.parametrize(
    ("url", "why"), [("smtp://u:p@mail.example", "unencrypted"), ("http://x", "names no"), ("smtps://", "names no")]
)
def test_an_unusable_setting_says_the_way_out(url: str, why: str) -> None:
    with pytest.raises(ServerAway, match=why):
        Server.of(url)


def test_a_password_is_never_shown() -> None:
    assert "p:w" not in repr(Server.of("smtps://user:p%3Aw@mail.example"))
