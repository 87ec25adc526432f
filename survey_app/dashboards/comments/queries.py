"""Reading comments for the explorer, always within a scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, select

from survey_app.accounts.models import User
from survey_app.actions.models import FollowUp, Heard, HeardKind, Improvement
from survey_app.comments.languages import UNDETERMINED, language_name, languages_told_apart
from survey_app.comments.models import Comment, CommentLabel, QuoteMark
from survey_app.comments.search import facts
from survey_app.comments.search.queries import found_facts
from survey_app.dashboards.comments.facets import MARKED, Counted, Facet, Option
from survey_app.dashboards.comments.selection import CommentSelection
from survey_app.dashboards.queries import active_themes, of_answers, services_in
from survey_app.dashboards.wording import SENTIMENTS
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.kernel.languages import EASY_READ, ENGLISH, TRANSLATED
from survey_app.measures.models import Tallied
from survey_app.measures.queries.counts import values, values_by
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.standing import service_tree
from survey_app.measures.queries.subjects import sentiment_label, theme_and_label
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import PUBLIC, Channel
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, ContactConsent, SurveyResponse
from survey_app.surveys.kinds import TextType
from survey_app.surveys.models import Option as AnswerOption
from survey_app.surveys.models import Question, QuestionVersion

MOST_COUNTED = 5_000  # comments that are counted one by one
TALLIED = {"sentiment", "service", "channel"}  # what the tallies know of comments, beside themes


@dataclass(frozen=True)
class LabelGiven:
    """What a person said a comment is."""

    by: str | None
    at: datetime
    label: str | None
    before: str | None


@dataclass(frozen=True)
class Otherwise:
    """How many comments there are without the words, and without any filter."""

    without_text: int
    without_ticks: int


@dataclass(frozen=True)
class FoundComment:
    """One comment as staff may read it: redacted, and of its contact the day only."""

    id: int
    reference: str
    text: str
    label: str
    machine_label: str | None
    needs_review: bool
    flags: tuple[str, ...]
    method: str
    text_type: TextType | None
    themes: tuple[tuple[str, str, tuple[str, ...]], ...]  # code, name, matched words
    service: str
    service_code: str
    channel: Channel | None
    day: date
    question: str
    language: str
    is_quote: bool
    quote_by: str | None
    follow_up: str | None  # its reference
    may_be_followed_up: bool  # its person wants to be contacted
    labels: tuple[LabelGiven, ...] = ()


def facets_in(scope: Scope) -> list[Facet]:
    """What a viewer can filter by."""
    tree = service_tree()
    return [
        Facet("sentiment", "Sentiment", _labels(), at_first=9, keeps_order=True),
        Facet(
            "theme",
            "Theme",
            _themes(),
            at_first=6,
        ),
        Facet("service", "Service", tuple(_service(each, tree) for each in services_in(scope))),
        Facet("channel", "Channel", _channels()),
        MARKED,
        Facet("question", "Question", _questions(), at_first=0),
        Facet("site", "Site", _places(Site), at_first=0),
        Facet("team", "Team", _places(Team), at_first=0),
        Facet("language", "Language", _languages(), at_first=0),
    ]


def count_comments(selection: CommentSelection, facets: Sequence[Facet], scope: Scope) -> Counted:
    """How many comments a selection has, and what each option and month has of them.

    The tallies say it where nothing but labels, services and channels were chosen and there are many; else the newest
    5,000 are counted, in one statement and one more for each group with ticks.
    """
    tallied = _tallied(selection, facets, scope)
    if tallied is not None and tallied.total > MOST_COUNTED:
        return tallied
    found = found_facts(selection.wanted(scope), most=MOST_COUNTED + 1)
    is_more, found = len(found) > MOST_COUNTED, found[:MOST_COUNTED]
    everything = Counter(fact for _, row in found for fact in row.split())
    by_facet: dict[str, Mapping[str, int]] = {}
    for facet in facets:
        if selection.ticked_in(facet):
            others = found_facts(selection.without(facet).wanted(scope), most=MOST_COUNTED)
            by_facet[facet.name] = Counter(fact for _, row in others for fact in row.split())
        else:
            by_facet[facet.name] = everything
    months = selection.where.period.split("month")
    starts = [facts.places_in(month)[0] for month in months]
    by_month: list[Counter[str]] = [Counter() for _ in months]
    place_of_month = len(months) - 1
    for place, row in found:  # the newest first
        while place < starts[place_of_month]:
            place_of_month -= 1
        by_month[place_of_month].update(fact for fact in row.split() if fact[0] == "l")
    return Counted(len(found), is_more, by_facet, tuple(by_month))


def count_otherwise(selection: CommentSelection, scope: Scope) -> Otherwise:
    """What a search that found nothing would find with less asked of it."""
    others = (
        selection.with_text("") if selection.text else None,
        selection.without_ticks() if selection.ticked else None,
    )
    return Otherwise(
        *(len(found_facts(each.wanted(scope), most=MOST_COUNTED)) if each is not None else 0 for each in others)
    )


def answers_with(comment_id: int) -> list[tuple[str, str]]:
    """What else was answered where a comment was written: the question, shortly, and the choice."""
    rows = db.session.execute(
        select(QuestionVersion.short_label, AnswerOption.label)
        .join(Answer, Answer.question_version_id == QuestionVersion.id)
        .join(AnswerOption, AnswerOption.id == Answer.option_id)
        .join(Comment, Comment.response_id == Answer.response_id)
        .where(Comment.id == comment_id)
        .order_by(Answer.id)
    )
    return [(question, choice) for question, choice in rows]


def found_comments(numbers: Sequence[int], scope: Scope) -> list[FoundComment]:
    """These comments in this order, those that still count and are in scope: a fixed number of statements."""
    rows = db.session.execute(_comments().where(Comment.id.in_(numbers), *of_answers(scope)))
    found = {row[0].id: row for row in rows}
    labels = _labels_given(list(found))
    return [_found(found[number], labels.get(number, ())) for number in numbers if number in found]


def comment_called(reference: str, scope: Scope) -> FoundComment:
    """One comment. NotFound when there is none in scope: missing and forbidden look alike."""
    row = db.session.execute(_comments().where(Comment.reference == reference, *of_answers(scope))).first()
    if row is None:
        raise NotFound("There is no such comment.")
    return _found(row, _labels_given([row[0].id]).get(row[0].id, ()))


def stored_comment(reference: str, scope: Scope) -> Comment:
    """The same to act on. NotFound as `comment_called` says."""
    found = db.session.scalar(
        select(Comment)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.reference == reference, *of_answers(scope))
    )
    if found is None:
        raise NotFound("There is no such comment.")
    return found


def improvements_hearing(codes: Sequence[str]) -> list[tuple[str, Improvement]]:
    """The improvements that heard one of these themes, with its code, the last to be made first."""
    if not codes:
        return []
    rows = db.session.execute(
        select(Heard.theme, Improvement)
        .join(Improvement, Improvement.id == Heard.improvement_id)
        .where(Heard.kind == HeardKind.THEME, Heard.theme.in_(codes), Improvement.dropped_at.is_(None))
        .order_by(Improvement.done_on.desc(), Improvement.number.desc())
    )
    return [(str(code), improvement) for code, improvement in rows]


def _called() -> ColumnElement[str]:
    """What colleagues know somebody by."""
    return func.coalesce(func.nullif(User.name, ""), User.email)


def _comments() -> Select[Any]:
    marker = select(_called()).where(User.id == QuoteMark.marked_by).scalar_subquery()
    wants = exists().where(
        ContactConsent.response_id == Comment.response_id,
        ContactConsent.is_wanted,
        ContactConsent.details.is_not(None),
    )
    return (
        select(
            Comment,
            sentiment_label().label("label"),
            Service.name.label("service"),
            Service.code.label("service_code"),
            SurveyResponse.channel,
            SurveyResponse.counts_on,
            SurveyResponse.answered_in,
            QuestionVersion.wording,
            QuoteMark.comment_id.label("quote"),
            case((QuoteMark.comment_id.is_not(None), marker), else_=None).label("quote_by"),
            FollowUp.reference.label("follow_up"),
            wants.label("wants"),
        )
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .outerjoin(QuoteMark, QuoteMark.comment_id == Comment.id)
        .outerjoin(FollowUp, FollowUp.response_id == Comment.response_id)
    )


def _found(row: Row[Any], labels: Sequence[LabelGiven]) -> FoundComment:
    comment, label, service, code, channel, day, spoken, wording, quote, quote_by, follow_up, wants = tuple(row)
    return FoundComment(
        id=comment.id,
        reference=comment.reference,
        text=comment.redacted_text,
        label=label,
        machine_label=comment.sentiment,
        needs_review=comment.needs_review,
        flags=tuple(comment.flags),
        method=comment.method,
        text_type=comment.text_type,
        themes=tuple(
            sorted(
                (each.theme.code, each.theme.name, tuple(each.matched))
                for each in comment.themes
                if each.theme.is_active
            )
        ),
        service=service,
        service_code=code,
        channel=channel,
        day=day,
        question=wording,
        language=comment.language or spoken,
        is_quote=quote is not None,
        quote_by=quote_by,
        follow_up=follow_up,
        may_be_followed_up=bool(wants),
        labels=tuple(labels),
    )


def _labels_given(numbers: Sequence[int]) -> dict[int, list[LabelGiven]]:
    rows = db.session.execute(
        select(CommentLabel, _called())
        .outerjoin(User, User.id == CommentLabel.labelled_by)
        .where(CommentLabel.comment_id.in_(numbers))
        .order_by(CommentLabel.id.desc())
    )
    found = defaultdict[int, list[LabelGiven]](list)
    for given, name in rows:
        found[given.comment_id].append(LabelGiven(name, given.labelled_at, given.label, given.before))
    return found


def _tallied(selection: CommentSelection, facets: Sequence[Facet], scope: Scope) -> Counted | None:
    """The same from the tallies; None where something else was chosen than they know."""
    if selection.text or not {facet.name for facet, _ in selection.ticked} <= TALLIED:
        return None
    months, tree = selection.where.period.split("month"), service_tree()
    cut = Cut(scope.service_ids, PUBLIC, {})
    cells = [
        (month, {"service": facts.of_service(number), "channel": facts.of_channel(channel), "sentiment": label}, count)
        for (month, (code, channel)), labels in values_by(
            Tallied.COMMENTS, months, cut, ("service", "channel"), tree
        ).items()
        for number in tree.ids([code])
        for label, count in ((facts.of_label(label), count) for label, count in labels.items())
    ]
    wanted = {facet.name: {fact for option in options for fact in option.facts} for facet, options in selection.ticked}
    by_facet: dict[str, Counter[str]] = {name: Counter() for name in TALLIED}
    by_month: list[Counter[str]] = [Counter() for _ in months]
    for month, place, count in cells:
        outside = [name for name, allowed in wanted.items() if place[name] not in allowed]
        if not outside:
            by_month[month][place["sentiment"]] += count
        for name in TALLIED:
            if set(outside) <= {name}:
                by_facet[name][place[name]] += count
    if not wanted.keys() & {"service", "channel"}:
        by_facet["theme"] = _themes_tallied(selection, cut, wanted.get("sentiment"))
    return Counted(sum(month.total() for month in by_month), False, by_facet, tuple(by_month))


def _themes_tallied(selection: CommentSelection, cut: Cut, labels: set[str] | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    for value, n in values(Tallied.THEMES, selection.where.period, cut).items():
        theme, label = theme_and_label(value)
        if labels is None or facts.of_label(label) in labels:
            counts[facts.of_theme(theme)] += n
    return counts


def _labels() -> tuple[Option, ...]:
    order = ["negative", "neutral", "positive", *SENTIMENTS]
    return tuple(Option(code, SENTIMENTS[code][1], (facts.of_label(code),)) for code in dict.fromkeys(order))


def _themes() -> tuple[Option, ...]:
    return tuple(Option(theme.code, theme.name, (facts.of_theme(theme.id),)) for theme in active_themes())


def _service(service: Service, tree: ServiceTree) -> Option:
    """A service with all under it."""
    return Option(
        service.code, service.name, tuple(facts.of_service(number) for number in sorted(tree.subtree([service.code])))
    )


def _channels() -> tuple[Option, ...]:
    return tuple(Option(channel.value, channel.label, (facts.of_channel(channel),)) for channel in Channel)


def _questions() -> tuple[Option, ...]:
    """The questions whose answers become comments, each in its newest wording."""
    newest = (
        select(QuestionVersion.question_id, func.max(QuestionVersion.number).label("number"))
        .where(QuestionVersion.text_type.is_not(None))
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Question.id, Question.code, QuestionVersion.wording)
        .join(newest, newest.c.question_id == Question.id)
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == newest.c.number),
        )
        .order_by(Question.code)
    )
    return tuple(Option(code, wording, (facts.of_question(number),)) for number, code, wording in rows)


def _places(model: type[Site] | type[Team]) -> tuple[Option, ...]:
    fact = facts.of_site if model is Site else facts.of_team
    rows = db.session.execute(select(model.id, model.code, model.name).order_by(model.name))
    return tuple(Option(code, name, (fact(number),)) for number, code, name in rows)


def _languages() -> tuple[Option, ...]:
    """All that a comment can be found to be in; Easy Read is English."""
    english = Option(ENGLISH, language_name(ENGLISH), (facts.of_language(ENGLISH), facts.of_language(EASY_READ)))
    others = sorted(({*languages_told_apart(), *TRANSLATED} - {ENGLISH, EASY_READ}) | {UNDETERMINED})
    return (english, *(Option(code, language_name(code), (facts.of_language(code),)) for code in others))
