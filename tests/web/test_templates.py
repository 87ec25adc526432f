"""A name that nobody gave is an error; GOV.UK's components work; dates read as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import render_template_string
from jinja2 import UndefinedError

from survey_app.web.language import spoken_in
from survey_app.web.templates import page_language


def test_a_misspelt_name_is_an_error(app):
    with pytest.raises(UndefinedError):
        render_template_string("{{ satisfacton }}")


def test_a_misspelt_attribute_is_an_error(app):
    with pytest.raises(UndefinedError):
        render_template_string("{{ day.yaer }}", day=date(2026, 4, 1))


def test_keys_of_a_dict_may_be_absent_as_the_components_of_govuk_expect(app):
    assert render_template_string("{{ params.classes }}{{ params['id'] }}", params={}) == ""


def test_what_people_write_is_escaped(app):
    assert render_template_string("{{ text }}", text="<b>") == "&lt;b&gt;"


def test_a_page_has_the_language_and_direction_of_its_reader(app):
    with app.test_request_context("/"):
        assert page_language() == {"lang": "en-GB", "dir": "ltr"}
    with app.test_request_context("/"), spoken_in("ur"):
        assert page_language() == {"lang": "ur", "dir": "rtl"}


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("{{ value|day }}", date(2026, 4, 1), "1 April 2026"),
        ("{{ value|day }}", datetime(2026, 3, 31, 23, 30, tzinfo=UTC), "1 April 2026"),
        ("{{ value|day_and_time }}", datetime(2026, 7, 1, 13, 5, tzinfo=UTC), "1 July 2026 at 14:05"),
        ("{{ value|month }}", date(2025, 12, 31), "December 2025"),
    ],
)
def test_times_are_londons(app, source, value, words):
    assert render_template_string(source, value=value) == words
