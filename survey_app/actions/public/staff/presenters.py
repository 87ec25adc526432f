"""What is drafted, proposed and published, as staff see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.accounts.queries import names_of_users
from survey_app.actions.models import PublicState, YouSaidWeDid
from survey_app.actions.public.chains import Publication
from survey_app.actions.public.helped import PublicEffect
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import london_day
from survey_app.measures.models import PublishedEdition
from survey_app.measures.publishing import TableName
from survey_app.measures.queries import measure_called
from survey_app.measures.queries.published import read_edition
from survey_app.measures.sentences import Headline

GROUPS = (
    (PublicState.PROPOSED, "Wait for approval"),
    (PublicState.DRAFT, "Drafts"),
    (PublicState.PUBLISHED, "Published"),
    (PublicState.WITHDRAWN, "Withdrawn or replaced"),
)
_CLAIMS = {
    PublicState.DRAFT: ("This is a draft.", "Nobody outside sees it. Propose it when its words are right."),
    PublicState.PROPOSED: ("It waits for approval.", "Somebody who may publish reads it as residents will."),
    PublicState.PUBLISHED: (
        "It is published.",
        "Everybody can read it. To change it, begin a new edition.",
    ),
    PublicState.WITHDRAWN: ("It is no longer published.", "It stays here for the record."),
}


@dataclass(frozen=True)
class Row:
    """One edition in a list. `due` says what is waiting to be done about one that is published."""

    code: str
    heading: str
    words: str
    is_edition: bool
    by: str
    on: date
    due: str
    remark: str


@dataclass(frozen=True)
class Group:
    title: str
    state: PublicState
    rows: Sequence[Row]


def groups_of(things: Iterable[Publication], *, today: date, due: dict[int, str] | None = None) -> list[Group]:
    """By state, what waits first; empty groups are left out."""
    listed = list(things)
    people = names_of_users(thing.written_by for thing in listed)
    groups = []
    for state, title in GROUPS:
        rows = [_row(thing, people, today, due or {}) for thing in listed if thing.state is state]
        if rows:
            groups.append(Group(title, state, rows))
    return groups


def headline_of(groups: Sequence[Group], what: str) -> Headline:
    """How many wait, and how many everybody can read."""
    numbers = {group.state: len(group.rows) for group in groups}
    waiting, out = numbers.get(PublicState.PROPOSED, 0), numbers.get(PublicState.PUBLISHED, 0)
    claim = f"{waiting or 'Nothing'} {'wait' if waiting > 1 else 'waits'} for approval."
    return Headline(claim, f"{out} {what if out == 1 else what + 's'} published.")


def claim_of(thing: Publication) -> Headline:
    return Headline(*_CLAIMS[thing.state])


def figures_to_choose(editions: Iterable[PublishedEdition]) -> dict[str, tuple[str, PublishedEdition, str | None]]:
    """What the newest published tables print: of the whole council, and of each service of the top level."""
    found: dict[str, tuple[str, PublishedEdition, str | None]] = {}
    for edition in editions:
        label, year = measure_called(edition.measure).label, f"{edition.first.year}/{edition.last.year % 100:02}"
        for cell in read_edition(edition).cells:
            if cell.share is None or not cell.share.base or cell.key.table not in {TableName.TOTAL, TableName.SERVICE}:
                continue
            service = cell.key.row or None
            whose = cell.label if service else "the whole council"
            found[figure_value(edition, service)] = (f"{label}, {whose}, {year}", edition, service)
    return found


def figure_value(edition: PublishedEdition, service: str | None) -> str:
    """How a form names a figure of an edition."""
    return f"{edition.id}.{service or ''}"


def _row(thing: Publication, people: dict[int, str], today: date, due: dict[int, str]) -> Row:
    is_change = isinstance(thing, YouSaidWeDid)
    return Row(
        code=thing.code,
        heading=thing.heading,
        words=shortened(thing.said if isinstance(thing, YouSaidWeDid) else thing.promise, 120),
        is_edition=thing.replaces_id is not None,
        by=people.get(thing.written_by or 0, "a command"),
        on=london_day(thing.withdrawn_at or thing.decided_at or thing.written_at),
        due=_look_again(thing, today) if is_change else due.get(thing.id, ""),
        remark=thing.remark,
    )


def _look_again(entry: Publication, today: date) -> str:
    """A published entry promised to look again, and its day has come."""
    if not isinstance(entry, YouSaidWeDid) or entry.state is not PublicState.PUBLISHED or entry.effect is None:
        return ""
    look_again = PublicEffect.read(entry.effect).look_again
    return "look again: begin a new edition" if look_again is not None and look_again <= today else ""
