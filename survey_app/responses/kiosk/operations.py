"""Setting kiosks up, and taking over what they kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.models import Service, Site
from survey_app.responses import operations
from survey_app.responses.given import GivenAnswers
from survey_app.responses.kiosk.asking import why_refused
from survey_app.responses.kiosk.pins import LONGEST, SHORTEST, hashed_pin, is_pin
from survey_app.responses.kiosk.plausible import Crowd, crowd_of
from survey_app.responses.kiosk.queries import (
    handed_over_lately,
    known_keys,
    published_versions,
    tapped_by_hour,
)
from survey_app.responses.kiosk.taps import Moment, Tap, Unreadable, moment_of
from survey_app.responses.links.operations import open_link
from survey_app.responses.models import HandOver, LinkKind, OpenLink
from survey_app.responses.operations import by_link, submit
from survey_app.responses.suspicion import Signs
from survey_app.surveys.models import Survey, SurveyVersion

MOST_SECONDS = 60  # between two taps
TOO_EARLY = "it was tapped before the kiosk was made"


class Outcome(StrEnum):
    STORED = "stored"
    REPEATED = "repeated"  # it came before
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    """What became of one answer, by the key under which its device keeps it."""

    key: str
    outcome: Outcome
    why: str | None = None


def set_up_kiosk(
    name: str,
    survey: Survey,
    service: Service,
    *,
    site: Site | None,
    pin: str,
    seconds_between_taps: int,
    now: datetime,
    by: int | None = None,
) -> OpenLink:
    """A new kiosk with an address of its own. InvalidInput for a PIN that is none."""
    link = open_link(LinkKind.KIOSK, name, survey, service, site=site, now=now, by=by)
    link.pin, link.seconds_between_taps = _hashed(pin), _checked(seconds_between_taps)
    db.session.flush()
    return link


def change_kiosk(
    link: OpenLink, *, pin: str | None, seconds_between_taps: int, now: datetime, by: int | None = None
) -> None:
    """Set the seconds between taps, and a new PIN where one is given; devices take both over at their next visit."""
    after: dict[str, object] = {}
    if link.seconds_between_taps != seconds_between_taps:
        link.seconds_between_taps = after["seconds_between_taps"] = _checked(seconds_between_taps)
    if pin is not None:
        link.pin, after["pin"] = _hashed(pin), "new"
    if after:
        record_act_by("kiosk.changed", link.code, at=now, by=by, after=after)
        db.session.flush()


def take_over(
    link: OpenLink,
    taps: Sequence[Tap | Unreadable],
    *,
    device_now: datetime,
    now: datetime,
) -> list[Taken]:
    """Store what a device handed over, each answer once however often it comes, and note what was received.

    An answer counts on the London day of its tap. One that was tapped on a day before the kiosk was made, or after it
    was closed, is refused; what is more than visitors can have tapped is held for review.
    """
    known = known_keys({tap.key for tap in taps})
    versions = published_versions(link, {tap.version_id for tap in taps if isinstance(tap, Tap)})
    moments = [moment_of(tap.at, device_now=device_now, now=now) for tap in taps if isinstance(tap, Tap)]
    crowd = _crowd_at(link, moments, now)
    taken: list[Taken] = []
    thrown_away = held = 0
    for tap in taps:
        if isinstance(tap, Unreadable):
            taken.append(Taken(tap.key, Outcome.REFUSED, tap.why))
            continue
        if tap.key in known:
            taken.append(Taken(tap.key, Outcome.REPEATED))
            continue
        moment = moment_of(tap.at, device_now=device_now, now=now)
        version = versions.get(tap.version_id)
        why = _why_refused(link, version, tap, moment)
        if version is None or why is not None:
            taken.append(Taken(tap.key, Outcome.REFUSED, why))
            continue
        occasion = by_link(
            link, version, submission_key=tap.key, at=moment.at, is_day_of_receipt=moment.is_day_of_receipt
        )
        signs = Signs(is_one_of_many=crowd.is_one_too_many(moment.at))
        submission = submit(occasion, GivenAnswers(tap.choices), signs, now=now)
        known.add(tap.key)
        if submission.outcome is operations.Outcome.REPEATED:  # the same hand-over came twice at one moment
            taken.append(Taken(tap.key, Outcome.REPEATED))
            continue
        thrown_away += tap.thrown_away
        held += submission.outcome is operations.Outcome.HELD
        taken.append(Taken(tap.key, Outcome.STORED))
    outcomes = [one.outcome for one in taken]
    db.session.add(
        HandOver(
            open_link_id=link.id,
            received_at=now,
            answers=outcomes.count(Outcome.STORED),
            held=held,
            repeated=outcomes.count(Outcome.REPEATED),
            refused=outcomes.count(Outcome.REFUSED),
            too_early=sum(one.why == TOO_EARLY for one in taken),
            thrown_away=thrown_away,
        )
    )
    db.session.flush()
    return taken


def _crowd_at(link: OpenLink, moments: Sequence[Moment], now: datetime) -> Crowd:
    received, last_at = handed_over_lately(link, now)
    return crowd_of(
        link.seconds_between_taps,
        received=received,
        since_last=now - last_at,
        tapped=tapped_by_hour(link, [moment.at for moment in moments]),
    )


def _why_refused(link: OpenLink, version: SurveyVersion | None, tap: Tap, moment: Moment) -> str | None:
    if version is None:
        return "its survey is not asked here"
    if london_day(moment.at) < london_day(link.created_at):
        return TOO_EARLY
    if link.closed_at is not None and moment.at >= link.closed_at:
        return "the kiosk was closed"
    return why_refused(version, tap.choices)


def _hashed(pin: str) -> str:
    if not is_pin(pin):
        raise InvalidInput(f"Use {SHORTEST} to {LONGEST} digits.")
    return hashed_pin(pin)


def _checked(seconds: int) -> int:
    if not 0 <= seconds <= MOST_SECONDS:
        raise InvalidInput(f"Use 0 to {MOST_SECONDS} seconds.")
    return seconds
