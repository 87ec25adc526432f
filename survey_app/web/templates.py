"""Templates: a name that nobody gave is an error; dates and numbers read as people write them in Britain."""

from __future__ import annotations

from datetime import date, datetime
from gettext import NullTranslations
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask, g
from flask.templating import Environment
from flask_babel import Babel, get_locale, get_translations, gettext
from jinja2 import StrictUndefined, Undefined

from survey_app.kernel.clock import LONDON
from survey_app.kernel.languages import EASY_READ, ENGLISH, direction, html_language, locale_of

LOCALE = "en_GB"


class StrictTemplates(Environment):
    """A misspelt name fails. Keys of a dict may be absent: GOV.UK's components take their parameters so."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        try:
            return getattr(obj, attribute)  # as nearly always, some hundred times a page
        except AttributeError:
            return _optional(super().getattr(obj, attribute), obj, attribute)

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
    Babel(app, default_locale=LOCALE, default_timezone=LONDON.key, locale_selector=_locale_spoken)
    _translate_quickly(app)
    app.jinja_env.filters.update(day=day, day_and_time=day_and_time, month=month)


def _locale_spoken() -> str | None:
    """Of the language that the view chose, if it chose one."""
    language = g.get("language", ENGLISH)
    return None if language in (ENGLISH, EASY_READ) else str(locale_of(language))


def _translate_quickly(app: Flask) -> None:
    """Find the words of the reader's language once, not anew for each of the twenty texts of a page."""

    def words() -> NullTranslations:
        locale = get_locale()
        found: tuple[Locale | None, NullTranslations] | None = g.get("words")
        if found is None or found[0] is not locale:
            g.words = found = locale, get_translations()
        return found[1]

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: words().gettext(text),
        ngettext=lambda one, many, number: words().ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: words().pgettext(context, text),
        npgettext=lambda context, one, many, number: words().npgettext(context, one, many, number),
    )


def page_language() -> dict[str, str]:
    """`lang` and `dir` of a page in the reader's language, as its html element has them."""
    language = g.get("language", ENGLISH)
    return {"lang": html_language(language), "dir": direction(language)}


def translated(english: str, **facts: object) -> str:
    """A sentence in the language of the page; `facts` fill its %(places)s. Call it `_`, as templates do."""
    return str(gettext(english, **facts))


def day(value: date | datetime) -> str:
    """1 April 2026, as the page's language writes it; of an instant, the day it was in London."""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return format_date(value, "long", locale=get_locale() or LOCALE)


def short_day(value: date) -> str:
    """1 Apr, as the page's language writes it: for text messages."""
    locale = get_locale() or Locale.parse(LOCALE)
    return f"{value.day} {value:%b}" if locale.language == ENGLISH else format_date(value, "d MMM", locale=locale)


def day_and_time(value: datetime) -> str:
    """1 April 2026 at 14:05, in London."""
    if (locale := get_locale() or Locale.parse(LOCALE)).language != ENGLISH:
        return f"{day(value)}, {value.astimezone(LONDON):%H:%M}"
    return format_datetime(value.astimezone(LONDON), "d MMMM y 'at' HH:mm", locale=locale)


def month(value: date) -> str:
    """April 2026."""
    return format_date(value, "MMMM y", locale=LOCALE)
