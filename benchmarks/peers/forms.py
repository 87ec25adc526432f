"""A form on a page as somebody fills it in: what stands in it stays, the rest is chosen, one button is pressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin

from lxml.html import HtmlElement, document_fromstring

from benchmarks.peers.description import Form, PeerError

BUTTONS = frozenset({"submit", "image", "button", "reset"})


def filled(page: bytes, at: str, form: Form) -> tuple[str, list[tuple[str, str]]]:
    """Where the form of a page goes, and what a browser would send."""
    element = _form_of(page, at, form.id)
    controls = [control for control in element.iter("input", "select", "textarea") if control.get("name")]
    sent = list(_kept(controls, form)) + list(_chosen(controls, form))
    if button := _button(element, form.press):
        sent.append(button)
    return urljoin(at, element.get("action") or at), sent


def _form_of(page: bytes, at: str, wanted: str) -> HtmlElement:
    forms = document_fromstring(page or b"<html/>").iter("form")
    posted = [form for form in forms if (form.get("method") or "get").lower() == "post"]
    for form in posted:
        if wanted in ("", form.get("id")):
            return form
    raise PeerError(f"the page at {at} has no form{f' {wanted}' if wanted else ''} to send")


def _kept(controls: Sequence[HtmlElement], form: Form) -> Iterator[tuple[str, str]]:
    """Hidden fields, what was typed, text areas and lists: one value each."""
    for control in controls:
        name, kind = control.get("name"), control.get("type", "text").lower()
        if control.tag == "textarea":
            yield name, form.fields.get(name, control.text_content().strip() or form.text)
        elif control.tag == "select":
            yield name, form.fields.get(name, _of_list(control, form.choose))
        elif kind == "checkbox" and (name in form.fields or control.get("checked") is not None):
            yield name, form.fields.get(name, control.get("value", "on"))
        elif kind not in BUTTONS and kind not in ("radio", "checkbox", "file"):
            yield name, form.fields.get(name, control.get("value", ""))


def _chosen(controls: Sequence[HtmlElement], form: Form) -> Iterator[tuple[str, str]]:
    """One of each group of radio buttons. An option without a value ("no answer") is not an answer."""
    groups: dict[str, list[HtmlElement]] = {}
    for control in controls:
        if control.tag == "input" and control.get("type", "").lower() == "radio":
            groups.setdefault(control.get("name"), []).append(control)
    for name, options in groups.items():
        checked = [option.get("value", "on") for option in options if option.get("checked") is not None]
        value = form.fields.get(name) or _end([option.get("value", "on") for option in options], form.choose)
        if value or checked:
            yield name, value or checked[0]


def _of_list(control: HtmlElement, choose: str) -> str:
    options = [(option.get("value", option.text_content()), option) for option in control.iter("option")]
    standing = next((value for value, option in options if option.get("selected") is not None), "")
    return standing or _end([value for value, _option in options], choose)


def _end(values: Sequence[str], choose: str) -> str:
    real = [value for value in values if value]
    return "" if not real or not choose else real[0] if choose == "first" else real[-1]


def _button(element: HtmlElement, press: Sequence[str]) -> tuple[str, str] | None:
    buttons: Mapping[str, str] = {
        button.get("value", ""): button.get("name", "") for button in element.iter("button", "input")
    }
    wanted = next((value for value in press if buttons.get(value)), None)
    return None if wanted is None else (buttons[wanted], wanted)
