"""The pages of surveys: the list, and those of one draft."""

from __future__ import annotations

from flask import Flask

from survey_app.admin.surveys.views import builder, conditions, listing, pages, publishing, questions, translations
from survey_app.admin.surveys.views.frame import surveys
from survey_app.web.menu import MenuEntry, add_to_menu

__all__ = ["builder", "conditions", "init_app", "listing", "pages", "publishing", "questions", "translations"]


def init_app(app: Flask) -> None:
    app.register_blueprint(surveys)
    add_to_menu(app, MenuEntry("Surveys", "/admin/surveys/", "edit_surveys", under=("/admin/languages/",)))
