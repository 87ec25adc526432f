"""The page of the jobs: it knows none of them by name, and asks each for what waits and for what it gave up."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.admin.jobs import presenters
from survey_app.audit.operations import record_act_by
from survey_app.contacts.queries import asking_rules
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.web.access import requires
from survey_app.work.jobs import Job, jobs, wake
from survey_app.work.queries import job_statuses

pages = Blueprint("jobs", __name__, url_prefix="/admin/jobs")


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/")
@requires("run_jobs")
def index() -> str:
    """Does everything get done, and what was given up?"""
    now = utc_now()
    statuses = job_statuses(now)
    claim, rest = presenters.answer(statuses, now)
    return staff_page(
        "admin/jobs/index.html",
        claim=claim,
        rest=rest,
        rows=presenters.job_rows(statuses, now),
        given_up=presenters.given_up_lists(statuses, now),
        is_paused=asking_rules().is_paused,
        may_pause=current_viewer().may("manage_council"),
        now=now,
    )


@pages.post("/<name>/run")
@requires("run_jobs")
def run(name: str) -> ResponseReturnValue:
    """Have a worker run it now, rather than within the minute."""
    job = _job(name)
    wake(job.name)
    record_act_by("job.woken", job.name, at=utc_now(), by=current_user_id())
    return _back(f"A worker was told to run {job.name}.")


@pages.post("/<name>/retry")
@requires("run_jobs")
def retry(name: str) -> ResponseReturnValue:
    """Try again what the job gave up: one row, or all."""
    job, reference = _job(name), request.form.get("reference", "")
    if job.given_up is None:
        raise Refused("This job gives nothing up.")
    if not reference and "all" not in request.form:
        raise InvalidInput("The form does not say what to try again.")
    now = utc_now()
    try:
        result = job.given_up.retry([reference] if reference else [], now)
    except Refused as problem:
        return _back(problem.message)
    after = {"waiting": result.waiting, "refused": sum(result.refused.values())}
    record_act_by("job.retried", job.name, at=now, by=current_user_id(), after=after)
    return _back(presenters.told(result))


def _job(name: str) -> Job:
    job = jobs().get(name)
    if job is None:
        raise NotFound("There is no such job.")
    return job


def _back(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("jobs.index"), code=303)
