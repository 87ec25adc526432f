"""Templates: a name that nobody gave is an error; dates and numbers read as people write them in Britain."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from flask import Flask
from flask.templating import Environment
from flask_babel import Babel, get_locale, gettext
from jinja2 import StrictUndefined, Undefined

from survey_app.kernel.clock import LONDON

LOCALE = "en_GB"


class StrictTemplates(Environment):
    """A misspelt name fails. Keys of a dict may be absent: GOV.UK's components take their parameters so."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        found = super().getattr(obj, attribute)
        return _optional(found, obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        found = super().getitem(obj, argument)
        return _optional(found, obj, str(argument))


def _optional(found: Any, obj: Any, name: str) -> Any:
    if isinstance(found, StrictUndefined) and isinstance(obj, dict):
        return Undefined(obj=obj, name=name)
    return found


def init_app(app: Flask) -> None:
    """Strict, translatable templates with the filters `day`, `day_and_time` and `month`; all in London's time."""
    app.jinja_environment = StrictTemplates
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined}
    Babel(app, default_locale=LOCALE, default_timezone=LONDON.key)
    app.jinja_env.filters.update(day=day, day_and_time=day_and_time, month=month)


def page_language() -> dict[str, str]:
    """`lang` and `dir` of a page in the reader's language, as its html element has them."""
    locale = get_locale()
    return {"lang": str(locale).replace("_", "-"), "dir": locale.text_direction}


def translated(english: str, **facts: object) -> str:
    """A sentence in the language of the page; `facts` fill its %(places)s. Call it `_`, as templates do."""
    return str(gettext(english, **facts))


def day(value: date | datetime) -> str:
    """1 April 2026; of an instant, the day it was in London."""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return format_date(value, "d MMMM y", locale=LOCALE)


def day_and_time(value: datetime) -> str:
    """1 April 2026 at 14:05, in London."""
    return format_datetime(value.astimezone(LONDON), "d MMMM y 'at' HH:mm", locale=LOCALE)


def month(value: date) -> str:
    """April 2026."""
    return format_date(value, "MMMM y", locale=LOCALE)
