"""The front door and the set-up pages. Each step says what is so, lets it be changed, and lets it be undone."""

from __future__ import annotations

from flask import Flask

from survey_app.admin.setup.views import asking, council  # noqa: F401 - their routes are there once they are read
from survey_app.admin.setup.views.frame import admin
from survey_app.admin.setup.views.front import front


def init_app(app: Flask) -> None:
    """Give the app its front door, and the set-up pages."""
    app.register_blueprint(front)
    app.register_blueprint(admin)
