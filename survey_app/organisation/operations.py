"""Changing what is said of the council, its looks and the texts of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import Channel, ChannelFacts
from survey_app.organisation.contrast import READABLE, WASH, WHITE, read_colour, reading
from survey_app.organisation.models import ChannelSetting, Council, CouncilPage, Logo, Site, Team
from survey_app.organisation.names import NameIndex, fold, free_code
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.pictures import read_picture
from survey_app.organisation.queries import (
    all_channel_facts,
    channel_facts,
    council,
    council_page,
    forget_channel_names,
    sites_by_code_or_name,
    teams_by_code_or_name,
    the_council,
)

Place = TypeVar("Place", Team, Site)


@dataclass(frozen=True)
class CouncilFacts:
    """What residents read about the council. An empty text is left out of pages and messages."""

    name: str
    nation: str
    postal_address: str
    complaint_url: str
    complaint_phone: str


def set_up_council(facts: CouncilFacts, *, now: datetime, by: int | None = None) -> Council:
    """Make the council, or change what is said about it.

    A new one sends in its own name, from an address that is still to be set. Refused when somebody else made one at
    the same moment.
    """
    found = council()
    before = None if found is None else {fact: getattr(found, fact) for fact in asdict(facts)}
    if found is None:
        found = Council(sender_name=facts.name, sender_email="", created_at=now)
    for fact, value in asdict(facts).items():
        setattr(found, fact, value)
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError as error:
        raise Refused(
            "The council was set up by somebody else at the same moment. Nothing was changed: save it once more if it "
            "should read as it stands here."
        ) from error
    if before is None:
        record_act_by("council.set up", "council", at=now, by=by, after=asdict(facts))
    else:
        record_change("council", "council", at=now, by=by, before=before, after=asdict(facts))
    return found


def set_sender(name: str, email: str, *, now: datetime, by: int | None = None) -> None:
    """Who messages come from, and where replies to them go."""
    found = the_council()
    before = {"sender_name": found.sender_name, "sender_email": found.sender_email}
    found.sender_name, found.sender_email = name, email
    after = {"sender_name": name, "sender_email": email}
    record_change("council.sender", "council", at=now, by=by, before=before, after=after)


def set_colours(brand: str, link: str, *, now: datetime, by: int | None = None) -> None:
    """The council's colours. Refused when white on the one, or the other on our pages, cannot be read by everyone."""
    brand, link = read_colour(brand), read_colour(link)
    if not (reading(brand, against=WHITE).is_readable and reading(link, against=WASH).is_readable):
        raise Refused(f"Both colours need a contrast of at least {READABLE}:1.")
    found = the_council()
    before = {"brand": found.brand_colour, "link": found.link_colour}
    found.brand_colour, found.link_colour = brand, link
    after = {"brand": brand, "link": link}
    record_change("council.colours", "council", at=now, by=by, before=before, after=after)


def set_logo(content: bytes, *, now: datetime, by: int | None = None) -> None:
    """Keep a picture as the council's logo, instead of the one before. InvalidInput when it can be none."""
    picture = read_picture(content)
    found = the_council()
    logo = found.logo or Logo()
    before = None if found.logo is None else {"sha256": found.logo.sha256}
    logo.media_type, logo.content, logo.stored_at = picture.media_type, content, now
    logo.sha256 = sha256(content).hexdigest()
    found.logo = logo
    db.session.flush()
    record_change("council.logo", "council", at=now, by=by, before=before, after={"sha256": logo.sha256})


def remove_logo(*, now: datetime, by: int | None = None) -> None:
    """Show the plain mark again. Nothing of the picture is kept."""
    found = the_council()
    if found.logo is None:
        return
    before = {"sha256": found.logo.sha256}
    found.logo = None
    db.session.flush()
    record_change("council.logo", "council", at=now, by=by, before=before, after=None)


def set_channel(channel: Channel, facts: ChannelFacts, *, now: datetime, by: int | None = None) -> None:
    """How the council calls a channel, and whether it uses it. Refused where nothing would be left in use."""
    before = channel_facts(channel)
    if not facts.is_used and not any(each.is_used for other, each in all_channel_facts().items() if other != channel):
        raise Refused("At least one channel has to be in use.")
    stored = db.session.get(ChannelSetting, channel) or ChannelSetting(channel=channel)
    stored.name, stored.is_used = facts.name, facts.is_used
    db.session.add(stored)
    db.session.flush()
    forget_channel_names()
    record_change("channels", channel.value, at=now, by=by, before=asdict(before), after=asdict(facts))


def note_tested(*, now: datetime, by: int | None = None) -> None:
    """Somebody sent themselves a test message."""
    the_council().tested_at = now
    record_act_by("council.test message sent", "council", at=now, by=by)


def get_or_make_teams(names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The id of each team by its folded code or name; unknown ones are made, and listed by name."""
    return _get_or_make(Team, teams_by_code_or_name(), names)


def get_or_make_sites(names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The id of each site by its folded code or name; unknown ones are made, and listed by name."""
    return _get_or_make(Site, sites_by_code_or_name(), names)


def publish_page(kind: PageKind, body: str | None, *, now: datetime, by: int | None) -> CouncilPage:
    """Give a page this text, or without one the standard text again. What it said before is kept."""
    page = CouncilPage(kind=kind, body=body, published_at=now, reviewed_on=london_day(now))
    db.session.add(page)
    after = {"text": "standard" if body is None else "own", "characters": len(body or "")}
    record_act_by("page.publish", f"page {kind}", at=now, by=by, after=after)
    db.session.flush()
    return page


def confirm_page(kind: PageKind, *, now: datetime, by: int | None) -> None:
    """Note that somebody read the page and found it right as it stands."""
    page = council_page(kind)
    if page is None:
        publish_page(kind, None, now=now, by=by)
        return
    page.reviewed_on = london_day(now)
    record_act_by("page.confirm", f"page {kind}", at=now, by=by)
    db.session.flush()


def set_data_protection_email(address: str, *, now: datetime, by: int | None) -> None:
    """Where the pages send questions on data; empty takes it off the pages. NotFound without a council."""
    found = the_council()
    if found.data_protection_email == address:
        return
    before, after = {"given": bool(found.data_protection_email)}, {"given": bool(address), "is_another": True}
    found.data_protection_email = address
    record_change("council.data_protection", "council", at=now, by=by, before=before, after=after)
    db.session.flush()


def _get_or_make(model: type[Place], known: NameIndex, names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    ids: dict[str, int] = {}
    made: list[Place] = []
    taken = {fold(code) for code in db.session.scalars(select(model.code))}
    for name in names:
        key = fold(name)
        if key in ids:
            continue
        found = known.find(name)
        if found is None:
            place = model(code=free_code(name, taken), name=name)
            db.session.add(place)
            db.session.flush()
            made.append(place)
            taken.add(fold(place.code))
            found = place.id
        ids[key] = found
    return ids, [place.name for place in made]
