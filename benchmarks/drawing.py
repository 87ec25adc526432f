"""Contacts drawn: how many a second it is decided of who is asked.

What users feel: the nightly file is drawn before the first invitation of the day goes out. One in ten is asked, as at a
large council; whoever is asked gets an invitation and a message, whoever is not carries the reason. The reference is
the least that any draw writes: a bare UPDATE of the same contacts, in transactions of as many.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select, update

from benchmarks.council import set_up
from benchmarks.imports import write_contacts
from benchmarks.measuring import Result, seconds
from benchmarks.workbench import NAMES, Workbench, app_on, settle
from survey_app.contacts.models import Contact
from survey_app.contacts.operations import import_contacts
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, transaction
from survey_app.invitations.operations import draw_invitations
from survey_app.kernel.clock import utc_now

NAME = "drawing"
FRACTION = 0.1
MOST_DRAWS = 3
AT_ONCE = 500  # contacts in a transaction, as many as the draw takes
REFERENCE = "a bare UPDATE of the same contacts, in as many transactions"


def run(bench: Workbench) -> Iterator[Result]:
    rows, pairs = bench.size.drawn_rows, min(bench.size.pairs, MOST_DRAWS)
    for kind in bench.kinds:
        database = bench.empty(kind)
        with app_on(database) as app, app.app_context():
            prepare()
            compared = []
            for n in range(pairs):
                import_contacts(write_contacts(database.folder / f"{n}.csv", rows, prefix=f"{n}-"), now=utc_now())
                settle()
                compared.append(draw_all(rows))
        yield Result(f"contacts drawn, {NAMES[kind]}", "a second", REFERENCE, compared, more_is_better=True)


def prepare() -> None:
    """A council that asks about one contact in ten."""
    with transaction():
        set_up(utc_now())
        rules = asking_rules()
        rules.sampling_fraction = FRACTION
        db.session.add(rules)


def draw_all(rows: int) -> tuple[float, float]:
    """Draw the contacts that wait, `rows` of them, as the worker does, and update them barely: how many a second."""
    newest = db.session.scalar(select(func.max(Contact.id))) or 0
    return rows / seconds(_draw), rows / seconds(lambda: _mark(newest - rows + 1, newest))


def _draw() -> None:
    while draw_invitations(utc_now(), "benchmark"):
        db.session.remove()


def _mark(first: int, last: int) -> None:
    """The reference: an outcome and a time."""
    for start in range(first, last + 1, AT_ONCE):
        batch = Contact.id.between(start, min(start + AT_ONCE - 1, last))
        written = update(Contact).where(batch).values(draw_outcome="not_sampled", drawn_at=utc_now())
        with transaction():
            db.session.execute(written, execution_options={"synchronize_session": False})
