"""The council's own pages open for everybody, and leave no cookie."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.extensions import transaction
from tests.factories import make_council


@pytest.mark.parametrize("is_set_up", [True, False])
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/privacy", "How we use your answers"),
        ("/accessibility", "Accessibility statement"),
        ("/cookies", "Cookies"),
    ],
)
def test_it_opens_with_and_without_a_council(
    app: Flask, client: FlaskClient, path: str, heading: str, is_set_up: bool
) -> None:
    if is_set_up:
        with transaction():
            make_council()
    page = client.get(path)
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in page.text
    assert "%%" not in page.text
    assert "Set-Cookie" not in page.headers


def test_the_councils_colours_are_a_style_sheet(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_council(brand_colour="#123456")
    sheet = client.get("/brand.css")
    assert sheet.mimetype == "text/css"
    assert "--brand:#123456" in sheet.text
