"""The page of new wordings: which figures stand apart because of them, and declaring that they need not."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.wordings.forms import BridgeForm
from survey_app.dashboards.wordings.presenters import TurnView, headline_of, turn_view
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound, Refused
from survey_app.measures.lineage import Turn
from survey_app.measures.operations import declare_bridge, take_bridge_back
from survey_app.measures.queries.standing import bridges_by_versions, read_lineage, turn_between
from survey_app.surveys.queries import question_versions
from survey_app.web.access import requires

wordings = Blueprint("wordings", __name__, url_prefix="/dashboards/wordings")
ONE = "/<change>"  # the earlier and the later version, as 12-15


def init_app(app: Flask) -> None:
    app.register_blueprint(wordings)


@wordings.get("/")
@requires("view_results")
def index() -> str:
    """Which questions were worded anew, and may figures before and after be compared?"""
    turns = read_lineage().turns()
    return staff_page(
        "dashboards/wordings.html",
        headline=headline_of(turns),
        turns=_views(turns),
        may_declare=current_viewer().may("declare_bridges"),
        done=request.args.get("done"),
        **FOOTER,
    )


@wordings.get(ONE)
@requires("declare_bridges")
def edit(change: str) -> str:
    """Can these two be compared, and why?"""
    return _one(_versions(change), BridgeForm(formdata=None))


@wordings.post(ONE)
@requires("declare_bridges")
def declare(change: str) -> ResponseReturnValue:
    """Compare both wordings from now on; what cannot be comes back with the reason, as it was typed."""
    form, versions = BridgeForm(), _versions(change)
    if not form.validate():
        return _one(versions, form), 422
    try:
        declare_bridge(*versions, form.reason.data, now=utc_now(), by=current_user_id())
    except Refused as problem:
        form.reason.errors = [problem.message]
        return _one(versions, form), 422
    return redirect(url_for("wordings.index", done="declared"), code=303)


@wordings.post(f"{ONE}/take-back")
@requires("declare_bridges")
def take_back(change: str) -> ResponseReturnValue:
    """Compare them no longer."""
    take_bridge_back(*_versions(change), now=utc_now(), by=current_user_id())
    return redirect(url_for("wordings.index", done="taken-back"), code=303)


def _versions(change: str) -> tuple[int, int]:
    """The earlier and the later version of an address. NotFound for what is none."""
    earlier, _, later = change.partition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (earlier, later)):
        raise NotFound("There is no such change of wording.")
    return int(earlier), int(later)


def _one(versions: tuple[int, int], form: BridgeForm) -> str:
    view = _views([turn_between(*versions)])[0]
    return staff_page("dashboards/wording.html", turn=view, form=form, **FOOTER)


def _views(turns: Sequence[Turn]) -> list[TurnView]:
    bridges = bridges_by_versions()
    versions = question_versions({wording.version for turn in turns for wording in (turn.earlier, turn.later)})
    return [
        turn_view(turn, versions[turn.earlier.version], versions[turn.later.version], bridges.get(turn.versions))
        for turn in turns
    ]
