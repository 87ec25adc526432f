"""A survey in other languages: English beside the translation, what is missing, and a file for a translator."""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.admin.surveys.drafts import Draft, draft_of
from survey_app.admin.surveys.views.frame import draft_page, keep_change, pressed_revision, surveys
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.languages import EASY_READ, TRANSLATED, direction, html_language, name_in_english, own_name
from survey_app.organisation.pictures import MOST_BYTES
from survey_app.surveys.operations import EditedMeanwhile, keep_picture
from survey_app.surveys.phrases import known_texts
from survey_app.surveys.queries import added_languages
from survey_app.surveys.structure import PICTURE, PICTURE_ALT
from survey_app.surveys.translating import Line, lines, missing, stale, with_picture, with_translations
from survey_app.surveys.translation_files import LONGEST_TEXT, read_translation, write_translation
from survey_app.web.access import requires
from survey_app.web.fields import one_line
from survey_app.web.uploads import takes_files

LONGEST_ALT = 200
_MOST_FILE_BYTES = 1_000_000
_ONE = "/<code>/translations/<language>"


@dataclass(frozen=True)
class LanguageRow:
    """A language, and how far this survey is translated into it."""

    code: str
    name: str
    own_name: str
    lang: str
    dir: str
    texts: int
    missing: int
    stale: int

    @property
    def is_begun(self) -> bool:
        return self.missing < self.texts


@dataclass(frozen=True)
class PictureRow:
    """A question of an edition with pictures."""

    code: str
    label: str
    picture: str
    words: str


@dataclass(frozen=True)
class Problem:
    """What has to be put right, and the control where."""

    id: str
    errors: list[str]


@surveys.get("/<code>/translations/")
@requires("edit_surveys")
def translations(code: str) -> str:
    """Into which languages is it translated, and what of that is missing?"""
    draft = draft_of(code)
    rows = [_row(draft, *language) for language in _languages().items()]
    return draft_page("admin/surveys/translations.html", draft, current=_home(code), rows=rows)


@surveys.get(_ONE)
@requires("edit_surveys")
def translation(code: str, language: str) -> str:
    """Each text beside its translation."""
    return _page(draft_of(code), language)


@surveys.post(_ONE)
@requires("edit_surveys")
def save_translation(code: str, language: str) -> ResponseReturnValue:
    """Keep what was typed. An empty text is a translation taken away; residents read the English then."""
    draft = draft_of(code)
    typed = {line.place: request.form.get(f"t-{line.place}", "").strip() for line in lines(draft.structure, language)}
    problems = [
        Problem(f"t-{place}", [f"Shorten this to {LONGEST_TEXT:,} characters or fewer."])
        for place, text in typed.items()
        if len(text) > LONGEST_TEXT
    ]
    if problems:
        return _page(draft, language, typed=typed, problems=problems), 422
    fits = [place for place in typed if f"fits-{place}" in request.form]
    changed = with_translations(draft.structure, language, typed, still_fit=fits)
    try:
        keep_change(draft, changed, f"{_name(language)} changed", pressed_revision())
    except EditedMeanwhile:
        return _page(draft, language, typed=typed, meanwhile=True), 409
    return _there(code, language, "Kept in the draft. Residents read it once the survey is published.")


@surveys.post(f"{_ONE}/known")
@requires("edit_surveys")
def fill_translation(code: str, language: str) -> ResponseReturnValue:
    """Put our own words where a translation is missing."""
    draft = draft_of(code)
    known = known_texts(draft.structure, language)
    changed = with_translations(draft.structure, language, known)
    try:
        keep_change(draft, changed, f"{_name(language)}: known texts put in", pressed_revision())
    except EditedMeanwhile:
        return _page(draft, language, meanwhile=True), 409
    said = f"Put in: {len(known)} texts. Have a native speaker read them before you publish."
    return _there(code, language, said if known else "We know none of the missing texts.")


