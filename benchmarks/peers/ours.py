"""This product, started for one run: a council with years of answers, people to answer and letters that wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import func, select, text

from benchmarks.council import TABLES, YEARS, invite
from benchmarks.peers.description import Side
from benchmarks.sending import ask
from benchmarks.serving import serving
from benchmarks.workbench import Workbench, app_on
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyResponse
from survey_app.surveys.models import SurveyVersion
from survey_app.upkeep.cli import BIN
from tests.factories import PASSWORD, make_user
from tests.smtp import free_port

EMAIL = "peer-driver@anyborough.example.org"
SEQUENCE = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
BEHIND_ALL = 1_000_000_000  # ids of those who have not answered yet


@contextmanager
def started(side: Side, bench: Workbench, kind: str, *, answers: int, tokens: int, letters: int) -> Iterator[Side]:
    """The side with the values of a server that runs as long as the block."""
    database = bench.council(kind, answers)
    file = database.folder / "tokens.txt"
    with app_on(database) as app, app.app_context():
        with transaction():
            version = db.session.scalars(select(SurveyVersion).order_by(SurveyVersion.id)).first()
            services = db.session.scalars(select(Service)).all()
            assert version is not None
            file.write_text("\n".join(invite(version, services, tokens, utc_now(), after=BEHIND_ALL)))
            survey = version.survey.code
            held = db.session.scalar(select(func.count()).select_from(SurveyResponse)) or 0
            _go_on_counting()
            make_user("cse_lead", email=EMAIL)
        ask(letters)
        db.session.remove()
    with serving("wsgi:app", database.environment, ready_at="/health/ready") as port:
        values = {
            "at": f"http://127.0.0.1:{port}",
            "tokens": str(file),
            "email": EMAIL,
            "password": PASSWORD,
            "answers": str(held),
            "first": YEARS.first.isoformat(),
            "last": YEARS.last.isoformat(),
            "survey": survey,
            "flask": str(BIN / "flask"),
            "mail_port": str(free_port()),
        }
        yield replace(side, environment={**database.environment, **side.environment}).with_values(values)


def _go_on_counting() -> None:
    """The rows brought their ids along; PostgreSQL hands out the next ones from its own count."""
    if db.engine.dialect.name == "postgresql":
        for table in TABLES:
            if "id" in db.metadata.tables[table].columns:
                db.session.execute(text(SEQUENCE.format(table=table)))
