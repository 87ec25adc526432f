"""The overview, the change feed and a rebuild at 100 thousand, 1 million and 10 million answers.

What users feel: the page comes at once in a council's tenth year as in its first, an answer costs no more for being
counted, and tallies can be made again while the site runs. The references: the same page at the smallest size, the
plain aggregate over the answers that the tallies save, the same answer stored without its change feed, and ten minutes
for counting ten million answers again.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import quantiles
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from benchmarks.council import YEAR
from benchmarks.figures import COUNT
from benchmarks.measuring import Result, in_turn, milliseconds
from benchmarks.overview import signed_in
from benchmarks.workbench import NAMES, Size, Workbench, app_on, settle
from survey_app.extensions import db, reading
from survey_app.measures.cli import measures_cli

NAME = "volume"
WHOLE, ONE_SERVICE = "/dashboards/", "/dashboards/services/waste"
MOST, REBUILD_SECONDS = 10_000_000, 600  # how long so many answers may take


def run(bench: Workbench) -> Iterator[Result]:
    smallest, *others = bench.size.volumes
    for kind in bench.kinds:
        with app_on(bench.volume(kind, smallest)) as small:
            _rebuild(small)
            few = signed_in(small)
            for answers in others:
                database, where = bench.volume(kind, answers), f"at {answers:,} answers, {NAMES[kind]}"
                with app_on(database) as app:
                    promised = REBUILD_SECONDS * answers / MOST
                    counted = [(_rebuild(app), promised)]
                    words = "10 minutes for each 10 million"
                    yield Result(f"rebuild {where}", "seconds", words, counted, more_is_better=False)
                    clients = signed_in(app), few
                    for path, what in ((WHOLE, "overview"), (ONE_SERVICE, "page of a service")):
                        yield from _page(app, clients, path, f"{what} {where}", bench.size)
                bench.forget(database)


def _page(app: Flask, clients: tuple[FlaskClient, FlaskClient], path: str, name: str, size: Size) -> Iterator[Result]:
    many, few = clients
    pairs = in_turn(
        lambda: milliseconds(lambda: many.get(path)), lambda: milliseconds(lambda: few.get(path)), size.page_loads
    )
    slow = [_p95([pair[side] for pair in pairs]) for side in (0, 1)]
    reference = f"the same at {size.volumes[0]:,}"
    yield Result(f"{name}, p95", "ms", reference, [(slow[0], slow[1])], more_is_better=False)
    pairs = in_turn(
        lambda: milliseconds(lambda: many.get(path)), lambda: _aggregate(app), size.slow_pairs, warm_up=False
    )
    yield Result(name, "ms", "two years of one question counted from the answers", pairs, more_is_better=False)


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def _aggregate(app: Flask) -> float:
    with app.app_context(), reading():
        days = {"first": YEAR.previous.first.isoformat(), "last": YEAR.last.isoformat()}
        took = milliseconds(lambda: db.session.execute(text(COUNT), days).one())
        db.session.rollback()
    return took


def _rebuild(app: Flask) -> float:
    started = perf_counter()
    result = app.test_cli_runner().invoke(measures_cli, ["rebuild"])
    if result.exit_code:
        raise RuntimeError(result.output)
    took = perf_counter() - started
    with app.app_context():
        settle()
    return took
