"""Reading surveys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session, lazyload, undefer
from sqlalchemy.orm.attributes import set_committed_value

from survey_app.extensions import Base, db, reading
from survey_app.kernel.errors import NotFound
from survey_app.kernel.languages import EASY_READ, ENGLISH, TRANSLATED, is_language, own_name
from survey_app.kernel.packing import unpacked
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion, Choice, Limits
from survey_app.surveys.differences import Differences, differences
from survey_app.surveys.in_words import FactNames
from survey_app.surveys.kinds import NAMED_OPTIONS, QuestionKind, VersionState
from survey_app.surveys.models import (
    Language,
    Option,
    Question,
    QuestionVersion,
    Survey,
    SurveyEdit,
    SurveyFile,
    SurveyItem,
    SurveyPicture,
    SurveyVersion,
)
from survey_app.surveys.reading import condition_in, read_survey, rule_in
from survey_app.surveys.routing import Rule
from survey_app.surveys.structure import PICTURE, PICTURE_ALT, Item, Route, SurveyStructure, marks_of, unmarked
from survey_app.surveys.translating import translated_item
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of

Row = TypeVar("Row", bound=Base)


def survey_by_code(code: str) -> Survey | None:
    return db.session.scalar(select(Survey).where(Survey.code == code))


def question_by_code(code: str) -> Question | None:
    return db.session.scalar(select(Question).where(Question.code == code))


def survey_named(code: str) -> Survey:
    """NotFound when there is none of this code."""
    found = survey_by_code(code)
    if found is None:
        raise NotFound(f"There is no survey called {code}.")
    return found


# The words above the group in which a wording is asked: under others it is another wording, so each has one.
STEM_ASKED = func.coalesce(
    select(func.max(SurveyItem.stem))
    .where(SurveyItem.question_version_id == QuestionVersion.id)
    .correlate(QuestionVersion)
    .scalar_subquery(),
    "",
)


def wordings_with_stems(question: Question) -> list[tuple[QuestionVersion, str]]:
    """All wordings of a question, the newest first, each with the words above the group in which it is asked."""
    wordings = select(QuestionVersion, STEM_ASKED).where(QuestionVersion.question_id == question.id)
    return [(version, stem) for version, stem in db.session.execute(wordings.order_by(QuestionVersion.number.desc()))]


def newest_wordings(codes: Collection[str]) -> dict[str, Item]:
    """Of the questions of these codes that were ever asked, the newest wording."""
    newest = (
        select(func.max(QuestionVersion.number))
        .where(QuestionVersion.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(QuestionVersion, STEM_ASKED)
        .join(Question)
        .where(Question.code.in_(codes), QuestionVersion.number == newest)
    )
    worded = ((*wording_of(version), stem) for version, stem in found)
    return {
        question.code: Item(question, translations=translations, stem=stem) for question, translations, stem in worded
    }


def newest_edit(survey: Survey, *, is_locked: bool = False) -> SurveyEdit | None:
    """The draft of a survey; None where there is none. Locked, whoever else would save waits."""
    newest = select(SurveyEdit).where(SurveyEdit.survey_id == survey.id).order_by(SurveyEdit.revision.desc()).limit(1)
    return db.session.scalar(newest.with_for_update() if is_locked else newest)


def structure_in(edit: SurveyEdit) -> SurveyStructure:
    """What a draft asks."""
    structure, _ = read_survey(edit.document, may_be_empty=True)
    return structure


def newest_structure(survey: Survey) -> SurveyStructure:
    """What a survey asks as it stands: its draft, or else its newest version. NotFound where there is neither."""
    edit = newest_edit(survey)
    if edit is not None:
        return replace(structure_in(edit), code=survey.code)
    version = newest_version(survey)
    if version is None:
        raise NotFound(f"The survey {survey.code} asks nothing yet.")
    return structure_of(version)


def newest_version(survey: Survey) -> SurveyVersion | None:
    """What is asked by a survey now, or what it asked last; None before it had a version."""
    return newest_published(survey) or next(reversed(survey.versions), None)


def structure_of(version: SurveyVersion) -> SurveyStructure:
    """What a version asks, as a document can hold it."""
    survey = version.survey
    structure = SurveyStructure(
        code=survey.code,
        name=survey.name,
        customer_kind=survey.customer_kind,
        length_sentence=version.length_sentence,
        items=tuple(map(item_of, version.items)),
        translations=unmarked(version.translations),
        rules=_rules_of(version),
        page_titles={int(page): title for page, title in (version.page_titles or {}).items()},
        bsl_url=version.bsl_url,
    )
    return replace(structure, translated_from=marks_of(version.translations, structure.english))


def item_of(item: SurveyItem) -> Item:
    """A question in its place in a version."""
    question, translations = wording_of(item.question_version)
    condition = condition_in(item.show_if) if item.show_if else None
    found = Item(question, item.is_required, item.page, translations, condition, item.stem)
    return replace(found, translated_from=marks_of(item.question_version.translations, found.english))


def wording_of(version: QuestionVersion) -> tuple[BankQuestion, dict[str, Any]]:
    """One wording of a question, and its translations."""
    return question_of(version), unmarked(version.translations)


def question_of(version: QuestionVersion) -> BankQuestion:
    """One wording of a question, in English."""
    return BankQuestion(
        code=version.question.code,
        kind=version.kind,
        wording=version.wording,
        short_label=version.short_label,
        asks=version.question.asks,
        hint=version.hint,
        missing_message=version.missing_message,
        text_type=version.text_type,
        choices=tuple(_choice(option, version.kind) for option in version.options),
        limits=Limits(**(version.limits or {})),
    )


def route_of(version: SurveyVersion) -> Route:
    """Who is asked what by a version: put together once by this process where it keeps its items."""
    kept: dict[int, _KeptItems] = current_app.extensions.get("kept_items", {})
    return kept[version.id].route if version.id in kept else _route(version)


def _route(version: SurveyVersion) -> Route:
    for_all = frozenset(item.question_version.question.code for item in version.items if item.is_always_shown)
    return Route(tuple(map(item_of, version.items)), _rules_of(version), for_all)


def _rules_of(version: SurveyVersion) -> tuple[Rule, ...]:
    return tuple(rule_in(rule) for rule in (version.routing or {}).get("rules", []))


def _choice(option: Option, kind: QuestionKind) -> Choice:
    is_outside = not option.is_substantive if kind in NAMED_OPTIONS else None
    return Choice(option.code, option.label, option.score, is_outside, option.is_other, option.icon)


def consequences(survey: Survey, draft: SurveyStructure, facts: FactNames) -> Differences:
    """What publishing a draft changes, and what becomes of each trend: also of a question that this survey asks anew
    and whose lineage is known. All of it is new where nothing is published."""
    newest = newest_published(survey)
    before = structure_of(newest) if newest else replace(draft, items=())
    asked = {item.question.code for item in before.items}
    known = newest_wordings({item.question.code for item in draft.items} - asked)
    return differences(before, draft, known=known, facts=facts)


def published_version(customer_kind: CustomerKind = CustomerKind.RESIDENT) -> SurveyVersion | None:
    """The newest published version of the survey that is sent to these customers. Businesses without one get the
    residents'."""
    kinds = {customer_kind} | ({CustomerKind.RESIDENT} if customer_kind is CustomerKind.BUSINESS else set())
    return db.session.scalar(
        select(SurveyVersion)
        .join(Survey)
        .where(
            Survey.customer_kind.in_(kinds),
            Survey.is_for_kiosks.is_(False),
            SurveyVersion.state == VersionState.PUBLISHED,
        )
        .order_by(
            (Survey.customer_kind == customer_kind).desc(), SurveyVersion.published_at.desc(), SurveyVersion.id.desc()
        )
        .limit(1)
    )


