"""A small council in which those answers were given, and what happens to some of them, by the product's own acts."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app
from sqlalchemy import select

from survey_app.accounts.operations import create_user
from survey_app.accounts.people.operations import set_teams
from survey_app.contacts.models import Contact
from survey_app.contacts.operations import import_contacts
from survey_app.evidence.elements.operations import import_cse
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation
from survey_app.invitations.operations import draw_invitations
from survey_app.measures.jobs import FOLD
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.parts.facts import PartKey
from survey_app.organisation.parts.operations import change_parts
from survey_app.organisation.parts.queries import parts_now
from survey_app.organisation.structure import UnitKind
from survey_app.responses.given import GivenAnswers
from survey_app.responses.links.operations import open_link
from survey_app.responses.models import Answer, LinkKind, SurveyResponse
from survey_app.responses.operations import by_link, invited, quarantine, record_response, release, withdraw
from survey_app.surveys.models import Option, SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.jobs import run_job
from tests.factories import PASSWORD, SERVICES, make_council, make_service, make_user
from tests.outlets.placed import ALL, BY_FILE, BY_LINK, Placed

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)  # nothing of these days can change any more
LEAD, ADVISER = "lead@anyborough.example", "adviser@anyborough.example"
CODES = ("housing", "waste", "planning")


def make_placed() -> None:
    """The council and its staff, and every answer in its place."""
    make_council(created_at=BEGAN)
    survey = publish_default_survey(BEGAN)
    services = {code: make_service(code, SERVICES[code]) for code in CODES}
    site, team = Site(code="riverside", name="Riverside House"), Team(code="blue", name="Team Blue")
    db.session.add_all([site, team])
    db.session.flush()
    make_user("cse_lead", email=LEAD)
    set_teams(create_user(ADVISER, "adviser", ["housing"], PASSWORD, BEGAN), ["blue"], now=BEGAN, by=1)
    import_cse(now=BEGAN)
    _answer_by_links(survey, services, site)
    db.session.commit()
    _answer_by_file(survey)


def _answer_by_links(survey: SurveyVersion, services: Mapping[str, Service], site: Site) -> None:
    links = {
        place: open_link(
            LinkKind.OPEN,
            f"Link of {place[0]}",
            survey.survey,
            services[place[0]],
            site=site if place[2] else None,
            channel=Channel(place[1]),
            now=BEGAN,
        )
        for place in {(each.service, each.channel, each.site) for each in BY_LINK}
    }
    for each in BY_LINK:
        for n, given in enumerate(_given(each)):
            link, key = links[each.service, each.channel, each.site], f"{each.at} {each.service} {n}"
            record_response(by_link(link, survey, submission_key=key, at=each.moment), given, now=each.moment)


def _answer_by_file(survey: SurveyVersion) -> None:
    """The contacts come in with a file, everybody is asked on the day after, and answers three days later."""
    for written, each in BY_FILE.items():
        said = _given(each)
        rows = [
            (address(each, n), written, each.channel, each.service, each.team, address(each, n))
            for n in range(len(said))
        ]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "contacts.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([("reference", "occurred_at", "channel", "service", "team", "email"), *rows])
            next_day = each.moment + timedelta(days=1)
            assert import_contacts(path, now=next_day).accepted == len(said)
        while draw_invitations(next_day, "test"):
            pass
        with transaction():
            for n, given in enumerate(said):
                of_contact = select(Invitation).join(Contact).where(Contact.reference == address(each, n))
                invitation = db.session.scalars(of_contact).one()
                record_response(invited(invitation), given, now=each.moment + timedelta(days=4))


def address(placed: Placed, n: int) -> str:
    """By which one of those of a file is known."""
    return f"resident{n}-{placed.day}@example.org"


def _given(placed: Placed) -> list[GivenAnswers]:
    """Both kinds of satisfied and of dissatisfied people, the satisfied first."""
    codes = [
        *("54"[n % 2] for n in range(placed.good)),
        *("213"[n % 3] for n in range(placed.bad)),
        *["dk"] * placed.dont_know,
    ]
    return [GivenAnswers({"satisfaction": code}) for code in codes]


TAKEN = next(each for each in BY_LINK if each.at == "2025-03-31T23:00:00")  # of whom some take their answer back
DOUBTED = next(each for each in BY_LINK if each.at == "2025-10-26T23:59:59")  # of whom some are held for review
ASKED = BY_FILE["26/10/2025 01:30"]  # of whom some are erased
WITHDRAWN = replace(TAKEN, good=-3, bad=-1, dont_know=0)
HELD = replace(DOUBTED, good=-4, bad=-1, dont_know=0)
RELEASED = replace(DOUBTED, good=2, bad=0, dont_know=0)  # of the held ones
LAST_DAY_OF_PLANNING = date(2025, 9, 30)


def take_back() -> None:
    """Some who answered at midnight between two years take it back."""
    for response in _some(TAKEN, -WITHDRAWN.good, -WITHDRAWN.bad):
        withdraw(response, now=TAKEN.moment + timedelta(days=2))


def hold() -> None:
    """Some answers of the last second of the long day are held for review."""
    for response in _some(DOUBTED, -HELD.good, -HELD.bad):
        quarantine(response, "too many from one place", now=DOUBTED.moment + timedelta(days=2))


def hold_and_release() -> None:
    """Somebody looked at them, and lets two of the satisfied ones count."""
    found = _some(DOUBTED, -HELD.good, -HELD.bad)
    hold()
    for response in found[: RELEASED.good]:
        release(response, now=DOUBTED.moment + timedelta(days=3), by=1)


def erase_two() -> None:
    """Two people who were asked want everything about them erased."""
    runner = current_app.test_cli_runner()
    db.session.commit()
    for n in (0, ASKED.good):  # a satisfied one, and one who was not
        done = runner.invoke(args=["privacy", "erase", address(ASKED, n), "--yes"])
        assert done.exit_code == 0 and "They are erased." in done.output, done.output


def merge() -> None:
    """Planning has its last day, and goes on below housing, which follows it."""
    key = PartKey(UnitKind.SERVICE, "planning")
    closed = replace(parts_now()[key], valid_to=LAST_DAY_OF_PLANNING, successor="housing", parent="housing")
    change_parts({key: closed}, now=NOW - timedelta(days=30), by=1)


def fold() -> None:
    """All that waits in the feed goes into the tallies."""
    db.session.commit()
    run_job(FOLD, worker="test")


def _some(placed: Placed, good: int, bad: int) -> list[SurveyResponse]:
    """So many of each, the satisfied first, known by the moment at which they answered."""
    responses = db.session.scalars(
        select(SurveyResponse)
        .join(Service)
        .where(
            SurveyResponse.submitted_at == placed.moment,
            Service.code == placed.service,
            SurveyResponse.invitation_id.is_(None),
        )
        .order_by(SurveyResponse.id)
    ).all()
    assert len(responses) == placed.good + placed.bad + placed.dont_know
    by_kind = {
        code: [each for each in responses if _code(each) in codes] for code, codes in (("g", "45"), ("b", "123"))
    }
    return [*by_kind["g"][:good], *by_kind["b"][:bad]]


def _code(response: SurveyResponse) -> str | None:
    asked = select(Option.code).join(Answer).where(Answer.response_id == response.id)
    return db.session.scalars(asked).first()


@dataclass(frozen=True)
class Situation:
    """What happened after all had answered: what was done, and what it leaves to count."""

    name: str
    steps: Sequence[Callable[[], object]] = ()
    differences: Sequence[Placed] = ()
    merged: Mapping[str, str] = field(default_factory=dict)

    @property
    def placed(self) -> Sequence[Placed]:
        return (*ALL, *self.differences)

    def __str__(self) -> str:
        return self.name


BELOW_HOUSING = {"planning": "housing"}
SITUATIONS = (
    Situation("as answered"),
    Situation("withdrawn", [take_back], [WITHDRAWN]),
    Situation("held", [hold], [HELD]),
    Situation("released", [hold_and_release], [HELD, RELEASED]),
    Situation("erased", [erase_two]),
    Situation("merged", [merge], merged=BELOW_HOUSING),
    Situation(
        "all of it",
        [fold, take_back, hold_and_release, fold, erase_two, merge, fold],
        [WITHDRAWN, HELD, RELEASED],
        BELOW_HOUSING,
    ),
)
