"""What is tallied beside the answers: contacts, invitations, comments and their themes, from their rows.

A part is what a subject counts for one service on one day, or in one month. Parts that have a line in `Recount` are
counted from the rows, the others stand in the tallies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from survey_app.comments.models import Comment, CommentTheme
from survey_app.contacts.models import Contact
from survey_app.invitations.models import Invitation, InvitationState, Receipt
from survey_app.measures.coverage import NOT_YET_DRAWN, Fate
from survey_app.measures.models import LastClosing, SubjectDayTally, SubjectMonthTally, Tallied, TallyDimension
from survey_app.measures.queries.cells import (
    DaysAfter,
    Difference,
    Facts,
    FirstOfMonth,
    counted_responses,
    differing,
    fact,
    last_of_month,
)
from survey_app.responses.models import ResponseState, SurveyDraft, SurveyResponse
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.work.models import Recount, Subject

NOT_ANSWERED = "not_answered"  # delivered, and open or expired: only time tells these two apart
TALLIED_OF = {
    Subject.CONTACTS: (Tallied.CONTACTS, Tallied.DRAWN),
    Subject.INVITATIONS: (Tallied.INVITATIONS,),
    Subject.COMMENTS: (Tallied.COMMENTS, Tallied.THEMES, Tallied.METHODS),
}
SUBJECT_OF = {tallied: subject for subject, all_of_it in TALLIED_OF.items() for tallied in all_of_it}
OUTCOME_OF = {
    Fate.ANSWERED: "answered",
    Fate.DOES_NOT_EXIST: "undelivered",
    Fate.UNAVAILABLE: "undelivered",
    Fate.STOPPED_BY_NETWORK: "undelivered",
    Fate.TOO_OLD: "not_sent",
    Fate.FAILED: "not_sent",
    Fate.OPTED_OUT_UNSENT: "not_sent",
    Fate.WAITING: "not_sent",
    Fate.QUARANTINED: "quarantined",
    Fate.OPTED_OUT: "opted_out",
}  # what the response rate calls it; the rest was delivered and is not answered
THEME_AND_LABEL = " "  # between them in the value of a theme
SubjectTally = type[SubjectDayTally] | type[SubjectMonthTally]
Chosen = date | Sequence[int]  # what is counted again: a month by its first day, or the parts that these lines name
KEY = ("service_id", "customer_kind", "value")
TALLIES: Mapping[SubjectTally, Sequence[str]] = {
    SubjectDayTally: ("subject", "day", *KEY, "channel", "count"),
    SubjectMonthTally: ("subject", "dimension", "month", *KEY, "key", "count"),
}
LONGEST_MONTH = 31
CLOSING = ("day", "service_id", "closes_at")


@dataclass(frozen=True)
class Rows:
    """The rows that count, as a select of no columns yet: where their facts stand, their day, who the customer was,
    and the value of each."""

    chosen: Select[Any]
    facts: type[Facts]
    day: ColumnElement[date]
    customer_kind: ColumnElement[Any]
    value: ColumnElement[str]

    @property
    def dimensions(self) -> list[TallyDimension]:
        """What these rows can be broken down by."""
        return [dimension for dimension in TallyDimension if is_known(self.facts, dimension)]


def rows_of(tallied: Tallied) -> Rows:
    """All of them; the caller joins or asks for what it wants."""
    match tallied:
        case Tallied.CONTACTS | Tallied.DRAWN:
            day = type_coerce(Contact.occurred_on, Date)
            value = days_taken() if tallied is Tallied.CONTACTS else draw_outcome()
            return Rows(select().select_from(Contact), Contact, day, _kind(Contact), value)
        case Tallied.INVITATIONS:
            valid = select().select_from(Invitation).where(Invitation.state != InvitationState.VOID)
            day = type_coerce(Invitation.counts_on, Date)
            of_whom = valid.join(
                Contact, Contact.id == Invitation.contact_id
            )  # a business may get the residents' survey
            return Rows(of_whom, Invitation, day, _kind(Contact), invitation_fate())
    day = type_coerce(SurveyResponse.counts_on, Date)
    comments = select().join_from(SurveyResponse, Comment, Comment.response_id == SurveyResponse.id)
    comments, value = _with_survey(comments.where(*counted_responses())), sentiment_label()
    if tallied is Tallied.THEMES:
        comments = comments.join(CommentTheme, CommentTheme.comment_id == Comment.id)
        value = cast(CommentTheme.theme_id, String) + THEME_AND_LABEL + value
    elif tallied is Tallied.METHODS:
        is_machines = Comment.person_label.is_(None) & ~Comment.needs_review & Comment.sentiment.is_not(None)
        comments, value = comments.where(is_machines), func.coalesce(Comment.method, "")
    return Rows(comments, SurveyResponse, day, _kind(Survey), value)


def theme_and_label(value: str) -> tuple[int, str]:
    """The theme's id and the comment's label of a value of THEMES."""
    theme, label = value.split(THEME_AND_LABEL)
    return int(theme), label


def days_taken() -> ColumnElement[str]:
    """The working days that a contact took, "open" for one that is not closed. All values together are the contacts."""
    return func.coalesce(cast(Contact.processing_days, String), "open")


def draw_outcome() -> ColumnElement[str]:
    """What was decided about a contact: asked, or why not. All values together are the contacts."""
    return func.coalesce(Contact.draw_outcome, NOT_YET_DRAWN)


def sentiment_label() -> ColumnElement[str]:
    """A person's label, else the machine's; a comment that waits for review has none yet. Of "cannot_tell" a person
    says that nobody can: it counts in no sentiment, as what is not analysed."""
    return case(
        (Comment.person_label.is_not(None), Comment.person_label),
        (Comment.needs_review, "waiting_for_review"),
        else_=func.coalesce(Comment.sentiment, "not_analysed"),
    )


def invitation_fate() -> ColumnElement[str]:
    """What became of an invitation, in the words of the coverage ledger (coverage.Fate). An answer that counts beats
    the rest; of one that was delivered and is not answered only time tells whether it still is open."""

    def has_answer(state: ResponseState) -> ColumnElement[bool]:
        of_it = SurveyResponse.invitation_id == Invitation.id
        return exists().where(of_it, SurveyResponse.is_test.is_(False), SurveyResponse.state == state)

    state, is_unsent = Invitation.state, Invitation.sent_at.is_(None)
    returned = case(
        {Receipt.TEMPORARY_FAILURE: Fate.UNAVAILABLE.value, Receipt.TECHNICAL_FAILURE: Fate.STOPPED_BY_NETWORK.value},
        value=Invitation.undeliverable_reason,
        else_=Fate.DOES_NOT_EXIST.value,
    )
    return case(
        (has_answer(ResponseState.COUNTED), Fate.ANSWERED.value),
        (state == InvitationState.UNDELIVERABLE, returned),
        (state == InvitationState.FAILED, Fate.FAILED.value),
        (state == InvitationState.TOO_OLD, Fate.TOO_OLD.value),
        (and_(state == InvitationState.OPTED_OUT, is_unsent), Fate.OPTED_OUT_UNSENT.value),
        (is_unsent, Fate.WAITING.value),
        (has_answer(ResponseState.QUARANTINED), Fate.QUARANTINED.value),
        (state == InvitationState.OPTED_OUT, Fate.OPTED_OUT.value),
        (has_answer(ResponseState.WITHDRAWN), Fate.WITHDRAWN.value),
        (exists().where(SurveyDraft.invitation_id == Invitation.id), Fate.STARTED.value),
        else_=Fate.NOT_ANSWERED.value,
    )


def invitation_outcome(now: datetime) -> ColumnElement[str]:
    """The same as the response rate tells it apart (MEASURES.md 1.9): one of OUTCOMES."""
    in_time = case((Invitation.closes_at < now, "expired"), else_="open")
    return case({fate.value: outcome for fate, outcome in OUTCOME_OF.items()}, value=invitation_fate(), else_=in_time)


def outcome_of(fate: str) -> str:
    """What the response rate calls a fate where time does not matter."""
    return OUTCOME_OF.get(Fate(fate), NOT_ANSWERED)


SENTIMENTS = (
    "positive",
    "neutral",
    "negative",
    "cannot_tell",
    "waiting_for_review",
    "not_analysed",
)  # sentiment_label()
OUTCOMES = (*dict.fromkeys(OUTCOME_OF.values()), "expired", "open")  # invitation_outcome()


def touched(tallied: Tallied, tally: SubjectTally) -> CTE:
    """The parts of a tally that have to be counted again: the day, or the first of the month, and the service."""
    return _parts(tally, Recount.subject == SUBJECT_OF[tallied])


def _parts(tally: SubjectTally, wanted: ColumnElement[bool]) -> CTE:
    day = type_coerce(Recount.day, Date)
    first, name = (day, "touched_days") if tally is SubjectDayTally else (FirstOfMonth(day), "touched_months")
    return select(first.label("first"), Recount.service_id).distinct().where(wanted).cte(name)


def is_of(parts: CTE, first: Any, service: Any) -> ColumnElement[bool]:
    """Whether a cell's day, or its month, and its service are one of the parts."""
    return tuple_(type_coerce(first, Date), type_coerce(service, Integer)).in_(
        select(parts.c.first, parts.c.service_id)
    )