def kiosk_survey() -> Survey | None:
    """The survey of one question for kiosks; None before a kiosk needed it."""
    return db.session.scalar(select(Survey).where(Survey.is_for_kiosks.is_(True)).order_by(Survey.id).limit(1))


def newest_published(survey: Survey) -> SurveyVersion | None:
    """What is asked by a survey now, with its items recalled; None before it is published."""
    found = db.session.scalar(
        select(SurveyVersion)
        .where(SurveyVersion.survey_id == survey.id, SurveyVersion.state == VersionState.PUBLISHED)
        .order_by(SurveyVersion.published_at.desc(), SurveyVersion.id.desc())
        .limit(1)
        .options(lazyload(SurveyVersion.items))
    )
    if found is not None:
        recall_items(found)
    return found


def published_surveys() -> Sequence[Survey]:
    """The surveys that can be asked, by name."""
    published = select(SurveyVersion.survey_id).where(SurveyVersion.state == VersionState.PUBLISHED)
    return db.session.scalars(select(Survey).where(Survey.id.in_(published)).order_by(Survey.name, Survey.id)).all()


def question_versions(ids: Collection[int]) -> dict[int, QuestionVersion]:
    """These versions of questions, by their number in the database."""
    found = db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(ids)))
    return {version.id: version for version in found}


def recall_items(version: SurveyVersion) -> None:
    """Give a version the items that this process read before, where it was loaded without them: once published they
    are frozen, and reading them again would be a quarter of the work of a resident's page.

    They are shared by all requests and belong to a session of their own: read them, and let other rows name them by
    their ids. A version that is no longer or not yet stored as published is left alone and reads its own.
    """
    kept: dict[int, _KeptItems] = current_app.extensions.setdefault("kept_items", {})
    if version.id not in kept and (found := _items_to_keep(version.id)) is not None:
        kept[version.id] = found
    if version.id in kept:
        set_committed_value(version, "items", kept[version.id].version.items)


