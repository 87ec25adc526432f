"""Words stay words in an e-mail of GOV.UK Notify, and only our own links can be followed.

What Notify makes of a text is known from its own renderer (notifications-utils: mistune 0.8.4 without emphasis, with
quotations that begin with ^): the expected texts here were shown by it as the words that went in.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.messaging.notify_markdown import as_markdown

LINK = "https://survey.anyborough.example/s/ab_c-d?answer=5"


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("# Housing", r"\# Housing"),
        ("* Waste", r"\* Waste"),
        ("- Waste", r"\- Waste"),
        ("1. Waste", r"1\. Waste"),
        ("^ Waste", "\u200b^ Waste"),
        ("• Waste", "\u200b• Waste"),
        ("Waste\n===", "Waste\n\u200b==="),
        ("Waste\n---", "Waste\n\\-\\-\\-"),
        ("    Waste", "Waste"),
        ("[free money](https://evil.example/x)", "\\[free money\\]\\(https:\u200b//evil\\.\u200bexample/x\\)"),
        ("see www.evil.example now", "see www\\.\u200bevil\\.\u200bexample now"),
        ("call us at 10.30am", r"call us at 10\.30am"),
        ("write to help@anyborough.example", r"write to help@anyborough\.example"),
        ("C:\\dir", r"C:\\dir"),
        ("a <b> & c", "a <b> & c"),
        ("--", "---"),
    ],
)
def test_signs_of_markdown_are_words(words: str, markdown: str) -> None:
    assert as_markdown(words, [LINK]) == markdown


def test_links_that_are_meant_are_links_and_a_line_above_one_is_its_words() -> None:
    text = f"Very satisfied!\n{LINK}\n\nOr go to {LINK}.\n\n{LINK}"
    assert as_markdown(text, [LINK]) == f"[Very satisfied\\!]({LINK})\n\nOr go to {LINK}\\.\n\n{LINK}"
    assert LINK not in as_markdown(text, []), "nobody said that it is meant"


def test_an_address_with_a_slash_means_all_below_it_and_nothing_beside_it() -> None:
    home = "https://survey.anyborough.example"
    assert LINK in as_markdown(f"Go to {LINK}", [f"{home}/"])
    assert "https://" not in as_markdown(f"Go to {home}.evil.example/s", [f"{home}/"])
    assert "https://" not in as_markdown(f"Go to {home}.evil.example", [home])


def test_a_link_that_would_end_early_is_not_followed_in_part() -> None:
    odd = "https://anyborough.example/complain_(form)"
    assert "(https" not in as_markdown(f"Make a complaint\n{odd}", [odd])


@given(st.text(alphabet="ab1 \n#*^•-_=+.[]()!|~`\\<>:/&ehtps@"))
def test_whatever_the_words_nothing_but_our_own_link_can_be_followed(words: str) -> None:
    markdown = as_markdown(f"{words}\n\n{LINK}", [LINK]).removesuffix(LINK)
    assert not re.search(r"https?://\S", markdown)
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]]", markdown), "no bracket begins or ends a link"
    assert not re.search(r"(?m)^ *(?:[#^*•+=-]|\d+\.)(?!--$)", markdown), "no line begins a block"
    shown = re.sub(r"\\(.)", r"\1", markdown.replace("\u200b", ""))
    kept = ["---" if line.strip() == "--" else line.strip() for line in f"{words}\n\n".splitlines()]
    assert shown.splitlines() == kept, "and nothing is lost"
