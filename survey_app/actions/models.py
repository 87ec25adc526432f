"""Follow-ups with one person, improvements of a service, and what of both is published."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import User
from survey_app.comments.models import Comment
from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.measures.models import FrozenPassport, PublishedEdition
from survey_app.organisation.models import Service, Team
from survey_app.responses.models import SurveyResponse
from survey_app.work.models import Leased


class FollowUpRules(Base):
    """When a follow-up opens and by when somebody gets in touch; one row, without it the defaults."""

    __tablename__ = "follow_up_rules"

    id: Mapped[PrimaryKey]
    is_on: Mapped[bool] = mapped_column(default=True)
    highest_score: Mapped[int] = mapped_column(default=2)  # of overall satisfaction, 1 to 5: this or less opens one
    first_contact_days: Mapped[int] = mapped_column(default=2)  # working days
    close_days: Mapped[int] = mapped_column(default=10)  # working days
    asks_for_verdict: Mapped[bool] = mapped_column(default=True)
    complaints_url: Mapped[str] = mapped_column(String(500), default="")  # "{reference}" stands for the complaint's


class FollowUpOwner(Base):
    """Who gets the follow-ups of a service and of those below it that have nobody of their own."""

    __tablename__ = "follow_up_owner"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))

    user: Mapped[User] = relationship()


class FollowUpSource(StrEnum):
    LOW_SCORE = "low_score"
    ALERT = "alert"  # words in a comment
    COMMENT = "comment"  # a person who read it


class FollowUpState(StrEnum):
    NEW = "new"
    IN_TOUCH = "in_touch"  # somebody has been reached
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a follow-up ended."""

    PUT_RIGHT = "put_right"
    EXPLAINED = "explained"
    COMPLAINT = "complaint"  # it goes on as a complaint
    NOT_REACHED = "not_reached"
    NOT_WANTED = "not_wanted"  # the person wants no more of it


class Verdict(StrEnum):
    """What the resident says afterwards: was it put right?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class FollowUp(Leased, Base):
    """The closed loop with one person who asked to be contacted. Without consent there is none.

    `details` are those of the consent, copied; they go on `keep_until`, or when consent or answer is withdrawn. The
    lease is held by whoever writes a message about it; `attempts` counts tries of that message alone.
    """

    __tablename__ = "follow_up"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    source: Mapped[FollowUpSource] = mapped_column(text_enum(FollowUpSource), default=FollowUpSource.LOW_SCORE)
    state: Mapped[FollowUpState] = mapped_column(text_enum(FollowUpState), default=FollowUpState.NEW, index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"), index=True)
    details: Mapped[str | None] = mapped_column(EncryptedText, deferred=True)  # JSON: name, email, phone
    keep_until: Mapped[date]
    opened_at: Mapped[datetime]
    contact_due_on: Mapped[date]
    close_due_on: Mapped[date]
    remind_on: Mapped[date | None]  # when its owner is next written to; None: no more
    first_contact_at: Mapped[datetime | None]  # when somebody first called or wrote, reached or not
    closed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]  # because the resident said that it was not put right: once
    outcome: Mapped[Outcome | None] = mapped_column(text_enum(Outcome))
    cause: Mapped[str | None] = mapped_column(String(60))  # code of a cause
    complaint_reference: Mapped[str] = mapped_column(String(60), default="")  # in the council's own system
    complaint_made_on: Mapped[date | None]
    complaint_stage: Mapped[int | None]  # 1, 2; 3 is the ombudsman
    complaint_dates: Mapped[dict[str, Any] | None]  # what was done and extended, by step: ISO days
    verdict_token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    verdict_due_at: Mapped[datetime | None]  # when the resident is to be asked; None: not, or not any more
    verdict_asked_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(text_enum(Verdict))
    verdict_at: Mapped[datetime | None]

    response: Mapped[SurveyResponse] = relationship()
    service: Mapped[Service] = relationship()
    owner: Mapped[User | None] = relationship()
    notes: Mapped[list[FollowUpNote]] = relationship(order_by="FollowUpNote.id", cascade="all, delete-orphan")


class FollowUpNote(Base):
    """What somebody wrote down about a follow-up: encrypted, it may name people."""

    __tablename__ = "follow_up_note"

    id: Mapped[PrimaryKey]
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    what: Mapped[str] = mapped_column(String(40))  # a survey_app.actions.followups.notes.NoteKind
    text: Mapped[str] = mapped_column(EncryptedText, default="")

    author: Mapped[User | None] = relationship()


class Prompt(StrEnum):
    """What an improvement came from."""

    SURVEY = "survey"
    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    STAFF_IDEA = "staff_idea"


class Direction(StrEnum):
    """Which way the measure should move."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Improvement(Base):
    """What was heard, what was done about it, and which figure it should move, named when it is entered."""

    __tablename__ = "improvement"

    id: Mapped[PrimaryKey]
    number: Mapped[int] = mapped_column(unique=True)  # shown as a letter: 1 is A, 27 is AA
    title: Mapped[str] = mapped_column(String(120))
    heard: Mapped[str] = mapped_column(Text)
    did: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(200), default="")
    prompt: Mapped[Prompt] = mapped_column(text_enum(Prompt))
    prompt_note: Mapped[str] = mapped_column(String(300), default="")  # "212 people took part"
    owner: Mapped[str] = mapped_column(String(120), default="")
    cost_pounds: Mapped[int | None]
    done_on: Mapped[date]  # may lie ahead
    settling_days: Mapped[int] = mapped_column(default=14)
    measure: Mapped[str] = mapped_column(String(60))
    where: Mapped[dict[str, Any]]  # the scope: lists of codes by dimension
    direction: Mapped[Direction] = mapped_column(text_enum(Direction))
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    named_at: Mapped[datetime]  # when measure, scope and direction were last named
    dropped_at: Mapped[datetime | None]  # entered by mistake: shown nowhere but in its history

    heard_from: Mapped[list[Heard]] = relationship(order_by="Heard.id", cascade="all, delete-orphan")


