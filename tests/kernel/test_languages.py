"""Languages by their codes, and the one in which somebody reads."""

from __future__ import annotations

import pytest

from survey_app.kernel.languages import (
    direction,
    html_language,
    is_language,
    name_in_english,
    own_name,
    reader_language,
)

OFFERED = ("en", "cy", "ur", "en-easy")


def test_a_language_is_known_by_its_own_name_and_direction() -> None:
    assert [own_name(code) for code in ("cy", "pl", "ur", "so", "en-easy")] == [
        "Cymraeg",
        "Polski",
        "اردو",
        "Soomaali",
        "Easy Read",
    ]
    assert (direction("ur"), direction("cy"), direction("ar")) == ("rtl", "ltr", "rtl")
    assert (html_language("en-easy"), html_language("zh-Hant")) == ("en-GB", "zh-Hant")
    assert name_in_english("pa") == "Punjabi"


@pytest.mark.parametrize("code", ["", "x", "xx", "en-easy", "cy_GB", "../etc", "ur\n", "CY", "a" * 300])
def test_what_is_no_language_is_none(code: str) -> None:
    assert not is_language(code)


def test_what_somebody_chose_goes_before_what_is_known_and_that_before_the_browser() -> None:
    def read(chosen: str | None = None, known: tuple[str | None, ...] = (), accepted: tuple[str, ...] = ()) -> str:
        return reader_language(OFFERED, chosen=chosen, known=known, accepted=accepted)

    assert read("ur", ("cy",), ("en-GB",)) == "ur"
    assert read("pl", (None, "cy"), ("ur",)) == "cy"
    assert read(None, ("pl",), ("fr", "cy-GB", "en")) == "cy"
    assert read(None, (), ("en-GB", "cy")) == "en"
    assert read("en-easy") == "en-easy"
    assert read() == "en"
