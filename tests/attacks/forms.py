"""The forms of a page, as somebody who means harm fills them in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

TYPED = ("text", "search", "tel")
SOUND = {  # what lets a form through whose other fields are poisoned
    "email": "somebody@example.org",
    "url": "https://www.bbc.co.uk/",
    "number": "5",
    "date": "2026-05-01",
    "month": "2026-05",
    "time": "10:00",
    "color": "#00703c",
    "password": "correct horse battery",
}


@dataclass(frozen=True)
class Form:
    """A form that changes something: where it goes, and its fields with what stands in them."""

    action: str
    fields: tuple[tuple[str, str, str], ...]  # name, kind, value

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _, _ in self.fields)

    def filled(self, words: str, *, everywhere: bool) -> dict[str, Any]:
        """The words in each field that takes words; `everywhere` also where a number or a choice is asked for."""
        data: dict[str, Any] = {}
        for name, kind, value in self.fields:
            if kind == "file":
                data[name] = (io.BytesIO(f"{words},name\n{words},{words}\n".encode()), f"{words[:80]}.csv")
            elif kind == "hidden" and not everywhere:
                data[name] = value
            elif kind in TYPED or kind == "textarea" or (everywhere and name != "csrf_token"):
                data[name] = words
            elif kind in SOUND:
                data[name] = value or SOUND[kind]
            elif value or name not in data:
                data[name] = value
        return data


def forms_of(page: HtmlElement, at: str) -> Iterator[Form]:
    """Those that are posted."""
    for form in page.iter("form"):
        action = urlsplit(urljoin(at, form.get("action") or at))
        if form.get("method", "get").lower() == "post":
            where = action.path + (f"?{action.query}" if action.query else "")
            yield Form(where, tuple(_fields(form)))


def _fields(form: HtmlElement) -> Iterator[tuple[str, str, str]]:
    chosen = set()
    for field in form.iter("input", "textarea", "select", "button"):
        name = field.get("name") or ""
        kind = field.get("type", "text") if field.tag == "input" else field.tag
        if not name or name in chosen:
            continue
        value = field.get("value", "")
        if kind == "select":
            value = next(filter(None, (option.get("value", "") for option in field.iter("option"))), "")
        if kind in ("radio", "checkbox", "button"):
            chosen.add(name)
        yield name, kind, field.text_content() if kind == "textarea" else value
