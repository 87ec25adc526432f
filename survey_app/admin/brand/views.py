"""How do our pages look? Logo and colours are seen first, and kept only where everybody can read them."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.brand import presenters
from survey_app.admin.setup.forms import ColoursForm, LogoForm
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.models import USUAL_BRAND, USUAL_LINK, Council
from survey_app.organisation.operations import remove_logo, set_colours, set_logo
from survey_app.organisation.queries import the_council
from survey_app.web.access import requires
from survey_app.web.uploads import takes_files

brand = Blueprint("brand", __name__, url_prefix="/admin/brand")
LOGO_REQUEST_BYTES = 5_000_000  # more than a logo may have, so that the page itself can say what is too much


def init_app(app: Flask) -> None:
    app.register_blueprint(brand)


@brand.get("/")
@requires("manage_council")
def show() -> str:
    """As it is; with other colours in the address, as it would be."""
    typed = {name: request.args.get(name, colour) for name, colour in _in_use(the_council()).items()}
    return _page(ColoursForm(formdata=None, **typed))


@brand.post("/")
@requires("manage_council")
def save() -> ResponseReturnValue:
    """Use these colours, or only show them, as the button says."""
    form = ColoursForm()
    if request.form.get("do") == "preview":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    set_colours(form.brand.data, form.link.data, now=utc_now(), by=current_user_id())
    return _kept("The colours are on every page now.")


@brand.post("/usual")
@requires("manage_council")
def usual() -> ResponseReturnValue:
    """Go back to the colours that everybody starts with."""
    set_colours(USUAL_BRAND, USUAL_LINK, now=utc_now(), by=current_user_id())
    return _kept("The colours are those of the beginning again.")


@brand.post("/logo")
@requires("manage_council")
@takes_files(LOGO_REQUEST_BYTES)
def save_logo() -> ResponseReturnValue:
    """Use this picture."""
    form = LogoForm()
    if not form.validate():
        return _page(logo=form), 422
    try:
        set_logo(form.logo.data.stream.read(), now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.logo.errors = [problem.message]
        return _page(logo=form), 422
    return _kept("The logo is on every page now.")


@brand.post("/logo/remove")
@requires("manage_council")
def take_logo_away() -> ResponseReturnValue:
    remove_logo(now=utc_now(), by=current_user_id())
    return _kept("The logo was removed.")


def _in_use(council: Council) -> dict[str, str]:
    return {"brand": council.brand_colour, "link": council.link_colour}


def _page(form: ColoursForm | None = None, logo: LogoForm | None = None) -> str:
    found = the_council()
    in_use = _in_use(found)
    form = form or ColoursForm(formdata=None, **in_use)
    logo = logo or LogoForm(formdata=None)
    views = [presenters.colour_view(name, form[name].data or "") for name in in_use]
    problems = [field for each in (form, logo) for field in each if field.errors]
    return staff_page(
        "admin/brand.html",
        form=form,
        logo=logo,
        has_logo=found.logo is not None,
        views=views,
        shown={view.name: view.colour or in_use[view.name] for view in views},
        is_in_use=all(view.colour == in_use[view.name] for view in views),
        is_usual=tuple(in_use.values()) == (USUAL_BRAND, USUAL_LINK),
        problems=problems,
        has_errors=bool(problems),
    )


def _kept(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("brand.show"), code=303)
