"""Folding the change feed, and reading a figure, at 100,000 answers.

What users feel: an answer is in every figure at once and stays cheap to read; the worker keeps up with any mailing. The
reference for the fold is the least that moving lines into a tally takes: one GROUP BY of the same lines into one bare
table and their deletion (the product keeps eight tallies). The reference for a figure (value, interval, status, change
with its test) is a plain COUNT over the answers, once each for the year and the year before.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from benchmarks.council import YEAR
from benchmarks.measuring import Result, in_turn, milliseconds, seconds
from benchmarks.workbench import Workbench, app_on
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.measures.operations import BATCH, fold
from survey_app.measures.queries import figures

NAME = "figures"
MOST_FOLDS = 3

LINES = """
INSERT INTO response_change (response_id, question_version_id, kind, value, delta, changed_at)
SELECT answer.response_id, answer.question_version_id, 'recorded', option.code, 1, survey_response.submitted_at
FROM answer JOIN option ON option.id = answer.option_id JOIN survey_response ON survey_response.id = answer.response_id
WHERE answer.id <= :lines
"""
BARE_TABLES = (
    "CREATE TABLE bare_line (id INTEGER PRIMARY KEY, day DATE, question BIGINT, value TEXT, service BIGINT)",
    "CREATE TABLE bare_tally (day DATE, question BIGINT, value TEXT, service BIGINT, n BIGINT, "
    "PRIMARY KEY (day, question, value, service))",
)
BARE_LINES = """
INSERT INTO bare_line (id, day, question, value, service)
SELECT answer.id, survey_response.counts_on, answer.question_version_id, option.code, survey_response.service_id
FROM answer JOIN option ON option.id = answer.option_id JOIN survey_response ON survey_response.id = answer.response_id
WHERE answer.id <= :lines
"""
BARE_FOLD = """
INSERT INTO bare_tally (day, question, value, service, n)
SELECT day, question, value, service, count(*) FROM bare_line WHERE id > :after AND id <= :upto
GROUP BY day, question, value, service
ON CONFLICT (day, question, value, service) DO UPDATE SET n = bare_tally.n + excluded.n
"""
BARE_DELETE = "DELETE FROM bare_line WHERE id > :after AND id <= :upto"
COUNT = """
SELECT count(CASE WHEN option.score IN (4, 5) THEN 1 END), count(*)
FROM survey_response
JOIN answer ON answer.response_id = survey_response.id
JOIN option ON option.id = answer.option_id
JOIN question_version ON question_version.id = answer.question_version_id
JOIN question ON question.id = question_version.question_id
WHERE question.asks = 'satisfaction' AND option.score IS NOT NULL AND survey_response.state = 'counted'
  AND survey_response.counts_on BETWEEN :first AND :last
"""


def run(bench: Workbench) -> Iterator[Result]:
    size = bench.size
    with app_on(bench.council(bench.kinds[0], size.many_answers)) as app, app.app_context():
        pairs = in_turn(lambda: milliseconds(_figure), lambda: milliseconds(_count), size.quick_pairs)
        name = f"a year's satisfaction at {size.many_answers:,} answers"
        yield Result(name, "ms", "a plain SQL COUNT over the answers", pairs, more_is_better=False)
        with transaction():
            for statement in BARE_TABLES:
                db.session.execute(text(statement))
        pairs = in_turn(
            lambda: _fold(size.lines_to_fold), lambda: _fold_bare(size.lines_to_fold), min(size.pairs, MOST_FOLDS)
        )
        yield Result("lines folded", "a second", "GROUP BY into one bare table, and DELETE", pairs, more_is_better=True)


def _figure() -> None:
    with reading():
        (figure,) = figures("satisfaction", YEAR.first, YEAR.last, now=utc_now())
        db.session.rollback()
    if not figure.base:
        raise RuntimeError("the figure is empty")


def _count() -> None:
    with reading():
        for period in (YEAR, YEAR.previous):
            db.session.execute(text(COUNT), {"first": period.first.isoformat(), "last": period.last.isoformat()}).one()
        db.session.rollback()


def _fold(lines: int) -> float:
    """Lines a second, a batch a transaction, as the worker does."""
    with transaction():
        db.session.execute(text(LINES), {"lines": lines})
    return lines / seconds(_fold_all)


def _fold_all() -> None:
    done = 1
    while done:
        with transaction():
            done = fold()


def _fold_bare(lines: int) -> float:
    with transaction():
        db.session.execute(text(BARE_LINES), {"lines": lines})

    def fold_all() -> None:
        for after in range(0, lines, BATCH):
            with transaction():
                of_batch = {"after": after, "upto": after + BATCH}
                db.session.execute(text(BARE_FOLD), of_batch)
                db.session.execute(text(BARE_DELETE), of_batch)

    return lines / seconds(fold_all)