def language_codes_of(version: SurveyVersion) -> set[str]:
    """The same without their names, which may need a read."""
    codes = {language for item in version.items for language in item.question_version.translations or ()}
    codes |= set(version.translations or ())
    return {ENGLISH} | {code for code in codes if code == EASY_READ or is_language(code)}


def languages_of(version: SurveyVersion) -> dict[str, str]:
    """The languages in which a version can be read, English first: their own names by their codes. Of a survey from
    elsewhere those that we do not know are left out: we could write no date in them."""
    codes = language_codes_of(version)
    others = sorted(codes - {ENGLISH}, key=lambda code: (code == EASY_READ, code not in TRANSLATED, code))
    added = added_languages() if codes - {ENGLISH, EASY_READ, *TRANSLATED} else []
    own_names = {language.code: language.own_name for language in added}
    return {code: own_names.get(code) or own_name(code) for code in (ENGLISH, *others)}


def added_languages() -> Sequence[Language]:
    """Those that the council added to ours, by their names."""
    return db.session.scalars(select(Language).order_by(Language.name, Language.code)).all()


@dataclass(frozen=True)
class ShownPicture:
    """A picture beside a question: its hash, and it in words."""

    sha256: str
    words: str


def pictures_in(version: SurveyVersion, language: str) -> dict[str, ShownPicture]:
    """The pictures of one edition, by question."""
    found: dict[str, ShownPicture] = {}
    for item in version.items if language != ENGLISH else ():
        texts = unmarked(item.question_version.translations).get(language, {})
        if PICTURE in texts:
            found[item.question_version.question.code] = ShownPicture(texts[PICTURE], texts.get(PICTURE_ALT, ""))
    return found


def picture_by_hash(sha256: str) -> SurveyPicture | None:
    """With its content."""
    wanted = select(SurveyPicture).where(SurveyPicture.sha256 == sha256).options(undefer(SurveyPicture.content))
    return db.session.scalar(wanted)


def version_in(version: SurveyVersion, language: str) -> SurveyVersion:
    """The version as it reads in a language. In another than English it is a copy that belongs to no session: read it,
    and let rows name what is in it by its ids."""
    if language == ENGLISH:
        return version
    texts = unmarked(version.translations).get(language, {})
    titles = {**(version.page_titles or {}), **texts.get("page_titles", {})}
    return _copy(
        version,
        items=[_item_in(item, language) for item in version.items],
        length_sentence=texts.get("length_sentence") or version.length_sentence,
        page_titles=titles or None,
    )


def _item_in(item: SurveyItem, language: str) -> SurveyItem:
    question, reads = item.question_version, translated_item(item_of(item), language)
    labels = {choice.code: choice.label for choice in reads.question.choices}
    worded = _copy(
        question,
        wording=reads.question.wording,
        hint=reads.question.hint,
        missing_message=reads.question.missing_message,
        options=[_copy(option, label=labels[option.code]) for option in question.options],
    )
    return _copy(item, question_version=worded, stem=reads.stem)


def _copy(row: Row, **instead: Any) -> Row:
    """A row with other values, in no session. Nothing is told of its relationships: no session takes it over."""
    made = type(row)()
    for attribute in inspect(type(row)).attrs:
        value = instead[attribute.key] if attribute.key in instead else getattr(row, attribute.key)
        set_committed_value(made, attribute.key, value)
    return made


@dataclass(frozen=True)
class _KeptItems:
    session: Session  # lives as long as they do, so that no other session takes them over
    version: SurveyVersion

    @cached_property
    def route(self) -> Route:
        return _route(self.version)


def _items_to_keep(version_id: int) -> _KeptItems | None:
    """In a transaction of its own: what the current one has not committed may never come to be."""
    session = Session(db.engine, expire_on_commit=False)
    with reading():
        version = session.get(SurveyVersion, version_id)
        session.commit()  # gives the connection back
    if version is None or version.state is not VersionState.PUBLISHED:
        return None
    return _KeptItems(session, version)


def survey_file(reference: str, now: datetime) -> SurveyFile:
    """An uploaded survey that still waits. NotFound when there is none, or its time is over."""
    file = db.session.scalar(select(SurveyFile).where(SurveyFile.reference == reference))
    if file is None or file.keep_until <= now:
        raise NotFound("There is no such file. A file that is uploaded waits for an hour: choose it once more.")
    return file


def survey_file_content(file: SurveyFile) -> bytes:
    """What was uploaded."""
    return unpacked(file.content)


def survey_files_to_forget(now: datetime) -> Backlog:
    """Uploaded surveys that nobody imported in time."""
    return backlog_of(select(SurveyFile.keep_until).where(SurveyFile.keep_until <= now))
