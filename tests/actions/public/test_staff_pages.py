"""Writing, proposing, approving: never by the writer alone, as it was seen, in one's own services, with an audit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.accounts.models import User
from survey_app.actions.models import Improvement, OurStandard, PublicState, YouSaidWeDid
from survey_app.actions.public import operations, queries
from survey_app.actions.public.operations import ChangeWords
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from tests.actions.public.conftest import NOW, SINCE, answers, entered, publish_year, signed_in
from tests.conftest import PersonsClient
from tests.factories import make_service, make_user
from tests.statements import statements

LIST, STANDARDS = "/actions/published/", "/actions/standards/"
WORDS = {"heading": "Housing", "said": "It took three goes.", "did": "Officers at the desk.", "helped": ""}


def words(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def seen_on(page: TestResponse) -> str:
    field = BeautifulSoup(page.text, "html.parser").select_one("input[name=seen]")
    assert field is not None
    return str(field["value"])


def the(model: type[YouSaidWeDid] | type[OurStandard]) -> YouSaidWeDid | OurStandard:
    found = db.session.scalars(select(model).order_by(model.id.desc()).execution_options(populate_existing=True))
    newest: YouSaidWeDid | OurStandard | None = found.first()
    assert newest is not None
    return newest


def acts() -> list[str]:
    found = select(AuditLine.action).where(AuditLine.action.like("change.%")).order_by(AuditLine.id)
    return list(db.session.scalars(found))


@pytest.fixture
def manager(app: Flask, writer: User) -> PersonsClient:
    return signed_in(app, writer)


@pytest.fixture
def lead(app: Flask, approver: User) -> PersonsClient:
    return signed_in(app, approver)


def send(client: PersonsClient, url: str, **data: str) -> TestResponse:
    """As a form of any page of theirs would: each of them has a token."""
    return client.send_form(url, form_at=LIST, **data)


def write(client: PersonsClient, **more: str) -> str:
    response = send(client, LIST, **(WORDS | more))
    assert response.status_code == 303, response.text
    return response.location


def test_from_an_improvement_to_the_public_page(
    manager: PersonsClient, lead: PersonsClient, improvement: Improvement
) -> None:
    form = manager.get(f"{LIST}new?improvement=A")
    assert "I had to explain everything three times." in form.text
    at = write(manager, improvement="A")
    assert "This is a draft." in words(manager.get(at))
    assert send(manager, f"{at}/publish", seen="").status_code == 403
    send(manager, f"{at}/propose")
    assert "1 waits for approval." in words(lead.get(LIST))
    page = lead.get(at)
    assert "Yes. 95 in 100 people told us that it was sorted" in words(page)
    assert "Year before 65 in 100 Since the change 95 in 100" in words(lead.get(f"{at}/preview"))
    assert "It took three goes." not in lead.get("/you-said-we-did").text
    send(lead, f"{at}/publish", seen=seen_on(page))
    assert "It took three goes." in lead.get("/you-said-we-did").text
    assert acts() == ["change.written", "change.proposed", "change.published"]
    passport = queries.published_changes()[0].effect.sides[1].passport
    assert "You said, we did: Housing" in words(lead.get(f"/figures/{passport}"))


def test_whoever_wrote_it_approves_it_only_if_nobody_else_may(lead: PersonsClient, manager: PersonsClient) -> None:
    assert manager.get(LIST).status_code == 200, "who writes and may not publish is there too"
    at = write(lead)
    send(lead, f"{at}/propose")
    page = lead.get(at)
    assert "Approve and publish" in page.text
    send(lead, f"{at}/publish", seen=seen_on(page))
    assert the(YouSaidWeDid).state is PublicState.PUBLISHED


@pytest.mark.usefixtures("approver")
def test_somebody_else_who_may_publish_is_asked(app: Flask, lead: PersonsClient) -> None:
    with transaction():
        make_user("administrator", email="admin@anyborough.example")
    at = write(lead)
    send(lead, f"{at}/propose")
    page = lead.get(at)
    assert "Approve and publish" not in page.text
    entry = the(YouSaidWeDid)
    assert isinstance(entry, YouSaidWeDid)
    seen = queries.seen_of(entry, queries.effect_for(entry, now=NOW))
    send(lead, f"{at}/publish", seen=seen)
    assert "You wrote it: somebody else" in words(lead.get(at))
    assert the(YouSaidWeDid).state is PublicState.PROPOSED
    admin = app.test_client()
    assert isinstance(admin, PersonsClient)
    admin.sign_in("admin@anyborough.example")
    assert "Edit the words" not in admin.get(at).text
    send(admin, f"{at}/publish", seen=seen_on(admin.get(at)))
    assert the(YouSaidWeDid).state is PublicState.PUBLISHED


def test_what_has_moved_since_it_was_looked_at_does_not_go_out(
    manager: PersonsClient, lead: PersonsClient, improvement: Improvement
) -> None:
    at = write(manager, improvement="A")
    send(manager, f"{at}/propose")
    seen = seen_on(lead.get(at))
    with transaction():
        entry = the(YouSaidWeDid)
        operations.rewrite(entry, ChangeWords("Housing", "Something else.", "Done."), now=NOW)
        operations.propose(entry, now=NOW)
    send(lead, f"{at}/publish", seen=seen)
    assert "Look at it again" in words(lead.get(at))
    assert the(YouSaidWeDid).state is PublicState.PROPOSED


def test_it_is_sent_back_with_a_reason_and_withdrawn_with_one(manager: PersonsClient, lead: PersonsClient) -> None:
    at = write(manager)
    send(manager, f"{at}/propose")
    refused = send(lead, f"{at}/send-back", reason=" ")
    assert (refused.status_code, "Give a reason." in refused.text) == (422, True)
    send(lead, f"{at}/send-back", reason="Say since when.")
    assert "Sent back: Say since when." in words(manager.get(at))
    send(manager, f"{at}/edit", **WORDS | {"did": "Officers at the desk since September."})
    send(manager, f"{at}/propose")
    send(lead, f"{at}/publish", seen=seen_on(lead.get(at)))
    send(manager, f"{at}/edition")
    assert "new edition" in words(manager.get(LIST))
    assert "Its next edition" in words(manager.get(at))
    send(lead, f"{at}/withdraw", reason="It was not so.")
    assert "since September" not in lead.get("/you-said-we-did").text
    assert acts() == [
        f"change.{act}"
        for act in ("written", "proposed", "sent_back", "rewritten", "proposed", "published", "written", "withdrawn")
    ]


def test_what_cannot_be_taken_comes_back_as_it_was_typed(manager: PersonsClient) -> None:
    refused = send(manager, LIST, **WORDS | {"said": "  "})
    assert refused.status_code == 422
    assert "Write what people said." in refused.text
    assert "Officers at the desk." in refused.text


def test_entries_of_other_services_look_as_if_there_were_none(
    manager: PersonsClient, lead: PersonsClient, improvement: Improvement
) -> None:
    with transaction():
        make_service("waste")
        theirs = operations.write_change(ChangeWords("Waste", "A.", "B."), improvement=entered("waste"), now=NOW)
    assert manager.get(f"{LIST}{theirs.code}").status_code == 404
    assert "Waste" not in words(manager.get(LIST))
    assert send(manager, f"{LIST}{theirs.code}/propose").status_code == 404
    assert manager.get(f"{LIST}new?improvement=B").status_code == 404
    assert lead.get(f"{LIST}{theirs.code}").status_code == 200
    assert manager.get(STANDARDS).status_code == 403


def test_counts_too_close_to_what_is_out_stay_words_and_the_approver_reads_why(
    lead: PersonsClient, manager: PersonsClient, survey: SurveyVersion, housing: Service, improvement: Improvement
) -> None:
    with transaction():
        answers(survey, housing, date(2025, 5, 10), yes=4, no=0)
        publish_year("resolved")  # 44 answers of the year; the 40 since the change lie in it
    at = write(manager, improvement="A")
    send(manager, f"{at}/propose")
    page = lead.get(at)
    assert "Words without figures. The figures stay out" in words(page)
    assert "More people told us that it was sorted. This is unlikely to be chance." in words(page)
    send(lead, f"{at}/publish", seen=seen_on(page))
    public = words(lead.get("/you-said-we-did"))
    assert "Yes. More people told us that it was sorted." in public
    assert "95 in 100" not in public
    assert "answers before" not in public
    assert "65" not in lead.get("/you-said-we-did/data.csv").text


@pytest.mark.usefixtures("app")
def test_an_edition_of_the_same_months_keeps_the_counts_that_are_out(
    survey: SurveyVersion, housing: Service, improvement: Improvement
) -> None:
    with transaction():
        first = operations.publish_change(ChangeWords("Housing", "A.", "B."), improvement=improvement, now=NOW)
        answers(survey, housing, SINCE, yes=3, no=0)
    with transaction():
        edition = operations.begin_edition(first, now=NOW + timedelta(days=1))
        effect = queries.effect_for(edition, now=NOW + timedelta(days=1))
    assert [side.base for side in effect.sides] == [40, 40]
    assert effect.stored() == first.effect
    with pytest.raises(Refused, match="begun already"):
        operations.begin_edition(first, now=NOW)
    with pytest.raises(Refused, match="stays as it was"):
        operations.rewrite(first, ChangeWords("A", "B", "C"), now=NOW)


def test_standards_are_written_ordered_and_approved(app: Flask, lead: PersonsClient, housing: Service) -> None:
    with transaction():
        edition = publish_year("satisfaction")
    assert "No standard is written yet" in words(lead.get(STANDARDS))
    form = lead.get(f"{STANDARDS}new").text
    assert "Satisfaction, Housing, 2025/26" in form
    missing = send(lead, STANDARDS, promise="We call back.", stated_figure="1 day")
    assert missing.status_code == 422
    assert "Say where the figure comes from." in missing.text
    assert "Choose the day of the figure." in missing.text
    promised = {"promise": "You will be satisfied.", "figure": f"{edition.id}.housing"}
    stated = {"stated_figure": "1 day", "stated_source": "Phones", "stated_on": "2026-04-01"}
    for data in (promised, {"promise": "We call back."} | stated):
        at = send(lead, STANDARDS, **data).location
        send(lead, f"{at}/propose")
        send(lead, f"{at}/publish", seen=seen_on(lead.get(at)))
    public = words(lead.get("/our-standards"))
    assert public.index("You will be satisfied.") < public.index("We call back.")
    send(lead, f"{at}/move/up")
    public = words(lead.get("/our-standards"))
    assert public.index("We call back.") < public.index("You will be satisfied.")
    assert lead.get(f"{at}/preview").status_code == 200
    with pytest.raises(InvalidInput, match="no figure of this service"):
        operations.write_standard(operations.StandardWords("", "A.", edition, "nowhere"), now=NOW)


def test_a_longer_list_asks_the_database_no_more_often(lead: PersonsClient, improvement: Improvement) -> None:
    def asked() -> int:
        with statements() as counted:
            assert lead.get(LIST).status_code == 200
            assert lead.get("/you-said-we-did").status_code == 200
        return len(counted)

    def publish(number: int) -> None:
        with transaction():
            for _ in range(number):
                operations.publish_change(ChangeWords("Housing", "A.", "B."), improvement=improvement, now=NOW)

    publish(1)
    few = asked()
    publish(4)
    assert asked() == few
