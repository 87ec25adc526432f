"""Our own JSON (see `structure`)."""

from __future__ import annotations

from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.importing.imported import Imported, Reader
from survey_app.surveys.reading import read_survey


def _recognises(file: ForeignFile) -> bool:
    """Whatever says that it is of ours, in a later edition of the format as well: then that is what is refused."""
    said = file.json.get("format") if isinstance(file.json, dict) else None
    return isinstance(said, str) and said.startswith("survey ")


def _read(file: ForeignFile) -> Imported:
    structure, left_out = read_survey(file.json)
    return Imported(structure, left_out=tuple(left_out))


READER = Reader("our own JSON (.json)", _recognises, _read)
