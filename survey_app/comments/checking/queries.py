"""Reading what waits for a person, what people said of blind samples, and what follows for themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from survey_app.comments.checking.models import BlindItem, BlindLabel, BlindSample, CheckingRules
from survey_app.comments.checking.quality import ThemeQuality, theme_quality, unreported
from survey_app.comments.checking.reading import Pair, ReadItem, ReadSample, Said
from survey_app.comments.models import Comment, CommentLabel
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.clock import day_starts_at
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import SurveyResponse
from survey_app.responses.queries import counting
from survey_app.surveys.models import QuestionVersion

SAMPLES_POOLED = 12  # a year


@dataclass(frozen=True)
class Waiting:
    """How many comments wait for a person, and the day of the contact that the oldest is about."""

    comments: int
    oldest_on: date | None


@dataclass(frozen=True)
class CommentToLabel:
    """A comment as whoever labels it reads it: redacted, with what was asked. The machine's label is not in it."""

    id: int
    reference: str
    text: str
    question: str
    service: str
    channel: Channel | None
    day: date


def checking_rules() -> CheckingRules:
    """The rules as they hold; before anybody has set them, the usual ones, not stored."""
    return db.session.scalar(select(CheckingRules).limit(1)) or CheckingRules(
        sample_size=100, least_recall=0.6, fewest_cases=10
    )


def waiting(scope: Scope) -> Waiting:
    """What the machine sent to review and nobody has labelled."""
    found = select(func.count(), func.min(SurveyResponse.counts_on)).join_from(Comment, SurveyResponse)
    count, oldest = db.session.execute(found.where(*_waits(), *within(scope, SurveyResponse.service_id))).one()
    return Waiting(count, oldest)


def next_waiting(scope: Scope, *, after: str | None = None, at: str | None = None) -> CommentToLabel | None:
    """The oldest comment that waits; the next one `after` the comment of that reference, or that `at` it or later."""
    where = [*_waits(), *within(scope, SurveyResponse.service_id)]
    place = _place_of(after or at)
    if place is not None:
        here = tuple_(SurveyResponse.counts_on, Comment.id)
        where.append(here > tuple_(*place) if after else here >= tuple_(*place))
    return _first_to_label(where)


def comment_to_label(reference: str, scope: Scope) -> CommentToLabel:
    """One comment of an answer that counts. NotFound where there is none in scope."""
    found = _first_to_label(
        [Comment.reference == fit(reference), *counting(), *within(scope, SurveyResponse.service_id)]
    )
    if found is None:
        raise NotFound("There is no such comment.")
    return found


def comment_in(reference: str, scope: Scope) -> Comment:
    """The same as it is stored."""
    return db.session.get_one(Comment, comment_to_label(reference, scope).id)


def labels_of(comment_id: int, *, most: int) -> Sequence[CommentLabel]:
    """What people said of a comment, the last one first."""
    return db.session.scalars(
        select(CommentLabel).where(CommentLabel.comment_id == comment_id).order_by(CommentLabel.id.desc()).limit(most)
    ).all()


def has_sample(month: date) -> bool:
    """Whether the sample of a month was drawn."""
    return db.session.scalar(select(BlindSample.id).where(BlindSample.month == month)) is not None


def written_in(month: date) -> Sequence[str]:
    """The references of comments that a sample of the month is drawn among: of answers given in it that count, and
    judged by the machine. So those without content and those in other languages are not."""
    days = Period.month_of(month)
    found = (
        select(Comment.reference)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(
            *counting(),
            Comment.sentiment.is_not(None),
            SurveyResponse.submitted_at >= day_starts_at(days.first),
            SurveyResponse.submitted_at < days.ends_at,
        )
    )
    return db.session.scalars(found).all()


def comments_of(references: Iterable[str]) -> Mapping[str, Comment]:
    """These comments by reference."""
    chosen = list(references)
    if not chosen:
        return {}
    found = db.session.scalars(select(Comment).where(Comment.reference.in_(chosen)))
    return {comment.reference: comment for comment in found}


def samples(*, most: int | None = None) -> list[ReadSample]:
    """Those in which there was anything to draw, the newest first. Always three statements."""
    found = select(BlindSample).where(BlindSample.comments > 0).order_by(BlindSample.month.desc()).limit(most)
    return _as_read(db.session.scalars(found).all())


def sample_of(month: date) -> ReadSample:
    """The sample of a month. NotFound where none was drawn, or nobody had written anything."""
    found = select(BlindSample).where(BlindSample.comments > 0, BlindSample.month == month)
    read = _as_read(db.session.scalars(found).all())
    if not read:
        raise NotFound("No sample was drawn for this month.")
    return read[0]


