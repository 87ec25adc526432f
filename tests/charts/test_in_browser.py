"""The interactive figure in a real browser, under the policy that every page has."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from survey_app.charts import BarChart, view
from tests.charts.cast import SERVICES, YEAR

ROOT = Path(__file__).parent.parent.parent
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; report-uri /report"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}
BARS = BarChart(key="bars", title="Bars", sentence="s", points=SERVICES.points, target=SERVICES.target)
PAGE = """<!doctype html><title>Charts</title>{% from "components/chart.html" import chart, chart_scripts %}
<link rel="stylesheet" href="/static/css/staff.css">{{ chart_scripts() }}
{% for each in views %}{{ chart(each) }}{% endfor %}"""


@dataclass
class Site:
    address: str
    page: str
    violations: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)


@pytest.fixture
def site() -> Iterator[Site]:
    pages = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    pages.globals["url_for"] = lambda endpoint, filename: f"/{endpoint}/{filename}"
    made = Site("", pages.from_string(PAGE).render(views=[view(each) for each in (YEAR, SERVICES, BARS)]))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = ROOT / self.path.lstrip("/")
            is_file = self.path.startswith("/static/") and path.is_file()
            body = path.read_bytes() if is_file else made.page.encode()
            self.send_response(404 if self.path in made.lost else 200)
            self.send_header("Content-Type", TYPES[path.suffix if is_file else ".html"])
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            made.violations.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: a test says what is wrong by itself."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}/"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def dom_of(address: str, profile: Path) -> str:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if browser is None:
        pytest.skip("no Chromium: set CHROMIUM or install it")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    options += ["--disable-component-update", f"--user-data-dir={profile}", "--virtual-time-budget=10000"]
    done = subprocess.run([browser, *options, "--dump-dom", address], capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


@pytest.mark.slow
def test_every_chart_is_drawn_and_the_policy_is_never_broken(site: Site, tmp_path: Path) -> None:
    dom = dom_of(site.address, tmp_path)
    assert dom.count('class="main-svg"') >= 3
    assert dom.count('<div class="picture" hidden="">') == 3
    assert "<details open" not in dom
    assert site.violations == []


@pytest.mark.slow
def test_when_the_library_does_not_arrive_picture_and_table_stay(site: Site, tmp_path: Path) -> None:
    site.lost.add("/static/vendor/plotly/plotly-basic.min.js")
    dom = dom_of(site.address, tmp_path)
    assert dom.count('<div class="picture">') == 3
    assert dom.count("<summary>Table</summary>") == 3
    assert "main-svg" not in dom
