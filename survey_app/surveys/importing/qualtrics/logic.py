"""The conditions of a Qualtrics file, of questions and of branches, in ours where they can be said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.surveys.importing.comparing import Asked, CannotBeSaid, both_hold, compared, either_holds, single
from survey_app.surveys.importing.composing import plain
from survey_app.surveys.kinds import ONE_OPTION, SEVERAL_OPTIONS
from survey_app.surveys.routing import Comparison, Condition, Term

_LOCATOR = re.compile(r"q://(?P<question>[^/]+)/(?P<what>[A-Za-z]+)(?:/(?P<first>[\w-]+))?(?:/(?P<second>[\w-]+))?")
_NUMBERS = {
    "EqualTo": "equal",
    "NotEqualTo": "notequal",
    "GreaterThan": "greater",
    "GreaterThanOrEqual": "least",
    "LessThan": "less",
    "LessThanOrEqual": "most",
}
_KINDS = {
    "EmbeddedField": "it asks for embedded data, which is not known here",
    "PanelData": "it asks for the contact's own data, which no condition asks for here",
    "DeviceType": "it asks which device somebody uses, which is not known here",
    "GeoIP": "it asks where somebody is, which is not known here",
    "Quota": "it asks whether a quota is full; there are none here",
    "Loop": "it asks for a turn of a loop; there are none here",
}


def condition_of(logic: object, asked: Mapping[str, Asked]) -> Condition:
    """A display or branch logic: groups of comparisons, joined in their order. CannotBeSaid where it has no equal."""
    whole: Condition | None = None
    for joint, group in _groups(logic):
        inner: Condition | None = None
        for conjunction, expression in group:
            said = _expression(expression, asked)
            inner = said if inner is None else _joined(inner, said, is_both=conjunction == "And")
        if inner is not None:
            whole = inner if whole is None else _joined(whole, inner, is_both=joint != "OrIf")
    if whole is None:
        raise CannotBeSaid("it says nothing that can be read here")
    return whole


def chosen(locator: object, operator: object, asked: Mapping[str, Asked], right: object = None) -> Condition:
    """What one comparison says: `q://QID1/SelectableChoice/2` Selected."""
    found = _LOCATOR.fullmatch(plain(locator))
    if found is None:
        raise CannotBeSaid("it asks for something that is not known here")
    how, question = plain(operator), _question(found, asked)
    key = found["second"] if f"{found['question']}.{found['first']}" in asked else found["first"]
    if how in ("Empty", "NotEmpty"):
        is_answered = Comparison.IS_ANSWERED if how == "NotEmpty" else Comparison.IS_NOT_ANSWERED
        return single(Term(question.item.question.code, is_answered))
    if how in ("Selected", "NotSelected"):
        if key is None:
            raise CannotBeSaid("it does not say which answer it asks for")
        return compared(question, "anyof" if how == "Selected" else "notequal", (key,))
    if how in _NUMBERS:
        if question.item.question.kind in ONE_OPTION | SEVERAL_OPTIONS:
            question = Asked(question.item, question.part, {code: code for code in question.options.values()})
        return compared(question, _NUMBERS[how], (plain(right),))
    if how in ("Displayed", "NotDisplayed"):
        raise CannotBeSaid("it asks whether something was shown, and conditions here ask for answers")
    raise CannotBeSaid(f"it compares in a way that is not known here ({how[:40] or 'not said'})")


def _question(found: re.Match[str], asked: Mapping[str, Asked]) -> Asked:
    name = found["question"]
    candidates = (name, f"{name}.{found['first']}")
    question = next((asked[one] for one in candidates if one in asked), None)
    if question is None:
        raise CannotBeSaid(f"it asks for {name[:40]}, which is no question that was taken over")
    return question


def _expression(given: Mapping[str, Any], asked: Mapping[str, Asked]) -> Condition:
    kind = plain(given.get("LogicType"))
    if kind != "Question":
        raise CannotBeSaid(_KINDS.get(kind, f"it asks for something that is not known here ({kind[:40]})"))
    locator = given.get("LeftOperand") or given.get("ChoiceLocator")
    return chosen(locator, given.get("Operator"), asked, given.get("RightOperand"))


def _groups(logic: object) -> Iterator[tuple[str, list[tuple[str, Mapping[str, Any]]]]]:
    """The groups of a logic, each with how it is joined to those before it, and its expressions likewise."""
    for group in _parts(logic):
        expressions = [(plain(one.get("Conjuction", one.get("Conjunction"))) or "Or", one) for one in _parts(group)]
        yield plain(group.get("Type")), expressions


def _parts(given: object) -> list[Mapping[str, Any]]:
    """The numbered parts of an object, in their order; of a list all."""
    if isinstance(given, list):
        return [part for part in given if isinstance(part, dict)]
    if not isinstance(given, dict):
        return []
    numbers = sorted((key for key in given if key.isdecimal() and len(key) < 6), key=int)
    return [given[key] for key in numbers if isinstance(given[key], dict)]


def _joined(one: Condition, other: Condition, *, is_both: bool) -> Condition:
    whole = both_hold(one, other) if is_both else either_holds(one, other)
    if whole is None:
        raise CannotBeSaid("it mixes “all of” and “any of”")
    return whole
