"""Targets are set knowingly, and nobody rewrites what figures were judged by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.models import MaintainMargin, Target
from survey_app.measures.operations import end_target, remove_target, set_margin, set_target
from survey_app.measures.queries import figures
from survey_app.organisation.models import Service
from survey_app.statistics.target_status import Comparator
from tests.conftest import PersonsClient
from tests.factories import make_answers, make_survey

SPRING = datetime(2026, 4, 1, 9, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 22, 9, tzinfo=UTC)
PAGE = "/admin/targets/satisfaction"
RIGHT = {"value": "90", "comparator": "over", "valid_from": "1/4/2027", "approved_by": "Cabinet"}


def all_targets() -> list[Target]:
    return list(db.session.scalars(select(Target).order_by(Target.id)))


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).where(AuditLine.action.like("%target%")).order_by("id")))


def target_of(day: date) -> float | None:
    return figures("satisfaction", day, day, now=utc_now())[0].target


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


class TestHistory:
    """The rules below the pages, whoever asks."""

    def test_one_that_has_held_for_a_day_cannot_be_taken_back(self, app: object) -> None:
        target = set_target("satisfaction", 0.9, Comparator.OVER, SPRING.date(), now=SPRING)
        with pytest.raises(Refused, match="held already"):
            remove_target(target, now=SPRING + timedelta(days=1))
        assert all_targets() == [target]

    def test_one_of_today_or_of_a_day_to_come_can(self, app: object) -> None:
        today = set_target("satisfaction", 0.9, Comparator.OVER, SPRING.date(), now=SPRING)
        remove_target(today, now=SPRING + timedelta(hours=3))
        coming = set_target("satisfaction", 0.9, Comparator.OVER, date(2027, 4, 1), now=SPRING)
        remove_target(coming, now=NOVEMBER)
        assert all_targets() == []
        assert acts() == ["target.set", "target.removed"] * 2

    def test_a_correction_is_a_new_line_with_a_reason_and_the_old_one_stays(self, app: object) -> None:
        old = set_target("satisfaction", 0.9, Comparator.OVER, SPRING.date(), now=SPRING)
        with pytest.raises(Refused, match="say why"):
            set_target("satisfaction", 0.8, Comparator.OVER, SPRING.date(), now=NOVEMBER)
        set_target("satisfaction", 0.8, Comparator.OVER, SPRING.date(), reason="Misprinted", now=NOVEMBER)
        assert [(t.value, t.ended_on, t.end_reason) for t in all_targets()] == [
            (0.9, date(2026, 3, 31), "Misprinted"),
            (0.8, None, ""),
        ]
        assert old.ended_at == NOVEMBER
        assert target_of(date(2026, 5, 1)) == 0.8
        assert acts() == ["target.set", "target.corrected", "target.set"]

    def test_a_later_one_takes_over_from_its_day_and_days_before_keep_theirs(self, app: object) -> None:
        set_target("satisfaction", 0.9, Comparator.OVER, SPRING.date(), now=SPRING)
        set_target("satisfaction", 0.95, Comparator.OVER, date(2027, 4, 1), now=NOVEMBER)
        assert (target_of(date(2027, 3, 31)), target_of(date(2027, 4, 1))) == (0.9, 0.95)

    def test_an_end_leaves_the_days_that_are_over(self, app: object) -> None:
        target = set_target("satisfaction", 0.9, Comparator.OVER, SPRING.date(), now=SPRING)
        with pytest.raises(Refused, match="earliest end is 21 November 2026"):
            end_target(target, date(2026, 10, 31), "A new plan", now=NOVEMBER)
        end_target(target, date(2026, 12, 31), "A new plan", now=NOVEMBER)
        assert (target_of(date(2026, 12, 31)), target_of(date(2027, 1, 1))) == (0.9, None)
        with pytest.raises(Refused, match="ends on 31 December 2026 already"):
            end_target(target, date(2027, 3, 31), "After all", now=NOVEMBER)

    def test_one_that_has_not_begun_is_not_ended_but_taken_back(self, app: object) -> None:
        target = set_target("satisfaction", 0.9, Comparator.OVER, date(2027, 4, 1), now=SPRING)
        with pytest.raises(Refused, match="take it back"):
            end_target(target, date(2026, 12, 31), "A new plan", now=NOVEMBER)

    def test_the_database_takes_none_that_ends_before_it_begins(self, app: object) -> None:
        with pytest.raises(IntegrityError):
            set_target("satisfaction", 0.9, Comparator.OVER, date(2026, 4, 2), valid_to=date(2026, 4, 1), now=SPRING)
        db.session.rollback()

    def test_margins_are_only_added(self, app: object) -> None:
        set_margin("satisfaction", 0.02, now=SPRING)
        set_margin("satisfaction", 0.01, now=NOVEMBER)
        assert list(db.session.scalars(select(MaintainMargin.margin).order_by(MaintainMargin.id))) == [0.02, 0.01]


class TestSetAfterSeeingTheData:
    @pytest.mark.parametrize(
        ("entered", "period", "is_after"),
        [
            (SPRING, (date(2026, 4, 1), date(2026, 4, 30)), False),  # on the period's first day
            (SPRING - timedelta(days=30), (date(2026, 4, 1), date(2026, 4, 30)), False),
            (NOVEMBER, (date(2026, 4, 1), date(2026, 4, 30)), True),
            (SPRING, (date(2026, 3, 31), date(2026, 4, 30)), True),  # one of its days was over
            (NOVEMBER, (date(2026, 12, 1), date(2026, 12, 31)), False),
        ],
    )
    def test_it_is_marked_when_the_period_was_under_way(
        self, app: object, entered: datetime, period: tuple[date, date], is_after: bool
    ) -> None:
        set_target("satisfaction", 0.9, Comparator.OVER, date(2026, 4, 1), now=entered)
        (figure,) = figures("satisfaction", *period, now=NOVEMBER)
        assert (figure.target_set_on, figure.target_after_seeing) == (entered.date(), is_after)

    def test_without_a_target_nothing_is_marked(self, app: object) -> None:
        (figure,) = figures("satisfaction", date(2026, 4, 1), date(2026, 4, 30), now=NOVEMBER)
        assert (figure.target_set_on, figure.target_after_seeing, figure.stretch) == (None, False, None)


class TestPages:
    def test_what_was_last_year_stands_beside_the_form(self, admin: PersonsClient) -> None:
        service = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        last_year = Period.financial_year_of(london_day(utc_now())).previous
        make_answers(make_survey(), service, last_year.first, {"satisfaction": "5"}, 40)
        page = admin.get(PAGE).text
        assert f"Last year, {last_year.title}: 100.0% of 40" in words(page)
        assert "Satisfaction has no target today." in words(page)

    def test_a_target_for_a_service_with_everything(self, admin: PersonsClient) -> None:
        sent = RIGHT | {"stretch": "95", "valid_to": "31/3/2028", "reason": "Agreed with the plan"}
        answer = admin.send_form(f"{PAGE}?service=housing", **sent)
        assert answer.status_code == 303
        (target,) = all_targets()
        facts = (
            target.value,
            target.stretch,
            target.comparator,
            target.valid_from,
            target.valid_to,
            target.approved_by,
        )
        assert facts == (0.9, 0.95, "over", date(2027, 4, 1), date(2028, 3, 31), "Cabinet")
        assert db.session.get(Service, target.service_id).code == "housing"  # type: ignore[union-attr]
        text = words(admin.get(f"{PAGE}?service=housing").text)
        assert "over 90%" in text and "Agreed with the plan" in text and "Not begun" in text
        assert "From 1 April 2027: over 90%." in words(admin.get("/admin/targets/").text)

    @pytest.mark.parametrize(
        ("wrong", "field", "problem"),
        [
            ({"value": ""}, "value", "Type a number"),
            ({"value": "ninety"}, "value", "Type a number"),
            ({"value": "nan"}, "value", "Type a number"),
            ({"value": "101"}, "value", "from 0 to 100"),
            ({"value": "100"}, "value", "No figure can be beyond this"),
            ({"comparator": "about"}, "comparator", "Choose one of the two"),
            ({"stretch": "85"}, "stretch", "goes further"),
            ({"stretch": "x"}, "stretch", "Type a number"),
            ({"valid_from": "soon"}, "valid_from", "Type the day"),
            ({"valid_to": "31/3/2027"}, "valid_to", "before the first"),
            ({"valid_to": "1/1/1900"}, "valid_to", "this century"),
            ({"valid_from": "1/4/2020"}, "reason", "begins in the past"),
            ({"reason": "x" * 501}, "reason", "500 characters"),
            ({"approved_by": "a\u202eb"}, "approved_by", "invisible"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
        self, admin: PersonsClient, wrong: dict[str, str], field: str, problem: str
    ) -> None:
        answer = admin.send_form(PAGE, **RIGHT | wrong)
        assert answer.status_code == 400
        soup = BeautifulSoup(answer.text, "html.parser")
        error = soup.find(id=f"{field}-error")
        assert error is not None and problem in error.get_text()
        typed = RIGHT | wrong
        for name in ("value", "valid_from", "approved_by"):
            assert soup.find(id=name)["value"] == typed[name]  # type: ignore[index]
        assert all_targets() == []

    def test_where_lower_is_better_a_stretch_lies_below(self, admin: PersonsClient) -> None:
        page = "/admin/targets/avoidable_contact"
        wrong = admin.send_form(page, **RIGHT | {"value": "10", "stretch": "12"})
        assert wrong.status_code == 400 and "goes further" in wrong.text and "Less than this" in wrong.text
        assert admin.send_form(page, **RIGHT | {"value": "10", "stretch": "8"}).status_code == 303
        assert "Avoidable contact has no target today" in words(admin.get(page).text)
        assert "under 10%" in words(admin.get(page).text)

    def test_other_units_are_typed_as_they_are_read(self, admin: PersonsClient) -> None:
        admin.send_form("/admin/targets/nps", **RIGHT | {"value": "-5"})
        admin.send_form("/admin/targets/satisfaction_mean", **RIGHT | {"value": "4.5"})
        assert [(t.measure, t.value) for t in all_targets()] == [("nps", -0.05), ("satisfaction_mean", 4.5)]
        assert "from 1 to 5" in admin.send_form("/admin/targets/satisfaction_mean", **RIGHT).text

    def test_ending_and_taking_back(self, admin: PersonsClient) -> None:
        admin.send_form(PAGE, **RIGHT | {"valid_from": f"{utc_now():%d/%m/%Y}"})
        (target,) = all_targets()
        assert "Take back" in admin.get(PAGE).text
        target.entered_at -= timedelta(days=2)
        target.valid_from -= timedelta(days=2)
        page = f"/admin/targets/lines/{target.id}/end"
        assert page in admin.get(PAGE).text and "Take back" not in admin.get(PAGE).text
        refused = admin.send_form(f"/admin/targets/lines/{target.id}/take-back", form_at=PAGE)
        assert refused.status_code in (400, 403, 409) and "stays in the history" in refused.text
        assert "Say why it ends" in admin.send_form(page, last_day="1/1/2050").text
        early = admin.send_form(page, last_day="1/1/2020", reason="A new plan")
        assert early.status_code == 400 and "earliest end" in early.text and "A new plan" in early.text
        assert admin.send_form(page, last_day="1/1/2050", reason="A new plan").status_code == 303
        assert "Ended on 1 January 2050: A new plan" in words(admin.get(PAGE).text)

    def test_taking_back_what_was_just_entered(self, admin: PersonsClient) -> None:
        admin.send_form(PAGE, **RIGHT)
        back = f"/admin/targets/lines/{all_targets()[0].id}/take-back"
        assert admin.send_form(back, form_at=PAGE).status_code == 303
        assert all_targets() == []
        assert admin.send_form(back, form_at=PAGE).status_code == 404

    def test_one_entered_after_its_first_day_says_so(self, admin: PersonsClient) -> None:
        admin.send_form(PAGE, **RIGHT | {"valid_from": "1/4/2020", "reason": "It was agreed and not entered"})
        assert "after its first day" in words(admin.get(PAGE).text)

    def test_a_margin_and_one_that_cannot_be(self, admin: PersonsClient) -> None:
        wrong = admin.send_form(f"{PAGE}/margin", form_at=PAGE, margin="0", margin_approved_by="Cabinet")
        assert wrong.status_code == 400 and "above 0" in wrong.text and 'value="Cabinet"' in wrong.text
        assert admin.send_form(f"{PAGE}/margin", form_at=PAGE, margin="2", margin_approved_by="").status_code == 303
        assert "2 points set on" in words(admin.get(PAGE).text)

    @pytest.mark.parametrize("typed", ["", "1e-400", "-2", "21", "nan", "Infinity", "1e999999", "two", "9" * 4000])
    def test_a_margin_that_says_nothing_is_refused(self, admin: PersonsClient, typed: str) -> None:
        answer = admin.send_form(f"{PAGE}/margin", form_at=PAGE, margin=typed, margin_approved_by="")
        assert answer.status_code == 400
        assert db.session.scalars(select(MaintainMargin)).all() == []

    @pytest.mark.parametrize("typed", ["1e999999", "-1e-999999", "9" * 4000, "Infinity", "0x10"])
    def test_a_value_that_is_hardly_a_number_is_refused(self, admin: PersonsClient, typed: str) -> None:
        assert admin.send_form(PAGE, **RIGHT | {"value": typed}).status_code == 400
        assert all_targets() == []

    @pytest.mark.parametrize(
        "address",
        [
            f"/admin/targets/lines/{10**30}/end",
            "/admin/targets/contacts",
            "/admin/targets/happiness",
            f"{PAGE}?service=nowhere",
            "/admin/targets/one?measure=happiness",
            "/admin/targets/lines/99/end",
        ],
    )
    def test_what_is_not_there(self, admin: PersonsClient, address: str) -> None:
        assert admin.get(address).status_code == 404

    def test_the_choice_leads_to_its_page(self, admin: PersonsClient) -> None:
        answer = admin.get("/admin/targets/one?measure=easy&service=housing")
        assert answer.location == "/admin/targets/easy?service=housing"

    def test_the_lead_of_the_standard_may_and_others_may_not(self, admin: PersonsClient, sign_in) -> None:  # type: ignore[no-untyped-def]
        assert sign_in("cse_lead").get("/admin/targets/").status_code == 200
        officer = sign_in("data_protection_officer")
        for address in ("/admin/targets/", PAGE):
            assert officer.get(address).status_code == 403
        assert officer.post(PAGE, data=RIGHT).status_code in (400, 403)
        assert all_targets() == []
