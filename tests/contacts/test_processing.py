"""Working days of a contact, kept when it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.contacts.models import Contact
from survey_app.extensions import db, transaction
from tests.factories import make_council, make_service

ROWS = """reference,occurred_at,closed_at,channel,service
same-day,2025-12-24 09:00,2025-12-24 16:00,phone,waste
over-christmas,2025-12-24 09:00,2026-01-02 16:00,phone,waste
open,2025-12-24 09:00,,phone,waste
"""


@pytest.mark.parametrize(("nation", "days"), [("England", 4), ("Scotland", 3), ("Northern Ireland", 4)])
def test_an_import_keeps_the_working_days_of_the_nation(
    runner: FlaskCliRunner, tmp_path: Path, nation: str, days: int
) -> None:
    with transaction():
        make_council(nation=nation)
        make_service("waste")
    file = tmp_path / "contacts.csv"
    file.write_text(ROWS)
    assert runner.invoke(args=["contacts", "import", str(file)]).exit_code == 0
    found = dict(db.session.execute(select(Contact.reference, Contact.processing_days)).all())
    assert found == {"same-day": 0, "over-christmas": days, "open": None}
