"""Anyborough at any size: services, a survey, and years of answers, written straight into the tables.

Some thousand answers are drawn from a fixed seed; a larger council holds each of them many times, multiplied by the
database itself. So a council of 100,000 answers has the same days, services and channels as one of 1,000, and a page
that takes longer on it takes longer for the number of answers alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import String, Table, cast, insert, literal, select, true, update

from survey_app.comments.operations import ensure_themes
from survey_app.extensions import Base, db
from survey_app.invitations.models import InvitationState, TokenPurpose
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period
from survey_app.kernel.tokens import new_token, token_digest
from survey_app.measures.models import DayTally, MonthTally, SubjectDayTally, SubjectMonthTally, Target
from survey_app.measures.operations import rebuild_month
from survey_app.organisation.channels import Channel, CustomerKind, Mode
from survey_app.organisation.models import Service
from survey_app.responses.models import ResponseState
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.factories import make_council, make_service

YEARS = Period.between(date(2023, 4, 1), date(2026, 3, 31))
YEAR = Period.between(date(2025, 4, 1), date(2026, 3, 31))
MOST_DRAWN = 1_000  # answers beyond so many are copies
COMMENT_EVERY = 12  # people asked: a third of those who answer
INVITED_FOR_AN_ANSWER = 4  # a good council's; each silent one is a row that a response rate counts
SERVICES = ("council-tax", "benefits", "waste", "housing", "planning", "libraries")
CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.EMAIL, Channel.WEB, Channel.FACE_TO_FACE)
OPTION_WEIGHTS = (60, 25, 7, 4, 2, 2)
COMMENTS = (
    ("They phoned back the same day and it was sorted.", "positive"),
    ("The lady at the desk was patient with all my questions.", "positive"),
    ("I had to explain everything again to the second person.", "negative"),
    ("The bin was still not emptied a week later.", "negative"),
    ("I asked about the new opening hours.", "neutral"),
)
Row = dict[str, Any]


def set_up(now: datetime) -> tuple[SurveyVersion, list[Service]]:
    """The council with its survey, a target, themes and services."""
    make_council(created_at=now)
    version = publish_default_survey(now)
    db.session.add(
        Target(measure="satisfaction", value=0.9, comparator=Comparator.OVER, valid_from=YEARS.first, entered_at=now)
    )
    ensure_themes()
    return version, [make_service(code) for code in SERVICES]


def invite(
    version: SurveyVersion, services: Sequence[Service], count: int, now: datetime, *, after: int = 0
) -> list[str]:
    """So many people asked a moment ago; the tokens of their messages, none of them used. Ids go on `after` one."""
    facts = _facts(version, services[0], london_day(now), Channel.PHONE)
    tokens = [new_token() for _ in range(count)]
    places = range(after + 1, after + count + 1)
    _insert("contact", [_contact(n, facts, now) for n in places])
    _insert("invitation", [_invitation(n, facts, now, InvitationState.OPEN, None) for n in places])
    _insert(
        "invitation_token",
        [
            {
                "token_sha256": token_digest(token),
                "invitation_id": n,
                "purpose": TokenPurpose.ANSWER,
                "created_at": now,
            }
            for n, token in zip(places, tokens, strict=True)
        ],
    )
    return tokens


def answer_for_years(version: SurveyVersion, services: Sequence[Service], answers: int) -> int:
    """About so many answers over three years, with their contacts, invitations, comments and tallies; how many."""
    drawn = min(answers, MOST_DRAWN)
    times = answers // drawn
    rows = _draw(version, services, drawn, times)
    for name, of_table in rows.items():
        _insert(name, of_table)
    for month in YEARS.split("month"):
        rebuild_month(month.first)
    _multiply(times, list(rows))
    return drawn * times


def _draw(version: SurveyVersion, services: Sequence[Service], answers: int, apart: int) -> dict[str, list[Row]]:
    """Rows by table, in the order of days, their ids so far apart; the tables that others point to come first."""
    rng = Random(2026)
    themes = [theme.id for theme in ensure_themes()]
    days = (YEARS.last - YEARS.first).days + 1
    names = ("contact", "invitation", "survey_response", "answer", "answer_text", "comment", "comment_theme")
    rows: dict[str, list[Row]] = {name: [] for name in names}
    asked = answers * INVITED_FOR_AN_ANSWER
    for place in range(1, asked + 1):
        n, is_answered = place * apart, place % INVITED_FOR_AN_ANSWER == 0
        day = YEARS.first + timedelta(days=days * (place - 1) // asked)
        at = datetime(day.year, day.month, day.day, rng.randrange(8, 18), tzinfo=UTC)
        facts = _facts(version, rng.choice(services), day, rng.choice(CHANNELS))
        state = InvitationState.ANSWERED if is_answered else InvitationState.OPEN
        rows["contact"].append(_contact(n, facts, at))
        rows["invitation"].append(_invitation(n, facts, at, state, at if is_answered else None))
        if is_answered:
            rows["survey_response"].append(_response(n, facts, at))
            for item in version.items:
                question = item.question_version
                if question.kind is not QuestionKind.TEXT:
                    weights = OPTION_WEIGHTS[: len(question.options)]
                    (option,) = rng.choices(question.options, weights)
                    answer = (len(rows["answer"]) + 1) * apart
                    rows["answer"].append(_answer(answer, n, question.id, option.id))
            if place % COMMENT_EVERY == 0:
                texts = [item.question_version.id for item in version.items if item.question_version.text_type]
                comment = (len(rows["comment"]) + 1) * apart
                _add_comment(rows, comment, n, texts[0], at=at, rng=rng, themes=themes)
    return rows


def _facts(version: SurveyVersion, service: Service, day: date, channel: Channel) -> Row:
    return {"service_id": service.id, "channel": channel, "day": day, "version": version.id}


def _contact(n: int, facts: Row, at: datetime) -> Row:
    return {
        "id": n,
        "reference": f"C-{n:07}",
        "occurred_at": at,
        "occurred_on": facts["day"],
        "channel": facts["channel"],
        "service_id": facts["service_id"],
        "open_complaint": False,
        "customer_kind": CustomerKind.RESIDENT,
        "language": "en",
        "sensitive": False,
        "do_not_survey": False,
        "content_digest": "0" * 64,
        "imported_at": at,
        "draw_outcome": "asked",
        "drawn_at": at,
    }


def _invitation(n: int, facts: Row, at: datetime, state: InvitationState, answered_at: datetime | None) -> Row:
    return {
        "id": n,
        "reference": f"I{n:07}",
        "contact_id": n,
        "survey_version_id": facts["version"],
        "salt": "0" * 32,
        "state": state,
        "drawn_at": at,
        "closes_at": at + timedelta(days=14),
        "sent_at": at,
        "answered_at": answered_at,
        "service_id": facts["service_id"],
        "channel": facts["channel"],
        "language": "en",
        "counts_on": facts["day"],
    }


def _response(n: int, facts: Row, at: datetime) -> Row:
    return {
        "id": n,
        "reference": f"R{n:07}",
        "salt": "0" * 32,
        "invitation_id": n,
        "survey_version_id": facts["version"],
        "mode": Mode.WEB,
        "answered_in": "en",
        "is_staff_entered": False,
        "is_test": False,
        "state": ResponseState.COUNTED,
        "submitted_at": at,
        "service_id": facts["service_id"],
        "channel": facts["channel"],
        "language": "en",
        "counts_on": facts["day"],
    }


def _answer(n: int, response: int, question: int, option: int) -> Row:
    return {"id": n, "response_id": response, "question_version_id": question, "option_id": option}


def _add_comment(
    rows: Mapping[str, list[Row]],
    n: int,
    response: int,
    question: int,
    *,
    at: datetime,
    rng: Random,
    themes: Sequence[int],
) -> None:
    text, sentiment = rng.choice(COMMENTS)
    rows["answer_text"].append({"id": n, "response_id": response, "question_version_id": question, "raw": text})
    rows["comment"].append(
        {
            "id": n,
            "answer_text_id": n,
            "response_id": response,
            "question_version_id": question,
            "redacted_text": text,
            "removed": [],
            "sentiment": sentiment,
            "needs_review": False,
            "flags": [],
            "method": "drawn",
            "analysed_at": at,
        }
    )
    rows["comment_theme"].append({"comment_id": n, "theme_id": rng.choice(themes), "matched": []})


def _multiply(times: int, drawn: Collection[str]) -> None:
    """Let every row of these tables be there so many times, and every tally count so many answers.

    A copy stands right behind its row, so that rows lie in the order of days as they do where a council really asks.
    """
    if times == 1:
        return
    turns = select(literal(1).label("turn")).cte("turns", recursive=True)
    turns = turns.union_all(select(turns.c.turn + 1).where(turns.c.turn < times - 1))
    for table in (Base.metadata.tables[name] for name in drawn):
        names = list(table.columns.keys())
        values = [_moved(table, name, turns.c.turn, drawn) for name in names]
        db.session.execute(insert(table).from_select(names, select(*values).join_from(table, turns, true())))
    for tally in (DayTally, MonthTally, SubjectDayTally, SubjectMonthTally):
        db.session.execute(update(tally).values(count=tally.count * times))


def _moved(table: Table, name: str, turn: Any, drawn: Collection[str]) -> Any:
    """A column of a copy: what names a drawn row names that row's copy of the same turn."""
    column = table.columns[name]
    if name == "reference":
        return column + "." + cast(turn, String)
    pointed_to = table.name if name == "id" else next((key.column.table.name for key in column.foreign_keys), "")
    return column + turn if pointed_to in drawn else column


def _insert(name: str, rows: list[Row]) -> None:
    if rows:
        db.session.execute(insert(Base.metadata.tables[name]), rows)
