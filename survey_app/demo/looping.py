"""The closed loop of a scenario: improvements with what was heard, and follow-ups with those who asked for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations.acting import Closing, close, write_note
from survey_app.actions.followups.operations.hearing import hear_verdict_told
from survey_app.actions.followups.operations.standing import begin, forget_person
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement
from survey_app.actions.models import Direction, FollowUp, Improvement, Outcome, Prompt, Verdict
from survey_app.demo.allocation import seeded
from survey_app.demo.opening import counter_time, working_days_after
from survey_app.demo.scenarios.plans import ImprovementPlan
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.tokens import CODE_ALPHABET
from survey_app.organisation.queries import council_nation
from survey_app.responses.models import ContactConsent, SurveyResponse
from survey_app.responses.operations.consenting import CONSENT_KEPT_DAYS

NAMED_BEFORE = timedelta(days=21)  # a measure is named so long before something changes
LONGEST_OPEN = 7  # working days that a follow-up takes
GIVEN, FAMILY = ("Amina", "Brian", "Cerys", "Dan", "Elena", "Farid", "Gwen", "Hugh"), (
    "Adler", "Birch", "Carew", "Dunne", "Ellwood", "Frost", "Gill", "Hale",
)  # fmt: skip
CAUSES = ("waited", "not_told", "passed_on", "not_done", "wrong_information", "not_well_done")
OUTCOMES = (
    (Outcome.PUT_RIGHT, 6),
    (Outcome.EXPLAINED, 3),
    (Outcome.NOT_REACHED, 1),
)
VERDICTS = ((Verdict.YES, 6), (Verdict.PARTLY, 3), (None, 3))


def enter_improvements(scenario: Scenario, today: date, by: int) -> dict[int, Improvement]:
    """The improvements that are entered by `today`, each named before it was made; by their place in the scenario."""
    year, entered = this_year(today), dict[int, Improvement]()
    for place, plan in enumerate(scenario.improvements):
        done_on = plan.done_on.in_year(year)
        entered[place] = enter_improvement(
            _written(plan, done_on), _aim(plan), now=day_starts_at(done_on) - NAMED_BEFORE, by=by
        )
    return entered


def _written(plan: ImprovementPlan, done_on: date) -> Written:
    return Written(
        title=plan.title,
        heard=plan.heard,
        did=plan.did,
        done_on=done_on,
        prompt=Prompt(plan.prompt),
        prompt_note=plan.prompt_note,
        place=plan.place,
        owner=plan.owner,
        cost_pounds=plan.cost_pounds,
        settling_days=plan.settling_days,
    )


def _aim(plan: ImprovementPlan) -> Aim:
    direction = Direction.DECREASE if plan.is_decrease else Direction.INCREASE
    return Aim(plan.measure, direction, services=plan.services, channels=tuple(plan.channels))


def follow_up(scenario: Scenario, today: date, scale: float, responses: Sequence[SurveyResponse], by: int) -> None:
    """Follow-ups of these answers, whose people asked to be contacted: closed ones with how they ended, late ones last.

    Nothing is left for the worker to send: a demo writes to nobody.
    """
    rng = seeded(scenario.name, today, scale, "follow-ups")
    for response in responses:
        given_at = response.submitted_at + timedelta(minutes=2)
        found = _open(rng, response, given_at)
        if found.close_due_on < today:
            _settle(rng, found, given_at, by)
        if found.keep_until < today:
            forget_person(found)
        found.remind_on = found.verdict_due_at = None
    db.session.flush()


def _open(rng: Random, response: SurveyResponse, given_at: datetime) -> FollowUp:
    name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
    details = json.dumps({"name": name, "email": f"{name.lower().replace(' ', '.')}@example.org"}, sort_keys=True)
    keep_until = london_day(given_at) + timedelta(days=CONSENT_KEPT_DAYS)
    consent = ContactConsent(
        response_id=response.id, is_wanted=True, details=details, given_at=given_at, keep_until=keep_until
    )
    found = FollowUp(
        reference="".join(rng.choices(CODE_ALPHABET, k=8)),
        response_id=response.id,
        service_id=response.service_id,
        details=details,
        keep_until=keep_until,
        opened_at=given_at + timedelta(minutes=1),
    )
    begin(found, london_day(given_at), council_nation())
    db.session.add_all([consent, found])
    db.session.flush()
    return found


def _settle(rng: Random, found: FollowUp, given_at: datetime, by: int) -> None:
    """Somebody got in touch and brought it to an end, most of them in time."""
    first_on = working_days_after(london_day(given_at), rng.choice((1, 1, 2, 2, 4)))
    (outcome,) = rng.choices([one for one, _weight in OUTCOMES], [weight for _one, weight in OUTCOMES])
    tried_at = counter_time(rng, first_on)
    kind = NoteKind.TRIED if outcome is Outcome.NOT_REACHED else NoteKind.REACHED
    write_note(found, kind, "", now=tried_at, by=by)
    closed_at = counter_time(rng, working_days_after(first_on, rng.randrange(1, LONGEST_OPEN)))
    close(found, Closing(outcome, rng.choice(CAUSES)), now=closed_at, by=by)
    (verdict,) = rng.choices([one for one, _weight in VERDICTS], [weight for _one, weight in VERDICTS])
    if verdict is not None and outcome is not Outcome.NOT_REACHED:
        hear_verdict_told(found, verdict, now=closed_at + timedelta(hours=3), by=by)
