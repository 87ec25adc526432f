"""One request to another server: to the checked address, in its time, and nowhere further."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from survey_app.api.webhooks import posting
from survey_app.api.webhooks.addresses import Policy
from survey_app.api.webhooks.posting import LATE, Posting, post
from tests.listener import Listener, listener, slow_talker
from tests.smtp import free_port

TRIED_HERE = Policy(is_loopback=True)


def here(*_: object) -> list[str]:
    return ["127.0.0.1"]


def sending(url: str) -> Posting:
    return Posting(url, {"Content-Type": "application/json", "webhook-id": "msg_1"}, b'{"type":"x"}')


@pytest.fixture
def ear() -> Iterator[Listener]:
    with listener() as found:
        yield found


def test_what_is_sent_arrives_with_its_path_and_query(ear: Listener) -> None:
    outcome = post(sending(ear.url), TRIED_HERE, here)
    assert (outcome.status, outcome.error, outcome.is_taken) == (204, "", True)
    (heard,) = ear.heard
    assert (heard.path, heard.body) == ("/hook?key=of-theirs", b'{"type":"x"}')
    assert heard.headers["host"] == f"127.0.0.1:{ear.port}"
    assert heard.headers["webhook-id"] == "msg_1"
    assert "cookie" not in heard.headers and "authorization" not in heard.headers


def test_a_redirect_is_followed_nowhere(ear: Listener) -> None:
    with listener() as inside:
        ear.status, ear.headers = 302, {"Location": inside.url}
        outcome = post(sending(ear.url), TRIED_HERE, here)
        assert (outcome.status, outcome.is_taken) == (302, False)
        assert "points elsewhere" in outcome.error
        assert inside.heard == []


def test_no_proxy_of_the_environment_is_asked(ear: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    with listener() as proxy:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(sending(ear.url), TRIED_HERE, here).is_taken
        assert proxy.heard == []


def test_a_name_that_answers_otherwise_a_moment_later_gains_nothing(ear: Listener) -> None:
    """The address that was checked is the one that is connected to: nobody asks for the name a second time."""
    asked = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["93.184.215.14"]

    outcome = posting.post(sending(f"https://rebinding.example.org:{8443}/"), Policy(), rebinding)
    assert asked == ["rebinding.example.org"]
    assert not outcome.is_taken
    again = posting.post(sending("https://rebinding.example.org:8443/"), Policy(), rebinding)
    assert "not on the internet" in again.error  # at the next try it is checked anew
    assert ear.heard == []


def test_what_must_not_be_reached_is_told_and_not_tried() -> None:
    for url in ("https://169.254.169.254/latest/meta-data/", "https://[::ffff:127.0.0.1]/", "http://127.0.0.1/"):
        outcome = post(sending(url), Policy(), lambda host, _port: [host])
        assert outcome.status is None
        assert outcome.error


def test_where_nobody_listens_is_said_in_words() -> None:
    outcome = post(sending(f"http://127.0.0.1:{free_port()}/"), TRIED_HERE, here)
    assert (outcome.status, outcome.error) == (None, "Nothing answers at this address.")


def test_who_talks_for_ever_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "READ_SECONDS", 0.3)
    with slow_talker() as port:
        assert post(sending(f"http://127.0.0.1:{port}/"), TRIED_HERE, here).error == LATE
        assert post(sending(f"https://127.0.0.1:{port}/"), TRIED_HERE, here).status is None


def test_who_never_answers_is_cut_off(ear: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "READ_SECONDS", 0.3)
    ear.may_answer.clear()
    assert post(sending(ear.url), TRIED_HERE, here).error == LATE


def test_the_certificate_must_be_of_the_name_though_the_address_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = _certificate(tmp_path, "localhost")
    with listener(context) as safe:
        url = f"https://localhost:{safe.port}/hook"
        assert "certificate is not good" in post(sending(url), TRIED_HERE, here).error  # of nobody we know
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert post(sending(url), TRIED_HERE, here).is_taken
        assert safe.heard[0].headers["host"] == f"localhost:{safe.port}"
        by_number = post(sending(f"https://127.0.0.1:{safe.port}/hook"), TRIED_HERE, here)
        assert "certificate is not good" in by_number.error
        assert len(safe.heard) == 1


def _certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    key, called = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
    )
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    assert ip_address("127.0.0.1").is_loopback  # which this certificate does not name
    file, kept = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    kept.write_bytes(key.private_bytes(*private))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, kept)
    return context, file
