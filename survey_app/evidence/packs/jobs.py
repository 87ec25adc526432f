"""The jobs of packs: one makes them, each step to be seen on its page; one deletes those that are kept no longer."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import current_app

from survey_app.evidence.models import EvidencePack
from survey_app.evidence.packs.making import make_pack
from survey_app.evidence.packs.operations import MAKE_PACKS, fail, forget_pack, keep_pack, note_progress, take_next_pack
from survey_app.evidence.packs.queries import pack_to_forget, packs_to_make
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.kernel.periods import Period
from survey_app.settings import Settings
from survey_app.work.jobs import Job

log = logging.getLogger(__name__)
FAILED = "Something went wrong on our side. Ask for it again; if it fails once more, whoever runs the system finds why."


def make_next_pack(now: datetime, worker: str) -> int:
    """Make the pack that waits longest. 0 when none does.

    Killed meanwhile, the lease runs out and another worker begins it anew. What fails says why in words; only a
    refusal of ours is told as it is.
    """
    with transaction():
        taken = take_next_pack(worker, now)
        if taken is None:
            return 0
        pack_id, framework = taken.id, taken.framework.code
        period, asked_by = Period.between(taken.first_on, taken.last_on), taken.asked_by

    def tell(done: int, step: str) -> None:
        with transaction():
            note_progress(pack_id, worker, done, step, now=utc_now())

    settings: Settings = current_app.extensions["settings"]
    try:
        made = make_pack(framework, period, settings=settings, now=now, tell=tell, by=asked_by)
    except Exception as problem:
        log.exception("evidence pack %s failed", pack_id)
        with transaction():
            if (ours := _ours(pack_id, worker)) is not None:
                fail(ours, problem.message if isinstance(problem, AppError) else FAILED)
        return 1
    with transaction():
        if (ours := _ours(pack_id, worker)) is not None:
            keep_pack(ours, made.zipped, made.sha256, now=utc_now())
    return 1


def _ours(pack_id: int, worker: str) -> EvidencePack | None:
    """The pack, where this worker still has it."""
    pack = db.session.get(EvidencePack, pack_id, populate_existing=True)
    return pack if pack is not None and pack.claimed_by == worker else None


def forget_next_pack(now: datetime, _worker: str) -> int:
    """Delete one pack that is kept no longer; 0 when there is none."""
    with transaction():
        pack = pack_to_forget(now)
        if pack is None:
            return 0
        forget_pack(pack, now=now)
    return 1


FORGET = Job(
    "forget_packs",
    "Deletes evidence packs that are kept no longer.",
    forget_next_pack,
    every=timedelta(hours=1),
)
MAKE = Job(
    MAKE_PACKS, "Makes evidence packs that somebody asked for.", make_next_pack, alone=False, backlog=packs_to_make
)
