"""An assessor at every address of the site, with every name and number that the database holds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.routing import BaseConverter, BuildError, Rule

from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.models import FollowUp, FollowUpNote
from survey_app.comments.models import Comment
from survey_app.evidence.assessors.views import OPEN_TO_ASSESSORS
from survey_app.evidence.elements.operations import import_framework
from survey_app.evidence.exhibits.operations import pin_exhibit
from survey_app.evidence.frameworks import cse_elements
from survey_app.evidence.models import AssessorAccess, Element, ElementComment, ExhibitKind, Framework
from survey_app.evidence.queries import elements_by_number
from survey_app.extensions import Base, db
from survey_app.measures.address import make_query
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.web.access import BY_KEY, PUBLIC, SIGNED_IN, access_of
from tests.conftest import PersonsClient
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.factories import NOON, RESIDENTS, make_contact, make_service, make_user

MOST_AT_ONE_ADDRESS = 8
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
    db.session.flush()


def names_and_numbers() -> dict[type, list[object]]:
    """Every id, and every short text that is unique or a code, of every table."""
    texts, numbers = dict.fromkeys(["E01", "E02", "A", "nothing"]), dict.fromkeys([1, 2, 3, 4, 5, 10**9])
    for table in Base.metadata.sorted_tables:
        kept = [c for c in table.columns if c.name in {"code", "number", "reference", "name", "sha256", "measure"}]
        for column in kept:
            for value in db.session.scalars(select(column).distinct().limit(3)):
                (numbers if isinstance(value, int) else texts)[value] = None  # type: ignore[index]
        if "id" in table.columns:
            numbers.update(dict.fromkeys(db.session.scalars(select(table.c.id).limit(2))))
    return {str: list(texts), int: list(numbers)}


def addresses(app: Flask, rule: Rule, known: dict[type, list[object]]) -> Iterator[str]:
    """Addresses of a route: first those that lead somewhere in evidence, then with what the database holds."""
    first: dict[str, list[object]] = {
        "framework": ["cse", "other"],
        "number": ["1.3.1", "1.1.1", "E01", "E02"],
        "code": ["housing"],
        "reference": ["FOLLOWED"],
    }
    choices = []
    for name in sorted(rule.arguments):
        converter: BaseConverter = rule._converters[name]
        kind = int if type(converter).__name__ == "RowNumber" else str
        of_rule = list(getattr(converter, "items", ())) or first.get(name, []) + known[kind]
        choices.append(of_rule[: 4 if len(rule.arguments) > 1 else MOST_AT_ONE_ADDRESS * 2])
    with app.test_request_context():
        for values in itertools.islice(itertools.product(*choices), MOST_AT_ONE_ADDRESS * 2):
            try:
                yield url_for(rule.endpoint, **dict(zip(sorted(rule.arguments), values, strict=True)))  # type: ignore[arg-type]
            except BuildError:
                continue


def test_nothing_of_anybody_is_reached_at_any_address(
    app: Flask, year: None, sign_in: Callable[..., PersonsClient]
) -> None:
    fill()
    assessor = sign_in("assessor")
    cse = db.session.scalars(select(Framework).where(Framework.code == "cse")).one()
    db.session.scalars(select(AssessorAccess)).one().framework_id = cse.id
    db.session.add(_own_question())
    db.session.commit()
    opened, asked, known = dict[str, str](), 0, names_and_numbers()
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint) or ""
        if rule.endpoint == "static":
            continue
        for url in dict.fromkeys(addresses(app, rule, known)):
            is_read = "GET" in (rule.methods or ())
            if rule.endpoint == "security.logout":
                continue  # it would end the walk
            with (assessor.get if is_read else assessor.post)(url) as answer:
                asked += 1
                body, status = answer.get_data(as_text=True), answer.status_code
            found = [what for what, secret in SECRETS.items() if secret in body]
            assert not found, f"{url} tells {found}"
            if declared.startswith(BY_KEY):
                assert status in {401, 404}, url
            elif declared not in {PUBLIC, SIGNED_IN} and status < 400:
                opened.setdefault(rule.endpoint, url)
    assert set(opened) <= {*OPEN_TO_ASSESSORS, "organisation.logo"}
    assert {"evidence.board", "evidence.element", "exhibits.page", "sitting.behind", "sitting.walk"} <= set(opened)
    assert asked > 400


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
