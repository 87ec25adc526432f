"""A council with answers of all kinds, and its files read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.comments.models import Comment, CommentTheme
from survey_app.comments.operations import ensure_themes
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Service
from survey_app.responses.models import Answer, AnswerText, SurveyResponse
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.models import Option, Question, QuestionVersion, SurveyVersion
from tests.factories import NOON, make_answers, make_cast, make_survey

DAY = date(2026, 3, 10)
Rows = list[dict[str, str]]


def service(code: str) -> Service:
    return db.session.scalars(select(Service).where(Service.code == code)).one()


def answer(called: str, survey: SurveyVersion, of: Service, said: dict[str, str]) -> SurveyResponse:
    """One response of DAY, by a reference that tests can name."""
    (response,) = make_answers(survey, of, DAY, said)
    response.reference = called
    db.session.flush()
    return response


def question(code: str, kind: QuestionKind, *options: str, text_type: TextType | None = None) -> QuestionVersion:
    return QuestionVersion(
        question=Question(code=code),
        kind=kind,
        text_type=text_type,
        wording=f"What of {code}?",
        short_label=code,
        options=[
            Option(position=place, code=option, label=option.capitalize(), score=None, is_substantive=True)
            for place, option in enumerate(options)
        ],
    )


@pytest.fixture
def council(app: object) -> object:
    """Three answers on one day: two about housing, the first of them with everything that can be answered, and one
    about waste. Nobody but the first said more than that they were satisfied."""
    with transaction():
        make_cast()
        themes = {theme.code: theme for theme in ensure_themes()}
        survey = make_survey(
            more=[
                question("ways", QuestionKind.MULTIPLE_CHOICE, "phone", "web"),
                question("wishes", QuestionKind.RANKING, "sooner", "kinder"),
                question("minutes", QuestionKind.NUMBER),
                question("since", QuestionKind.DATE),
                question("why", QuestionKind.TEXT, text_type=TextType.WHY),
            ]
        )
        housing, waste = service("housing"), service("waste")
        first = answer("A", survey, housing, {"satisfaction": "5", "resolved": "too_early"})
        answer("B", survey, housing, {"satisfaction": "dk"})
        answer("C", survey, waste, {"satisfaction": "2"})
        make_answers(survey, waste, DAY + timedelta(days=1), {"satisfaction": "1"})
        versions = {item.question_version.question.code: item.question_version for item in survey.items}
        say(first, versions)
        words = AnswerText(response_id=first.id, question_version_id=versions["why"].id, raw="ring 07700 900123")
        db.session.add(words)
        db.session.flush()
        comment = Comment(
            answer_text_id=words.id,
            response_id=first.id,
            question_version_id=versions["why"].id,
            text_type=TextType.WHY,
            redacted_text="=ring [phone number]",
            removed=["phone number"],
            sentiment="negative",
            flags=[],
            method="test",
            analysed_at=NOON,
        )
        comment.themes = [CommentTheme(theme_id=theme.id, matched=["x"]) for theme in list(themes.values())[:2]]
        db.session.add(comment)
    return app


def say(response: SurveyResponse, versions: dict[str, QuestionVersion]) -> None:
    """She ticked the web, wished it kinder before sooner, waited 12.5 minutes since a day, and said so."""
    option = {option.code: option.id for version in versions.values() for option in version.options}
    rows = [
        {"question_version_id": versions["ways"].id, "option_id": option["web"]},
        {"question_version_id": versions["wishes"].id, "option_id": option["kinder"], "rank": 1},
        {"question_version_id": versions["wishes"].id, "option_id": option["sooner"], "rank": 2},
        {"question_version_id": versions["minutes"].id, "number": 12.5},
        {"question_version_id": versions["since"].id, "day": DAY},
    ]
    db.session.add_all(Answer(response_id=response.id, **row) for row in rows)
    db.session.flush()


def read_csv(content: bytes) -> tuple[Rows, str]:
    """The rows by their columns, and the last line."""
    header, *rows, last = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [dict(zip(header, row, strict=True)) for row in rows], last[0]


@pytest.fixture
def export(runner: FlaskCliRunner, tmp_path: Path) -> Callable[..., bytes]:
    """Run `flask exports` for DAY and give the file."""

    def run(what: str, *more: str, kind: str = "csv", status: int = 0) -> bytes:
        out = tmp_path / f"out.{kind}"
        out.unlink(missing_ok=True)
        days = ["--from", DAY.isoformat(), "--to", DAY.isoformat()]
        done = runner.invoke(args=["exports", what, *days, "--format", kind, "--out", str(out), *more])
        assert done.exit_code == status, done.output
        return out.read_bytes() if status == 0 else done.output.encode()

    return run
