"""A worker that is killed while it sends loses nobody, and at most the message in flight goes out twice."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from survey_app import create_app
from survey_app.extensions import db, transaction
from survey_app.invitations import operations
from survey_app.kernel.clock import utc_now
from survey_app.settings import PROJECT_ROOT, load_settings
from tests.journey.council import BIN, Council
from tests.journey.recount import SERVICES, people, write_contacts
from tests.smtp import smtp_server

CONTACTS = 400
KILLS = 6


@pytest.mark.soak
def test_nobody_is_left_unasked_by_a_worker_killed_at_random_points(tmp_path: Path) -> None:
    dice = random.Random(4)
    everybody = people(CONTACTS, {"why": [], "improve": []}, utc_now())
    with smtp_server() as smtp:
        council = Council(tmp_path, smtp)
        council.set_up(SERVICES)
        write_contacts(tmp_path / "contacts.csv", everybody)
        council.flask("contacts", "import", str(tmp_path / "contacts.csv"))
        for _ in range(KILLS):
            worker = subprocess.Popen([str(BIN / "flask"), "jobs", "run"], cwd=PROJECT_ROOT, env=council.environment)
            before = len(smtp.taken)
            council.wait_for(lambda before=before: len(smtp.taken) > before, "a message")  # type: ignore[misc]
            time.sleep(dice.random())  # the random point
            worker.kill()
            worker.wait()
            end_leases(council)
        council.flask("jobs", "run", "--once")
        times = Counter(str(message["To"]) for message in smtp.taken)
    assert set(times) == {person.email for person in everybody}
    assert sum(times.values()) <= CONTACTS + KILLS
    assert max(times.values()) <= 2


def end_leases(council: Council) -> None:
    """Let the leases of the dead run out now instead of in two minutes."""
    app = create_app(load_settings(council.environment))
    with app.app_context():
        past = utc_now() - timedelta(seconds=1)
        with transaction():
            db.session.execute(db.update(operations.Message).values(claimed_until=past))
            db.session.execute(db.text("UPDATE job_run SET claimed_until = NULL"))
        db.engine.dispose()
