"""The job of reading what people wrote."""

from __future__ import annotations

from datetime import datetime

from survey_app.comments.checking.operations import draw_blind_sample
from survey_app.comments.queries import texts_to_analyse
from survey_app.work.jobs import Job


def _step(now: datetime, worker: str) -> int:
    from survey_app.comments.operations import analyse_comments  # noqa: PLC0415 - textblob costs a quarter second

    return analyse_comments(now, worker)


ANALYSE = Job(
    "analyse_comments", "Redacts what people wrote, judges it and finds its themes.", _step, backlog=texts_to_analyse
)
DRAW_SAMPLE = Job(
    "draw_blind_sample", "Draws by lot which comments of the month before two people read.", draw_blind_sample
)
