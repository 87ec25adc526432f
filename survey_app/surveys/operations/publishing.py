"""Publishing: a structure becomes a frozen version, whose questions find their lineage."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BANK
from survey_app.surveys.checking import faults
from survey_app.surveys.default import DEFAULT_SURVEY, KIOSK_SURVEY
from survey_app.surveys.kinds import Paging, VersionState
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion
from survey_app.surveys.operations.drafting import EditedMeanwhile, forget_edits, free_code, lineage_for
from survey_app.surveys.queries import (
    kiosk_survey,
    newest_edit,
    newest_published,
    newest_version,
    published_version,
    structure_in,
    structure_of,
    survey_by_code,
    wording_of,
    wordings_with_stems,
)
from survey_app.surveys.routing import always_shown, condition_document, rule_document
from survey_app.surveys.structure import Item, SurveyStructure, is_same_in_english, limits_document, marked

_KIOSK = SurveyStructure(
    code=KIOSK_SURVEY,
    name="At a kiosk",
    customer_kind=CustomerKind.RESIDENT,
    length_sentence="There is 1 question.",
    items=(),
)
FIRST_VERSION = "1.0"


def publish_default_survey(now: datetime) -> SurveyVersion:
    """The default post-contact survey, made and published at the first call, found at the next."""
    survey = survey_by_code(DEFAULT_SURVEY.code)
    if survey is None:
        version = _make(DEFAULT_SURVEY, DEFAULT_SURVEY.code)
        publish(version, now)
        return version
    return newest_published(survey) or survey.versions[-1]


def publish_kiosk_survey(now: datetime) -> SurveyVersion:
    """What kiosks ask: the survey of one question, made and published at the first call, found at the next.

    It shares the wording of overall satisfaction that residents are sent, so that both add up to one figure: once they
    are sent another, this is a new version with it.
    """
    survey = kiosk_survey()
    newest = newest_published(survey) if survey is not None else None
    item = _asked_at_kiosks(newest)
    if newest is not None and structure_of(newest).items == (item,):
        return newest
    structure = replace(_KIOSK, items=(item,))
    if survey is None:
        version = _make(structure, free_code(KIOSK_SURVEY))
        version.survey.is_for_kiosks = True
    else:
        version = _version(structure, f"{len(survey.versions) + 1}.0", newest)
        survey.versions.append(version)
    publish(version, now)
    return version


def publish_survey(
    survey: Survey, *, now: datetime, by: int | None = None, revision: int | None = None
) -> SurveyVersion:
    """Publish the draft of a survey: from now on it is what its customers are asked, and overall satisfaction is asked
    at kiosks as residents are asked it. Nothing of the draft is left.

    A draft that says the same in English, in other languages otherwise, is a minor version. Refused without a draft,
    and while something is wrong with it that blocks: each fault is named with its place.
    """
    draft = newest_edit(survey)
    if draft is None:
        raise Refused("This version has been published already. Make a new version to change it.")
    if revision is not None and draft.revision != revision:
        raise EditedMeanwhile("Somebody changed this survey after you opened this page. Open it anew.")
    structure = structure_in(draft)
    if not structure.items:
        raise Refused("This survey asks nothing yet. Add a question first.")
    blocking = [str(fault) for fault in faults(structure) if fault.blocks_publishing]
    if blocking:
        raise Refused("This survey cannot be published yet. " + " ".join(blocking))
    newest = newest_version(survey)
    version = _version(structure, next_label(structure, newest), newest)
    survey.name, survey.customer_kind = structure.name, structure.customer_kind
    survey.versions.append(version)
    publish(version, now)
    forget_edits(survey)
    record_act_by("survey.published", survey.code, at=now, by=by, after={"version": version.label})
    at_kiosks = kiosk_survey()
    if at_kiosks is not None:
        before, after = newest_published(at_kiosks), publish_kiosk_survey(now)
        if after is not before:
            record_act_by("survey.published", at_kiosks.code, at=now, by=by, after={"version": after.label})
    return version


def keep_as_asked(
    structure: SurveyStructure, survey: Survey | None, *, now: datetime, by: int | None = None
) -> SurveyVersion:
    """The version of a survey that was asked elsewhere, so that its answers have what they answer: retired, nobody is
    asked it here. That of the survey which asks just this, or its next; without a survey, the first of a new one.
    """
    for version in survey.versions if survey is not None else ():
        if structure_of(version) == replace(structure, code=version.survey.code):
            return version
    for item in structure.items:
        lineage_for(item.question)
    if survey is None:
        version = _make(structure, free_code(structure.code))
    else:
        newest = newest_version(survey)
        version = _version(structure, next_label(structure, newest), newest)
        survey.versions.append(version)
    version.state, version.published_at = VersionState.RETIRED, now
    record_act_by("survey.imported", version.survey.code, at=now, by=by, after={"questions": len(structure.items)})
    db.session.flush()
    return version


def next_label(structure: SurveyStructure, newest: SurveyVersion | None) -> str:
    """The number of a version: the first, the next, or, where only translations differ, the next after the dot."""
    if newest is None:
        return FIRST_VERSION
    major, minor = map(int, newest.label.split("."))
    if is_same_in_english(structure, structure_of(newest)):
        return f"{major}.{minor + 1}"
    highest = max(int(version.label.split(".")[0]) for version in newest.survey.versions)
    return f"{highest + 1}.0"


def set_paging(survey: Survey, paging: Paging, *, now: datetime, by: int | None = None) -> None:
    """Say how much of a survey a page shows. It holds for all its versions: what is asked does not change. Who
    completes it is counted from when it has several pages."""
    if paging is survey.paging:
        return
    before, survey.paging = survey.paging, paging
    if Paging.ONE_PAGE in (before, paging):  # from one page to several, or back
        survey.paging_since_at = None if paging is Paging.ONE_PAGE else now
    was, became = {"paging": before.value}, {"paging": paging.value}
    record_change("survey.paging", survey.code, at=now, by=by, before=was, after=became)
    db.session.flush()


def publish(version: SurveyVersion, now: datetime) -> None:
    """Freeze a draft: from now on residents may be asked it, and nothing in it changes."""
    if version.published_at is not None:
        raise Refused("This version has been published already. Make a new version to change it.")
    version.state = VersionState.PUBLISHED
    version.published_at = now
    db.session.flush()


def _make(structure: SurveyStructure, code: str) -> SurveyVersion:
    survey = Survey(code=code, name=structure.name, customer_kind=structure.customer_kind)
    version = _version(structure, FIRST_VERSION)
    survey.versions.append(version)
    db.session.add(survey)
    db.session.flush()
    return version


def version_like(structure: SurveyStructure, paging: Paging) -> SurveyVersion:
    """A version that asks this and is stored nowhere, for those who look at it before it is published."""
    version = _made(
        structure, lambda item: _new_wording(item, Question(code=item.question.code, asks=item.question.asks), 1)
    )
    version.survey = Survey(
        code=structure.code, name=structure.name, customer_kind=structure.customer_kind, paging=paging
    )
    return version


def _version(structure: SurveyStructure, label: str, before: SurveyVersion | None = None) -> SurveyVersion:
    asked_now = {item.question_version_id for item in before.items} if before is not None else frozenset()
    version = _made(structure, lambda item: _wording(item, asked_now))
    version.label = label
    return version


def _made(structure: SurveyStructure, worded: Callable[[Item], QuestionVersion]) -> SurveyVersion:
    titles = {str(page): title for page, title in structure.page_titles.items()}
    version = SurveyVersion(
        length_sentence=structure.length_sentence,
        routing={"rules": [rule_document(rule) for rule in structure.rules]} if structure.rules else None,
        page_titles=titles or None,
        bsl_url=structure.bsl_url,
        translations=marked(structure),
    )
    for_all = always_shown(structure.items, structure.rules)
    version.items = [
        SurveyItem(
            question_version=worded(item),
            position=n,
            page=item.page,
            is_required=item.is_required,
            stem=item.stem,
            show_if=condition_document(item.show_if) if item.show_if else None,
            is_always_shown=item.question.code in for_all,
        )
        for n, item in enumerate(structure.items, 1)
    ]
    return version


def _asked_at_kiosks(newest: SurveyVersion | None) -> Item:
    """Overall satisfaction as residents are sent it. Where they are sent a survey without it, as kiosks ask it now."""
    sent = published_version()
    items = [*structure_of(sent).items] if sent is not None else []
    items += structure_of(newest).items if newest is not None else map(Item, BANK)
    asked = next((item for item in items if item.question.asks == "satisfaction"), Item(BANK[0]))
    return replace(asked, is_required=True, page=1, show_if=None, stem="")


def _wording(item: Item, asked_now: Collection[int]) -> QuestionVersion:
    """The wording that reads exactly so, where it is the newest of its lineage or its survey asks it now; else the next
    of its lineage. A wording that comes back after another is a new one, so that its trend shows when."""
    question = item.question
    lineage = lineage_for(question)
    known = wordings_with_stems(lineage) if lineage is not None else []
    lineage = lineage or Question(code=question.code, asks=question.asks)
    for version, stem in known:
        is_in_use = version is known[0][0] or version.id in asked_now
        is_alike = (*wording_of(version), stem) == (question, item.translations, item.stem)
        if is_in_use and is_alike and (version.translations or None) == marked(item):
            return version
    return _new_wording(item, lineage, known[0][0].number + 1 if known else 1)


def _new_wording(item: Item, lineage: Question, number: int) -> QuestionVersion:
    question = item.question
    return QuestionVersion(
        question=lineage,
        number=number,
        kind=question.kind,
        text_type=question.text_type,
        wording=question.wording,
        short_label=question.short_label,
        hint=question.hint,
        missing_message=question.missing_message,
        limits=limits_document(question.limits),
        translations=marked(item),
        options=[
            Option(
                position=n,
                code=c.code,
                label=c.label,
                score=c.score,
                is_substantive=c.is_substantive,
                is_other=c.is_other,
                icon=c.icon,
            )
            for n, c in enumerate(question.choices, 1)
        ],
    )
