"""Nobody adds a page that no browser has seen."""

from __future__ import annotations

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from survey_app.settings import PROJECT_ROOT
from tests.browser.councils import STAFF
from tests.browser.registry import NOT_PAGES, STATES


def test_every_page_of_the_app_is_in_the_registry(app: Flask) -> None:
    pages = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    missing = {str(rule) for rule in pages if rule.endpoint not in NOT_PAGES} - _registered(app)
    assert missing == set(), "add a State to tests/browser/registry.py for each of these"


def test_what_is_named_as_no_page_exists(app: Flask) -> None:
    assert set(NOT_PAGES) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_names_are_unique_and_good_as_names_of_files() -> None:
    names = [state.name for state in STATES]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() and name.islower() for name in names)


def test_nobody_is_misspelt() -> None:
    assert {state.who for state in STATES} - set(STAFF) == {"resident", "nobody", "intruder"}


def test_a_page_has_its_picture_of_now_and_no_picture_is_left_over() -> None:
    there = {path.name for path in (PROJECT_ROOT / "docs" / "pictures").glob("*.png")}
    wanted = {state.picture(width) for state in STATES if state.is_pictured for width in state.widths}
    assert there == wanted, "make pictures"


def _registered(app: Flask) -> set[str]:
    """The routes that an entry of the registry opens."""
    found = set()
    adapter = app.url_map.bind("")
    for state in STATES:
        try:
            rule, _ = adapter.match(state.address.partition("?")[0], return_rule=True)
        except HTTPException:
            continue  # what nobody serves, or not so, is in the registry for its error page
        assert isinstance(rule, Rule)
        found.add(str(rule))
    return found
