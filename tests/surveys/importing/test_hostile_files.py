"""Files that are broken or made to do harm: one sentence each, quickly, and never anything else."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.importing import UNFORESEEN, ForeignFile, Imported, Reader, read_file
from survey_app.surveys.structure import as_document
from tests.oracles import SHARED
from tests.surveys.importing.lime import Asked, answered, archive, document, responses, survey

BINS = survey(Asked("L", "Q1", answers={"A": "One", "B": "Two"}), Asked("T", "Q2"))
ROWS = [{"id": 1, "submitdate": "2025-01-02 03:04:05", "_777X5X100": "A", "_777X5X200": "Fine"}]
BOMB = b"<!DOCTYPE d [<!ENTITY a 'ha'>]><document><LimeSurveyDocType>&a;</LimeSurveyDocType></document>"
REACHING_OUT = BOMB.replace(b"'ha'", b"SYSTEM 'file:///etc/passwd'")
DEEP = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</document>"


def encrypted() -> bytes:
    packed = bytearray(answered(BINS, ROWS))
    for at in (packed.find(b"PK\x03\x04") + 6, packed.find(b"PK\x01\x02") + 8):
        packed[at] |= 1
    return bytes(packed)


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.lss", BINS)
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("a.lss", BINS)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB, "has a document type"),
        (REACHING_OUT, "has a document type"),
        (DEEP, "nested too deeply"),
        (BINS[:-40], "no XML that can be read"),
        (BINS.replace(b"UTF-8", b"klingon"), "no XML that can be read"),
        (archive({"a.lss": BINS, "b.lss": BINS}), "several surveys"),
        (archive({"a.txt": b"x"}), "without a survey"),
        (archive({"a.lss": BINS, "a_responses.lsr": responses(ROWS), "b.lsr": responses(ROWS)}), "answers twice"),
        (archive({"../../etc/a.lss": BINS}), "path leads out of it"),
        (archive({"/a.lss": BINS}), "path leads out of it"),
        (archive({"..\\a.lss": BINS}), "path leads out of it"),
        (archive({"a.lss": BINS, "b.zip": archive({"c": b"d"})}), "another archive"),
        (archive({"a.lss": archive({"c": b"d"})}), "another archive"),
        (archive({"a.lss": BINS + b" " * 30_000_000}), "MB unpacked"),
        (archive({str(n): b"" for n in range(60)}), "more than 50 files"),
        (answered(BINS, ROWS)[:-30], "broken archive"),
        (encrypted(), "is encrypted"),
        (twice(), "two files of the same name"),
    ],
)
def test_each_is_refused_with_one_sentence(content: bytes, why: str) -> None:
    started = time.process_time()
    with pytest.raises(InvalidInput) as refused:
        read_file("bins.lsa", content)
    assert why in str(refused.value)
    assert str(refused.value).count(". ") == 0
    assert time.process_time() - started < 1


def samples() -> list[bytes]:
    """What is cut and bitten into: files put together here, and the real ones where they are at hand."""
    real = sorted((SHARED / "samples").glob("*/*")) if SHARED.is_dir() else list[Path]()
    document_of_ours = json.dumps(as_document(DEFAULT_SURVEY)).encode()
    return [BINS, answered(BINS, ROWS), document_of_ours, *(path.read_bytes() for path in real if path.is_file())]


SAMPLES = samples()


def read_quickly(content: bytes) -> None:
    started = time.process_time()
    try:
        assert read_file("some file", content).structure.items
    except InvalidInput as refused:
        assert refused.message.strip()
        assert "\n" not in refused.message
        assert UNFORESEEN not in refused.message
    assert time.process_time() - started < 1


@given(st.binary(max_size=2_000) | st.text().map(str.encode))
def test_any_bytes_are_a_survey_or_one_sentence(content: bytes) -> None:
    read_quickly(content)


@given(st.sampled_from(SAMPLES), st.floats(0, 1))
def test_a_file_that_breaks_off_is_a_survey_or_one_sentence(content: bytes, part: float) -> None:
    read_quickly(content[: int(len(content) * part)])


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=8),
)
def test_a_file_with_flipped_bits_is_a_survey_or_one_sentence(content: bytes, flips: list[tuple[float, int]]) -> None:
    bitten = bytearray(content)
    for place, bits in flips:
        bitten[int(len(bitten) * place)] ^= bits
    read_quickly(bytes(bitten))


@given(
    st.sampled_from(["5", "L", "M", "P", "R", "F", "1", ":", ";", "K", "N", "D", "T", "O", "X", "", "??"]),
    st.text(max_size=60),
    st.text(max_size=60),
    st.text(max_size=30),
)
def test_whatever_a_question_says_it_is_read_or_refused(kind: str, text: str, relevance: str, code: str) -> None:
    both = {code: text, "B": "b"}
    asked = Asked(kind, code, text, both, both, both, both, {"min_num_value_n": text}, column={"relevance": relevance})
    try:
        content = survey(asked, Asked("T", "Q2", text))
        content.decode("utf-8")
    except UnicodeEncodeError:
        return
    read_quickly(content)


def test_a_table_of_odd_rows_does_no_harm() -> None:
    for row in ({}, {"qid": ""}, {"qid": "1", "parent_qid": "1"}, {"qid": "1", "type": "L", "question_order": "x"}):
        read_quickly(document({"questions": [row], "answers": [row], "groups": [row], "question_l10ns": [row]}))


def test_what_no_reader_foresaw_is_one_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: ForeignFile) -> Imported:
        raise KeyError("qid")

    reader = Reader("a test", lambda _: True, broken)
    monkeypatch.setattr("survey_app.surveys.importing.READERS", (reader,))
    with pytest.raises(InvalidInput, match="was not foreseen for files of a test") as refused:
        read_file("x", BINS)
    assert isinstance(refused.value.__cause__, KeyError)
