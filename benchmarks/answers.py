"""Complete answers a second: the form opened, filled in, sent and stored durably, over HTTP, by many at once.

What users feel: the morning after a big mailing, when everybody opens the link at the same time, pages still come at
once. The reference is a bare Flask page with a form and a POST that stores nothing, on the same server command (2
workers with 8 threads, as `make run` starts it) under the same visitors. The worker does not run meanwhile: what it
does with an answer is measured by `figures`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.council import invite, set_up
from benchmarks.load import Burst, Visitor, burst
from benchmarks.measuring import Result, in_turn
from benchmarks.serving import serving
from benchmarks.workbench import NAMES, Size, Workbench, app_on
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.responses.models import SurveyResponse
from tests.databases import Database

NAME = "answers"
VISITORS = 16  # as many as the server has threads
# The peak of a county with 800,000 calls a year: a week's calls asked about in one go, one in five answers, and half of
# those within the first hour (docs/performance.md).
COUNTY_PEAK_A_SECOND = 800_000 / 52 / 5 / 2 / 3_600
MOST_A_SECOND = 600  # so many invitations are made ready
NONCE = re.compile(rb'name="nonce" value="([^"]+)"')
CHOICES = {
    "satisfaction": "5",
    "delivery": "4",
    "timeliness": "4",
    "information": "5",
    "professionalism": "5",
    "staff_attitude": "5",
    "access": "3",
    "resolved": "yes",
}
FILLED_IN = CHOICES | {"why": "They phoned back the same day and it was sorted."}


def run(bench: Workbench) -> Iterator[Result]:
    for kind in bench.kinds:
        database = bench.empty(kind)
        with (
            serving("wsgi:app", database.environment, ready_at="/health/ready") as port,
            serving("benchmarks.bare:app", {}) as bare_port,
        ):
            yield _compared(kind, database, port, bare_port, bench.size)


def _compared(kind: str, database: Database, port: int, bare_port: int, size: Size) -> Result:
    count = int(MOST_A_SECOND * size.burst_seconds * (size.pairs + 1)) + 2 * VISITORS
    with app_on(database) as app, app.app_context(), transaction():
        waiting = iter(invite(*set_up(utc_now()), count, utc_now()))
    taken: list[Burst] = []
    bare: list[Burst] = []

    def rate(visit: Callable[[], None], bursts: list[Burst]) -> float:
        bursts.append(burst(visit, visitors=VISITORS, for_seconds=size.burst_seconds))
        return bursts[-1].rate

    pairs = in_turn(
        lambda: rate(lambda: answer(port, next(waiting)), taken),
        lambda: rate(lambda: send_bare_form(bare_port), bare),
        size.pairs,
    )
    thanked = sum(each.visits for each in taken)
    with app_on(database) as app, app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(SurveyResponse))
    if stored != thanked:
        raise RuntimeError(f"{thanked} answers were thanked for and {stored} are stored")
    could_visit = sum(each.visits for each in bare) / sum(each.own_cpu_seconds for each in bare)
    return Result(
        f"complete answers, {NAMES[kind]}",
        "a second",
        "a bare Flask form, sent",
        pairs,
        more_is_better=True,
        note=f"{median(ours for ours, _ in pairs) / COUNTY_PEAK_A_SECOND:,.0f} times the peak of a county; all "
        f"{stored:,} thanked for are stored; on one core the visitors could make {could_visit:,.0f} visits a second",
    )


def answer(port: int, token: str) -> None:
    """Open the form of a token, fill in all of it, send it and be sent on to the thank-you."""
    with Visitor(port) as visitor:
        status, page = visitor.get(f"/s/{token}")
        nonce = NONCE.search(page)
        if status != 200 or nonce is None:
            raise RuntimeError(f"the form came with status {status}")
        status, _page = visitor.post(f"/s/{token}", urlencode(FILLED_IN | {"nonce": nonce[1].decode()}).encode())
        if status != 303:
            raise RuntimeError(f"an answer was met with status {status}")


def send_bare_form(port: int) -> None:
    with Visitor(port) as visitor:
        visitor.get("/")
        status, _page = visitor.post("/", urlencode(FILLED_IN).encode())
        if status != 200:
            raise RuntimeError(f"the bare form was met with status {status}")
