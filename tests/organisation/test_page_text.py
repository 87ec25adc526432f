"""A council's text becomes a page, whatever is written in it and whatever the council is called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.organisation.page_text import PageKind, missing_facts, standard_text, to_html, unknown_facts

FACTS = {"council": "Anyborough Council", "complaint_phone": "", "site": "survey.example.org"}


def test_paragraphs_headings_lists_emphasis_and_links() -> None:
    html = to_html("Hello **you**.\n\n## More\n\n- one\n- [two](/privacy)\n\n1. first\n", {})
    assert "<p>Hello <strong>you</strong>.</p>" in html
    assert "<h2>More</h2>" in html
    assert '<li><a href="/privacy">two</a></li>' in html
    assert "<ol>\n<li>first</li>" in html


@pytest.mark.parametrize(("typed", "tag"), [("# A", "h2"), ("## A", "h2"), ("### A", "h3"), ("###### A", "h3")])
def test_no_heading_stands_above_the_pages_own(typed: str, tag: str) -> None:
    assert to_html(typed, {}) == f"<{tag}>A</{tag}>\n"


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<b style='x'>x</b>",
        "<!-- x -->",
        "<a href='javascript:alert(1)'>x</a>",
        "**<svg onload=alert(1)>**",
        "- <iframe src='//x'></iframe>",
        "# <style>*{}</style>",
    ],
)
def test_html_is_shown_as_it_was_typed(typed: str) -> None:
    assert not re.search(r"<(script|img|b|a|svg|iframe|style|!--)", to_html(typed, {}))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "data:image/png;base64,AAAA",
        "vbscript:x",
        "file:///etc/passwd",
        "//elsewhere.example",
        "&#106;avascript:alert(1)",
    ],
)
def test_a_link_leads_only_to_web_pages_mail_and_phones(address: str) -> None:
    assert "<a" not in to_html(f"[x]({address}) <{address}>", {})
    assert "<a" not in to_html("[x]({site})", {"site": address})


@pytest.mark.parametrize("address", ["https://x.example/a?b=c", "http://x.example", "mailto:a@b.example", "tel:0123"])
def test_such_links_work(address: str) -> None:
    assert f'href="{address}"' in to_html(f"[x]({address})", {})
    assert f'href="{address}"' in to_html("[x]({site})", {"site": address})


def test_pictures_are_not_fetched() -> None:
    assert "<img" not in to_html("![x](https://tracker.example/p.png)", {})


def test_a_fact_is_plain_text() -> None:
    html = to_html("{council}", {"council": "**A** [x](https://x.example) <b> # {site} & `c`\n- d"})
    assert html == "<p>**A** [x](https://x.example) &lt;b&gt; # {site} &amp; `c` - d</p>\n"


def test_a_line_whose_fact_is_not_known_is_left_out() -> None:
    html = to_html("- Phone: {complaint_phone}\n- Site: {site}", FACTS)
    assert "Phone" not in html
    assert "survey.example.org" in html
    assert missing_facts("{complaint_phone} {site} {complaint_phone}", FACTS) == ["complaint_phone"]


def test_a_name_that_is_no_fact_is_found() -> None:
    assert unknown_facts("{council} {councl} {x}", tuple(FACTS)) == ["councl", "x"]


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_and_no_fact_makes_other_markup(body: str, council: str) -> None:
    html = to_html(f"{body}\n{{council}}", {"council": council})
    tags = set(re.findall(r"</?(\w+)", html))
    assert tags <= {
        f"{end}{tag}" for tag in ["p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "br"] for end in ("", "/")
    }


@pytest.mark.parametrize("kind", PageKind)
def test_the_standard_text_is_written_in_the_markup_that_we_read(kind: PageKind) -> None:
    html = to_html(standard_text(kind), {})
    assert "<h2>" in html
    assert not re.search(r"\*\*|\]\(|^#|^- ", html, re.MULTILINE)
