"""Packs are kept as long as the council says, some for good, and the page says until when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence.models import EvidencePack, PackPart
from survey_app.evidence.packs.jobs import forget_next_pack
from survey_app.evidence.packs.keeping import Kept, keeping_of
from survey_app.evidence.packs.operations import ask_for_pack, fail, keep_pack
from survey_app.evidence.queries import framework_by_code
from survey_app.evidence.visits.operations import hold_visit, plan_round
from survey_app.extensions import db, transaction
from tests.evidence.test_pins import LATER

NEWEST, AT_VISIT = Kept(None, "It is the newest."), Kept(None, "It was the newest at a visit.")


def test_the_newest_stays_and_the_newest_at_each_visit_and_the_others_for_so_many_years():
    made = [(1, date(2024, 2, 29)), (2, date(2024, 3, 1)), (3, date(2024, 6, 1)), (4, date(2025, 1, 1))]
    kept = keeping_of(made, [date(2023, 1, 1), date(2024, 5, 31)], years=3)
    assert kept == {1: Kept(date(2027, 2, 28)), 2: AT_VISIT, 3: Kept(date(2027, 6, 1)), 4: NEWEST}
    assert [kept[1].is_over(day) for day in (date(2027, 2, 28), date(2027, 3, 1))] == [False, True]
    assert not kept[4].is_over(date(2999, 1, 1))
    assert keeping_of([], [date(2024, 1, 1)], years=1) == {}


def test_the_job_deletes_what_is_kept_no_longer_and_the_page_says_until_when(year, sign_in):
    cse = framework_by_code("cse")
    with transaction():
        for months in range(4):
            pack = ask_for_pack(cse, date(2025, 4, 1), date(2025, 5 + months, 1), now=LATER)
            made_at = LATER.replace(year=LATER.year - 5 + months)
            if months == 2:
                fail(pack, "It failed.")
            else:
                keep_pack(pack, b"zip", f"{months}" * 64, now=made_at)
        visit = plan_round(cse, LATER.date(), now=LATER).visits[0]
        hold_visit(visit, LATER.date().replace(year=LATER.year - 4), now=LATER)
    lead = sign_in("cse_lead")
    page = lead.get("/evidence/packs/").text
    assert "For good. It was the newest at a visit." in page and "For good. It is the newest." in page
    assert f"{LATER:%-d %B} {LATER.year - 2}" in page.replace("<td>", "")
    assert [forget_next_pack(LATER, "a") for _ in range(2)] == [1, 0]
    left = db.session.scalars(select(EvidencePack.sha256).order_by(EvidencePack.id)).all()
    assert left == ["1" * 64, None, "3" * 64]
    assert len(db.session.scalars(select(PackPart)).all()) == 2
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "evidence.pack deleted")).one()
    assert (line.before or {})["sha256"] == "0" * 64


def test_a_lead_says_for_how_many_years_packs_are_kept(year, sign_in):
    lead, page = sign_in("cse_lead"), "/evidence/frameworks/cse/settings"
    values = {"share_needed": "80", "ageing_months": "10", "stale_months": "12"}
    refused = lead.send_form(page, **values, pack_years="0.5")
    assert refused.status_code == 400 and "whole number of years from 1 to 20" in refused.text
    assert lead.send_form(page, **values, pack_years="7").status_code == 303
    assert (framework_by_code("cse").thresholds or {})["pack_years"] == 7
