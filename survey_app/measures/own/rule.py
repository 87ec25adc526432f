"""The rule of a council's own measure, how it becomes a `Measure`, and how a passport carries it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from survey_app.kernel.characters import shortened
from survey_app.measures.definitions import MEASURES, Choice, Measure, Unit

UNITS = (Unit.SHARE, Unit.NET_SHARE, Unit.MEAN)
CODE = re.compile(r"[a-z][a-z0-9_]{1,58}[a-z0-9]")


class Part(StrEnum):
    """What the answers in one option count as."""

    COUNTS = "counts"  # in the numerator and the base
    AGAINST = "against"  # taken from the numerator, in the base: of a net share only
    BASE = "base"  # in the base alone
    OUTSIDE = "outside"


@dataclass(frozen=True)
class OwnRule:
    """A measure as its author wrote it. `options` says for each option code of the question what it counts as; an
    option that comes into the question later is outside the base until a new version of the rule names it."""

    code: str
    label: str
    words: str
    question: str
    unit: Unit
    options: Mapping[str, Part]
    lower_is_better: bool = False


def problems_of(rule: OwnRule, options: Sequence[Choice]) -> dict[str, str]:
    """What is wrong, by the field it is wrong in; empty for a rule that makes a figure. The question has `options`."""
    found = {}
    if not CODE.fullmatch(rule.code):
        found["code"] = "Write a short name of 3 to 60 small letters, digits and _, beginning with a letter."
    elif rule.code in MEASURES:
        found["code"] = f"{rule.code} is one of the measures that every council has. Choose another name."
    for field, text, longest in (("label", rule.label, 60), ("words", rule.words, 500)):
        if not 3 <= len(text.strip()) <= longest:
            found[field] = f"Write 3 to {longest} characters."
    if rule.unit not in UNITS:
        found["unit"] = "Choose a share, a net share or a mean."
    options_problem = _options_problem(rule, options)
    if options_problem:
        found["options"] = options_problem
    return found


def _options_problem(rule: OwnRule, options: Sequence[Choice]) -> str | None:
    unknown = sorted(set(rule.options) - {option.code for option in options})
    parts, unit = set(rule.options.values()), rule.unit
    checks = (
        (bool(unknown), f"The question has no option {shortened(', '.join(unknown))}."),
        (
            Part.AGAINST in parts and unit is not Unit.NET_SHARE,
            "Only in a net share does an option count against.",
        ),
        (unit is Unit.SHARE and Part.COUNTS not in parts, "Choose at least one option that counts."),
        (
            unit is Unit.SHARE and Part.BASE not in parts,
            "A share in which every option of the base counts is always 100%. Put another one in the base.",
        ),
        (
            unit is Unit.NET_SHARE and not {Part.COUNTS, Part.AGAINST} <= parts,
            "A net share needs an option that counts and one that counts against.",
        ),
    )
    found = next((words for is_wrong, words in checks if is_wrong), None)
    return _mean_problem(rule, options) if found is None and unit is Unit.MEAN else found


def _mean_problem(rule: OwnRule, options: Sequence[Choice]) -> str | None:
    inside = {code for code, part in rule.options.items() if part is not Part.OUTSIDE}
    without = sorted(option.code for option in options if option.code in inside and option.score is None)
    if without:
        return f"Option {', '.join(without)} has no score: it cannot be in the base of a mean."
    if len({option.score for option in options if option.code in inside}) < 2:
        return "A mean needs at least two options with different scores in its base."
    return None


def measure_of(rule: OwnRule, version: int, scale: tuple[int, int] | None) -> Measure:
    """The measure that counts by this rule. `scale` are the lowest and highest score in the base of a mean."""

    def codes(*parts: Part) -> frozenset[str]:
        return frozenset(code for code, part in rule.options.items() if part in parts)

    return Measure(
        name=rule.code,
        label=rule.label,
        unit=rule.unit,
        definition=rule.words,
        question=rule.question,
        plus_codes=codes(Part.COUNTS),
        minus_codes=codes(Part.AGAINST),
        base_codes=codes(Part.COUNTS, Part.AGAINST, Part.BASE),
        scale=scale if rule.unit is Unit.MEAN else None,
        lower_is_better=rule.lower_is_better,
        version=version,
    )


def scale_of(rule: OwnRule, options: Sequence[Choice]) -> tuple[int, int] | None:
    """The lowest and the highest score of the options in the base; None where none has a score."""
    scores = [
        option.score
        for option in options
        if option.score is not None and rule.options.get(option.code, Part.OUTSIDE) is not Part.OUTSIDE
    ]
    return (min(scores), max(scores)) if scores else None


def as_document(measure: Measure) -> dict[str, Any]:
    """The rule as a passport carries it, so that the figure can be worked out again without our database."""
    document: dict[str, Any] = {
        "label": measure.label,
        "words": measure.definition,
        "question": measure.question,
        "unit": measure.unit.value,
        "counts": sorted(measure.plus_codes),
        "against": sorted(measure.minus_codes),
        "base": sorted(measure.base_codes),
        "better": "lower" if measure.lower_is_better else "higher",
    }
    return document | ({"scale": list(measure.scale)} if measure.scale else {})


def from_document(name: str, version: int, document: Mapping[str, Any]) -> Measure:
    """The measure of such a rule. KeyError, TypeError and ValueError for what is none."""
    scale = document.get("scale")
    return Measure(
        name=name,
        label=str(document["label"]),
        unit=Unit(document["unit"]),
        definition=str(document["words"]),
        question=str(document["question"]),
        plus_codes=frozenset(map(str, document["counts"])),
        minus_codes=frozenset(map(str, document["against"])),
        base_codes=frozenset(map(str, document["base"])),
        scale=(int(scale[0]), int(scale[1])) if scale else None,
        lower_is_better=document["better"] == "lower",
        version=version,
    )
