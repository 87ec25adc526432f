"""Staff write, propose, approve and withdraw here; whoever looks before it goes out sees the resident's own page."""

from __future__ import annotations

from flask import Flask

from survey_app.actions.public.staff.views import standards  # noqa: F401 - its routes are there once it is read
from survey_app.actions.public.staff.views.acts import publishing
from survey_app.actions.public.staff.views.changes import places_of
from survey_app.web.menu import FigureUse, add_figure_use


def init_app(app: Flask) -> None:
    """Give the app these pages, and every published figure its way to them."""
    app.register_blueprint(publishing)
    add_figure_use(app, FigureUse("view_results", places_of))
