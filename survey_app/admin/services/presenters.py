"""Services in words: the tree, what a file would do, and what a closed one leaves behind."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps

from flask import current_app, url_for

from survey_app.admin.services.queries import Pointing
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.periods import in_words
from survey_app.organisation.models import Service
from survey_app.organisation.parts.facts import Difference, PartFacts, Parts
from survey_app.organisation.parts.operations import parts_as_json
from survey_app.organisation.structure import COLUMNS

FACTS = {
    "name": "name",
    "parent": "below",
    "valid_from": "first day",
    "valid_to": "last day",
    "successor": "followed by",
}
EXAMPLES = (
    ("service", "housing", "Housing", "", "", "", ""),
    ("service", "repairs", "Housing repairs", "housing", "2025-04-01", "", ""),
    ("service", "old-repairs", "Repairs line", "housing", "", "2025-03-31", "repairs"),
    ("team", "contact-centre", "Contact centre", "", "", "", ""),
    ("site", "town-hall", "Town Hall reception", "", "", "", ""),
)


@dataclass(frozen=True)
class ServiceRow:
    """A service in the tree. `depth` 0 stands at the top; `level` says the same to who does not see the indent."""

    id: int
    code: str
    name: str
    depth: int
    above: str
    state: str  # open, closed, closes or opens later
    when: str
    followed_by: str
    contacts: str
    managers: str

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"


@dataclass(frozen=True)
class Use:
    """How services are used, by their ids, as of a day."""

    contacts: Mapping[int, int]
    managers: Mapping[int, Sequence[str]]
    today: date


@dataclass(frozen=True)
class PlanRow:
    """One line of what a file would do."""

    kind: str
    name: str
    code: str
    what: str
    changes: Sequence[str]


@dataclass(frozen=True)
class PointingRow:
    """Settings that speak of a service, with their page where the viewer's product has one."""

    words: str
    url: str | None


def service_rows(services: Sequence[Service], used: Use) -> list[ServiceRow]:
    """The tree from the top, each service followed by those below it; by name."""
    by_id = {service.id: service for service in services}
    below: dict[int | None, list[Service]] = {}
    for service in services:
        below.setdefault(service.parent_id, []).append(service)

    def rows(parent_id: int | None, depth: int) -> list[ServiceRow]:
        return [
            row
            for service in below.get(parent_id, ())
            for row in (_row(service, depth, by_id, used), *rows(service.id, depth + 1))
        ]

    return rows(None, 0)


def answer(rows: Sequence[ServiceRow]) -> tuple[str, str]:
    """The page's first sentence."""
    is_open = sum(not row.is_closed for row in rows)
    closed = len(rows) - is_open
    if not rows:
        return "No services yet.", "Contacts name them, figures are shown for each. Bring in a file, or add the first."
    also = f" {closed} closed {'keeps its' if closed == 1 else 'keep their'} contacts and figures." if closed else ""
    return f"{is_open} {'service' if is_open == 1 else 'services'}.", f"Contacts name them by code or name.{also}"


def plan_rows(differences: Sequence[Difference]) -> list[PlanRow]:
    """What would be done, what closes and opens first."""
    order = ("closed", "removed", "opened again", "changed", "added")
    return sorted((_plan_row(each) for each in differences), key=lambda row: order.index(row.what))


def plan_sentence(differences: Sequence[Difference], total: int) -> str:
    """3 would be added, 1 closed; 90 stay as they are."""
    counts: dict[str, int] = {}
    for each in differences:
        counts[each.what] = counts.get(each.what, 0) + 1
    if not counts:
        return f"Nothing would change: all {total} are there already, as the file has them."
    words = ", ".join(f"{count} {what}" for what, count in counts.items())
    same = total - len(differences)
    return f"{words}." + (f" {same} {'stays as it is' if same == 1 else 'stay as they are'}." if same else "")


def plan_mark(differences: Sequence[Difference]) -> str:
    """What tells one plan from another: what is imported is what was seen."""
    sides = [parts_as_json(differences, side) for side in ("before", "after")]
    return sha256(dumps(sides, sort_keys=True).encode()).hexdigest()


def as_file(parts: Parts) -> bytes:
    """Everything there is, as the file that brings it in again."""
    return _csv(
        (key.kind.value, key.code, facts.name, facts.parent, facts.valid_from, facts.valid_to, facts.successor)
        for key, facts in parts.items()
    )


def template_file() -> bytes:
    """A file to begin with: a few lines that show what each column takes."""
    return _csv(EXAMPLES)


def pointing_rows(pointing: Sequence[Pointing]) -> list[PointingRow]:
    pages = current_app.view_functions
    return [
        PointingRow(f"{each.words}: {each.count}", url_for(each.page) if each.page in pages else None)
        for each in pointing
    ]


def _csv(rows: object) -> bytes:
    text = io.StringIO()
    writer = SafeWriter(text)
    writer.write(COLUMNS)
    for row in rows:  # type: ignore[attr-defined]
        writer.write(row)
    return text.getvalue().encode("utf-8-sig")


def _row(service: Service, depth: int, by_id: Mapping[int, Service], used: Use) -> ServiceRow:
    successor, parent = by_id.get(service.successor_id or 0), by_id.get(service.parent_id or 0)
    return ServiceRow(
        id=service.id,
        code=service.code,
        name=service.name,
        depth=depth,
        above=parent.name if parent else "",
        state=state_of(service, used.today),
        when=_when(service.valid_from, service.valid_to),
        followed_by=successor.name if successor else "",
        contacts=f"{used.contacts.get(service.id, 0):,}",
        managers=", ".join(used.managers.get(service.id, ())),
    )


def state_of(service: Service, today: date) -> str:
    """Open, closed, closes or opens later."""
    if service.valid_to is not None:
        return "closed" if service.valid_to < today else "closes"
    return "opens later" if service.valid_from is not None and service.valid_from > today else "open"


def _when(first: date | None, last: date | None) -> str:
    if first and last:
        return f"{in_words(first)} to {in_words(last)}"
    if last:
        return f"until {in_words(last)}"
    return f"from {in_words(first)}" if first else ""


def _plan_row(each: Difference) -> PlanRow:
    facts = each.after or each.before
    assert facts is not None  # one side is always there
    changes = [
        f"{FACTS[name]}: {_value(each.before, name)} → {_value(each.after, name)}" for name in each.changed_facts
    ]
    return PlanRow(each.key.kind.value, facts.name, each.key.code, each.what, changes)


def _value(facts: PartFacts | None, name: str) -> str:
    value = getattr(facts, name)
    return in_words(value) if isinstance(value, date) else value or "nothing"