@surveys.get(f"{_ONE}.csv")
@requires("edit_surveys")
def translation_file(code: str, language: str) -> Response:
    """Everything as CSV, for a translator."""
    _name(language)
    text = io.StringIO(newline="")
    write_translation(text, lines(draft_of(code).structure, language))
    headers = {"Content-Disposition": f'attachment; filename="{code}-{language}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


@surveys.post(f"{_ONE}/file")
@requires("edit_surveys")
@takes_files(_MOST_FILE_BYTES, "The file is larger than 1 MB, so it is no translation of a survey.")
def bring_translation(code: str, language: str) -> ResponseReturnValue:
    """Take in what a translator wrote: all of it, or nothing with the reasons."""
    draft, file = draft_of(code), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise InvalidInput("Choose a file.")
        found, problems = read_translation(io.BytesIO(file.stream.read()), lines(draft.structure, language))
    except InvalidInput as problem:
        return _page(draft, language, problems=[Problem("file", [problem.message])]), 422
    if problems:
        shown = [Problem("file", [sentence]) for sentence in problems[:20]]
        return _page(draft, language, problems=shown, is_refused_file=True), 422
    try:
        changed = with_translations(draft.structure, language, found, still_fit=list(found))
        keep_change(draft, changed, f"{_name(language)} brought from a file", pressed_revision())
    except EditedMeanwhile:
        return _page(draft, language, meanwhile=True), 409
    return _there(code, language, f"Taken in from the file: {len(found)} texts.")


@surveys.post(f"{_ONE}/picture/<question>")
@requires("edit_surveys")
@takes_files(MOST_BYTES + 10_000, "The picture is too large. Choose one of 0.5 MB or less.")
def bring_picture(code: str, language: str, question: str) -> ResponseReturnValue:
    """Put a picture beside a question, or take it away."""
    draft, file = draft_of(code), request.files.get("picture")
    words, is_taken_away = one_line(request.form.get("words")), request.form.get("do") == "remove"
    before = next((row for row in _pictures(draft, language) if row.code == question), None)
    if before is None:
        abort(404)
    try:
        if not is_taken_away and not words:
            raise InvalidInput("Say in words what the picture shows, for people who do not see it.")
        if len(words) > LONGEST_ALT:
            raise InvalidInput(f"Shorten the words to {LONGEST_ALT} characters or fewer.")
        if not is_taken_away and not before.picture and (file is None or not file.filename):
            raise InvalidInput("Choose a PNG or JPEG picture.")
        is_new = file is not None and bool(file.filename)
        digest = "" if is_taken_away else before.picture
        if is_new and file is not None and not is_taken_away:
            digest = keep_picture(file.stream.read(), now=utc_now())
        changed = with_picture(draft.structure, language, question, digest, words)
        keep_change(draft, changed, f"Picture changed: {before.label}", pressed_revision())
    except InvalidInput as problem:
        problems = [Problem(f"picture-{question}", [problem.message])]
        return _page(draft, language, problems=problems, words_typed={question: words}), 422
    except EditedMeanwhile:
        return _page(draft, language, meanwhile=True, words_typed={question: words}), 409
    return _there(code, language, "Kept in the draft.")


def _page(
    draft: Draft,
    language: str,
    *,
    typed: dict[str, str] | None = None,
    problems: list[Problem] | None = None,
    meanwhile: bool = False,
    is_refused_file: bool = False,
    words_typed: dict[str, str] | None = None,
) -> str:
    texts = lines(draft.structure, language)
    return draft_page(
        "admin/surveys/translation.html",
        draft,
        current=_home(draft.survey.code),
        row=_row(draft, language, _name(language)),
        groups=_groups(texts),
        typed=typed or {line.place: line.translation for line in texts},
        at_fault=problems or [],
        fault_of={problem.id: problem.errors[0] for problem in problems or []},
        meanwhile=meanwhile,
        is_refused_file=is_refused_file,
        known=len(known_texts(draft.structure, language)),
        pictures=_pictures(draft, language) if language == EASY_READ else [],
        words_typed=words_typed or {},
    )


def _groups(texts: list[Line]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in texts:
        groups.setdefault(line.about or "The survey", []).append(line)
    return list(groups.items())


def _pictures(draft: Draft, language: str) -> list[PictureRow]:
    rows = []
    for item in draft.structure.items:
        texts = item.translations.get(language, {})
        label = item.question.short_label or item.question.wording
        rows.append(PictureRow(item.question.code, label, texts.get(PICTURE, ""), texts.get(PICTURE_ALT, "")))
    return rows


def _row(draft: Draft, language: str, name: str) -> LanguageRow:
    structure = draft.structure
    return LanguageRow(
        language,
        name,
        own_name(language),
        html_language(language),
        direction(language),
        len(lines(structure, language)),
        len(missing(structure, language)),
        len(stale(structure, language)),
    )


def _languages() -> dict[str, str]:
    """Those into which this house translates, by their codes: Welsh first."""
    ours = {code: name_in_english(code) for code in (*TRANSLATED, EASY_READ)}
    return ours | {language.code: language.name for language in added_languages()}


def _name(language: str) -> str:
    """404 for a language that nobody added."""
    return _languages().get(language) or abort(404)


def _home(code: str) -> str:
    return url_for("surveys.translations", code=code)


def _there(code: str, language: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("surveys.translation", code=code, language=language), code=303)
