"""E-mail goes out whole, over real SMTP or into a folder, and a refusal says whether trying again can help."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from survey_app.messaging.email import Email, OutboxTransport, SmtpTransport, email_transport
from survey_app.messaging.errors import SendError, ServerTrouble
from tests.smtp import SmtpServer, parts, smtp_server

MESSAGE = Email(
    message_id="ABC123.invitation",
    sender_name="Anyborough Council",
    sender_email="feedback@anyborough.example",
    recipient="resident@example.org",
    subject="How did we do?\nYour call",
    text="Plain words – with a dash.",
    html="<p>Rich words – with a dash.</p>",
    unsubscribe_url="https://anyborough.example/u/token/one-click",
)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def transport(server: SmtpServer) -> Iterator[SmtpTransport]:
    made = SmtpTransport(server.url)
    yield made
    made.close()


def test_a_message_arrives_with_both_parts_and_one_click_unsubscribe(
    server: SmtpServer, transport: SmtpTransport
) -> None:
    transport.send(MESSAGE)
    (arrived,) = server.taken
    assert arrived["To"] == "resident@example.org"
    assert arrived["From"] == "Anyborough Council <feedback@anyborough.example>"
    assert arrived["Subject"] == "How did we do? Your call"
    assert arrived["List-Unsubscribe"] == "<https://anyborough.example/u/token/one-click>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["Message-ID"] == "<ABC123.invitation@anyborough.example>"
    assert parts(arrived)["text/plain"].strip() == MESSAGE.text
    assert parts(arrived)["text/html"].strip() == MESSAGE.html


def test_words_of_any_language_and_length_arrive_as_they_were_written() -> None:
    message = replace(
        MESSAGE,
        sender_name='Cyngor Sir Fôn, "Ynys Môn"',
        subject="آپ کی رائے: sut wnaethon ni? " + "gair " * 40 + "ŵ",
        text="First.\r\n.\nFrom here = there \n\n" + "ŷ" * 300 + "\n--=_alternative--\nend ",
        html="<p>" + "آپ" * 500 + "</p>\n<p>=20</p>",
    )
    read = cast(EmailMessage, email.message_from_bytes(message.as_bytes(), policy=policy.default))
    assert (read["From"].addresses[0].display_name, read["Subject"]) == (message.sender_name, message.subject)
    assert message.html is not None
    assert {kind: text.splitlines() for kind, text in parts(read).items()} == {
        "text/plain": message.text.splitlines(),
        "text/html": message.html.splitlines(),
    }
    assert all(len(line) <= 998 and line.isascii() for line in message.as_bytes().splitlines())
    assert read.defects == []


def test_a_letter_without_a_rich_part_is_plain_text() -> None:
    read = email.message_from_bytes(replace(MESSAGE, html=None).as_bytes(), policy=policy.default)
    assert (read.get_content_type(), read["Content-Type"].params["charset"]) == ("text/plain", "utf-8")


def test_many_messages_share_one_connection(server: SmtpServer, transport: SmtpTransport) -> None:
    for number in range(5):
        transport.send(replace(MESSAGE, message_id=str(number)))
    assert (len(server.taken), server.connections) == (5, 1)


@pytest.mark.parametrize(("reply", "is_permanent"), [("550 no such person", True), ("451 try again later", False)])
def test_a_refusal_says_whether_it_is_permanent(
    server: SmtpServer, transport: SmtpTransport, reply: str, is_permanent: bool
) -> None:
    server.refusal = reply
    with pytest.raises(SendError) as refused:
        transport.send(MESSAGE)
    assert refused.value.is_permanent is is_permanent
    assert str(refused.value) == f"SMTP {reply[:3]}"  # not the server's words, which repeat the address
    server.refusal = None
    transport.send(MESSAGE)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("reply", "is_no_address"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("553 5.1.10 takes no mail", True),
        ("550 no such person", False),  # some servers say that of a message they do not like
        ("550 5.7.1 refused by policy", False),
        ("553 5.1.8 the sender's domain is unknown", False),
        ("552 5.2.2 mailbox full", False),
        ("450 4.1.1 not known yet", False),
    ],
)
def test_an_address_does_not_exist_only_where_the_server_says_just_that(
    server: SmtpServer, transport: SmtpTransport, reply: str, is_no_address: bool
) -> None:
    server.refusal = reply
    with pytest.raises(SendError) as refused:
        transport.send(MESSAGE)
    assert refused.value.is_no_address is is_no_address


def test_a_server_that_is_not_there_is_trouble_of_its_own() -> None:
    with pytest.raises(ServerTrouble):
        SmtpTransport("smtp://127.0.0.1:1").send(MESSAGE)


def test_a_refused_sign_in_is_the_servers_trouble_and_not_the_messages(server: SmtpServer) -> None:
    transport = SmtpTransport(server.url.replace("smtp://", "smtp://user:wrong@"))
    with pytest.raises(ServerTrouble):
        transport.send(MESSAGE)


@pytest.mark.parametrize("recipient", ["josé@example.org", "=?utf-8?q?x?=@example.org", "no address"])
def test_an_address_that_no_header_can_hold_is_refused_for_good(tmp_path: Path, recipient: str) -> None:
    with pytest.raises(SendError) as refused:
        OutboxTransport(tmp_path).send(replace(MESSAGE, recipient=recipient))
    assert refused.value.is_permanent


def test_without_a_mail_server_messages_go_to_the_outbox(tmp_path: Path) -> None:
    transport = email_transport(None, tmp_path / "outbox")
    assert isinstance(transport, OutboxTransport)
    transport.send(MESSAGE)
    transport.send(MESSAGE)
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700
    (file,) = (tmp_path / "outbox").iterdir()
    assert email.message_from_bytes(file.read_bytes(), policy=policy.default)["To"] == "resident@example.org"
