"""LimeSurvey: a survey (.lss), a group (.lsg), a question (.lsq), or a survey with its answers (.lsa)."""

from __future__ import annotations

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.importing.imported import Imported, LeftOuts, Reader
from survey_app.surveys.importing.limesurvey.answers import read_answers
from survey_app.surveys.importing.limesurvey.archive import is_archive, unpacked
from survey_app.surveys.importing.limesurvey.source import read_source
from survey_app.surveys.importing.limesurvey.survey import build
from survey_app.surveys.importing.xmltables import Tables, read_tables

_SURVEY, _ANSWERS = ".lss", ".lsr"
_LEFT_IN_ARCHIVE = {
    ".lst": ("participants and their access codes", "who was asked is never taken over"),
    ".lsi": ("how long each page took", "it is not counted here"),
}


def _recognises(file: ForeignFile) -> bool:
    return is_archive(file.content) or "<LimeSurveyDocType" in (file.text or "")


def _read(file: ForeignFile) -> Imported:
    left_out = LeftOuts()
    answers: Tables | None = None
    if is_archive(file.content):
        survey, answers = _opened(file, left_out)
    else:
        survey = read_tables(file.content, file.name)
    source = read_source(survey, file.name)
    built = build(source, left_out)
    if not built.structure.items:
        raise InvalidInput(f"{file.name} holds no question that can be asked here.")
    given = read_answers(answers, built, source.sid, left_out) if answers is not None else ()
    return Imported(built.structure, given, left_out.all())


def _opened(file: ForeignFile, left_out: LeftOuts) -> tuple[Tables, Tables | None]:
    """The survey of an archive, and its answers where it has any."""
    files = unpacked(file.content, file.name)
    surveys, answers = ([name for name in files if name.lower().endswith(kind)] for kind in (_SURVEY, _ANSWERS))
    if len(surveys) != 1:
        what = "holds several surveys of LimeSurvey's" if surveys else "is an archive without a survey of LimeSurvey's"
        raise InvalidInput(f"{file.name} {what} ({_SURVEY}): one is needed.")
    if len(answers) > 1:
        raise InvalidInput(f"{file.name} holds answers twice ({_ANSWERS}): nobody can tell which are right.")
    for name in files:
        kind = name.lower()[-4:]
        if kind not in (_SURVEY, _ANSWERS):
            what, why = _LEFT_IN_ARCHIVE.get(kind, ("a file of another kind", "it is not known here"))
            left_out.add(f"{what} ({shortened(name)})", why)
    read = [read_tables(files[name], shortened(name)) for name in surveys + answers]
    return read[0], read[1] if answers else None


READER = Reader("LimeSurvey (.lss, .lsa, .lsg, .lsq)", _recognises, _read)
