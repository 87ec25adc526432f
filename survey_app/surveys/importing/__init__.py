"""Surveys that come from other programs, read as one of ours; and what of them did not come along, by name."""

from __future__ import annotations

from dataclasses import replace

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing import limesurvey, own, qualtrics, surveyjs, touchpoints
from survey_app.surveys.importing.files import MOST_BYTES, ForeignFile
from survey_app.surveys.importing.imported import Imported, ImportedAnswer, LeftOuts, Reader
from survey_app.surveys.reading import LeftOut, read_survey
from survey_app.surveys.structure import SurveyStructure, as_document

__all__ = [
    "MOST_BYTES",
    "READERS",
    "UNFORESEEN",
    "ForeignFile",
    "Imported",
    "ImportedAnswer",
    "LeftOut",
    "LeftOuts",
    "Reader",
    "read_answers",
    "read_file",
]

UNFORESEEN = "is broken in a way that was not foreseen for files of"
# The first that recognises a file reads it.
READERS: tuple[Reader, ...] = (
    own.READER,
    limesurvey.READER,
    qualtrics.READER,
    qualtrics.ANSWERS_READER,
    surveyjs.READER,
    touchpoints.FORM_READER,
    touchpoints.CSV_READER,
)


def read_file(name: str, content: bytes) -> Imported:
    """The survey of a file of any format in READERS. Its content says which one that is; `name` is only for messages.

    InvalidInput in one sentence for a file that is none of them, or is broken. Nothing else is ever raised: where a
    broken file is not as its reader expects, that is refused too, and the cause kept for whoever mends the reader.
    """
    file = ForeignFile(shortened(name), content)
    file.refuse_oversized()
    for reader in READERS:
        if reader.recognises(file):
            return _read(reader, file)
    known = ", ".join(reader.name for reader in READERS)
    raise InvalidInput(f"{file.name} is no survey that can be read here: {file.nature}. What can be read: {known}.")


def read_answers(name: str, content: bytes, structure: SurveyStructure) -> Imported:
    """The answers of a file that holds no questions, to a survey that came before. InvalidInput as `read_file`."""
    file = ForeignFile(shortened(name), content)
    file.refuse_oversized()
    if not qualtrics.holds_answers(file):
        raise InvalidInput(f"{file.name} does not hold {qualtrics.ANSWERS_READER.name}.")
    reader = replace(qualtrics.ANSWERS_READER, read=lambda file: qualtrics.read_answers(file, structure))
    return _read(reader, file)


def _read(reader: Reader, file: ForeignFile) -> Imported:
    try:
        found = reader.read(file)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise InvalidInput(f"{file.name} {UNFORESEEN} {reader.name}.") from error
    structure, _ = read_survey(as_document(found.structure))  # as strict as our own: what is stored can be read
    return replace(found, structure=structure)
