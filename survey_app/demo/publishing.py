"""What a scenario's council publishes: its tables, what it did about what people said, and its standards."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime

from survey_app.actions.models import Improvement
from survey_app.actions.public.operations import ChangeWords, StandardWords, publish_change, publish_standard
from survey_app.demo.allocation import seeded
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import CODE_ALPHABET
from survey_app.measures.models import PublishedEdition
from survey_app.measures.operations.editions import publish_edition
from survey_app.measures.queries.published import proposed_edition, publishable
from survey_app.measures.queries.standing import read_standing

CODE_LENGTH = 10


def publish(
    scenario: Scenario, today: date, improvements: Mapping[int, Improvement], *, now: datetime, writer: int, by: int
) -> Mapping[str, PublishedEdition]:
    """The editions by measure. While answers may still come in, or too few did, what needs tables is left out.

    Codes of what is published are the same at each load.
    """
    rng = seeded(scenario.name, today, "published")
    editions = {}
    measures = {scenario.headline: None, **{plan.measure: None for plan in scenario.standards if plan.measure}}
    for measure in measures:
        with suppress(Refused):
            editions[measure] = _edition(measure, today, now, by)
    for place, improvement in improvements.items():
        plan = scenario.improvements[place]
        if plan.heading:
            words = ChangeWords(plan.heading, plan.heard, plan.did)
            with suppress(Refused):
                change = publish_change(words, improvement=improvement, now=now, written_by=writer, by=by)
                change.code = "".join(rng.choices(CODE_ALPHABET, k=CODE_LENGTH))
    for promise in scenario.standards:
        if promise.measure is not None and promise.measure not in editions:
            continue
        standard = publish_standard(
            StandardWords(
                promise.heading,
                promise.promise,
                edition=editions[promise.measure] if promise.measure else None,
                stated_target=promise.target,
                stated_figure=promise.figure,
                stated_source=promise.source,
                stated_on=this_year(today).last,
            ),
            now=now,
            written_by=writer,
            by=by,
        )
        standard.code = "".join(rng.choices(CODE_ALPHABET, k=CODE_LENGTH))
    return editions


def _edition(measure: str, today: date, now: datetime, by: int) -> PublishedEdition:
    year = this_year(today)
    proposed = proposed_edition(publishable(measure), year, [], standing=read_standing(now))
    return publish_edition(measure, year, seen=proposed.edition.digest, now=now, by=by)
