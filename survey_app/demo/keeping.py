"""What staff of a scenario keep and hand on: a digest, shared views, pinned figures, praise and ideas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.accounts.models import User
from survey_app.accounts.roles import RoleName
from survey_app.actions.ideas.operations import answer_idea, take_up, write_idea
from survey_app.actions.models import IdeaState, Improvement
from survey_app.actions.praise.operations import pass_on
from survey_app.comments.models import Comment
from survey_app.dashboards.digests.operations import begin_digest
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.models import Rhythm
from survey_app.dashboards.pinned.operations import pin_figure
from survey_app.dashboards.saved.operations import save_view
from survey_app.dashboards.saved.pages import Asking
from survey_app.demo.scenarios.plans import IdeaPlan
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year
from survey_app.kernel.clock import day_starts_at
from survey_app.measures.address import make_query
from survey_app.organisation.models import Team

SHARED = (
    ("Calls alone", "/dashboards/", "channel=phone"),
    ("Critical comments, newest first", "/comments/", "sentiment=negative"),
)
PINNED = (
    ("satisfaction", "latest-quarter"),
    ("timeliness", "last-12-months"),
    ("resolved", "latest-year"),
)
NOTES = ("Thank you. This is what we want every contact to be like.", "Read this one out at the team meeting.")
PASSED_AFTER = timedelta(days=3)
WAITED = timedelta(days=7)  # since the last idea was answered
ANSWERED_AFTER = timedelta(days=5)
MORNING = timedelta(hours=10)


@dataclass(frozen=True)
class Keeper:
    """Keeps and hands on for one load. `today` is the day that it is in the demo, `now` the moment of loading;
    `kind_words` finds so many comments about a team, with their days."""

    scenario: Scenario
    today: date
    users: Sequence[User]
    now: datetime
    kind_words: Callable[[Team, int], Sequence[tuple[Comment, date]]]

    def keep(self, improvements: Mapping[int, Improvement]) -> None:
        """Everything. `improvements` by their place in the scenario."""
        (lead,) = self._holding(RoleName.CSE_LEAD)
        # counted from the moment of loading, whatever day it is in the demo: otherwise a letter is due at once
        begin_digest(DigestChoice(Rhythm.MONTHLY), lead, now=self.now)
        for name, path, arguments in SHARED:
            save_view(name, Asking(path, arguments), is_shared=True, now=self._at(self.today), by=lead.id)
        for manager in self._holding(RoleName.SERVICE_MANAGER):
            self._pin(manager)
            self._praise(manager, lead)
        for adviser in self._holding(RoleName.ADVISER):
            leader = self._manager_of(adviser) or lead
            self._praise(adviser, leader)
            for plan in self.scenario.ideas:
                self._have_idea(plan, adviser, leader, improvements)

    def _pin(self, user: User) -> None:
        year = this_year(self.today)
        for measure, span in PINNED:
            pin_figure(make_query(measure, year.first, year.last), span, now=self._at(self.today), by=user.id)

    def _praise(self, user: User, leader: User) -> None:
        """Kind words about each team of somebody, passed on some days after they were written."""
        for team in user.teams:
            for (comment, counts_on), note in zip(self.kind_words(team, len(NOTES)), NOTES, strict=False):
                pass_on(comment, note, now=self._at(min(counts_on + PASSED_AFTER, self.today)), by=leader.id)

    def _have_idea(self, plan: IdeaPlan, adviser: User, leader: User, improvements: Mapping[int, Improvement]) -> None:
        """One idea: it waits, was answered, or became an improvement whose effect its author can follow."""
        became = None if plan.improvement is None else improvements[plan.improvement]
        answered_at = self._at(self.today - WAITED) if became is None else became.entered_at
        service = next((each for each in adviser.services if each.code == plan.service), adviser.services[0])
        team = next((each for each in adviser.teams if each.code == f"team-{service.code}"), None)
        idea = write_idea(plan.words, service, team, now=answered_at - ANSWERED_AFTER, by=adviser.id)
        if plan.answer:
            state = IdeaState.NOT_NOW if became is None else IdeaState.TAKEN_UP
            answer_idea(idea, state, plan.answer, now=answered_at, by=leader.id)
        if became is not None:
            take_up(idea, became, now=answered_at, by=leader.id)

    def _holding(self, role: RoleName) -> list[User]:
        return [user for user in self.users if role in user.role_names]

    def _manager_of(self, adviser: User) -> User | None:
        """Who manages one of their services."""
        theirs = {service.id for service in adviser.services}
        managers = self._holding(RoleName.SERVICE_MANAGER)
        return next((each for each in managers if theirs & {service.id for service in each.services}), None)

    def _at(self, day: date) -> datetime:
        """During that day, and not after the moment of loading."""
        return min(day_starts_at(day) + MORNING, self.now)
