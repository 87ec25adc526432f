"""Complete answers a second: the form opened, filled in, sent, stored durably and thanked for, over HTTP.

What users feel: the morning after a big mailing, when everybody opens the link at the same time, pages still come at
once. One visitor at a time, and eight at once. The reference is a bare Flask page with a form, a POST that stores
nothing and a thank-you, on the same server command (2 workers with 8 threads, as `make run` starts it) under the same
visitors, who share the cores with the server. The worker does not run meanwhile: what it does with an answer is
measured by `figures`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.council import invite, set_up
from benchmarks.load import Burst, Visitor, burst, milliseconds_of
from benchmarks.measuring import Result, in_turn
from benchmarks.serving import serving
from benchmarks.workbench import NAMES, Size, Workbench, app_on
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.responses.models import SurveyResponse
from tests.databases import Database

NAME = "answering"
CROWDS = {1: "1 client", 8: "8 clients"}
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
            tokens = _invite(database, bench.size)
            thanked = 0
            for visitors in CROWDS:
                taken, result = _compared(kind, visitors, lambda: answer(port, next(tokens)), bare_port, bench.size)  # noqa: B023
                thanked += sum(burst.visits for burst in taken)
                yield result
        _expect_stored(database, thanked)


def _invite(database: Database, size: Size) -> Iterator[str]:
    """A token for every answer that could be given."""
    most = len(CROWDS) * int(MOST_A_SECOND * size.burst_seconds * (size.pairs + 1)) + 2 * sum(CROWDS) * (size.pairs + 1)
    with app_on(database) as app, app.app_context(), transaction():
        return iter(invite(*set_up(utc_now()), most, utc_now()))


def _compared(
    kind: str, visitors: int, visit: Callable[[], None], bare_port: int, size: Size
) -> tuple[list[Burst], Result]:
    taken: list[Burst] = []
    bare: list[Burst] = []

    def rate(act: Callable[[], None], bursts: list[Burst]) -> float:
        bursts.append(burst(act, visitors=visitors, for_seconds=size.burst_seconds))
        return bursts[-1].rate

    pairs = in_turn(lambda: rate(visit, taken), lambda: rate(lambda: send_bare_form(bare_port), bare), size.pairs)
    peak = median(ours for ours, _ in pairs) / COUNTY_PEAK_A_SECOND
    result = Result(
        f"complete answers, {CROWDS[visitors]}, {NAMES[kind]}",
        "a second",
        "a bare Flask form, sent and thanked",
        pairs,
        more_is_better=True,
        note=f"{milliseconds_of(taken)}; of the bare form {milliseconds_of(bare)}; {peak:,.0f} times the peak of a "
        "county; all that were thanked for are stored",
    )
    return taken, result


def _expect_stored(database: Database, thanked: int) -> None:
    with app_on(database) as app, app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(SurveyResponse))
    if stored != thanked:
        raise RuntimeError(f"{thanked} answers were thanked for and {stored} are stored")


def answer(port: int, token: str) -> None:
    """Open the form of a token, fill in all of it, send it and read the thank-you, as a browser on one connection."""
    with Visitor(port) as visitor:
        status, page = visitor.get(f"/s/{token}")
        nonce = NONCE.search(page)
        if status != 200 or nonce is None:
            raise RuntimeError(f"the form came with status {status}")
        status, page = visitor.post(f"/s/{token}", urlencode(FILLED_IN | {"nonce": nonce[1].decode()}).encode())
        if status != 303:
            raise RuntimeError(f"an answer was met with status {status}: {_title(page)}")
        status, page = visitor.get(f"/s/{token}/thanks")
        if status != 200 or b"We have your answers" not in page:
            raise RuntimeError(f"the thank-you came with status {status}")


def _title(page: bytes) -> str:
    return page.partition(b"<title>")[2].partition(b"</title>")[0].decode(errors="replace").strip()


def send_bare_form(port: int) -> None:
    with Visitor(port) as visitor:
        visitor.get("/")
        status, _page = visitor.post("/", urlencode(FILLED_IN).encode())
        if status != 303:
            raise RuntimeError(f"the bare form was met with status {status}")
        visitor.get("/thanks")
