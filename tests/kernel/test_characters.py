"""What a text may hold on its way in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.characters import fit, in_print, is_fit


def test_what_can_be_neither_stored_nor_seen_goes() -> None:
    assert fit("a\x00b\x1b[2Jc\x7fd\x85e\ud800f\uffffg") == "ab[2Jcdefg"


def test_every_language_direction_and_emoji_stays() -> None:
    text = "Ŵŷ خدمت \u202eשירות\u202c 👩\u200d👧 e\u0301\u00ad\ufeff\tand\r\nthe next line"
    assert fit(text) == text


def test_in_print_a_picture_stands_as_its_name_and_all_else_as_it_is() -> None:
    assert in_print("Thanks 👍🏽 ❤️ 👩\u200d👧") == "Thanks [thumbs up sign] [heavy black heart] [woman][girl]"
    assert in_print("Ŵŷ خدمت ✓ ½ £5 क्\u200dष") == "Ŵŷ خدمت ✓ ½ £5 क्\u200dष"


@given(st.text(st.characters(codec=None)))
def test_what_is_fit_stays_as_it_is_and_can_be_encoded(text: str) -> None:
    assert is_fit(fit(text))
    assert "\x00" not in fit(text)
    assert fit(text).encode().decode() == fit(text)
