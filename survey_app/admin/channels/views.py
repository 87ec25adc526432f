"""What do we call the ways on which people reach us, and which of them do we use?"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Flask, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.channels.forms import ChannelForm
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import Channel, ChannelFacts
from survey_app.organisation.names import fold
from survey_app.organisation.operations import set_channel
from survey_app.organisation.queries import all_channel_facts
from survey_app.web.access import requires

channels = Blueprint("channels", __name__, url_prefix="/admin/channels")


def init_app(app: Flask) -> None:
    app.register_blueprint(channels)


@channels.get("/")
@requires("manage_council")
def show() -> str:
    """How is each called?"""
    return _page({})


@channels.post("/")
@requires("manage_council")
def save() -> ResponseReturnValue:
    """Keep all of them, or none."""
    forms = {channel: ChannelForm(prefix=channel.value) for channel in Channel}
    wrong = [form for form in forms.values() if not form.validate()]
    if wrong or _named_alike(forms):
        return _page(forms), 422
    try:
        # those in use first: the last one can not be taken out of use before another is in it
        for channel, form in sorted(forms.items(), key=lambda pair: not pair[1].is_used.data):
            facts = ChannelFacts(form.name.data, form.is_used.data)
            set_channel(channel, facts, now=utc_now(), by=current_user_id())
    except Refused as problem:
        db.session.rollback()
        return _page(forms, problem.message), 422
    flash("The channels are kept.")
    return redirect(url_for("channels.show"), code=303)


def _named_alike(forms: dict[Channel, ChannelForm]) -> bool:
    """Two channels of one name could not be told apart on any page."""
    seen: dict[str, Channel] = {}
    alike = False
    for channel, form in forms.items():
        name = fold(form.name.data or channel.usual_label)
        if seen.setdefault(name, channel) is not channel:
            form.name.errors = ["Another channel is called that already."]
            alike = True
    return alike


def _page(forms: dict[Channel, ChannelForm], problem: str | None = None) -> str:
    facts = all_channel_facts()
    rows = [
        (channel, forms.get(channel) or ChannelForm(formdata=None, prefix=channel.value, **asdict(facts[channel])))
        for channel in Channel
    ]
    problems = [form.name for _, form in rows if form.name.errors]
    return staff_page(
        "admin/channels.html",
        rows=rows,
        named=sum(bool(each.name) for each in facts.values()),
        used=sum(each.is_used for each in facts.values()),
        problems=problems,
        problem=problem,
        has_errors=bool(problems or problem),
    )
