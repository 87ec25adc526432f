"""What do residents read about us, and where do their replies, complaints and questions go?"""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.setup.forms import CouncilForm, SenderForm
from survey_app.admin.texts.forms import DataProtectionForm
from survey_app.kernel.clock import utc_now
from survey_app.organisation.operations import (
    CouncilFacts,
    set_data_protection_email,
    set_sender,
    set_up_council,
)
from survey_app.organisation.queries import the_council
from survey_app.web.access import requires

council_settings = Blueprint("council_settings", __name__, url_prefix="/admin/council")


def init_app(app: Flask) -> None:
    app.register_blueprint(council_settings)


@council_settings.get("/")
@requires("manage_council")
def show() -> str:
    """How do we stand before residents?"""
    return _page()


@council_settings.post("/")
@requires("manage_council")
def save() -> ResponseReturnValue:
    """Keep its name, nation and addresses."""
    the_council()
    form = CouncilForm()
    if not form.validate():
        return _page(council=form), 422
    facts = CouncilFacts(**{name: form[name].data for name in CouncilFacts.__dataclass_fields__})
    set_up_council(facts, now=utc_now(), by=current_user_id())
    return _kept("What residents read about the council is kept.")


@council_settings.post("/sender")
@requires("manage_council")
def save_sender() -> ResponseReturnValue:
    """Keep who messages come from."""
    form = SenderForm(prefix="sender")
    if not form.validate():
        return _page(sender=form), 422
    set_sender(form["name"].data, form.email.data, now=utc_now(), by=current_user_id())
    return _kept("The sender is kept.")


@council_settings.post("/data-protection")
@requires("manage_council")
def save_data_protection() -> ResponseReturnValue:
    """Keep where questions on data go."""
    form = DataProtectionForm(prefix="data")
    if not form.validate():
        return _page(data_protection=form), 422
    set_data_protection_email(form.email.data, now=utc_now(), by=current_user_id())
    return _kept("The address for questions on data is kept.")


def _page(
    council: CouncilForm | None = None,
    sender: SenderForm | None = None,
    data_protection: DataProtectionForm | None = None,
) -> str:
    found = the_council()
    # each form stands alone: what is wrong with one is not said at the others
    council = council or CouncilForm(formdata=None, obj=found)
    sender = sender or SenderForm(formdata=None, prefix="sender", name=found.sender_name, email=found.sender_email)
    data_protection = data_protection or DataProtectionForm(
        formdata=None, prefix="data", email=found.data_protection_email
    )
    problems = [field for form in (council, sender, data_protection) for field in _wrong(form)]
    return staff_page(
        "admin/council.html",
        facts=found,
        form=council,
        sender=sender,
        data_protection=data_protection,
        problems=problems,
        has_errors=bool(problems),
    )


def _wrong(form: FlaskForm) -> list[object]:
    return [field for field in form if field.errors]


def _kept(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("council_settings.show"), code=303)