class HeardKind(StrEnum):
    THEME = "theme"
    QUOTE = "quote"
    FIGURE = "figure"


class Heard(Base):
    """One thing that was heard: a theme, a redacted quotation, or a figure with its frozen passport."""

    __tablename__ = "heard"

    id: Mapped[PrimaryKey]
    improvement_id: Mapped[int] = mapped_column(ForeignKey("improvement.id"), index=True)
    kind: Mapped[HeardKind] = mapped_column(text_enum(HeardKind))
    theme: Mapped[str | None] = mapped_column(String(60))  # its code
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="SET NULL"))
    quote: Mapped[str] = mapped_column(Text, default="")  # redacted, as it was chosen
    passport_id: Mapped[int | None] = mapped_column(ForeignKey("frozen_passport.id"))

    comment: Mapped[Comment | None] = relationship()
    passport: Mapped[FrozenPassport | None] = relationship()


class PublicState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"  # waits for somebody who may publish
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Approved:
    """What one writes and another approves before everybody reads it. What was published stays as it was: an edit is a
    new edition, which replaces the old one once it is approved itself."""

    code: Mapped[str] = mapped_column(String(12), unique=True)  # of this edition
    state: Mapped[PublicState] = mapped_column(text_enum(PublicState), default=PublicState.DRAFT)
    heading: Mapped[str] = mapped_column(String(120), default="")  # "Housing"
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime | None]  # when it was published
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    withdrawn_at: Mapped[datetime | None]  # or replaced
    remark: Mapped[str] = mapped_column(Text, default="")  # why it was sent back, or withdrawn


class YouSaidWeDid(Approved, Base):
    """One change as residents read it. `effect` holds the frozen sentence and counts (`actions.public.helped`), None
    for words alone."""

    __tablename__ = "you_said_we_did"

    id: Mapped[PrimaryKey]
    improvement_id: Mapped[int | None] = mapped_column(ForeignKey("improvement.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("you_said_we_did.id"), unique=True)
    said: Mapped[str] = mapped_column(Text)
    did: Mapped[str] = mapped_column(Text)
    helped: Mapped[str] = mapped_column(Text, default="")
    effect: Mapped[dict[str, Any] | None]

    improvement: Mapped[Improvement | None] = relationship(lazy="joined")


class OurStandard(Approved, Base):
    """One promise to residents with its target and its latest figure: from a published table, or, for what no survey
    tells, as the council states it with its source."""

    __tablename__ = "our_standard"

    id: Mapped[PrimaryKey]
    position: Mapped[int]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("our_standard.id"), unique=True)
    promise: Mapped[str] = mapped_column(Text)
    measure: Mapped[str | None] = mapped_column(String(60))
    service: Mapped[str | None] = mapped_column(String(60))  # its code; None is the whole council
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("published_edition.id"))
    stated_target: Mapped[str] = mapped_column(String(120), default="")
    stated_figure: Mapped[str] = mapped_column(String(120), default="")
    stated_source: Mapped[str] = mapped_column(String(200), default="")
    stated_on: Mapped[date | None]

    edition: Mapped[PublishedEdition | None] = relationship()


class PassedPraise(Base):
    """A resident's kind words, passed on to the team that they are about. The words stay the comment's own."""

    __tablename__ = "passed_praise"
    __table_args__ = (UniqueConstraint("comment_id", "team_id"),)

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    note: Mapped[str] = mapped_column(String(300), default="")  # a word of whoever passes it on
    passed_at: Mapped[datetime]
    passed_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))

    comment: Mapped[Comment] = relationship()
    team: Mapped[Team] = relationship()


class IdeaState(StrEnum):
    NEW = "new"
    TAKEN_UP = "taken_up"  # it became an improvement, or will
    NOT_NOW = "not_now"


class StaffIdea(Base):
    """What somebody who talks with residents would do better, and what was answered."""

    __tablename__ = "staff_idea"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    words: Mapped[str] = mapped_column(Text)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    state: Mapped[IdeaState] = mapped_column(text_enum(IdeaState), default=IdeaState.NEW)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    improvement_id: Mapped[int | None] = mapped_column(ForeignKey("improvement.id"))

    service: Mapped[Service] = relationship()
    team: Mapped[Team | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[written_by])
    improvement: Mapped[Improvement | None] = relationship()