def complete_samples() -> list[ReadSample]:
    """Of the SAMPLES_POOLED newest samples those that two people have read, the newest first."""
    return [sample for sample in samples(most=SAMPLES_POOLED) if sample.is_complete]


def newest_complete_sample() -> ReadSample | None:
    """The newest that two people have read, where it is one of the last three."""
    return next((sample for sample in samples(most=3) if sample.is_complete), None)


def items_to_label(items: Iterable[ReadItem]) -> Mapping[int, CommentToLabel]:
    """The comments of these items of samples, by the item's id."""
    ids = [item.id for item in items]
    if not ids:
        return {}
    found = _to_label().add_columns(BlindItem.id).join(BlindItem, BlindItem.comment_id == Comment.id)
    rows = db.session.execute(found.where(BlindItem.id.in_(ids)))
    return {item: CommentToLabel(*facts) for *facts, item in rows}


def theme_qualities(read: Sequence[ReadSample]) -> dict[str, ThemeQuality]:
    """How well each theme in use is found, by code, from samples that two people have read."""
    pairs = [pair for sample in read for pair in sample.pairs]
    codes = sorted({code for pair in pairs for code in _codes(pair)})
    return {code: theme_quality(pairs, code) for code in codes}


def unreported_themes() -> dict[str, str]:
    """Why a theme is not reported, in words, by code: its keywords find too little of what people find.

    Whoever counts themes for people asks this, and shows the words instead of the counts.
    """
    read = complete_samples()
    if not read:
        return {}
    rules = checking_rules()
    return unreported(theme_qualities(read), least_recall=rules.least_recall, fewest_cases=rules.fewest_cases)


def _codes(pair: Pair) -> frozenset[str]:
    return pair.item.machine_themes | pair.first.themes | pair.second.themes


def _as_read(drawn: Sequence[BlindSample]) -> list[ReadSample]:
    """With their items of answers that count, and what people said of these."""
    if not drawn:
        return []
    chosen = [sample.id for sample in drawn]
    said: defaultdict[int, dict[int, Said]] = defaultdict(dict)
    labels = select(BlindLabel.item_id, BlindLabel.labelled_by, BlindLabel.label, BlindLabel.themes)
    of_items = labels.join(BlindItem, BlindItem.id == BlindLabel.item_id).where(BlindItem.sample_id.in_(chosen))
    for item_id, user, label, themes in db.session.execute(of_items):
        said[item_id][user] = Said(label, frozenset(themes))
    items = (
        select(
            BlindItem.sample_id,
            BlindItem.id,
            BlindItem.place,
            BlindItem.machine_label,
            BlindItem.machine_review,
            BlindItem.machine_themes,
            BlindItem.method,
        )
        .join(Comment, Comment.id == BlindItem.comment_id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(BlindItem.sample_id.in_(chosen), *counting())
        .order_by(BlindItem.sample_id, BlindItem.place)
    )
    by_sample: defaultdict[int, list[ReadItem]] = defaultdict(list)
    for sample, item, place, label, review, themes, method in db.session.execute(items):
        by_sample[sample].append(ReadItem(item, place, label, review, frozenset(themes), method, said[item]))
    return [ReadSample(sample.id, sample.month, sample.comments, by_sample[sample.id]) for sample in drawn]


def _waits() -> list[ColumnElement[bool]]:
    return [Comment.needs_review.is_(True), Comment.person_label.is_(None), *counting()]


def _place_of(reference: str | None) -> tuple[date, int] | None:
    """Where a comment stands in the order of the queue, be it in the queue still or not."""
    if reference is None:
        return None
    found = select(SurveyResponse.counts_on, Comment.id).join(Comment, Comment.response_id == SurveyResponse.id)
    row = db.session.execute(found.where(Comment.reference == fit(reference))).one_or_none()
    return None if row is None else (row[0], row[1])


def _to_label() -> Select[int, str, str, str, str, Channel | None, date]:
    return (
        select(
            Comment.id,
            Comment.reference,
            Comment.redacted_text,
            QuestionVersion.wording,
            Service.name,
            SurveyResponse.channel,
            SurveyResponse.counts_on,
        )
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
    )


def _first_to_label(where: Sequence[ColumnElement[bool]]) -> CommentToLabel | None:
    found = _to_label().where(*where).order_by(SurveyResponse.counts_on, Comment.id).limit(1)
    row = db.session.execute(found).one_or_none()
    return None if row is None else CommentToLabel(*row)
