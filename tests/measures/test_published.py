"""Editions in the database: counted from the answers, published once, never while answers come in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.periods import Period
from survey_app.measures.models import PublishedEdition
from survey_app.measures.operations import publish_edition
from survey_app.measures.publishing import IN_NUMERATOR, NOT_RECORDED, WHOLE, CellKey, NextEdition, Share, TableName
from survey_app.measures.queries import figures, read_standing
from survey_app.measures.queries.published import (
    edition_numbered,
    editions,
    financial_year,
    proposed_edition,
    publishable,
    read_edition,
)
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.organisation.queries import own_channel_names
from survey_app.surveys.models import SurveyVersion
from tests.factories import make_answers, make_invitation, make_new_wording, make_service, make_survey, withdraw
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("app")
YEAR = Period.parse("2025/26")
LATER = datetime(2026, 7, 1, 9, tzinfo=UTC)
SPRING, AUTUMN = date(2025, 4, 10), date(2025, 10, 10)


def make_year() -> tuple[SurveyVersion, Service]:
    """Two services, one with a part under it; two channels, two months, two customer groups."""
    survey, waste = make_survey(), make_service("waste")
    bins, tax = make_service("bins", parent_id=waste.id), make_service("tax", "Council tax")
    make_answers(survey, waste, SPRING, {"satisfaction": "5"}, 40, customer_group="over 65")
    make_answers(survey, bins, SPRING, {"satisfaction": "2"}, 12, channel=None)
    make_answers(survey, tax, AUTUMN, {"satisfaction": "4"}, 50, channel=Channel.EMAIL, customer_group="over 65")
    make_answers(survey, tax, AUTUMN, {"satisfaction": "1"}, 10, channel=Channel.EMAIL, customer_group="over 65")
    make_answers(survey, tax, AUTUMN, {"satisfaction": "dk"}, 5)
    make_answers(survey, tax, date(2024, 10, 10), {"satisfaction": "1"}, 30)
    return survey, tax


def proposed(measure: str = "satisfaction", now: datetime = LATER) -> NextEdition:
    earlier = editions(measure, YEAR)
    return proposed_edition(publishable(measure), YEAR, earlier, standing=read_standing(now))


def publish(now: datetime = LATER) -> PublishedEdition:
    return publish_edition("satisfaction", YEAR, seen=proposed(now=now).edition.digest, now=now)


def test_an_edition_counts_what_figures_count() -> None:
    make_year()
    printed = proposed().edition.printed
    (whole,) = figures("satisfaction", YEAR.first, YEAR.last, now=LATER)
    assert printed[WHOLE] == Share(whole.numerator or 0, whole.base) == Share(90, 112)
    assert printed[CellKey(TableName.SERVICE, "waste")] == Share(40, 52), "with the parts under it"
    assert printed[CellKey(TableName.SERVICE, "tax")] == Share(50, 60)
    assert CellKey(TableName.SERVICE, "bins") not in printed
    assert printed[CellKey(TableName.CHANNEL, NOT_RECORDED)] == Share(0, 12)
    assert printed[CellKey(TableName.MONTH, "2025-10")] == Share(50, 60)
    assert printed[CellKey(TableName.CUSTOMER_GROUP, "over 65", IN_NUMERATOR)] == Share(90, 90)
    labels = {cell.key.row: cell.label for cell in proposed().edition.cells}
    assert (labels["tax"], labels["2025-10"], labels[NOT_RECORDED]) == ("Council tax", "October 2025", "Not recorded")


def test_an_edition_counts_the_wording_that_the_whole_counts() -> None:
    survey, tax = make_year()
    newer = make_new_wording(survey, "satisfaction", "How satisfied were you?", datetime(2025, 10, 1, tzinfo=UTC))
    make_answers(newer, tax, AUTUMN, {"satisfaction": "5"}, 20)
    printed = proposed().edition.printed
    assert printed[WHOLE] == printed[CellKey(TableName.SERVICE, "tax")] == Share(20, 20)
    assert CellKey(TableName.SERVICE, "waste") not in printed, "its answers are to the earlier wording"


def test_what_is_published_is_kept_with_its_passport_and_in_the_audit() -> None:
    make_year()
    wanted = proposed().edition
    edition = publish()
    assert read_edition(edition_numbered("satisfaction", YEAR, 1)) == wanted
    assert (edition.number, edition.definition, edition.passport.value) == (1, "satisfaction@1", 90 / 112)
    line = db.session.scalars(db.select(AuditLine).where(AuditLine.action == "tables.published")).one()
    assert (line.subject, line.after) == (
        "satisfaction",
        {"year": "2025/26", "edition": 1, "passport": edition.passport.code},
    )


def test_a_second_edition_needs_more_than_a_few_new_answers() -> None:
    survey, tax = make_year()
    publish()
    make_answers(survey, tax, AUTUMN, {"satisfaction": "5"}, 9, channel=Channel.EMAIL, customer_group="over 65")
    assert proposed().is_unchanged
    with pytest.raises(Refused, match="Edition 1 stands"):
        publish()
    make_answers(survey, tax, AUTUMN, {"satisfaction": "5"}, 1, channel=Channel.EMAIL, customer_group="over 65")
    second = publish()
    assert second.number == 2 and read_edition(second).printed[WHOLE] == Share(100, 122)
    assert [edition.number for edition in editions("satisfaction", YEAR)] == [1, 2]


def test_a_withdrawal_is_not_told_by_the_next_edition() -> None:
    survey, tax = make_year()
    happy = make_answers(survey, tax, AUTUMN, {"satisfaction": "5"}, 1, channel=Channel.EMAIL)
    publish()
    withdraw(happy[0])
    make_answers(survey, make_service("parks"), SPRING, {"satisfaction": "5"}, 20)
    found = read_edition(publish())
    cells = {cell.key.row: cell for cell in found.of(TableName.SERVICE)}
    assert cells["tax"].share == Share(51, 61) and cells["tax"].since == 1


def test_nothing_is_published_while_answers_may_come() -> None:
    survey, tax = make_year()
    with pytest.raises(Refused, match="may still come in"):
        publish(now=datetime(2026, 4, 10, tzinfo=UTC))
    make_invitation(tax, survey, YEAR.last, closes_at=LATER)
    with pytest.raises(Refused, match="may still come in"):
        publish()
    assert editions("satisfaction", YEAR) == []


def test_what_somebody_saw_is_what_goes_out() -> None:
    survey, tax = make_year()
    seen = proposed().edition.digest
    make_answers(survey, tax, AUTUMN, {"satisfaction": "5"}, 1)
    with pytest.raises(Refused, match="moved since you opened this page"):
        publish_edition("satisfaction", YEAR, seen=seen, now=LATER)


def test_fewer_than_ten_answers_are_not_published() -> None:
    make_answers(make_survey(), make_service("tax"), AUTUMN, {"satisfaction": "5"}, 9)
    with pytest.raises(Refused, match="nothing to publish"):
        publish()


@pytest.mark.parametrize("name", ["satisfaction_mean", "nps", "response_rate", "contacts", "comment_sentiment"])
def test_only_shares_of_answers_are_published(name: str) -> None:
    with pytest.raises(InvalidInput, match="shares of answers"):
        publishable(name)


@pytest.mark.parametrize("label", ["2025-04", "2025/26 Q1", "soon"])
def test_only_financial_years_are_published(label: str) -> None:
    with pytest.raises(InvalidInput):
        financial_year(label)


def test_an_edition_that_was_not_published_is_not_found() -> None:
    with pytest.raises(NotFound):
        edition_numbered("satisfaction", YEAR, 1)


def test_the_next_edition_takes_the_same_number_of_statements_for_any_council() -> None:
    survey, _tax = make_year()
    standing = read_standing(LATER)
    measure = publishable("satisfaction")
    own_channel_names()  # read once for a page
    with statements() as few:
        proposed_edition(measure, YEAR, [], standing=standing)
    for place in range(6):
        make_answers(survey, make_service(f"service-{place}"), SPRING, {"satisfaction": "5"}, 12)
    standing = read_standing(LATER)
    with statements() as many:
        proposed_edition(measure, YEAR, [], standing=standing)
    assert len(many) == len(few) <= 8
