"""Uploading a document and handing it out: to whom, from where, and with which headers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence import queries
from survey_app.evidence.documents.content import TOO_LARGE
from survey_app.evidence.documents.links import Links
from survey_app.evidence.documents.operations import store_document
from survey_app.evidence.elements.operations import import_contact_centre
from survey_app.evidence.exhibits.operations import add_document, unpin
from survey_app.evidence.models import AccessLine, AssessorAccess, Document
from survey_app.evidence.visits.operations import hold_visit, plan_round, take_back_held
from survey_app.extensions import db
from survey_app.kernel.clock import london_day, utc_now
from tests.evidence.documents.test_content import PNG
from tests.queue import work_off

NEW = "/evidence/documents/new?element=cse/2.1.5"
FILES = "http://files.example.org"


def send(person, name="audit.png", content=PNG, **facts):
    values = {"element": "cse/2.1.5", "dated_on": "1/4/2026", "title": "Privacy audit", **facts}
    return person.send_form("/evidence/documents", form_at=NEW, file=(io.BytesIO(content), name), **values)


@pytest.fixture
def audit(year):
    """A document at 2.1.5."""
    now = utc_now()
    document = store_document("Privacy audit café.png", PNG, now=now)
    add_document(document, "", london_day(now), [queries.element_by_number("cse", "2.1.5")], now=now)
    db.session.commit()
    return document


@pytest.fixture
def address(audit):
    return f"/evidence/documents/{audit.sha256[:16]}"


def test_a_file_is_uploaded_to_an_element_and_kept_once(year, sign_in):
    lead = sign_in("cse_lead")
    done = send(lead)
    assert (done.status_code, done.location) == (303, "/evidence/cse/2.1.5?pinned=1")
    assert "Privacy audit" in lead.get(done.location).text
    assert send(lead, "again.png", title="Another title").status_code == 303
    (document,) = db.session.scalars(select(Document))
    assert (document.name, document.media_type, document.size) == ("audit.png", "image/png", len(PNG))
    said = db.session.scalars(select(AuditLine).where(AuditLine.action == "evidence.document uploaded")).one()
    assert said.subject == document.sha256[:16]


def test_what_cannot_be_taken_comes_back_with_what_was_typed(year, sign_in):
    lead = sign_in("cse_lead")
    refused = send(lead, "audit.html", b"<html>")
    assert refused.status_code == 400
    assert "A web page or an SVG can hold scripts" in refused.text and "Privacy audit" in refused.text
    assert "Choose a file." in lead.send_form("/evidence/documents", form_at=NEW, element="cse/2.1.5").text
    ahead = send(lead, dated_on="1/4/2099")
    assert ahead.status_code == 400 and "The day lies ahead" in ahead.text
    assert db.session.scalars(select(Document)).all() == []


def test_a_request_that_is_too_large_is_refused_before_it_is_read_with_the_limit(year, sign_in):
    lead = sign_in("cse_lead")
    lead.get(NEW)
    declared = lead.post(
        "/evidence/documents",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "2000000000"},
    )
    assert declared.status_code == 413
    assert TOO_LARGE in declared.text and "20 MB" in TOO_LARGE
    elsewhere = lead.post("/evidence/pins", data={"title": "x" * 1_000_001})
    assert elsewhere.status_code == 413 and "20 MB" not in elsewhere.text


def test_a_document_is_handed_out_to_be_saved_and_never_shown(address, sign_in):
    answer = sign_in("cse_lead").get(address)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''Privacy%20audit%20caf%C3%A9.png" in headers["Content-Disposition"]
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"


def test_who_may_not_see_evidence_gets_no_document(address, client, sign_in):
    assert client.get(address).status_code == 302
    assert sign_in("adviser", "housing").get(address).status_code == 403
    for missing in ("0" * 16, "zzzz%25zzzzzzzzzz", "________________"):
        assert sign_in("cse_lead").get(f"/evidence/documents/{missing}").status_code == 404
    reader = sign_in("administrator")
    assert reader.get(address).status_code == 200
    assert reader.get(NEW).status_code == 403
    assert reader.post("/evidence/documents", data={"csrf_token": "x"}).status_code in {400, 403}


def test_an_assessor_has_the_documents_of_their_framework_alone(address, sign_in):
    import_contact_centre(now=utc_now())
    cse, other = queries.framework_by_code("cse"), queries.framework_by_code("contact-centre")

    def status(framework, **facts):
        assessor = sign_in("assessor")
        access = db.session.scalars(select(AssessorAccess).order_by(AssessorAccess.id.desc())).first()
        access.framework_id = framework.id
        for name, value in facts.items():
            setattr(access, name, value)
        db.session.commit()
        return assessor.get(address).status_code

    assert status(cse) == 200
    assert status(other) == 403
    assert status(cse, ended_at=utc_now()) == 403


def test_an_assessor_has_what_was_shown_at_a_visit(audit, address, sign_in):
    assessor = sign_in("assessor")
    cse, element, now = queries.framework_by_code("cse"), queries.element_by_number("cse", "2.1.5"), utc_now()
    (exhibit,) = element.exhibits
    visit = plan_round(cse, london_day(now), now=now).visits[0]
    hold_visit(visit, visit.due_on, now=now)
    unpin(exhibit, element, now=now)
    db.session.commit()
    assert assessor.get(address).status_code == 200
    take_back_held(visit, now=now)
    db.session.commit()
    assert assessor.get(address).status_code == 403


class TestAnOriginOfUploads:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, uploads_url=FILES)

    def test_the_page_leads_there_by_a_link_that_ends_after_five_minutes(self, address, client, sign_in):
        led = sign_in("cse_lead").get(address)
        assert led.status_code == 302 and led.location.startswith(f"{FILES}/evidence/documents/signed/")
        assert client.get(address).location.startswith("/accounts/sign-in")
        answer = client.get(led.location)
        assert (answer.status_code, answer.data) == (200, PNG)
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "Set-Cookie" not in answer.headers
        assert client.get(led.location[:-3] + "abc").status_code == 410
        with time_machine.travel(utc_now() + timedelta(seconds=301)):
            assert client.get(led.location).status_code == 410

    def test_a_file_that_an_assessor_is_led_to_is_written_down(self, app, address, sign_in):
        assessor = sign_in("assessor")
        work_off(app)
        assert assessor.get(address).status_code == 302
        assert work_off(app) == 1
        assert db.session.scalars(select(AccessLine.what)).all() == [address]

    def test_there_is_nothing_else_there_and_signed_links_are_nowhere_else(self, address, client, sign_in):
        lead = sign_in("cse_lead")
        signed = lead.get(address).location.removeprefix(FILES)
        assert lead.get(signed).status_code == 404
        for path in ("/", "/accounts/sign-in", address, "/static/css/staff.css", "/evidence/cse/2.1.5"):
            answer = client.get(f"{FILES}{path}")
            assert (answer.status_code, answer.text) == (404, "There is nothing here.\n")
            assert "Set-Cookie" not in answer.headers


def test_without_an_origin_of_uploads_a_signed_link_opens_nothing(app, audit, client):
    signed = Links(app.secret_key).make(audit.sha256)
    assert client.get(f"/evidence/documents/signed/{signed}").status_code == 404
