"""What is printed does not stop at a letter that no font here has."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.exports.printed import words_of
from survey_app.organisation.typesetting import typeset

LAYOUT = """#set document(title: "Poster")
#set text(font: "Liberation Sans", lang: "en")
#let data = json("data.json")
#data.name #data.lines.join(" ")"""


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("＝1＋1", "=1+1"),
        ("Library 図書館", "Library□□□"),
        ("Ŵŷ 👍", "Ŵŷ[thumbsupsign]"),
        ("\"'></script>\u2028{{7*7}}", "\"'></script>{{7*7}}"),
    ],
)
def test_a_letter_that_no_font_has_is_plainer_and_the_rest_as_it_was_typed(
    tmp_path: Path, typed: str, printed: str
) -> None:
    (tmp_path / "layout.typ").write_text(LAYOUT, encoding="utf-8")
    made = typeset(tmp_path / "layout.typ", {"name": typed, "lines": ["Town", "Hall"]}, None)
    assert words_of(made) == f"{printed}TownHall"
