"""Comments as the analysis leaves them, with just what themes look at."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.responses.models import AnswerText, SurveyResponse
from tests.factories import NOON


def make_comment(
    response: SurveyResponse, text: str, *, sentiment: str = "negative", flags: Sequence[str] = ()
) -> Comment:
    question = response.survey_version.items[0].question_version_id
    answer = AnswerText(response_id=response.id, question_version_id=question, raw="secret raw words")
    db.session.add(answer)
    db.session.flush()
    comment = Comment(
        answer_text_id=answer.id,
        response_id=response.id,
        question_version_id=question,
        redacted_text=text,
        removed=[],
        sentiment=sentiment,
        flags=list(flags),
        method="test",
        analysed_at=NOON,
    )
    db.session.add(comment)
    return comment
