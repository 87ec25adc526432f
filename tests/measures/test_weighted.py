"""The value weighted to the mix of contacts, and what it says of itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskCliRunner

from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.measures.address import FigureQuery, make_query
from survey_app.measures.counting import Counted
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.weighted import weighted_figure
from survey_app.measures.weighted import NO_VALUE, WeightedFigure, weigh
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from tests.factories import make_answers, make_contacts, make_new_wording, make_service, make_survey
from tests.statements import statements

DAY = date(2025, 6, 10)
LATER = datetime(2026, 7, 1, 9, tzinfo=UTC)
NAMES = {"tax": "Council tax", "waste": "Waste", "parks": "Parks", "libraries": "Libraries"}
EQUAL_CONTACTS = {("tax", "phone"): 500, ("tax", "web"): 500, ("waste", "phone"): 500, ("waste", "web"): 500}


def share(numerator: int, base: int) -> Counted:
    return Counted(numerator=numerator, base=base)


def weighed(answers: dict[tuple[str, str], Counted], contacts: dict[tuple[str, str], int]) -> WeightedFigure:
    found = weigh(answers, contacts, NAMES)
    assert found is not None
    return found


def query(measure: str = "satisfaction", **where: str) -> FigureQuery:
    return make_query(measure, date(2025, 4, 1), date(2026, 3, 31), where)


def test_a_channel_that_answers_too_often_counts_for_less() -> None:
    # Contacts come half by phone; three quarters of the answers do. An answer by phone weighs 2/3, one by web 2.
    answers = {("tax", "phone"): share(150, 150), ("tax", "web"): share(25, 50)}
    found = weighed(answers, {("tax", "phone"): 1000, ("tax", "web"): 1000})
    assert found.share is not None
    assert found.share.value == pytest.approx(0.75)  # (100 + 50) / 200, where the plain share is 87.5%
    assert found.share.effective_base == pytest.approx(200**2 / (150 * (2 / 3) ** 2 + 50 * 4))  # 150
    assert found.sentence == (
        "Weighted to the mix of contacts by service and channel: 75.0% (95% interval 67.5% to 81.2%). "
        "The 200 answers count as 150 of equal weight (design effect 1.33)."
    )


def test_weights_that_are_too_uneven_say_so() -> None:
    answers = {("tax", "phone"): share(300, 300), ("tax", "web"): share(15, 20)}
    found = weighed(answers, {("tax", "phone"): 200, ("tax", "web"): 800})
    assert found.share is not None and found.share.design_effect > 2
    assert "The weights are too uneven to rely on." in found.sentence
    assert "Extreme weights were cut, so the mix is still off by up to " in found.sentence


def test_weights_that_cannot_be_found_leave_no_value() -> None:
    answers = {("tax", "phone"): share(60, 60), ("waste", "web"): share(60, 60)}
    contacts = {("tax", "phone"): 600, ("tax", "web"): 300, ("waste", "web"): 100}
    found = weighed(answers, contacts)
    assert (found.base, found.share, found.weights, found.sentence) == (120, None, None, NO_VALUE)


def test_what_was_merged_and_left_out_is_named() -> None:
    answers = {
        ("tax", "phone"): share(50, 50),
        ("waste", "phone"): share(30, 40),
        ("parks", "phone"): share(3, 4),
    }
    contacts = {("tax", "phone"): 500, ("waste", "phone"): 400, ("parks", "phone"): 40, ("libraries", "web"): 9}
    sentence = weighed(answers, contacts).sentence
    assert "Weighted as one, for want of 10 answers each: Parks with Waste." in sentence
    assert sentence.endswith("Without an answer, so left out: Libraries, Web form.")


def test_answers_without_a_contact_of_their_kind_are_not_weighted_and_counted() -> None:
    answers = {cell: share(40, 50) for cell in EQUAL_CONTACTS} | {
        ("tax", ""): share(0, 1),
        ("parks", "web"): share(0, 6),
    }
    found = weighed(answers, EQUAL_CONTACTS)
    assert (found.base, found.unplaced) == (200, 7)
    assert found.share is not None and found.share.value == pytest.approx(0.8)
    assert "7 answers are not weighted" in found.sentence


def test_fewer_than_ten_answers_have_no_weighted_value() -> None:
    assert weigh({("tax", "phone"): share(9, 9)}, EQUAL_CONTACTS, NAMES) is None
    assert weigh({("tax", "phone"): share(10, 10)}, EQUAL_CONTACTS, NAMES) is not None
    assert weigh({}, EQUAL_CONTACTS, NAMES) is None


def test_an_effective_base_below_thirty_is_indicative() -> None:
    found = weighed({cell: share(6, 7) for cell in EQUAL_CONTACTS}, EQUAL_CONTACTS)
    assert "Indicative: an effective base below 30." in found.sentence


@pytest.mark.usefixtures("app")
class TestFromTheDatabase:
    def make(self) -> tuple[Service, Service]:
        """Half of the contacts of each service come by phone; the answers do not keep to it."""
        survey, tax, waste = make_survey(), make_service("tax"), make_service("waste")
        for service in (tax, waste):
            make_contacts(service, DAY, 20, channel=Channel.PHONE, draw_outcome="asked")
            make_contacts(service, DAY, 20, channel=Channel.WEB, draw_outcome="not_sampled")
            make_contacts(
                service, DAY, 50, channel=Channel.WEB, draw_outcome="no_address"
            )  # nobody could ask about these
            make_contacts(service, DAY, 30, channel=Channel.WEB, draw_outcome=None)
            make_contacts(
                service, DAY, 9, channel=Channel.WEB, draw_outcome="internal", customer_kind=CustomerKind.INTERNAL
            )
            make_answers(survey, service, DAY, {"satisfaction": "5"}, 30)
            make_answers(survey, service, DAY, {"satisfaction": "5"}, 5, channel=Channel.WEB)
            make_answers(survey, service, DAY, {"satisfaction": "1"}, 5, channel=Channel.WEB)
            make_answers(survey, service, DAY, {"satisfaction": "dk"}, 4, channel=Channel.WEB)
        make_answers(survey, tax, DAY, {"satisfaction": "1"}, 11, channel=None)
        return tax, waste

    def test_answers_are_weighted_to_the_contacts_that_could_be_asked_about(self) -> None:
        self.make()
        found = weighted_figure(query(), now=LATER)
        assert found is not None and found.share is not None
        assert (found.base, found.unplaced) == (80, 11)
        assert found.share.value == pytest.approx(0.75)  # phone 100%, web 50%, weighted half and half

    def test_filters_and_scope_hold_for_answers_and_contacts_alike(self) -> None:
        tax, _ = self.make()
        of_tax = weighted_figure(query(service="tax"), now=LATER)
        in_scope = weighted_figure(query(), scope=Scope(frozenset({tax.id})), now=LATER)
        by_phone = weighted_figure(query(channel="phone"), now=LATER)
        assert of_tax is not None and of_tax == in_scope and of_tax.base == 40
        assert by_phone is not None and by_phone.share is not None
        assert (by_phone.base, by_phone.share.value, by_phone.share.design_effect) == (60, 1.0, 1.0)
        with pytest.raises(NotFound):
            weighted_figure(query(service="waste"), scope=Scope(frozenset({tax.id})), now=LATER)

    @pytest.mark.parametrize("asked", [query("satisfaction_mean"), query("response_rate"), query(mode="web")])
    def test_what_cannot_be_weighted_has_no_weighted_value(self, asked: FigureQuery) -> None:
        self.make()
        assert weighted_figure(asked, now=LATER) is None

    def test_three_statements_are_enough(self) -> None:
        self.make()
        standing = read_standing(LATER)
        with statements() as seen:
            weighted_figure(query(), now=LATER, standing=standing)
        assert len(seen) == 3

    def test_the_command_prints_it_beside_the_whole(self, runner: FlaskCliRunner) -> None:
        self.make()
        db.session.commit()
        days = ("--from", "2025-04-01", "--to", "2026-03-31", "--weighted")
        printed = runner.invoke(args=["measures", "show", "satisfaction", *days, "--json"])
        weighted = json.loads(printed.stdout)["weighted"]
        assert (weighted["base"], weighted["not_weighted"], weighted["too_uneven"]) == (80, 11, False)
        assert weighted["value"] == pytest.approx(0.75)
        assert weighted["left_out"] == {"service": [], "channel": []}
        table = runner.invoke(args=["measures", "show", "satisfaction", *days]).stdout
        assert weighted["sentence"] in table
        mean = runner.invoke(args=["measures", "show", "satisfaction_mean", *days, "--json"])
        assert json.loads(mean.stdout)["weighted"] is None


@pytest.mark.usefixtures("app")
def test_answers_to_an_earlier_wording_are_weighted_no_more_than_they_are_counted() -> None:
    survey, tax, waste = make_survey(), make_service("tax"), make_service("waste")
    newer = make_new_wording(survey, "satisfaction", "How satisfied were you?", datetime(2025, 6, 1, tzinfo=UTC))
    make_contacts(tax, DAY, 100)
    make_contacts(waste, DAY, 100)
    make_answers(survey, waste, DAY, {"satisfaction": "1"}, 30)
    make_answers(newer, tax, DAY, {"satisfaction": "5"}, 40)
    found = weighted_figure(query(), now=LATER)
    assert found is not None and found.base + found.unplaced == 40
