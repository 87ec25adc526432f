"""The list of jobs, in the order in which work flows through them."""

from __future__ import annotations

from survey_app.comments.jobs import ANALYSE
from survey_app.contacts.jobs import FORGET, FORGET_FILES
from survey_app.invitations.jobs import DRAW, SEND
from survey_app.measures.jobs import FOLD
from survey_app.responses.jobs import TAKE_TEXTS
from survey_app.work.jobs import Job

JOBS: tuple[Job, ...] = (DRAW, SEND, TAKE_TEXTS, ANALYSE, FOLD, FORGET, FORGET_FILES)