def days_of(parts: CTE, tally: SubjectTally) -> CTE:
    """The parts day by day, so that an index leads to each."""
    if tally is SubjectDayTally:
        return parts
    n = union_all(*(select(literal(n, Integer).label("n")) for n in range(LONGEST_MONTH))).cte("n")
    day = DaysAfter(parts.c.first, n.c.n)
    return select(day.label("first"), parts.c.service_id).where(FirstOfMonth(day) == parts.c.first).cte("days")


def is_in(days: CTE, rows: Rows) -> ColumnElement[bool]:
    """Whether a row is of one of these days and services."""
    return is_of(days, rows.day, rows.facts.service_id)


def held(tally: SubjectTally, chosen: Chosen, tallied: Tallied) -> list[ColumnElement[bool]]:
    """The cells of a tally that a recount of the chosen replaces."""
    if tally is SubjectDayTally:
        place = _is_chosen(chosen, tally, SubjectDayTally.day, SubjectDayTally.service_id)
        return [SubjectDayTally.subject == tallied, place]
    place = _is_chosen(chosen, tally, SubjectMonthTally.month, SubjectMonthTally.service_id)
    return [SubjectMonthTally.subject == tallied, SubjectMonthTally.dimension.in_(list(TallyDimension)), place]


def cells(tallied: Tallied, tally: SubjectTally, chosen: Chosen) -> Select[Any] | CompoundSelect[Any]:
    """The cells of the chosen, counted from the rows: the columns of TALLIES. For months they are read once."""
    rows = rows_of(tallied)
    of_chosen = _rows_of_chosen(rows, tally, chosen)
    subject = literal(tallied.value, String)
    keys = [
        type_coerce(rows.facts.service_id, Integer).label("service_id"),
        rows.customer_kind.label("customer_kind"),
        rows.value.label("value"),
    ]
    if tally is SubjectDayTally:
        channel = fact(rows.facts, TallyDimension.CHANNEL).label("channel")
        single = of_chosen.add_columns(rows.day.label("day"), *keys, channel).subquery("single")
        return select(subject, *single.c, func.count()).group_by(*single.c)
    places = [fact(rows.facts, dimension).label(dimension.value) for dimension in rows.dimensions]
    single = of_chosen.add_columns(FirstOfMonth(rows.day).label("month"), *keys, *places).subquery("single")
    crossed = select(*single.c, func.count().label("count")).group_by(*single.c).cte("crossed")
    month, service, kind, value, *by_place, count = crossed.c
    return union_all(
        *(
            select(
                subject, literal(dimension.value, String), month, service, kind, value, key, func.sum(count)
            ).group_by(month, service, kind, value, key)
            for dimension, key in zip(rows.dimensions, by_place, strict=True)
        )
    )


