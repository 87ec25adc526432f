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
    "ForeignFile",
    "Imported",
    "ImportedAnswer",
    "LeftOut",
    "LeftOuts",
    "Reader",
    "read_answers",
    "read_file",
]

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

    InvalidInput in one sentence for a file that is none of them, or is broken. Nothing else is ever raised.
    """
    file = ForeignFile(shortened(name), content)
    file.refuse_oversized()
    for reader in READERS:
        if reader.recognises(file):
            found = reader.read(file)
            structure, _ = read_survey(as_document(found.structure))  # as strict as our own: what is stored can be read
            return replace(found, structure=structure)
    known = ", ".join(reader.name for reader in READERS)
    raise InvalidInput(f"{file.name} is no survey that can be read here: {file.nature}. What can be read: {known}.")


def read_answers(name: str, content: bytes, structure: SurveyStructure) -> Imported:
    """The answers of a file that holds no questions, to a survey that came before. InvalidInput as `read_file`."""
    file = ForeignFile(shortened(name), content)
    file.refuse_oversized()
    if not qualtrics.holds_answers(file):
        raise InvalidInput(f"{file.name} does not hold {qualtrics.ANSWERS_READER.name}.")
    return qualtrics.read_answers(file, structure)
