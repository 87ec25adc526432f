"""Reads how it all stands, at the moment somebody asks. What is read elsewhere for people is read here the same way."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.actions.followups.queries import late_follow_ups
from survey_app.dashboards.held.queries import held_counts, waiting_since
from survey_app.extensions import db
from survey_app.invitations.models import Message
from survey_app.kernel.clock import day_starts_at
from survey_app.organisation.scope import EVERYTHING
from survey_app.privacy.keys.queries import wrong_keys
from survey_app.responses.models import SurveyResponse
from survey_app.settings import Settings
from survey_app.work.queries import JobStatus, job_runs, job_statuses, last_sign, silent_since, tasks_queued

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LITTLE_DISK = 1_000_000_000  # bytes


@dataclass(frozen=True)
class OfLate:
    """How many within the last hour, and within the last day."""

    hour: int
    day: int


@dataclass(frozen=True)
class Machine:
    """What this process finds around it, whatever the database says. `tasks` is None while the queue is away."""

    tasks: int | None
    disk_free: int
    disk_total: int


@dataclass(frozen=True)
class Standing:
    """Work that waits and work that was done. Numbers of rows, never of whose they are.

    `messages` are by way and by what the provider told of them (None: nothing yet), `answers` by mode.
    """

    jobs: Sequence[JobStatus]
    worker_seen_at: datetime | None
    messages: Mapping[tuple[str, str | None], OfLate]
    answers: Mapping[str, OfLate]
    held: int
    held_since: datetime | None
    late_follow_ups: int
    wrong_keys: Sequence[str]


def machine() -> Machine:
    settings: Settings = current_app.extensions["settings"]
    disk = shutil.disk_usage(settings.instance_path)
    return Machine(tasks_queued(), disk.free, disk.total)


def standing(now: datetime) -> Standing:
    """Every count is one that a job or a page asks, too. What a scrape costs at a million rows: docs/monitoring.md."""
    statuses = job_statuses(now)
    held_day = waiting_since(EVERYTHING)
    return Standing(
        jobs=statuses,
        worker_seen_at=last_sign([status.run for status in statuses if status.run], now),
        messages=_messages(now),
        answers=_answers(now),
        held=sum(count.waiting for count in held_counts(EVERYTHING)),
        held_since=day_starts_at(held_day) if held_day else None,
        late_follow_ups=late_follow_ups(EVERYTHING, now),
        wrong_keys=wrong_keys(now),
    )


def notes(now: datetime) -> list[str]:
    """What an operator should know though pages are served, one sentence each."""
    found = []
    around = machine()
    if around.tasks is None:
        found.append("The queue does not answer: workers look for their rows once a minute, and limits count alone.")
    if around.disk_free < LITTLE_DISK:
        found.append(f"Only {around.disk_free / 1e6:,.0f} MB are free where INSTANCE_PATH is.")
    if "INDEX_KEY" in wrong_keys(now):
        found.append("INDEX_KEY is not the one that this database was filled under: nobody is recognised by it.")
    since = silent_since(job_runs(), now)
    if since is not None:
        found.append(f"No worker has done anything since {since:%H:%M on %-d %B} UTC: start one with flask jobs run.")
    return found


def _messages(now: datetime) -> Mapping[tuple[str, str | None], OfLate]:
    rows = db.session.execute(
        select(Message.way, Message.receipt, *_of_late(Message.sent_at, now))
        .where(Message.sent_at >= now - DAY, Message.sent_at <= now)
        .group_by(Message.way, Message.receipt)
    )
    return {(way.value, receipt and receipt.value): OfLate(hour, day) for way, receipt, hour, day in rows}


def _answers(now: datetime) -> Mapping[str, OfLate]:
    rows = db.session.execute(
        select(SurveyResponse.mode, *_of_late(SurveyResponse.submitted_at, now))
        .where(SurveyResponse.submitted_at >= now - DAY, SurveyResponse.submitted_at <= now)
        .group_by(SurveyResponse.mode)
    )
    return {mode.value: OfLate(hour, day) for mode, hour, day in rows}


def _of_late(at: InstrumentedAttribute[Any], now: datetime) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.sum(case((at >= now - HOUR, 1), else_=0)), func.count()