def differences_of(tallied: Tallied, tally: SubjectTally, month: date) -> list[Difference]:
    """Where a tally differs from a recount of a month's rows, in parts that no line wants counted again.

    Wants one snapshot.
    """
    *key, _count = TALLIES[tally]
    when = "day" if tally is SubjectDayTally else "month"
    recount = cells(tallied, tally, month).subquery("recount")
    *place, count = recount.c
    theirs = select(
        *(column.label(name) for column, name in zip(place, key, strict=True)),
        count.label("counted"),
        literal(0, Integer).label("tally"),
    )
    ours = select(
        *(type_coerce(getattr(tally, name), column.type) for name, column in zip(key, place, strict=True)),
        literal(0, Integer),
        tally.count,
    ).where(*held(tally, month, tallied))
    both = union_all(theirs, ours).subquery("both")
    settled = select(both).where(~is_of(touched(tallied, tally), both.c[when], both.c.service_id))
    return differing(settled.subquery("settled"), key)


def closings_held(chosen: Chosen) -> ColumnElement[bool]:
    """The last closings that a recount of the chosen replaces."""
    return _is_chosen(chosen, SubjectDayTally, LastClosing.day, LastClosing.service_id)


def closings(chosen: Chosen) -> Select[Any]:
    """When the last invitation of each chosen day and service closes: the columns of CLOSING."""
    rows = rows_of(Tallied.INVITATIONS)
    place = (rows.day, Invitation.service_id)
    of_chosen = _rows_of_chosen(rows, SubjectDayTally, chosen)
    return of_chosen.add_columns(*place, func.max(Invitation.closes_at)).group_by(*place)


def lines(subject: Subject, chosen: Chosen) -> ColumnElement[bool]:
    """The lines that are done with once the chosen are counted again."""
    if isinstance(chosen, date):
        return and_(Recount.subject == subject, _in_month(Recount.day, chosen))
    return Recount.id.in_(chosen)


def _rows_of_chosen(rows: Rows, tally: SubjectTally, chosen: Chosen) -> Select[Any]:
    if isinstance(chosen, date):
        return rows.chosen.where(_in_month(rows.day, chosen))
    return rows.chosen.where(is_in(days_of(_parts(tally, Recount.id.in_(chosen)), tally), rows))


def _is_chosen(chosen: Chosen, tally: SubjectTally, day: Any, service: Any) -> ColumnElement[bool]:
    if isinstance(chosen, date):
        return _in_month(day, chosen)
    return is_of(_parts(tally, Recount.id.in_(chosen)), day, service)


def _in_month(day: Any, month: date) -> ColumnElement[bool]:
    return and_(day >= month, day <= last_of_month(month))


def is_known(facts: type[Facts], dimension: str) -> bool:
    return hasattr(facts, f"{dimension}_id") or hasattr(facts, dimension)


def _with_survey(responses: Select[Any]) -> Select[Any]:
    return responses.join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id).join(
        Survey, Survey.id == SurveyVersion.survey_id
    )


def _kind(facts: type[Contact] | type[Survey]) -> ColumnElement[Any]:
    return facts.customer_kind.expression
