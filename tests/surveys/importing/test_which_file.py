"""A file is known by what it says, and whatever cannot be read is refused with one sentence."""

from __future__ import annotations

import json

import pytest

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.importing import MOST_BYTES, read_file
from survey_app.surveys.structure import as_document

OURS = json.dumps(as_document(DEFAULT_SURVEY)).encode()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n  "])
def test_our_own_json_is_known_by_its_content_whatever_it_is_called(mark: bytes) -> None:
    assert read_file("holiday.png", mark + OURS).structure == DEFAULT_SURVEY


def test_our_own_json_in_another_encoding_is_the_same() -> None:
    assert read_file("x.json", OURS.decode().encode("utf-16")).structure == DEFAULT_SURVEY


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"\x00\x01\x02", "it is no text"),
        (b"Dear sir", "its kind is not known"),
        (b'{"format": "survey 1",', "line 1, column 23"),
        (b'{"format": "other"}', "it is JSON of another kind"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 500 + b"]" * 500, "nested too deeply"),
        (b'{"format": "survey 2"}', "no survey of ours"),
        (b"[" + b"9" * 10_000 + b"]", "a number that is too large"),
    ],
)
def test_what_is_no_survey_is_refused_with_one_sentence(content: bytes, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_file("mine.json", content)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_larger_than_any_survey_is_refused_unread() -> None:
    with pytest.raises(InvalidInput, match="larger than 50 MB"):
        read_file("huge", b"{" * (MOST_BYTES + 1))
