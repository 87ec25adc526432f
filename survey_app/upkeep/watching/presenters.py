"""Figures as Prometheus reads them. Names and units are promised: dashboards and alerts are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from survey_app.upkeep.watching.queries import Machine, OfLate, Standing
from survey_app.work.models import JobRun

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Made(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(requests: CollectorRegistry, families: Iterable[Metric]) -> bytes:
    """All of a scrape, in the text format of Prometheus."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Made(families))
    return generate_latest(requests) + generate_latest(made)


def of_machine(machine: Machine, *, version: str, is_ready: bool) -> Iterator[Metric]:
    """What this process finds around it; there whether or not the database answers."""
    yield _labelled("survey_build_info", "1, for the version of this program.", ("version",), {(version,): 1})
    yield _gauge("survey_ready", "Whether this process can serve: 1, or 0 as /health/ready says.", is_ready)
    yield _gauge("survey_queue_up", "Whether the queue that wakes workers answers.", machine.tasks is not None)
    if machine.tasks is not None:
        yield _gauge("survey_queue_tasks", "Tasks that wait in the queue.", machine.tasks)
    yield _gauge("survey_disk_free_bytes", "Free where INSTANCE_PATH is.", machine.disk_free)
    yield _gauge("survey_disk_bytes", "Size of the disk where INSTANCE_PATH is.", machine.disk_total)


def of_standing(standing: Standing, now: datetime) -> Iterator[Metric]:
    """What the database says: the same from every machine, so add nothing up over them."""
    yield from _of_backlogs(standing, now)
    yield from _of_runs({status.job.name: status.run for status in standing.jobs if status.run}, now)
    if standing.worker_seen_at is not None:
        seen = _seconds(standing.worker_seen_at, now)
        yield _gauge("survey_worker_seen_seconds", "Since when no worker has done anything; 0 while one works.", seen)
    messages: dict[tuple[str, ...], OfLate] = {
        (way, receipt or "none"): counts for (way, receipt), counts in standing.messages.items()
    }
    yield _of_late(
        "survey_messages_sent", "Messages that went out, by what became of them.", ("way", "receipt"), messages
    )
    answers: dict[tuple[str, ...], OfLate] = {(mode,): counts for mode, counts in standing.answers.items()}
    yield _of_late("survey_answers", "Answers that came in, counted or not.", ("mode",), answers)
    yield _gauge("survey_held_answers", "Answers that wait for somebody to look at them.", standing.held)
    held_for = _seconds(standing.held_since, now) if standing.held_since else 0
    yield _gauge(
        "survey_held_answers_oldest_seconds", "For how long the first of them has waited, by its day.", held_for
    )
    yield _gauge("survey_follow_ups_overdue", "Follow-ups later than was promised.", standing.late_follow_ups)
    is_wrong = "INDEX_KEY" in standing.wrong_keys
    yield _gauge("survey_index_key_wrong", "1 where this database was filled under another INDEX_KEY.", is_wrong)


def _of_backlogs(standing: Standing, now: datetime) -> Iterator[Metric]:
    known = {status.job.name: status.backlog for status in standing.jobs if status.backlog}
    waiting = {job: backlog.waiting for job, backlog in known.items()}
    oldest = {
        job: _seconds(backlog.oldest_at, now) if backlog.oldest_at else 0
        for job, backlog in known.items()
        if backlog.oldest_at or not backlog.waiting
    }
    failed = {job: backlog.failed for job, backlog in known.items()}
    yield _by_job("survey_job_waiting", "Rows that are due and wait for the job.", waiting)
    yield _by_job(
        "survey_job_oldest_seconds", "For how long the oldest of them has waited, where that is known.", oldest
    )
    yield _by_job("survey_job_given_up", "Rows that the job gave up and that somebody may try again.", failed)


def _of_runs(runs: Mapping[str, JobRun], now: datetime) -> Iterator[Metric]:
    yield _counted("survey_job_runs", "Runs, idle ones included.", {job: run.runs for job, run in runs.items()})
    yield _counted("survey_job_failures", "Runs that failed.", {job: run.failures for job, run in runs.items()})
    yield _counted("survey_job_rows", "Rows done.", {job: run.rows_done for job, run in runs.items()})
    busy = {job: run.busy_seconds for job, run in runs.items()}
    yield _counted("survey_job_busy_seconds", "How long all its runs took together.", busy)
    succeeded = {job: _seconds(run.succeeded_at, now) for job, run in runs.items() if run.succeeded_at}
    yield _by_job("survey_job_succeeded_seconds", "How long ago a run last ended without an error.", succeeded)


def _of_late(
    name: str, help_: str, labels: tuple[str, ...], counts: Mapping[tuple[str, ...], OfLate]
) -> GaugeMetricFamily:
    """Gauges of the last hour and the last day: workers keep no counts, and the rows say when they came."""
    values: dict[tuple[str, ...], float] = {(*key, "hour"): each.hour for key, each in counts.items()}
    values |= {(*key, "day"): each.day for key, each in counts.items()}
    return _labelled(name, help_, (*labels, "within"), values)


def _gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, value=float(value))


def _by_job(name: str, help_: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    return _labelled(name, help_, ("job",), {(job,): value for job, value in values.items()})


def _labelled(
    name: str, help_: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counted(name: str, help_: str, by_job: Mapping[str, float]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, help_, labels=("job",))
    for job, value in by_job.items():
        family.add_metric((job,), value)
    return family


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
