"""The headline of a year: named before it begins it stands alone, named later it is kept and said to be late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.definitions import measure_named
from survey_app.measures.models import NamedHeadline
from survey_app.measures.naming import Naming, headline_of_year, naming_of, stands_alone
from survey_app.measures.operations import name_headline
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import namings
from survey_app.measures.rules import Rules
from survey_app.organisation.scope import Scope
from tests.factories import make_answers, make_service, make_survey

YEAR = Period.financial_year(2025)
IN_TIME = Naming("satisfaction", YEAR, date(2025, 3, 31))
LATE = Naming("satisfaction", YEAR, date(2025, 4, 1))


def query(measure: str = "satisfaction", last: date = YEAR.last, **where: str):
    return make_query(measure, YEAR.first, last, where)


@pytest.mark.parametrize(
    ("asked", "named", "alone"),
    [
        (query(), IN_TIME, True),
        (query(), LATE, False),
        (query("easy"), IN_TIME, False),
        (query(last=date(2026, 3, 30)), IN_TIME, False),
        (query(channel="phone"), IN_TIME, False),
        (replace(query(), rules=Rules(dont_know=True)), IN_TIME, False),
    ],
)
def test_only_the_whole_councils_year_of_a_measure_named_in_time_stands_alone(asked, named, alone):
    assert stands_alone(asked, [named]) is alone
    assert not stands_alone(asked, [])


def test_a_late_naming_is_carried_and_says_so():
    assert naming_of(query(), [LATE]) == LATE
    assert LATE.words == "named after the year began, on 1 April 2025: it allows for the other claims"
    assert IN_TIME.words == "named as the headline on 31 March 2025, before the year began"


def test_the_last_one_in_time_counts_and_nothing_named_later_takes_its_place():
    first = Naming("easy", YEAR, date(2025, 1, 10))
    late = Naming("resolved", YEAR, date(2025, 9, 1))
    assert headline_of_year(YEAR, [first, IN_TIME, late]) == IN_TIME
    assert headline_of_year(YEAR, [LATE, late]) == LATE
    assert headline_of_year(Period.financial_year(2026), [IN_TIME]) is None


class TestNamingOne:
    @pytest.fixture(autouse=True)
    def _database(self, app):
        self.now = datetime(2025, 3, 31, 22, 59, tzinfo=UTC)  # 23:59 in London

    def name(self, measure: str = "satisfaction", now: datetime | None = None) -> NamedHeadline:
        facts = {"named_by": "Priya Shah", "reason": "Our promise", "now": now or self.now}
        return name_headline(measure_named(measure), YEAR, by=None, **facts)

    def test_it_is_kept_with_who_and_why_and_audited_without_words(self):
        named = self.name()
        assert (named.named_by, named.reason, named.year_begins) == ("Priya Shah", "Our promise", YEAR.first)
        assert namings() == (IN_TIME,)
        line = db.session.scalars(db.select(AuditLine)).one()
        assert (line.action, line.after) == ("headline.named", {"measure": "satisfaction", "year": "2025/26"})

    def test_the_year_begins_at_midnight_in_london(self):
        self.name(now=datetime(2025, 3, 31, 23, 0, tzinfo=UTC))
        assert namings() == (LATE,)

    def test_the_same_again_is_refused_and_another_is_added(self):
        self.name()
        with pytest.raises(Refused, match="is the headline of 2025/26 already"):
            self.name()
        self.name("easy")
        assert [naming.measure for naming in namings()] == ["satisfaction", "easy"]

    def test_what_is_never_claimed_cannot_be_a_headline(self):
        with pytest.raises(Refused, match="No change is ever claimed of contacts"):
            self.name("contacts")

    def test_it_stands_alone_in_a_table_of_several_years_as_well(self):
        self.name()
        survey, service = make_survey(), make_service()
        for year in range(2022, 2026):
            make_answers(survey, service, date(year, 6, 1), {"satisfaction": "5"}, 40)
            make_answers(survey, service, date(year, 6, 1), {"satisfaction": "1"}, year - 2015)
        later = datetime(2026, 8, 1, tzinfo=UTC)
        found = figures("satisfaction", date(2023, 4, 1), YEAR.last, by=["year"], now=later)
        assert [figure.change.adjusted_for for figure in found] == [2, 2, 1]
        ours = Scope(frozenset({service.id}))
        found = figures("satisfaction", date(2023, 4, 1), YEAR.last, by=["year"], scope=ours, now=later)
        assert [figure.change.adjusted_for for figure in found] == [3, 3, 3]
