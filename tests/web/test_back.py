"""A form leads back to a page of this site, whatever it says."""

import pytest

from survey_app.web.back import own_address


@pytest.mark.parametrize("address", ["/", "/comments/", "/comments/?text=a%20b&page=2#top"])
def test_a_page_of_this_site_is_gone_back_to(address):
    assert own_address(address, "/otherwise") == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "comments/",
        "//evil.example/",
        "/\\evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\n/evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "//[",
    ],
)
def test_anything_else_leads_elsewhere(address):
    assert own_address(address, "/otherwise") == "/otherwise"
