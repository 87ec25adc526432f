"""Reading surveys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from survey_app.extensions import db, reading
from survey_app.kernel.errors import NotFound
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion, Choice
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Question, QuestionVersion, Survey, SurveyItem, SurveyVersion
from survey_app.surveys.structure import Item, SurveyStructure, unmarked


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


def wordings_of(question: Question) -> Sequence[QuestionVersion]:
    """All wordings of a question, the newest first."""
    wordings = select(QuestionVersion).where(QuestionVersion.question_id == question.id)
    return db.session.scalars(wordings.order_by(QuestionVersion.number.desc())).all()


def structure_of(version: SurveyVersion) -> SurveyStructure:
    """What a version asks, as a document can hold it."""
    survey = version.survey
    return SurveyStructure(
        code=survey.code,
        name=survey.name,
        customer_kind=survey.customer_kind,
        length_sentence=version.length_sentence,
        items=tuple(
            item_of(item.question_version, is_required=item.is_required, page=item.page) for item in version.items
        ),
        translations=unmarked(version.translations),
    )


def item_of(version: QuestionVersion, *, is_required: bool, page: int) -> Item:
    """One wording of a question in a place."""
    question = BankQuestion(
        code=version.question.code,
        kind=version.kind,
        wording=version.wording,
        short_label=version.short_label,
        asks=version.question.asks,
        hint=version.hint,
        missing_message=version.missing_message,
        text_type=version.text_type,
        choices=tuple(Choice(option.code, option.label, option.score) for option in version.options),
    )
    return Item(question, is_required, page, unmarked(version.translations))


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
        set_committed_value(version, "items", kept[version.id].items)


@dataclass(frozen=True)
class _KeptItems:
    session: Session  # lives as long as they do, so that no other session takes them over
    items: list[SurveyItem]


def _items_to_keep(version_id: int) -> _KeptItems | None:
    """In a transaction of its own: what the current one has not committed may never come to be."""
    session = Session(db.engine, expire_on_commit=False)
    with reading():
        version = session.get(SurveyVersion, version_id)
        session.commit()  # gives the connection back
    if version is None or version.state is not VersionState.PUBLISHED:
        return None
    return _KeptItems(session, version.items)
