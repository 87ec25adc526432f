"""The council's own measures as their templates receive them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.admin.measures.forms import PARTS
from survey_app.dashboards import wording
from survey_app.measures.definitions import Unit
from survey_app.measures.figures import Figure
from survey_app.measures.own.models import OwnMeasure
from survey_app.measures.own.queries import rule_of
from survey_app.measures.own.rule import OwnRule, Part
from survey_app.measures.sentences import Headline
from survey_app.web.templates import day_and_time

OUTSIDE_WORDS = {"blank": "left blank", "dont_know": "I do not know", "does_not_apply": "does not apply"}


@dataclass(frozen=True)
class AnswerLine:
    """An option, how many chose it, and what it counts as."""

    label: str
    answers: int
    part: str


@dataclass(frozen=True)
class Preview:
    """What the rule makes of the last year's answers."""

    headline: Headline
    interval: str
    answers: Sequence[AnswerLine]


def figure_preview(rule: OwnRule, figure: Figure | None, labels: Mapping[str, str]) -> Preview:
    """The figure before anybody keeps the rule; a small one is hidden here as everywhere."""
    if figure is None or figure.value is None:
        small = figure is not None and figure.suppressed
        why = "fewer than 10 answers were given last year" if small else "nobody answered the question last year"
        return Preview(Headline(f"{rule.label}: no figure to show yet.", f"Not kept yet; {why}."), "", ())
    of = f"{figure.numerator:,} of {figure.base:,}" if rule.unit is Unit.SHARE else f"base {figure.base:,}"
    headline = Headline(
        f"{rule.label} would be {wording.value_words(figure)} ({of}), {figure.period.title}.", "Not kept yet."
    )
    order = {code: place for place, code in enumerate(labels)}
    counted = [
        AnswerLine(labels.get(code, code), n, PARTS[rule.options.get(code, Part.OUTSIDE)])
        for code, n in sorted(figure.by_value.items(), key=lambda each: order.get(each[0], len(order)))
    ]
    outside = [
        AnswerLine(OUTSIDE_WORDS.get(code) or labels.get(code, code), n, PARTS[Part.OUTSIDE])
        for code, n in figure.outside.items()
        if n
    ]
    return Preview(headline, wording.interval_words(figure), [*counted, *outside])


@dataclass(frozen=True)
class VersionRow:
    """One version of a measure, as it was."""

    version: int
    words: str
    options: str
    when: str
    who: str


def version_rows(versions: Sequence[OwnMeasure]) -> list[VersionRow]:
    """Every version, newest first."""
    return [
        VersionRow(
            version=row.version,
            words=row.words,
            options=_options_words(rule_of(row)),
            when=day_and_time(row.defined_at),
            who=(row.author.name or row.author.email) if row.author else "a command",
        )
        for row in versions
    ]


def _options_words(rule: OwnRule) -> str:
    """Counts: 5, 4. In the base only: 3, 2, 1."""
    codes = {part: [code for code, own in rule.options.items() if own is part] for part in Part}
    return " ".join(f"{PARTS[part]}: {', '.join(found)}." for part, found in codes.items() if found)
