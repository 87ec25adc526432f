"""Who is asked, and how many? What the rules are, what each does, and changing them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.asking import presenters
from survey_app.admin.asking.forms import AmountForm, LeftOutForm, RulesForm
from survey_app.contacts.asking.operations import (
    add_exclusion,
    change_rules,
    remove_exclusion,
    remove_sampling,
    set_sampling,
)
from survey_app.contacts.asking.queries import (
    asked_this_month,
    closest_rules,
    contacts_left_out,
    draw_day_of,
    exclusion_by_id,
    exclusions,
    outcomes_by_stratum,
    outcomes_since,
    outcomes_where_closest,
    sampling_rule_by_id,
    sampling_rule_of,
    sampling_rules,
)
from survey_app.contacts.eligibility import ASKED, ELIGIBLE
from survey_app.contacts.models import SamplingRule
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.sampling import Amount, Stratum
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.organisation.queries import all_services, services_by_code_or_name
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu

asking = Blueprint("asking", __name__, url_prefix="/admin/asking")


def init_app(app: Flask) -> None:
    app.register_blueprint(asking)
    under = (
        "/admin/sending/",
        "/admin/letters/",
        "/admin/survey-page/",
        "/admin/afterwards/",
        "/admin/follow-ups/",
        "/admin/alerts/",
        "/admin/links/",
        "/admin/kiosks/",
        "/admin/feeds/",
        "/admin/jobs/",
    )
    add_to_menu(app, MenuEntry("Asking", "/admin/asking/", "manage_council", under=under))


@asking.get("/")
@requires("manage_council")
def index() -> str:
    """Who is asked, who is not, and why?"""
    rules, today, services = asking_rules(), london_day(utc_now()), all_services()
    outcomes, listed, amounts = outcomes_since(_since(today)), exclusions(), sampling_rules()
    return staff_page(
        "admin/asking/index.html",
        total=sum(outcomes.values()),
        eligible=sum(outcomes.get(outcome, 0) for outcome in ELIGIBLE),
        asked=outcomes.get(ASKED, 0),
        waiting=outcomes.get(None, 0),
        look_back=presenters.LOOK_BACK_DAYS,
        is_paused=rules.is_paused,
        fixed=presenters.fixed_rules(outcomes),
        changeable=presenters.changeable_rules(rules, outcomes),
        left_out=presenters.left_out_rows(
            listed, contacts_left_out([(each.dimension, each.value) for each in listed], _since(today)), services
        ),
        amounts=presenters.amount_rows(
            rules.sampling_fraction,
            rules=amounts,
            closest=closest_rules(),
            strata=outcomes_by_stratum(_since(today)),
            asked_this_month=asked_this_month(today),
            services=services,
        ),
        fairness=presenters.fairness(rules, draw_day_of(today), outcomes, services),
    )


@asking.get("/left-out")
@requires("manage_council")
def leave_out() -> str:
    """Which contacts shall nobody be asked about? What is in the address is filled in."""
    form = _left_out_form(_prefilled())
    return _left_out_page(form)


@asking.post("/left-out")
@requires("manage_council")
def save_left_out() -> ResponseReturnValue:
    """Try it, which changes nothing, or keep it."""
    form = _left_out_form(is_sent=True)
    if request.form.get("act") == "try":
        form.why.validators = ()  # needed to keep it, not to try
    if not form.validate():
        return _left_out_page(form), 400
    if request.form.get("act") == "try":
        pair = (form.chosen, form.stored_value)
        count = contacts_left_out([pair], _since(london_day(utc_now())))[pair]
        return _left_out_page(form, trial=count)
    try:
        add_exclusion(form.chosen, form.stored_value, form.why.data, now=utc_now(), by=current_user_id())
    except Refused as problem:
        form.value.errors = [problem.message]
        return _left_out_page(form), 400
    flash("They are left out from now on.")
    return redirect(url_for("asking.index"), code=303)


@asking.post("/left-out/<int:exclusion_id>/end")
@requires("manage_council")
def end_left_out(exclusion_id: int) -> ResponseReturnValue:
    """Ask about them again."""
    found = exclusion_by_id(exclusion_id)
    again: dict[str, Any] = {"dimension": found.dimension.value, "value": found.value, "why": found.why}
    remove_exclusion(found, now=utc_now(), by=current_user_id())
    flash("They are asked about again.", url_for("asking.leave_out", **again))
    return redirect(url_for("asking.index"), code=303)


@asking.get("/amounts")
@requires("manage_council")
def amount() -> str:
    """How many shall be asked, of which service and channel?"""
    return _amount_page(AmountForm(all_services(), formdata=_prefilled()))


@asking.post("/amounts")
@requires("manage_council")
def save_amount() -> ResponseReturnValue:
    """Try it, which changes nothing, or keep it."""
    form = AmountForm(all_services())
    if not form.validate():
        return _amount_page(form), 400
    stratum = (form.service_id, form.chosen_channel)
    if request.form.get("act") == "try":
        return _amount_page(form, trial=_trial(stratum, form.amount))
    before = _amount_of(stratum)
    undo = "" if before is None else url_for("asking.amount", **presenters.choice_of(before, all_services()))
    set_sampling(*stratum, form.amount, now=utc_now(), by=current_user_id())
    flash("It holds from now on.", undo)
    return redirect(url_for("asking.index"), code=303)


@asking.post("/amounts/<int:rule_id>/end")
@requires("manage_council")
def end_amount(rule_id: int) -> ResponseReturnValue:
    """From now on the next closest rule holds there."""
    found = sampling_rule_by_id(rule_id)
    again = presenters.choice_of(found, all_services())
    remove_sampling(found, now=utc_now(), by=current_user_id())
    flash("The next closest rule holds there from now on.", url_for("asking.amount", **again))
    return redirect(url_for("asking.index"), code=303)


@asking.get("/rules")
@requires("manage_council")
def rules() -> str:
    """How long is the gap, who is staff, how many are kept free?"""
    return _rules_page(RulesForm(formdata=_prefilled(), data=presenters.rules_choice(asking_rules())))


@asking.post("/rules")
@requires("manage_council")
def save_rules() -> ResponseReturnValue:
    form = RulesForm()
    if not form.validate():
        return _rules_page(form), 400
    again = presenters.rules_choice(asking_rules())
    before = change_rules(form.changes, now=utc_now(), by=current_user_id())
    flash(presenters.changed_words(before), url_for("asking.rules", **again) if before else "")
    return redirect(url_for("asking.index"), code=303)


def _left_out_form(formdata: MultiDict[str, str] | None = None, *, is_sent: bool = False) -> LeftOutForm:
    services, index = all_services(), services_by_code_or_name()
    return LeftOutForm(services, index) if is_sent else LeftOutForm(services, index, formdata=formdata)


def _left_out_page(form: LeftOutForm, trial: int | None = None) -> str:
    return staff_page(
        "admin/asking/left_out.html",
        form=form,
        trial=trial,
        look_back=presenters.LOOK_BACK_DAYS,
        has_errors=bool(form.errors),
    )


def _amount_page(form: AmountForm, trial: str | None = None) -> str:
    return staff_page("admin/asking/amount.html", form=form, trial=trial, has_errors=bool(form.errors))


def _rules_page(form: RulesForm) -> str:
    return staff_page("admin/asking/rules.html", form=form, has_errors=bool(form.errors))


def _trial(stratum: Stratum, amount: Amount) -> str:
    """What an amount would have meant of late, in words."""
    return presenters.trial_words(amount, outcomes_where_closest(stratum, _since(london_day(utc_now()))))


def _amount_of(stratum: Stratum) -> SamplingRule | None:
    """What holds in a stratum by a rule of its own; for all, the council's general fraction."""
    found = sampling_rule_of(*stratum)
    if found is None and stratum == (None, None):
        return SamplingRule(fraction=asking_rules().sampling_fraction)
    return found


def _prefilled() -> MultiDict[str, str] | None:
    """What the address fills in: that is how something is put back as it was."""
    return MultiDict(request.args) or None


def _since(today: date) -> date:
    return today - timedelta(days=presenters.LOOK_BACK_DAYS)
