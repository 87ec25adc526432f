"""The jobs of reading what people wrote, and of reading it again when rules have changed."""

from __future__ import annotations

from datetime import datetime

from survey_app.comments.checking.operations import draw_blind_sample
from survey_app.comments.methods.queries import judgings_waiting
from survey_app.comments.queries import comments_to_redact_again, texts_to_analyse
from survey_app.work.jobs import Job


def _step(now: datetime, worker: str) -> int:
    from survey_app.comments.operations import analyse_comments  # noqa: PLC0415 - textblob costs a quarter second

    return analyse_comments(now, worker)


ANALYSE = Job(
    "analyse_comments", "Redacts what people wrote, judges it and finds its themes.", _step, backlog=texts_to_analyse
)


def _redact_again(now: datetime, worker: str) -> int:
    from survey_app.comments.operations import redact_comments_again  # noqa: PLC0415

    return redact_comments_again(now, worker)


REDACT_AGAIN = Job(
    "redact_again",
    "Takes out of older comments what newer rules find; their labels stay.",
    _redact_again,
    backlog=comments_to_redact_again,
)


def _judge_again(now: datetime, worker: str) -> int:
    from survey_app.comments.methods.operations import judge_again  # noqa: PLC0415 - the same

    return judge_again(now, worker)


JUDGE_AGAIN = Job(
    "judge_again",
    "Judges past comments by the present method too, and lets its labels count where somebody decided so.",
    _judge_again,
    backlog=judgings_waiting,
)


DRAW_SAMPLE = Job(
    "draw_blind_sample", "Draws by lot which comments of the month before two people read.", draw_blind_sample
)
