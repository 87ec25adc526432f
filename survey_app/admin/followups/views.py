"""The page of the rules of follow-ups: what opens one, by when we act, who owns it, where complaints are."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import person_label, staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.actions.followups.operations import remove_owner, set_owner, set_rules
from survey_app.actions.followups.queries import all_owners, follow_up_rules, who_follows_up
from survey_app.admin.followups.forms import OwnerForm, RulesForm
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.queries import all_services, service_by_id
from survey_app.web.access import requires

follow_up_rules_page = Blueprint("follow_up_rules", __name__, url_prefix="/admin/follow-ups")


def init_app(app: Flask) -> None:
    app.register_blueprint(follow_up_rules_page)


@follow_up_rules_page.get("/")
@requires("manage_council")
def show() -> str:
    """Who is followed up, by when, and by whom?"""
    return _page()


@follow_up_rules_page.post("/")
@requires("manage_council")
def save() -> ResponseReturnValue:
    form = RulesForm(prefix="rules-")
    if not form.validate():
        return _page(rules=form), 422
    is_changed = set_rules(form.facts, now=utc_now(), by=current_user_id())
    return _done("It holds from now on." if is_changed else "Nothing was changed.")


@follow_up_rules_page.post("/owners")
@requires("manage_council")
def add() -> ResponseReturnValue:
    """New follow-ups of this service are theirs from now on."""
    form = _owner_form()
    if not form.validate():
        return _page(owner=form), 422
    try:
        set_owner(int(form.service.data), int(form.user.data), now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.user.errors = [problem.message]
        return _page(owner=form), 422
    return _done("New follow-ups are theirs from now on. Those that are open stay with whoever has them.")


@follow_up_rules_page.post("/owners/<int:service_id>/remove")
@requires("manage_council")
def remove(service_id: int) -> ResponseReturnValue:
    """The owner of a service above gets them, or nobody."""
    service = service_by_id(service_id)
    remove_owner(service.id, now=utc_now(), by=current_user_id())
    return _done(f"{service.name} has no owner of its own any more.")


def _page(*, rules: RulesForm | None = None, owner: OwnerForm | None = None) -> str:
    """The page, with the form that has to be put right beside a fresh one."""
    sent = [form for form in (rules, owner) if form is not None]
    holds = follow_up_rules()
    return staff_page(
        "admin/followups/index.html",
        holds=holds,
        rules=rules or RulesForm(formdata=None, prefix="rules-", data=_as_typed()),
        owner=owner or _owner_form(is_fresh=True),
        owners=[(service, user.name or user.email, user.active) for service, user in all_owners()],
        problems=[field for form in sent for field in form if field.errors],
        has_errors=bool(sent),
    )


def _as_typed() -> dict[str, object]:
    rules = follow_up_rules()
    return {
        "first_contact_days": str(rules.first_contact_days),
        "close_days": str(rules.close_days),
        "asks_for_verdict": rules.asks_for_verdict,
        "complaints_url": rules.complaints_url,
        "is_on": "yes" if rules.is_on else "no",
        "highest_score": str(5 if rules.highest_score == 4 else rules.highest_score),
    }


def _owner_form(*, is_fresh: bool = False) -> OwnerForm:
    services = [(str(service.id), service.name) for service in all_services()]
    users = [(str(user.id), person_label(user)) for user in who_follows_up()]
    values = {"formdata": None} if is_fresh else {}
    return OwnerForm(services, users, prefix="owner-", **values)


def _done(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("follow_up_rules.show"), code=303)
