"""The project's own settings of nginx, in a real nginx before a small web node that says what reached it."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from survey_app import create_app
from survey_app.settings import PROJECT_ROOT, load_settings
from tests.databases import KEYS
from tests.topology.kept import Kept
from tests.topology.machines import steady_port
from tests.topology.proxy import Proxy, nginx

pytestmark = pytest.mark.skipif(nginx() is None, reason="there is no nginx on this machine: make nginx")

TOKEN = "k3Vw9-this-is-a-secret-token"
SETTINGS = (PROJECT_ROOT / "deploy" / "nginx" / "survey.conf").read_text()


class Node(BaseHTTPRequestHandler):
    """Answers with what it was sent; what has no answer breaks off."""

    seen = 0

    def do_GET(self) -> None:
        type(self).seen += 1
        body = json.dumps({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(503 if self.path == "/health/ready" else 200)
        if self.path.startswith("/static/"):
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def node(port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Node)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Site:
    """An nginx and where it listens."""

    def __init__(self, folder: Path) -> None:
        self.port, self.http_port, self.node_port = steady_port(), steady_port(), steady_port()
        node_address = f"127.0.0.1:{self.node_port}"
        self.proxy = Proxy(folder, port=self.port, http_port=self.http_port, web_nodes=[node_address])

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, str]:
        context = ssl.create_default_context(cafile=self.proxy.certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site") / "nginx")
    with (made.proxy.folder / "said").open("wb") as log:
        process = Kept(made.proxy.command, {}, log)
        try:
            while not made.is_listening():
                assert process.is_running, (made.proxy.folder / "said").read_text()
            yield made
        finally:
            process.kill_what_is_left()


@pytest.fixture
def web_node(site: Site) -> Iterator[None]:
    with node(site.node_port):
        yield


def test_nginx_takes_the_settings(site: Site) -> None:
    assert "test is successful" in site.proxy.check()


@pytest.mark.usefixtures("web_node")
class TestWhatReachesTheApp:
    def test_is_who_asked_by_which_scheme_and_for_which_name(self, site: Site) -> None:
        _, said = site.ask("/dashboards/?a=1")
        found = json.loads(said)
        assert found["path"] == "/dashboards/?a=1"
        assert found["headers"]["x-forwarded-for"] == "127.0.0.1"
        assert found["headers"]["x-forwarded-proto"] == "https"
        assert found["headers"]["host"] == f"127.0.0.1:{site.port}"

    def test_is_nothing_that_a_sender_says_of_the_way_it_came(self, site: Site) -> None:
        _, said = site.ask(
            "/",
            X_Forwarded_For="10.9.8.7",
            X_Forwarded_Proto="http",
            X_Forwarded_Host="evil.example",
            X_Forwarded_Prefix="/evil",
            Forwarded="for=10.9.8.7",
        )
        headers = json.loads(said)["headers"]
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["x-forwarded-proto"] == "https"
        assert {"x-forwarded-host", "x-forwarded-prefix", "forwarded"}.isdisjoint(headers)
        assert "10.9.8.7" not in said

    def test_is_no_question_for_the_figures_of_the_machines(self, site: Site) -> None:
        answer, said = site.ask("/metrics")
        assert answer.status == 404
        assert "headers" not in said

    def test_is_every_file_that_a_page_takes_and_none_that_is_larger_by_far(self, site: Site, tmp_path: Path) -> None:
        app = create_app(load_settings({"INSTANCE_PATH": str(tmp_path), **KEYS}))
        largest = max(getattr(view, "_most_bytes", 0) for view in app.view_functions.values())
        (limit,) = re.findall(r"client_max_body_size (\d+)m;", SETTINGS)
        assert largest < int(limit) * 2**20 < 1.5 * largest
        assert site.ask("/api/v1/contacts", "POST", b"x" * largest)[0].status == 200
        assert site.ask("/api/v1/contacts", "POST", b"x" * (int(limit) * 2**20 + 1))[0].status == 413

    def test_is_a_whole_request_however_slowly_it_is_sent(self, site: Site) -> None:
        before = Node.seen
        context = ssl.create_default_context(cafile=site.proxy.certificate)
        with context.wrap_socket(socket.create_connection(("127.0.0.1", site.port)), server_hostname="127.0.0.1") as it:
            it.sendall(b"POST /s/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
            assert site.ask("/")[0].status == 200  # that one was answered meanwhile, the slow one was not passed on
            assert Node.seen == before + 1
            it.sendall(b"67890")
            assert it.recv(100).startswith(b"HTTP/1.1 200")

    def test_is_a_static_file_once_and_every_page_each_time(self, site: Site) -> None:
        before = Node.seen
        assert {site.ask("/static/a.css?v=1")[0].status for _ in range(3)} == {200}
        assert Node.seen == before + 1
        site.ask("/static/a.css?v=2")
        assert Node.seen == before + 2
        site.ask("/dashboards/")
        site.ask("/dashboards/")
        assert Node.seen == before + 4

    def test_is_told_as_the_app_told_it_even_when_it_cannot_serve(self, site: Site) -> None:
        answer, said = site.ask("/health/ready")
        assert answer.status == 503
        assert json.loads(said)["path"] == "/health/ready"


class TestWhenNobodyServes:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_people_are_told_to_come_back(self, site: Site, method: str) -> None:
        answer, said = site.ask(f"/s/{TOKEN}", method, b"a=1" if method == "POST" else None)
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "300"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "your link and your code stay valid" in said

    @pytest.mark.usefixtures("web_node")
    def test_and_so_they_are_while_there_is_maintenance(self, site: Site) -> None:
        site.proxy.maintenance.touch()
        try:
            answer, said = site.ask("/dashboards/")
        finally:
            site.proxy.maintenance.unlink()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "300")
        assert "not available just now" in said
        assert site.ask("/dashboards/")[0].status == 200


def test_no_log_holds_a_token_a_query_or_a_browser(site: Site) -> None:
    for path in (
        f"/s/{TOKEN}",
        f"/u/{TOKEN}/one-click",
        f"/accounts/welcome/{TOKEN}",
        f"/assisted/enter/{TOKEN}",
        f"/%73/{TOKEN}",
    ):
        site.ask(f"{path}?secret={TOKEN}", User_Agent=TOKEN, Referer=f"https://a/{TOKEN}")
    logs = site.proxy.logs()
    assert "/s/[token]" in logs
    assert "/assisted/enter/[token]" in logs
    assert TOKEN not in logs


def test_plain_http_leads_to_https(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.http_port, timeout=20)
    connection.request("GET", "/s/x?a=1", headers={"Host": "survey.example.org"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://survey.example.org/s/x?a=1")
    connection.close()


def test_addresses_with_tokens_are_those_that_the_app_keeps_out_of_its_own_logs() -> None:
    ours = (PROJECT_ROOT / "survey_app" / "kernel" / "discretion.py").read_text()
    for places in ("s|o|k|u|v|asked", "first|welcome|forgotten-password", "enter|sent"):
        assert f"(?:{places})/" in ours
        assert f"(?:{places})/" in SETTINGS
