"""The evidence of a scenario: frameworks rated by their councils, with exhibits, and the visits of the assessor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle

from survey_app.actions.models import Improvement
from survey_app.demo.scenarios.plans import SelfAssessment, VisitPlan
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year
from survey_app.demo.self_assessments import ElementText, element_texts
from survey_app.evidence.elements.operations import (
    import_contact_centre,
    import_cse,
    rate_element,
    set_owner,
    set_strongest,
    write_claim,
    write_guidance,
)
from survey_app.evidence.exhibits.operations import add_improvement, add_link, add_quotes, add_table, pin_exhibit
from survey_app.evidence.exhibits.quotes import QuoteChoice
from survey_app.evidence.frameworks import CONTACT_CENTRE_CODE, CSE_CODE
from survey_app.evidence.models import (
    Accreditation,
    Element,
    ExhibitKind,
    Framework,
    Rating,
)
from survey_app.evidence.queries import framework_by_code
from survey_app.evidence.visits.operations import Said, choose_to_show, hold_visit, move_visit, plan_round
from survey_app.extensions import db
from survey_app.kernel.clock import day_ends_at, day_starts_at
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.models import PublishedEdition

IMPORTS = {CSE_CODE: import_cse, CONTACT_CENTRE_CODE: import_contact_centre}
RATED_BEFORE = timedelta(days=40)  # how long before the demo's day a council rated itself
PLANNED_BEFORE = timedelta(days=90)
YEARS_A_ROUND = 3
EDITION_AT = ("1.2.2", "1.3.2", "4.1.2", "5.3.2")
QUOTES_AT = ("1.3.5", "2.2.2", "4.3.4")
PLUS_REASON = "More than is asked: see the exhibits, and what is told."


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the 28th of that month where it is later."""
    years, month = divmod(day.month - 1 - months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


@dataclass(frozen=True)
class Gatherer:
    """Gathers the evidence of one load. `by` is the CSE lead, `today` the day that it is in the demo."""

    scenario: Scenario
    today: date
    by: int
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", day_starts_at(self.today))

    def gather(self, improvements: Mapping[int, Improvement], edition: PublishedEdition | None) -> None:
        """All frameworks of the scenario. `improvements` by their place in it."""
        for assessment in self.scenario.assessments:
            IMPORTS[assessment.framework](now=self.now - RATED_BEFORE, by=self.by)
            framework = framework_by_code(assessment.framework)
            elements = {element.number: element for element in framework.elements}
            self._pin_figures(assessment.framework, elements)
            if assessment.framework == CSE_CODE:
                self._cite(elements, improvements, edition)
            self._assess(assessment, elements)
            self._plan_visits(assessment, framework)

    def _assess(self, assessment: SelfAssessment, elements: Mapping[str, Element]) -> None:
        owners: Iterator[str] = cycle(assessment.owners)
        at = self.now - RATED_BEFORE
        for place, (number, text) in enumerate(element_texts(assessment.framework).items()):
            element = elements[number]
            review_on = self.today + timedelta(days=120 + place * 37 % 180)
            set_owner(element, next(owners), None, review_on, now=at, by=self.by)
            if number in assessment.missing:
                continue
            self._tell(element, text, at)
            age = assessment.months.get(number, text.months)
            dated_on = months_before(self.today, age)
            url = f"https://{self.scenario.domain}/customers/{element.number.replace('.', '-').lower()}"
            add_link(url, text.exhibit, dated_on, [element], now=self.now, by=self.by)
            if number in assessment.plus:
                rate_element(element, Rating.COMPLIANCE_PLUS, PLUS_REASON, now=at, by=self.by)
            elif number in assessment.partial:
                rate_element(element, Rating.PARTIAL, assessment.partial[number], now=at, by=self.by)
            else:
                rate_element(element, Rating.COMPLIANT, "", now=at, by=self.by)

    def _tell(self, element: Element, text: ElementText, at: datetime) -> None:
        write_claim(element, text.claim, now=at, by=self.by)
        write_guidance(element, show_me=text.show_me, tell_me=text.tell_me, notes="", now=at, by=self.by)

    def _pin_figures(self, framework: str, elements: Mapping[str, Element]) -> None:
        year = this_year(self.today)
        for pin in self.scenario.pins:
            if pin.framework != framework:
                continue
            days = next((month for month in year.split("month") if month.first.month == pin.month), year)
            where = {"customer_kind": pin.customers} if pin.customers else None
            kind = ExhibitKind.CHART if pin.is_chart else ExhibitKind.FIGURE
            standing = [elements[number] for number in pin.elements]
            with suppress(Refused):  # at a small scale some figures are too small to be shown
                exhibit = pin_exhibit(
                    make_query(pin.measure, days.first, days.last, where), kind, "", standing, now=self.now, by=self.by
                )
                for element in standing:
                    set_strongest(element, exhibit, now=self.now, by=self.by)

    def _cite(
        self,
        elements: Mapping[str, Element],
        improvements: Mapping[int, Improvement],
        edition: PublishedEdition | None,
    ) -> None:
        for place, improvement in improvements.items():
            standing = [elements[number] for number in self.scenario.improvements[place].elements]
            if standing:
                add_improvement(improvement, standing, now=self.now, by=self.by)
        if edition is not None:
            add_table(edition, [elements[number] for number in EDITION_AT], now=self.now, by=self.by)
        year = this_year(self.today)
        with suppress(Refused):  # at a small scale too few write anything
            choice = QuoteChoice(year.first, year.last)
            add_quotes(choice, [elements[number] for number in QUOTES_AT], now=self.now, by=self.by)

    def _plan_visits(self, assessment: SelfAssessment, framework: Framework) -> None:
        """Each round as a council would: planned, prepared, and written down on the day after a visit."""
        accreditation: Accreditation | None = None
        for plan in assessment.visits:
            day = plan.day.in_year(Period.financial_year(this_year(self.today).first.year + plan.year))
            planned_at = min(self.now, day_starts_at(day) - PLANNED_BEFORE)
            if accreditation is None or plan.months == 0:
                accreditation = plan_round(
                    framework, day, years=YEARS_A_ROUND, body=assessment.assessed_by, now=planned_at, by=self.by
                )
            visit = next(visit for visit in accreditation.visits if visit.months == plan.months)
            move_visit(visit, day, now=planned_at, by=self.by)
            if day < self.today:
                said = {element.number: _said(plan, element.number) for element in framework.elements}
                hold_visit(visit, day, said, plan.report, now=day_ends_at(day), by=self.by)
                for row in visit.elements:
                    row.own_rating = row.assessors_rating  # the council had said the same
            elif plan.to_show:
                choose_to_show(visit, plan.to_show, now=self.now, by=self.by)
        db.session.flush()


def _said(plan: VisitPlan, number: str) -> Said:
    """What the assessor said of an element."""
    if number in plan.partial:
        return Said(Rating.PARTIAL)
    return Said(Rating.COMPLIANCE_PLUS if number in plan.plus else Rating.COMPLIANT)
