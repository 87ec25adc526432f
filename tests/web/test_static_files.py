"""What browsers fetch beside a page: once, and compressed."""

from __future__ import annotations

import gzip

from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.settings import PROJECT_ROOT

STYLE = "css/resident.css"
CONTENT = (PROJECT_ROOT / "static" / STYLE).read_bytes()


def fetch(client: FlaskClient, url: str, **headers: str) -> TestResponse:
    return client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}, buffered=True)


def address(app: Flask, name: str = STYLE) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def test_a_file_at_the_address_of_its_version_is_kept_for_good(app: Flask, client: FlaskClient) -> None:
    answer = fetch(client, address(app))
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_version_or_none_is_asked_for_again(client: FlaskClient) -> None:
    for url in (f"/static/{STYLE}", f"/static/{STYLE}?v=0123456789", f"/static/{STYLE}?v="):
        answer = fetch(client, url)
        assert (answer.status_code, answer.data) == (200, CONTENT)
        assert "immutable" not in answer.headers["Cache-Control"]


def test_the_address_changes_with_the_content_and_not_without(app: Flask) -> None:
    first = address(app)
    assert first == address(app)
    assert first.partition("?v=")[2] and first != address(app, "css/staff.css")


def test_a_file_that_is_not_there_has_an_address_without_version(app: Flask, client: FlaskClient) -> None:
    assert address(app, "css/nothing.css") == "/static/css/nothing.css"
    assert client.get("/static/css/nothing.css").status_code == 404
    assert client.get("/static/../wsgi.py").status_code == 404


def test_text_is_compressed_for_whoever_can_read_it(app: Flask, client: FlaskClient) -> None:
    plain = fetch(client, address(app))
    answer = fetch(client, address(app), Accept_Encoding="gzip, deflate, br")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == CONTENT
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(CONTENT) / 2
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in answer.headers["Vary"]
    refused = fetch(client, address(app), Accept_Encoding="gzip;q=0")
    assert refused.data == CONTENT


def test_a_browser_that_has_the_file_is_told_so(app: Flask, client: FlaskClient) -> None:
    etag = fetch(client, address(app), Accept_Encoding="gzip").headers["ETag"]
    again = fetch(client, address(app), Accept_Encoding="gzip", If_None_Match=etag)
    assert (again.status_code, again.data) == (304, b"")


def test_pages_are_neither_compressed_nor_kept(client: FlaskClient) -> None:
    page = client.get("/accounts/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
