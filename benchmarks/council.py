"""Anyborough at any size: services, a survey, and years of answers, written straight into the tables.

Some thousand answers are drawn from a fixed seed; a larger council holds each of them many times, multiplied by the
database itself. So a council of 100,000 answers has the same days, services and channels as one of 1,000, and a page
that takes longer on it takes longer for the number of answers alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import String, Table, cast, insert, literal, null, select, true

from survey_app.comments.operations import ensure_themes
from survey_app.comments.search.folding import folded
from survey_app.extensions import Base, db, transaction
from survey_app.invitations.models import InvitationState, TokenPurpose
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.periods import Period
from survey_app.kernel.tokens import new_token, token_digest
from survey_app.measures.models import Target
from survey_app.measures.operations import rebuild_month
from survey_app.organisation.channels import Channel, CustomerKind, Mode
from survey_app.organisation.models import Service
from survey_app.responses.models import ResponseState
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey, publish_survey, start_survey
from survey_app.surveys.queries import structure_of
from tests.factories import make_council, make_service

YEARS = Period.between(date(2023, 4, 1), date(2026, 3, 31))
YEAR = Period.between(date(2025, 4, 1), date(2026, 3, 31))
MOST_DRAWN = 1_000  # answers beyond so many are copies
COMMENT_EVERY = 3  # answers
PEOPLE_AT_A_TIME = 2_000
TABLES = ("contact", "invitation", "survey_response", "answer", "answer_text", "comment", "comment_theme")
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
    facts = _facts(version.id, services[0].id, london_day(now), Channel.PHONE)
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


def answer_for_years(
    version: SurveyVersion,
    services: Sequence[Service],
    answers: int,
    *,
    most_drawn: int = MOST_DRAWN,
    invited_for_an_answer: int = INVITED_FOR_AN_ANSWER,
    is_tallied: bool = True,
) -> int:
    """About so many answers over three years, with contacts, invitations, comments and tallies; how many answers.

    Commits as it goes: ten million answers are too many for one transaction. An answer is drawn at most `most_drawn`
    times, and each drawn one is there equally often.
    """
    drawn = min(answers, most_drawn)
    times = answers // drawn
    people = _People(version, services, asked=drawn * invited_for_an_answer, apart=times, per=invited_for_an_answer)
    for rows in people.draw():
        with transaction():
            for name, of_table in rows.items():
                _insert(name, of_table)
            _multiply(times, rows)
    for month in YEARS.split("month") if is_tallied else ():
        with transaction():
            rebuild_month(month.first)
    return drawn * times


def answer_six_questions(version: SurveyVersion, services: Sequence[Service], answers: int) -> int:
    """The same for councils of any size, not tallied yet: half of those asked answer, six questions each."""
    structure = structure_of(version)
    choices = [item for item in structure.items if item.question.kind is not QuestionKind.TEXT]
    items = tuple(item for item in structure.items if item not in choices[6:])
    with transaction():
        survey = start_survey(replace(structure, items=items, code="six-questions"), "Six questions", now=utc_now())
        version = publish_survey(survey, now=utc_now())
    return answer_for_years(version, services, answers, most_drawn=100_000, invited_for_an_answer=2, is_tallied=False)


class _People:
    """Those who were asked, in the order of days. Ids of drawn rows are `apart`, which leaves room for the copies."""

    def __init__(
        self, version: SurveyVersion, services: Sequence[Service], *, asked: int, apart: int, per: int
    ) -> None:
        self._asked, self._apart, self._per = asked, apart, per
        self._version_id = version.id
        self._services = [service.id for service in services]
        questions = [item.question_version for item in version.items]
        self._questions = [
            (question.id, [option.id for option in question.options])
            for question in questions
            if question.kind is not QuestionKind.TEXT
        ]
        self._text = next(question.id for question in questions if question.text_type)
        self._themes = [theme.id for theme in ensure_themes()]
        self._rng = Random(2026)
        self._answers = self._comments = 0

    def draw(self) -> Iterator[dict[str, list[Row]]]:
        """Rows by table, some thousand people at a time; the tables that others point to come first."""
        for first in range(1, self._asked + 1, PEOPLE_AT_A_TIME):
            rows: dict[str, list[Row]] = {name: [] for name in TABLES}
            for place in range(first, min(first + PEOPLE_AT_A_TIME, self._asked + 1)):
                self._add(rows, place)
            yield rows

    def _add(self, rows: dict[str, list[Row]], place: int) -> None:
        n, is_answered = place * self._apart, place % self._per == 0
        days = (YEARS.last - YEARS.first).days + 1
        day = YEARS.first + timedelta(days=days * (place - 1) // self._asked)
        at = datetime(day.year, day.month, day.day, self._rng.randrange(8, 18), tzinfo=UTC)
        service, channel = self._rng.choice(self._services), self._rng.choice(CHANNELS)
        facts = _facts(self._version_id, service, day, channel)
        state = InvitationState.ANSWERED if is_answered else InvitationState.OPEN
        rows["contact"].append(_contact(n, facts, at))
        rows["invitation"].append(_invitation(n, facts, at, state, at if is_answered else None))
        if not is_answered:
            return
        rows["survey_response"].append(_response(n, facts, at))
        for question, options in self._questions:
            (option,) = self._rng.choices(options, OPTION_WEIGHTS[: len(options)])
            self._answers += self._apart
            rows["answer"].append(_answer(self._answers, n, question, option))
        if place // self._per % COMMENT_EVERY == 0:
            self._comments += self._apart
            _add_comment(rows, self._comments, n, self._text, at=at, rng=self._rng, themes=self._themes)


def _facts(version_id: int, service_id: int, day: date, channel: Channel) -> Row:
    return {"service_id": service_id, "channel": channel, "day": day, "version": version_id}


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
            "words": folded(text),
            "removed": [],
            "sentiment": sentiment,
            "needs_review": False,
            "flags": [],
            "method": "drawn",
            "analysed_at": at,
        }
    )
    rows["comment_theme"].append({"comment_id": n, "theme_id": rng.choice(themes), "matched": []})


def _multiply(times: int, rows: Mapping[str, Sequence[Row]]) -> None:
    """Let each of these rows be there so many times.

    A copy stands right behind its row, so that rows lie in the order of days as they do where a council really asks.
    """
    if times == 1:
        return
    turns = select(literal(1).label("turn")).cte("turns", recursive=True)
    turns = turns.union_all(select(turns.c.turn + 1).where(turns.c.turn < times - 1))
    for name, drawn in rows.items():
        if not drawn:
            continue
        table = Base.metadata.tables[name]
        names = list(table.columns.keys())
        values = [_moved(table, column, turns.c.turn, rows) for column in names]
        key = next(iter(table.primary_key.columns))
        copied = select(*values).join_from(table, turns, true()).where(key.between(*_ends(drawn, key.name)))
        db.session.execute(insert(table).from_select(names, copied))


def _ends(rows: Sequence[Row], key: str) -> tuple[int, int]:
    return rows[0][key], rows[-1][key]


def _moved(table: Table, name: str, turn: Any, drawn: Collection[str]) -> Any:
    """A column of a copy: what names a drawn row names that row's copy of the same turn."""
    column = table.columns[name]
    if name == "place":  # the database finds its own
        return null()
    if name == "reference":
        return column + "." + cast(turn, String)
    pointed_to = table.name if name == "id" else next((key.column.table.name for key in column.foreign_keys), "")
    return column + turn if pointed_to in drawn else column


def _insert(name: str, rows: list[Row]) -> None:
    if rows:
        db.session.execute(insert(Base.metadata.tables[name]), rows)
