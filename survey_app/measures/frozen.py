"""A frozen passport read again: the figure that follows from its counts, by the same code as every other figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, make_query
from survey_app.measures.counting import OUTSIDE, Counted, count
from survey_app.measures.definitions import Choice, Measure, Unit, measure_named
from survey_app.measures.figures import Cell, Figure, make_figures
from survey_app.measures.own.rule import from_document
from survey_app.measures.rules import RULES, Rules
from survey_app.measures.targets import TargetLine
from survey_app.statistics.suppression import MINIMUM_BASE, is_suppressed

_NOT_OUTSIDE = {"base", "numerator", "by_value"}


def query_of(document: Mapping[str, Any]) -> FigureQuery:
    """Which figure a passport is of, apart from `scope_of`. InvalidInput when it is none."""
    try:
        days = date.fromisoformat(document["period"]["from"]), date.fromisoformat(document["period"]["to"])
        where = {name: codes for name, codes in document["where"].items() if name != "scope"}
        return make_query(_measure(document), *days, where, _rules(document))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise InvalidInput("it cannot be read as a passport") from problem


def scope_of(document: Mapping[str, Any]) -> Sequence[str] | None:
    """The codes of the services that whoever froze a passport could see; None for all."""
    scope: Sequence[str] | None = document["where"].get("scope")
    return scope


def figure_of(document: Mapping[str, Any], target: TargetLine | None = None) -> Figure:
    """The figure of a passport's document, against `target`; without a change, which needs a second passport.

    InvalidInput as `counted_of`.
    """
    query, counted = counted_of(document)
    cell = Cell(
        query=query,
        period=Period.between(query.first, query.last),
        group=(),
        now=counted,
        before=Counted(),
        target=target,
        provisional=False,
    )
    (figure,) = make_figures(query.definition, [cell], "passport")
    return replace(figure, change=None)


def counted_of(document: Mapping[str, Any]) -> tuple[FigureQuery, Counted]:
    """What a passport's document asks and what it counted.

    InvalidInput says why when its counts do not give its numerator and base, or when it is no passport at all.
    """
    query = query_of(document)
    if scope_of(document) is not None:
        raise InvalidInput("it is of one person's services, not of the council's")
    try:
        counts = document["counts"]
        scale = tuple(document["scale"]) if "scale" in document else None
        by_value = {Choice(code, _score(code), scale=scale): int(n) for code, n in counts["by_value"].items()}
        outside = {name: int(n) for name, n in counts.items() if name not in _NOT_OUTSIDE and n}
        counted = count(query.definition, by_value)
        numerator = counted.numerator if query.definition.unit is Unit.DAYS else int(counts["numerator"])
        said = numerator, int(counts["base"])
        definition = document["definition"]
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise InvalidInput("it cannot be read as a passport") from problem
    if min([0, *by_value.values(), *outside.values()]) < 0:
        raise InvalidInput("it holds a count below nothing")
    if definition != query.definition.code_and_version:
        raise InvalidInput(f"it follows {definition}, and we compute {query.definition.code_and_version}")
    if (counted.numerator, counted.base) != said:
        raise InvalidInput(
            f"its counts by value give {counted.numerator} of {counted.base}, and it says {said[0]} of {said[1]}"
        )
    return query, replace(counted, outside=dict.fromkeys(sorted(OUTSIDE.values()), 0) | outside)


def weights_of(document: Mapping[str, Any]) -> dict[str, int]:
    """What one answer of each value adds to the numerator, by value: all that somebody else needs to count again.

    InvalidInput as `query_of`.
    """
    measure = query_of(document).definition
    scale = tuple(document["scale"]) if "scale" in document else None
    codes = document["counts"]["by_value"]
    return {code: measure.weight(Choice(code, _score(code), scale=scale)) for code in codes}


def same_figure(one: str, other: str) -> bool:
    """Whether two passports differ in nothing but the second at which they were made."""
    return _without_cut(one) == _without_cut(other)


def differences(frozen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is not the same in a passport that was run again, in words with the counts then and now.

    Where fewer than 10 are left, what these say is not told.
    """
    found = [
        f"{name} was {frozen.get(name)}, it is {now.get(name)} now"
        for name in ("definition", "engine", "versions", "rules")
        if frozen.get(name) != now.get(name)
    ]
    if is_suppressed(now["counts"]["base"]):
        return [*found, f"it stands on fewer than {MINIMUM_BASE} now, so its counts are not shown"]
    then, today = dict(frozen["counts"]), dict(now["counts"])
    values = [(f"answers “{code}”", n) for code, n in then.pop("by_value").items()]
    values_now = {f"answers “{code}”": n for code, n in today.pop("by_value").items()}
    before = dict(values) | then
    after = values_now | today
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, 0), after.get(name, 0)
        if old != new:
            found.append(f"{name.replace('_', ' ')}: {old:,} then, {new:,} now ({new - old:+,})")
    if not found and frozen["rows"] != now["rows"]:
        found.append("the counts are the same, but they stand on other rows")
    return found


def _measure(document: Mapping[str, Any]) -> Measure:
    """One of ours, or the council's own by the rule that the passport carries."""
    if "defined" not in document:
        return measure_named(document["measure"])
    name, _, version = str(document["definition"]).partition("@")
    return from_document(name, int(version), document["defined"])


def _rules(document: Mapping[str, Any]) -> Rules:
    return Rules.read({name: setting for name, setting in document["rules"].items() if name in RULES})


def _score(code: str) -> int | None:
    return int(code) if code.isdecimal() else None


def _without_cut(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    document.pop("data_cut", None)
    return document
