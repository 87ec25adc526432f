"""Frameworks, pinned figures and claims: what is kept, what is refused, and what the audit says."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence import queries
from survey_app.evidence.elements.operations import import_cse, import_framework, write_claim
from survey_app.evidence.exhibits.operations import pin_again, pin_exhibit, unpin
from survey_app.evidence.exhibits.queries import proof_of
from survey_app.evidence.frameworks import cse_elements, read_elements
from survey_app.evidence.models import ExhibitKind, Framework
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.address import make_query
from survey_app.measures.models import FrozenPassport
from survey_app.organisation.scope import Scope
from survey_app.responses.models import SurveyResponse
from survey_app.surveys.models import SurveyVersion
from tests.factories import NOON, make_answers, make_service, withdraw

YEAR = (date(2025, 4, 1), date(2026, 3, 31))
SATISFACTION = make_query("satisfaction", *YEAR)
LATER = NOON + timedelta(days=60)


def pin(*numbers, query=SATISFACTION, kind=ExhibitKind.FIGURE, now=LATER, **facts):
    return pin_exhibit(query, kind, "", queries.elements_by_number("cse", numbers), now=now, **facts)


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


def test_the_57_elements_stand_in_their_five_criteria():
    counts = Counter(element.criterion[0] for element in cse_elements())
    assert counts == {"1": 11, "2": 11, "3": 12, "4": 13, "5": 10}


def test_the_elements_are_those_of_the_published_list(shared):
    lines = (shared / "data" / "cse_elements.csv").read_text(encoding="utf-8-sig").splitlines()
    published = {cell for line in lines[1:] for cell in line.split(",") if cell.count(".") == 2 and len(cell) < 7}
    assert {element.number for element in cse_elements()} == published


def test_loading_again_keeps_claims_and_exhibits(year):
    exhibit = pin("1.3.1")
    write_claim(queries.element_by_number("cse", "1.3.1"), "We measure.", now=LATER)
    result = import_cse(now=LATER)
    assert (result.added, result.kept) == (0, 57)
    element = queries.element_by_number("cse", "1.3.1")
    assert (element.claim, element.exhibits) == ("We measure.", [exhibit])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"element": ""}, "no number"),
        ({"survey_evidence": "perhaps"}, "it is one of"),
        ({"about": None}, "has no about"),
    ],
)
def test_a_framework_with_a_wrong_line_is_refused_by_its_line(changed, said):
    row = {"criterion": "1", "subcriterion": "1.1", "element": "1.1.1", "title": "T", "about": "A"}
    with pytest.raises(InvalidInput, match=f"Line 2.*{said}"):
        list(read_elements([{**row, "survey_evidence": "none", **changed}]))


def test_a_pinned_figure_is_frozen_and_numbered(year):
    first, second = pin("1.3.1"), pin("1.3.1", "5.3.1", query=make_query("timeliness", *YEAR))
    assert [first.number, second.number] == [1, 2]
    assert first.passport.value == pytest.approx(465 / 489)
    assert [element.number for element in second.elements] == ["1.3.1", "5.3.1"]
    assert actions().count("evidence.exhibit pinned") == 2


def test_the_same_figure_pinned_elsewhere_keeps_its_number(year):
    first = pin("1.3.1")
    assert pin("1.3.4", now=LATER + timedelta(days=1)) is first
    assert {element.number for element in first.elements} == {"1.3.1", "1.3.4"}
    assert db.session.scalars(select(FrozenPassport)).one() is first.passport


def test_a_figure_that_has_changed_since_is_a_new_exhibit(year):
    first = pin("1.3.1")
    withdraw(db.session.scalars(select(SurveyResponse).where(SurveyResponse.counts_on == date(2026, 3, 10))).first())
    second = pin("1.3.1", now=LATER + timedelta(days=1))
    assert second.number == first.number + 1
    assert first.passport.value != second.passport.value


def test_a_chart_keeps_its_months_as_they_were(year):
    exhibit = pin("1.3.1", kind=ExhibitKind.CHART)
    trend = proof_of(exhibit).trend
    assert [part.label for part in trend][:2] == ["2025-04", "2025-05"]
    assert [(part.numerator, part.base) for part in trend[:2]] == [(38, 40), (47, 49)]


def test_thin_months_become_quarters(year):
    exhibit = pin("1.3.1", query=make_query("resolved", *YEAR), kind=ExhibitKind.CHART)
    assert [part.label for part in proof_of(exhibit).trend] == [f"2025/26 Q{n}" for n in (1, 2, 3, 4)]


def test_a_figure_on_fewer_than_ten_answers_is_never_pinned(year):
    with pytest.raises(Refused, match="fewer than 10"):
        pin("1.3.1", query=make_query("satisfaction", *YEAR, {"service": "registrars"}))
    with pytest.raises(Refused, match="fewer than 10"):
        pin("1.3.1", query=make_query("delivery", *YEAR))
    assert db.session.scalars(select(FrozenPassport)).all() == []


def test_a_customer_group_is_never_pinned_with_a_small_count_behind_it(year):
    survey, service = db.session.scalars(select(SurveyVersion)).one(), make_service("parks")
    make_answers(survey, service, YEAR[0], {"satisfaction": "5"}, 40, customer_group="group-a")
    group = make_query("satisfaction", *YEAR, {"customer_group": "group-a"})
    assert pin("1.3.1", query=group).passport
    with pytest.raises(Refused, match="by month"):
        pin("1.3.1", query=group, kind=ExhibitKind.CHART)
    make_answers(survey, service, YEAR[0], {"satisfaction": "1"}, 2, customer_group="group-a")
    with pytest.raises(Refused, match="Counts below 5"):
        pin("1.3.1", query=group)


def test_somebody_who_sees_only_some_services_pins_nothing(year):
    with pytest.raises(Refused, match="sees all services"):
        pin("1.3.1", scope=Scope(frozenset({1})))


def test_an_unknown_element_or_none_is_refused(year):
    with pytest.raises(InvalidInput, match=r"no element 9\.9\.9"):
        pin("9.9.9")
    with pytest.raises(InvalidInput, match="at least one"):
        pin()
    with pytest.raises(NotFound):
        queries.element_by_number("cse", "9.9.9")


def test_what_is_taken_off_keeps_its_number_and_can_be_put_back(year):
    exhibit, element = pin("1.3.1"), queries.element_by_number("cse", "1.3.1")
    unpin(exhibit, element, now=LATER)
    assert element.exhibits == []
    assert pin("1.3.1", query=make_query("timeliness", *YEAR)).number == 2
    pin_again(exhibit, element, now=LATER)
    assert exhibit in element.exhibits
    assert "evidence.exhibit unpinned" in actions()


def test_a_claim_has_sixty_words_at_most(year):
    element = queries.element_by_number("cse", "1.3.1")
    write_claim(element, "word " * 60, now=LATER)
    with pytest.raises(InvalidInput, match="has 61 words"):
        write_claim(element, "word " * 61, now=LATER)
    assert len(element.claim.split()) == 60
    assert actions().count("evidence.claim written") == 1


def test_a_framework_without_elements_is_refused(app):
    with pytest.raises(InvalidInput):
        import_framework("own", "Our own", [], now=NOON)
    assert db.session.scalars(select(Framework)).all() == []


def test_the_chart_of_an_exhibit_shows_its_whole_axis_when_asked_on_both_of_its_pages(year, sign_in):
    pin("1.3.1", kind=ExhibitKind.CHART)
    db.session.commit()
    lead = sign_in("cse_lead")
    for page in ("/evidence/cse/1.3.1", "/evidence/exhibits/E01"):
        zoomed, whole = lead.get(page).text, lead.get(f"{page}?axis=full").text
        assert "Axis zoomed" in zoomed and f"{page}?axis=full#chart-e01" in zoomed
        assert "Axis 0% to 100%." in whole and f'"{page}#chart-e01"' in whole
        assert lead.get(f"{page}?axis=half").status_code == 400
