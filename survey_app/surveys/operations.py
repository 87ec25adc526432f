"""Making and publishing surveys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BANK
from survey_app.surveys.default import DEFAULT_SURVEY, KIOSK_SURVEY
from survey_app.surveys.kinds import Paging, VersionState
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion
from survey_app.surveys.queries import (
    item_of,
    kiosk_survey,
    newest_published,
    published_version,
    question_by_code,
    structure_of,
    survey_by_code,
    wordings_of,
)
from survey_app.surveys.structure import Item, SurveyStructure, marked

_KIOSK = SurveyStructure(
    code=KIOSK_SURVEY,
    name="At a kiosk",
    customer_kind=CustomerKind.RESIDENT,
    length_sentence="There is 1 question.",
    items=(),
)
FIRST_VERSION = "1.0"
_LONGEST_CODE = 60


def publish_default_survey(now: datetime) -> SurveyVersion:
    """The default post-contact survey, made and published at the first call, found at the next."""
    survey = survey_by_code(DEFAULT_SURVEY.code)
    if survey is None:
        version = _make(DEFAULT_SURVEY, DEFAULT_SURVEY.code)
        publish(version, now)
        return version
    return survey.versions[-1]


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
        version = _make(structure, _free_code(KIOSK_SURVEY))
        version.survey.is_for_kiosks = True
    else:
        version = _version(structure, f"{len(survey.versions) + 1}.0")
        survey.versions.append(version)
    publish(version, now)
    return version


def import_survey(structure: SurveyStructure, *, now: datetime, by: int | None = None) -> SurveyVersion:
    """A draft of what a document asks. A survey that has its code already stays as it is: this one gets a suffix.

    A question is known by its code, whatever survey it stands in: one that reads the same is the same, so that its
    answers are added up; another wording is the next of its lineage. Refused when it would feed another measure.
    """
    version = _make(structure, _free_code(structure.code))
    after = {"questions": len(structure.items), "customer_kind": structure.customer_kind.value}
    record_act_by("survey.imported", version.survey.code, at=now, by=by, after=after)
    db.session.flush()
    return version


def publish_survey(survey: Survey, *, now: datetime, by: int | None = None) -> SurveyVersion:
    """Publish the newest version of a survey: from now on it is what its customers are asked, and overall satisfaction
    is asked at kiosks as residents are asked it. Refused when it is published already."""
    version = survey.versions[-1]
    publish(version, now)
    record_act_by("survey.published", survey.code, at=now, by=by, after={"version": version.label})
    at_kiosks = kiosk_survey()
    if at_kiosks is not None:
        before, after = newest_published(at_kiosks), publish_kiosk_survey(now)
        if after is not before:
            record_act_by("survey.published", at_kiosks.code, at=now, by=by, after={"version": after.label})
    return version


def set_paging(survey: Survey, paging: Paging, *, now: datetime, by: int | None = None) -> None:
    """Say how much of a survey a page shows. It holds for all its versions: what is asked does not change. Who
    completes it is counted from when it has several pages."""
    if paging is survey.paging:
        return
    before, survey.paging = survey.paging, paging
    if Paging.ONE_PAGE in (before, paging):  # from one page to several, or back
        survey.paging_since_at = None if paging is Paging.ONE_PAGE else now
    changed = {"before": {"paging": before.value}, "after": {"paging": paging.value}}
    record_act_by("survey.paging", survey.code, at=now, by=by, **changed)
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


def _version(structure: SurveyStructure, label: str) -> SurveyVersion:
    version = SurveyVersion(
        label=label,
        length_sentence=structure.length_sentence,
        translations=marked(structure.translations, structure.english),
    )
    version.items = [
        SurveyItem(question_version=_wording(item), position=n, page=item.page, is_required=item.is_required)
        for n, item in enumerate(structure.items, 1)
    ]
    return version


def _asked_at_kiosks(newest: SurveyVersion | None) -> Item:
    """Overall satisfaction as residents are sent it. Where they are sent a survey without it, as kiosks ask it now."""
    sent = published_version()
    items = [*structure_of(sent).items] if sent is not None else []
    items += structure_of(newest).items if newest is not None else map(Item, BANK)
    asked = next((item for item in items if item.question.asks == "satisfaction"), Item(BANK[0]))
    return replace(asked, is_required=True, page=1)


def _free_code(code: str) -> str:
    if survey_by_code(code) is None:
        return code
    suffixed = (f"{code[: _LONGEST_CODE - len(suffix)]}{suffix}" for suffix in (f"-{n}" for n in count(2)))
    return next(one for one in suffixed if survey_by_code(one) is None)


def _wording(item: Item) -> QuestionVersion:
    """The version of the question that reads exactly so, or the next of its lineage."""
    question = item.question
    lineage = question_by_code(question.code)
    if lineage is None:
        lineage, known = Question(code=question.code, asks=question.asks), []
    elif lineage.asks == question.asks:
        known = list(wordings_of(lineage))
    else:
        was, here = (f"the measure {asks}" if asks else "no measure" for asks in (lineage.asks, question.asks))
        raise Refused(
            f"The question {question.code} is there already and feeds {was}; here it would feed {here}. "
            "Give it another code."
        )
    for version in known:
        if item_of(version, is_required=item.is_required, page=item.page) == item:
            return version
    return QuestionVersion(
        question=lineage,
        number=max((version.number for version in known), default=0) + 1,
        kind=question.kind,
        text_type=question.text_type,
        wording=question.wording,
        short_label=question.short_label,
        hint=question.hint,
        missing_message=question.missing_message,
        translations=marked(item.translations, item.english),
        options=[
            Option(position=n, code=c.code, label=c.label, score=c.score, is_substantive=c.is_substantive)
            for n, c in enumerate(question.choices, 1)
        ],
    )
