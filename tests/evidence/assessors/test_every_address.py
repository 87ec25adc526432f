"""An assessor at every address of the site, with every name and number that the database holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import Forbidden
from werkzeug.routing import BaseConverter, BuildError, Rule

from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.models import FollowUp, FollowUpNote
from survey_app.comments.models import Comment
from survey_app.evidence.assessors.views import OPEN_TO_ASSESSORS
from survey_app.evidence.documents.operations import store_document
from survey_app.evidence.elements.operations import import_framework
from survey_app.evidence.exhibits.operations import add_document, pin_exhibit
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.frameworks import cse_elements
from survey_app.evidence.models import (
    AssessorAccess,
    Document,
    Element,
    ElementComment,
    Exhibit,
    ExhibitKind,
    Framework,
    Visit,
)
from survey_app.evidence.queries import elements_by_number, framework_by_code
from survey_app.evidence.visits.operations import plan_round
from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.web.access import BY_KEY, PUBLIC, SIGNED_IN, access_of
from tests.conftest import PersonsClient
from tests.evidence.documents.test_content import PNG
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.factories import NOON, RESIDENTS, make_contact, make_service, make_user

SECRETS = {
    "a resident's e-mail": RESIDENTS["asha"],
    "a resident's phone": "07700 900123",
    "a resident's name": "Asha Rahman-Okoro",
    "what somebody wrote": "raw words of a resident",
    "a redacted comment that stands nowhere": "redacted words of a resident",
    "a note about a resident": "called her at work",
    "a note of staff": "do not show this to them",
    "an adviser": "ADVISER-7731",
    "how to reach an owner": "owner@anyborough.example",
    "another framework": "The element of another standard",
    "a question of another framework": "asked of another framework",
}


def fill() -> None:
    """All that an assessor must not meet: people, notes, staff, and a second framework with an exhibit of its own."""
    pin("1.3.1", "1.3.2", kind=ExhibitKind.CHART)
    owner = make_user("cse_lead", email=SECRETS["how to reach an owner"])
    element = elements_by_number("cse", ["1.3.1"])[0]
    element.notes, element.owner_id = SECRETS["a note of staff"], owner.id
    service = make_service("markets")
    contact = make_contact(service, adviser_ref=SECRETS["an adviser"])
    contact.detail.phone = SECRETS["a resident's phone"]
    response = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).first()
    assert response is not None
    text = AnswerText(
        response_id=response.id,
        question_version_id=response.survey_version.items[0].question_version_id,
        raw=SECRETS["what somebody wrote"],
    )
    db.session.add(text)
    db.session.flush()
    db.session.add(
        Comment(
            answer_text_id=text.id,
            response_id=response.id,
            question_version_id=text.question_version_id,
            redacted_text=SECRETS["a redacted comment that stands nowhere"],
            removed=[],
            flags=[],
            method="test",
            analysed_at=NOON,
        )
    )
    person = {"name": SECRETS["a resident's name"], "email": RESIDENTS["asha"], "phone": SECRETS["a resident's phone"]}
    note = FollowUpNote(at=NOON, by=owner.id, what=NoteKind.REACHED, text=SECRETS["a note about a resident"])
    follow_up = FollowUp(
        reference="FOLLOWED",
        response_id=response.id,
        service_id=response.service_id,
        details=json.dumps(person),
        keep_until=NOON.date() + timedelta(days=90),
        opened_at=NOON,
        contact_due_on=NOON.date(),
        close_due_on=NOON.date(),
        notes=[note],
    )
    db.session.add(follow_up)
    import_framework("other", "Another standard", cse_elements()[:2], now=NOON)
    others = elements_by_number("other", ["1.1.1", "1.1.2"])
    for other in others:
        other.title, other.claim = SECRETS["another framework"], SECRETS["another framework"]
    pin_exhibit(
        make_query("timeliness", *YEAR), ExhibitKind.FIGURE, SECRETS["another framework"], others[:1], now=LATER
    )
    asked = SECRETS["a question of another framework"]
    db.session.add(
        ElementComment(
            element_id=others[0].id, author_id=owner.id, is_assessors=True, is_question=True, text=asked, at=NOON
        )
    )
    for framework, day in (("cse", date(2026, 5, 4)), ("other", date(2026, 6, 8))):
        plan_round(framework_by_code(framework), day, now=LATER)
    for content, at in ((PNG, element), (PNG + b"\x00", others[0])):
        document = store_document("audit.png", content, now=LATER)
        add_document(document, "", NOON.date(), [at], now=LATER)
    db.session.flush()


def everything() -> dict[str, list[object]]:
    """By the name of an argument: all that the database holds of it, and what it does not hold."""
    exhibits = [exhibit_number(number) for number in db.session.scalars(select(Exhibit.number))]
    columns: dict[str, InstrumentedAttribute[Any]] = {
        "framework": Framework.code,
        "comment": ElementComment.id,
        "due_on": Visit.due_on,
        "access": AssessorAccess.id,
        "reference": FollowUp.reference,
    }
    found: dict[str, list[object]] = {
        name: list(db.session.scalars(select(column).distinct())) for name, column in columns.items()
    }
    found["digest"] = [sha256[:16] for sha256 in db.session.scalars(select(Document.sha256))]
    found["number"] = [*dict.fromkeys(db.session.scalars(select(Element.number))), *exhibits, "E99"]
    return found


def addresses(app: Flask, rule: Rule, known: dict[str, list[object]], *, all_of_it: bool) -> Iterator[str]:
    """Addresses of a route: one, or with everything that the database holds in each place, the others as they are."""
    choices = dict[str, list[object]]()
    for name in sorted(rule.arguments):
        converter: BaseConverter = rule._converters[name]
        kind: list[object] = [1] if type(converter).__name__ == "RowNumber" else ["1.3.1"]
        choices[name] = list(getattr(converter, "items", ())) or known.get(name) or kind
    first = {name: values[0] for name, values in choices.items()}
    wanted = [first, *({**first, name: value} for name in choices for value in choices[name] if all_of_it)]
    with app.test_request_context():
        for values in wanted:
            try:
                yield url_for(rule.endpoint, **values)  # type: ignore[arg-type]
            except BuildError:
                continue


def test_nothing_of_anybody_is_reached_at_any_address(
    app: Flask, year: None, sign_in: Callable[..., PersonsClient]
) -> None:
    """What is closed by its route is closed whatever stands in its address: see the test below. The rest is tried, and
    what is open to assessors with everything that there is."""
    fill()
    assessor = sign_in("assessor")
    cse = db.session.scalars(select(Framework).where(Framework.code == "cse")).one()
    db.session.scalars(select(AssessorAccess)).one().framework_id = cse.id
    db.session.add(_own_question())
    db.session.commit()
    opened, known = dict[str, list[str]](), everything()
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint) or ""
        if rule.endpoint in {"static", "security.logout"}:  # the latter would end the walk
            continue
        is_open = rule.endpoint in OPEN_TO_ASSESSORS
        if is_closed(app, rule):
            continue
        assert not is_open or rule.arguments <= set(known), f"{rule.endpoint}: say what all of its addresses are"
        is_read = "GET" in (rule.methods or ())
        for url in dict.fromkeys(addresses(app, rule, known, all_of_it=is_open and is_read)):
            with (assessor.get if is_read else assessor.post)(url) as answer:
                body, status = answer.data.decode(errors="replace"), answer.status_code
            found = [what for what, secret in SECRETS.items() if secret in body]
            assert not found, f"{url} tells {found}"
            if declared.startswith(BY_KEY):
                assert status in {401, 404}, url
            elif declared not in {PUBLIC, SIGNED_IN} and status < 400:
                opened.setdefault(rule.endpoint, []).append(url)
    assert set(opened) <= set(OPEN_TO_ASSESSORS)
    assert {"evidence.board", "evidence.element", "exhibits.page", "sitting.behind", "sitting.walk"} <= set(opened)
    assert len(opened["evidence.element"]) == 57
    assert (
        opened["exhibits.page"] == ["/evidence/exhibits/E01", "/evidence/exhibits/E03"]
        and len(opened["documents.document"]) == 1
    )
    assert len(opened["comments_at.edit"]) == 1
    assert len(opened["visits.visit"]) == 3, "a full assessment and two reviews"


def test_what_is_closed_is_closed_whatever_stands_in_its_address(
    app: Flask, year: None, sign_in: Callable[..., PersonsClient]
) -> None:
    """The guard looks at nothing but the route, and asks nothing of what an address names."""
    assessor = sign_in("assessor")
    cookie = assessor.get_cookie("session")
    assert cookie is not None
    closed = 0
    for rule in app.url_map.iter_rules():
        if not is_closed(app, rule):
            continue
        with app.test_request_context(headers={"Cookie": f"session={cookie.value}"}) as context:
            context.request.url_rule, context.request.view_args = rule, Untouchable()  # type: ignore[assignment]
            with pytest.raises(Forbidden):
                app.preprocess_request()
        closed += 1
    assert closed > 200


def is_closed(app: Flask, rule: Rule) -> bool:
    """Whether a route needs a permission and is not on the list of what assessors open."""
    declared = access_of(app, rule.endpoint) or ""
    is_free = rule.endpoint == "static" or declared in {PUBLIC, SIGNED_IN} or declared.startswith(BY_KEY)
    return not is_free and rule.endpoint not in OPEN_TO_ASSESSORS


class Untouchable(dict[str, object]):
    """What an address names; whoever looks fails."""

    def __bool__(self) -> bool:
        raise AssertionError("somebody looked")

    __getitem__ = get = __iter__ = items = __bool__  # type: ignore[assignment]


def test_who_may_read_it_finds_what_the_walk_looks_for(year: None, sign_in: Callable[..., PersonsClient]) -> None:
    """Else the walk would look for what stands on no page at all."""
    fill()
    lead = sign_in("cse_lead")
    pages = "".join(
        lead.get(url).text
        for url in (
            "/evidence/cse/1.3.1",
            "/evidence/other/1.1.1",
            "/comments/",
            "/evidence/assessors/questions",
            "/actions/follow-ups/FOLLOWED",
        )
    )
    seen = {what for what, secret in SECRETS.items() if secret in pages}
    assert seen >= {
        "a note of staff",
        "how to reach an owner",
        "another framework",
        "a redacted comment that stands nowhere",
        "a question of another framework",
        "a note about a resident",
    }


def _own_question() -> ElementComment:
    element = db.session.scalars(select(Element).where(Element.number == "1.3.1")).first()
    author = db.session.scalars(select(AssessorAccess)).one().user
    assert element is not None
    return ElementComment(
        element_id=element.id, author_id=author.id, is_assessors=True, is_question=True, text="Why?", at=NOON
    )
