"""What of an answer stands on the path of its person. The server decides: what was given off the path is no answer, and
a question that was not shown was not left empty."""

from __future__ import annotations

from dataclasses import replace

from survey_app.responses.given import GivenAnswers, said_in
from survey_app.surveys.kinds import WRITTEN
from survey_app.surveys.routing import Facts
from survey_app.surveys.structure import Route


def on_path(route: Route, given: GivenAnswers, facts: Facts) -> GivenAnswers:
    """What was given, without what is off the path."""
    if route.is_same_for_all:
        return given
    path = frozenset(route.path(said_in(given), facts))
    return GivenAnswers(
        {code: option for code, option in given.choices.items() if code in path},
        {name: text for name, text in given.texts.items() if name.partition(".")[0] in path},
        {code: values for code, values in given.values.items() if code in path},
        tuple(code for code in given.left_empty if code in path),
    )


def all_shown_on_path(route: Route, given: GivenAnswers, facts: Facts) -> GivenAnswers:
    """The same of somebody who was shown every question on their path: the others were left empty."""
    if route.is_same_for_all:
        return given
    kept = on_path(route, given, facts)
    path, said = frozenset(route.path(said_in(kept), facts)), said_in(kept)
    open_to_some = [
        item.question
        for item in route.items
        if item.question.code not in route.for_all and item.question.kind not in WRITTEN
    ]
    empty = tuple(question.code for question in open_to_some if question.code in path and question.code not in said)
    return replace(kept, left_empty=empty)
