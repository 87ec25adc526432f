"""A pack is asked for on a page, made by a job and taken away; what fails says why; a dead worker loses nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from survey_app.audit.models import AuditLine
from survey_app.evidence.models import EvidencePack, PackState
from survey_app.evidence.packs.jobs import make_next_pack
from survey_app.evidence.packs.operations import (
    LEASE,
    MOST_ATTEMPTS,
    STEPS,
    ask_for_pack,
    note_progress,
    take_next_pack,
)
from survey_app.evidence.packs.verifying import open_pack, verify_pack
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.organisation.models import Council
from tests.evidence.test_pins import pin

PACKS = "/evidence/packs/"
YEAR = {"framework": "cse", "first": "1/4/2025", "last": "31/3/2026"}


def the_pack() -> EvidencePack:
    db.session.expire_all()
    return db.session.scalars(select(EvidencePack)).one()


def asked() -> EvidencePack:
    with transaction():
        return ask_for_pack(framework_by_code("cse"), date(2025, 4, 1), date(2026, 3, 31), now=utc_now())


def test_a_lead_asks_for_a_pack_sees_it_made_and_takes_it_away(year, sign_in, tmp_path):
    pin("1.3.1")
    lead = sign_in("cse_lead")
    assert "No pack has been made yet." in lead.get(PACKS).text
    assert lead.send_form(PACKS, **YEAR).status_code == 303
    assert lead.send_form(PACKS, **YEAR).status_code == 303  # pressed twice
    pack = the_pack()
    page = lead.get(PACKS).text
    assert 'http-equiv="refresh"' not in page and "Waiting for the worker" in page
    assert 'http-equiv="refresh"' in lead.get(f"{PACKS}?watch=yes").text
    assert lead.get(f"{PACKS}{pack.code}.zip").status_code == 404
    assert take_next_pack("a", utc_now()) is not None
    note_progress(pack.id, "a", 3, STEPS[3], now=utc_now() - LEASE * 2)
    db.session.commit()
    assert f'max="{len(STEPS)}" value="3"' in lead.get(PACKS).text
    assert make_next_pack(utc_now(), "b") == 1
    assert make_next_pack(utc_now(), "b") == 0
    page = lead.get(f"{PACKS}?watch=yes").text
    assert 'http-equiv="refresh"' not in page and "Download" in page
    answer = lead.get(f"{PACKS}{pack.code}.zip", buffered=True)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="evidence-cse-20250401-20260331-')
    assert (answer.mimetype, int(answer.headers["Content-Length"])) == ("application/zip", len(answer.data))
    taken = tmp_path / "taken.zip"
    taken.write_bytes(answer.data)
    assert verify_pack(open_pack(taken)).problems == []
    assert {"evidence.pdf", "evidence.ods", "check.html"} <= set(zipfile.ZipFile(io.BytesIO(answer.data)).namelist())
    made = db.session.scalars(select(AuditLine).where(AuditLine.action == "evidence.pack made")).one()
    assert (made.after or {})["sha256"] == the_pack().sha256


def test_a_pack_whose_worker_died_is_made_by_the_next_one_and_the_dead_one_cannot_spoil_it(year):
    pack = asked()
    begun = utc_now()
    with transaction():
        assert take_next_pack("dead", begun) is not None
    with transaction():
        assert take_next_pack("b", begun + LEASE / 2) is None
        note_progress(pack.id, "dead", 2, STEPS[2], now=begun + LEASE / 2)  # keeps it for as long again
        assert take_next_pack("b", begun + LEASE) is None
    assert make_next_pack(begun + LEASE * 2, "b") == 1
    with transaction():
        note_progress(pack.id, "dead", 1, STEPS[1], now=utc_now())
    ready = the_pack()
    assert (ready.state, ready.done, ready.claimed_by) == (PackState.READY, len(STEPS), None)


def test_a_pack_that_kills_its_workers_is_given_up_and_can_be_asked_for_again(year, sign_in):
    asked()
    now = utc_now()
    for attempt in range(MOST_ATTEMPTS):
        with transaction():
            assert take_next_pack(f"worker {attempt}", now + LEASE * 2 * attempt) is not None
    assert make_next_pack(now + LEASE * 10, "last") == 0
    lead = sign_in("cse_lead")
    page = lead.get(PACKS).text
    assert "It could not be made." in page and "never came to an end" in page
    assert lead.send_form(f"{PACKS}{the_pack().code}/again", form_at=PACKS).status_code == 303
    assert make_next_pack(utc_now(), "fresh") == 1
    assert the_pack().state is PackState.READY


def test_a_refusal_is_told_as_it_is(year):
    asked()
    db.session.execute(delete(Council))
    db.session.commit()
    assert make_next_pack(utc_now(), "a") == 1
    failed = the_pack()
    assert (failed.state, failed.last_error) == (PackState.FAILED, "No council is set up yet.")
    assert make_next_pack(utc_now() + timedelta(days=1), "a") == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"first": "soon"}, "Type the day like 1/4/2026."),
        ({"framework": "none"}, "Choose a framework from the list."),
        ({"last": "31/3/2025"}, "The last day lies before the first."),
        ({"first": "1/4/2099", "last": "2/4/2099"}, "These days have not begun"),
    ],
)
def test_what_cannot_be_made_comes_back_as_it_was_typed(year, sign_in, values, said):
    answer = sign_in("cse_lead").send_form(PACKS, **(YEAR | values))
    assert answer.status_code == 400
    assert said in answer.text and "<title>Error: " in answer.text
    assert (YEAR | values)["last"] in answer.text
    assert db.session.scalars(select(EvidencePack)).all() == []


def test_nobody_else_makes_or_takes_packs(year, sign_in):
    asked()
    for other in (sign_in("assessor"), sign_in("administrator"), sign_in("service_manager", "housing")):
        assert other.get(PACKS).status_code == 403
        assert other.get(f"{PACKS}{the_pack().code}.zip").status_code == 403


def test_everybody_may_read_the_key_and_the_pack_names_the_same(year, client):
    asked()
    make_next_pack(utc_now(), "a")
    page = client.get("/evidence/key").text
    packed = zipfile.ZipFile(io.BytesIO(b"".join(part.content for part in the_pack().parts)))
    named = packed.read("manifest.json").decode().split('"public_key": "')[1].split('"')[0]
    assert named in page.replace("&#43;", "+")
    assert "-----BEGIN PUBLIC KEY-----" in page
