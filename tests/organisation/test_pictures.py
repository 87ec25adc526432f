"""A logo is known by what is in the file, whatever it is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.pictures import MOST_BYTES, Picture, read_picture
from tests.pictures import jpeg, png


def test_a_png_and_a_jpeg_are_known_with_their_size() -> None:
    assert read_picture(png(120, 60)) == Picture("image/png", 120, 60)
    assert read_picture(jpeg(300, 200)) == Picture("image/jpeg", 300, 200)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "An SVG can hold scripts"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "An SVG can hold scripts"),
        (b"GIF89a" + b"\0" * 50, "no PNG or JPEG"),
        (b"<html><script>alert(1)</script>", "no PNG or JPEG"),
        (b"MZ\x90\x00" + b"\0" * 50, "no PNG or JPEG"),
        (png()[:-20], "damaged"),
        (jpeg()[:20], "damaged"),
        (png() + b"<script>alert(1)</script>", "damaged"),
        (b"\0" * (MOST_BYTES + 1), "0.5 MB"),
        (png(5, 5), "pixels"),
        (png(4_001, 40), "4001 by 40 pixels"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_picture(content)


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""]), st.binary(max_size=300), st.booleans())
def test_no_bytes_make_it_fail_otherwise(start: bytes, rest: bytes, is_ended: bool) -> None:
    try:
        read_picture(start + rest + (b"\xff\xd9" if is_ended else b"IEND\xaeB`\x82"))
    except InvalidInput as refusal:
        assert refusal.message
