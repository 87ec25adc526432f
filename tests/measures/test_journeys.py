"""Journeys: contacts of one person about one reason, each within 28 days of the one before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from survey_app.contacts.models import Contact, ContactDetail
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.periods import Period
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.measures.journeys import Journeys, in_one, shares, size_label
from survey_app.measures.queries import figures
from survey_app.measures.queries.journeys import journeys
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.statistics.intervals import wilson_interval
from survey_app.surveys.models import SurveyVersion
from tests.factories import make_answers, make_contact, make_new_wording, make_service, make_survey

YEAR = Period.financial_year(2025)
FIRST = datetime(2025, 6, 2, 12, tzinfo=UTC)


@pytest.fixture
def service(app: object) -> Service:
    return make_service("waste")


def contact(
    service: Service,
    day: int,
    *,
    ref: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    reason: str | None = "Missed bin",
    **facts: Any,
) -> Contact:
    """A contact so many days after FIRST, of a person known by these details."""
    made = make_contact(
        service, email=None, occurred_at=FIRST + timedelta(days=day), customer_ref=ref, reason=reason, **facts
    )
    if email or phone:
        made.detail = ContactDetail(email_key=email, phone_key=phone, keep_until=date(2025, 7, 1))
        db.session.flush()
    return made


def answered(of: Contact, survey: SurveyVersion, code: str) -> None:
    """What the person of a contact said of it, by invitation."""
    invitation = Invitation(
        reference=new_reference(),
        contact_id=of.id,
        survey_version_id=survey.id,
        service_id=of.service_id,
        channel=Channel.PHONE,
        salt=new_salt(),
        drawn_at=FIRST,
        sent_at=FIRST,
        closes_at=FIRST + timedelta(days=14),
        counts_on=of.occurred_on,
    )
    db.session.add(invitation)
    db.session.flush()
    service = db.session.get_one(Service, of.service_id)
    make_answers(survey, service, of.occurred_on, {"satisfaction": code}, invitation_id=invitation.id)


def counted(scope: Scope = EVERYTHING, channel: Channel | None = None, period: Period = YEAR) -> Journeys:
    return journeys(period, scope, channel)


class TestWhichContactsBelongTogether:
    def test_contacts_within_28_days_of_the_one_before_are_one_journey(self, service: Service) -> None:
        for day in (0, 28, 56):
            contact(service, day, ref="r1")
        assert counted().sizes == {3: 1}

    def test_after_29_days_a_new_journey_begins(self, service: Service) -> None:
        for day in (0, 29, 30):
            contact(service, day, ref="r1")
        assert counted().sizes == {1: 1, 2: 1}

    def test_another_reason_is_another_journey(self, service: Service) -> None:
        contact(service, 0, ref="r1", reason="Missed bin")
        contact(service, 1, ref="r1", reason="New bin")
        assert counted().sizes == {1: 2}

    def test_another_person_is_another_journey(self, service: Service) -> None:
        contact(service, 0, ref="r1")
        contact(service, 1, ref="r2")
        assert counted().sizes == {1: 2}

    @pytest.mark.parametrize("detail", ["ref", "email", "phone"])
    def test_a_person_is_known_by_any_shared_detail(self, service: Service, detail: str) -> None:
        contact(service, 0, **{detail: "the same"})
        contact(service, 1, **{detail: "the same"})
        assert counted().sizes == {2: 1}

    def test_one_contact_may_join_two_that_share_nothing(self, service: Service) -> None:
        contact(service, 0, email="e")
        contact(service, 1, email="e", phone="p")
        contact(service, 2, phone="p")
        assert counted().sizes == {3: 1}

    def test_a_detail_that_comes_only_later_joins_as_well(self, service: Service) -> None:
        contact(service, 0, phone="p")
        contact(service, 1, phone="p", email="e", ref="r")
        contact(service, 2, ref="r")
        assert counted().sizes == {3: 1}

    def test_what_is_not_known_is_shared_by_nobody(self, service: Service) -> None:
        contact(service, 0, ref="r1")
        contact(service, 0, email="e")
        contact(service, 0, phone="p")
        assert counted().sizes == {1: 3}

    def test_two_contacts_of_one_day_are_in_one_journey(self, service: Service) -> None:
        contact(service, 0, ref="r1")
        contact(service, 0, ref="r1")
        assert counted().sizes == {2: 1}

    def test_four_and_more_are_told_together(self, service: Service) -> None:
        for person, contacts in (("r1", 4), ("r2", 6)):
            for day in range(contacts):
                contact(service, day, ref=person)
        assert counted().sizes == {4: 2}

    def test_without_a_person_or_a_reason_a_contact_is_in_no_journey(self, service: Service) -> None:
        contact(service, 0)
        contact(service, 0, ref="r1", reason=None)
        contact(service, 0, ref="r1", reason="")
        contact(service, 0, ref="r1")
        assert (counted().sizes, counted().outside) == ({1: 1}, 3)

    def test_internal_customers_have_journeys_elsewhere(self, service: Service) -> None:
        contact(service, 0, ref="r1", customer_kind=CustomerKind.INTERNAL)
        assert (counted().sizes, counted().outside) == ({}, 0)


class TestPeriods:
    def test_a_journey_counts_where_it_began_with_all_its_contacts(self, service: Service) -> None:
        june = Period.month(2025, 6)
        for day in (20, 40):  # 22 June, 12 July
            contact(service, day, ref="r1")
        assert counted(period=june).sizes == {2: 1}
        assert counted(period=Period.month(2025, 7)).sizes == {}

    def test_a_contact_just_before_the_period_makes_the_first_in_it_no_beginning(self, service: Service) -> None:
        contact(service, -5, ref="r1")  # 28 May
        contact(service, 3, ref="r1")
        assert counted(period=Period.month(2025, 6)).sizes == {}


class TestParts:
    def test_service_and_channel_are_those_of_the_first_contact(self, service: Service) -> None:
        housing = make_service("housing")
        contact(service, 0, ref="r1", channel=Channel.PHONE)
        contact(housing, 1, ref="r1", channel=Channel.EMAIL)
        assert counted().by_service == {"waste": {2: 1}}
        assert counted().by_reason == {"Missed bin": {2: 1}}
        assert counted(channel=Channel.PHONE).sizes == {2: 1}
        assert counted(channel=Channel.EMAIL).sizes == {}

    def test_who_sees_one_service_sees_its_contacts_alone(self, service: Service) -> None:
        housing = make_service("housing")
        contact(service, 0, ref="r1")
        contact(housing, 1, ref="r1")
        contact(housing, 1)
        assert counted(Scope(frozenset({service.id}))).sizes == {1: 1}
        assert counted(Scope(frozenset({service.id}))).outside == 0

    def test_satisfaction_is_of_the_answers_after_any_contact_of_a_journey(self, service: Service) -> None:
        survey = make_survey()
        once, first, second = (contact(service, day, ref=ref) for day, ref in ((0, "r1"), (0, "r2"), (5, "r2")))
        for of, code in ((once, "5"), (first, "2"), (second, "4")):
            answered(of, survey, code)
        assert counted().satisfied == {1: (1, 1), 2: (1, 2)}

    def test_two_wordings_of_the_question_are_not_added_up(self, service: Service) -> None:
        survey = make_survey()
        newer = make_new_wording(survey, "satisfaction", "How satisfied were you?", FIRST)
        for version, ref, code in ((survey, "r1", "1"), (newer, "r2", "5"), (newer, "r3", "4")):
            answered(contact(service, 0, ref=ref), version, code)
        (figure,) = figures("satisfaction", YEAR.first, YEAR.last, now=FIRST)
        assert counted().satisfied == {1: (2, 2)}
        assert figure.base == 2


class TestShares:
    def test_a_share_has_its_interval(self) -> None:
        share = shares({"a": (30, 40)})["a"]
        assert (share.value, share.interval) == (0.75, wilson_interval(30, 40))

    def test_fewer_than_ten_are_hidden_and_what_would_give_them_away_with_them(self) -> None:
        found = shares({"a": (300, 400), "b": (12, 20), "c": (5, 9)})
        assert {code for code, share in found.items() if share.is_hidden} == {"b", "c"}
        assert (found["c"].value, found["c"].interval) == (None, None)

    def test_nothing_at_all_hides_nothing(self) -> None:
        assert shares({"a": (0, 0)})["a"].value is None
        assert not shares({"a": (0, 0)})["a"].is_hidden

    def test_the_share_in_one_contact_is_of_all_journeys_of_the_group(self) -> None:
        assert in_one({"a": {1: 30, 2: 8, 4: 2}})["a"].value == 30 / 40

    def test_sizes_have_names(self) -> None:
        assert [size_label(size) for size in (1, 2, 4)] == ["1 contact", "2 contacts", "4 or more contacts"]
