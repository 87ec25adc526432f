"""Changes of settings in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey_app.accounts.queries import names_of_users
from survey_app.admin.changes.kinds import KINDS, ChangeKind
from survey_app.admin.changes.overlap import different, same_things
from survey_app.audit.models import CHANGED, AuditLine
from survey_app.audit.queries import changes_since
from survey_app.kernel.characters import shortened
from survey_app.organisation.parts.operations import CHANGE_KIND, CHANGE_SUBJECT
from survey_app.organisation.queries import all_services
from survey_app.web.access import Viewer

LONGEST_VALUE = 160
NOTHING = "nothing"
MOST_FACTS = 8  # of one change; an import may hold hundreds
_ONE_OF_A_KIND = ("council", "asking rules", "follow-ups", "blind sample", "sign-in", CHANGE_SUBJECT)
_PART_FACTS = {"parent": "below", "valid_from": "from", "valid_to": "last day", "successor": "followed by"}
_FACTS = {
    "is_on": "Switched on",
    "nation": "Nation",
    "why": "Reason",
    "is_asked": "Asked",
    "weekdays": "Days of the week (1 is Monday)",
}


@dataclass(frozen=True)
class FactRow:
    """One fact of a change: what it was, and what it became."""

    name: str
    was: str
    became: str


@dataclass(frozen=True)
class ChangeRow:
    """A change of a setting. `is_superseded` where something changed the same since."""

    id: int
    at: datetime
    who: str
    label: str
    subject: str
    facts: Sequence[FactRow]
    more_facts: int
    page: str
    may_undo: bool
    is_superseded: bool


def change_rows(lines: Sequence[AuditLine], viewer: Viewer) -> list[ChangeRow]:
    """The lines in words; names of people and services are those of today."""
    if not lines:
        return []
    later = changes_since(list(KINDS), min(line.id for line in lines))
    people = names_of_users({int(line.actor_id or 0) for line in lines if _is_user(line)} | _owners(lines))
    services = {service.id: service.name for service in all_services()}
    return [_row(line, later, people, services, viewer) for line in lines]


def _row(
    line: AuditLine,
    later: Sequence[AuditLine],
    people: Mapping[int, str],
    services: Mapping[int, str],
    viewer: Viewer,
) -> ChangeRow:
    kind = KINDS[line.action.removesuffix(CHANGED)]
    facts = _facts(line, kind, people)
    return ChangeRow(
        id=line.id,
        at=line.at,
        who=people.get(int(line.actor_id or 0), "Somebody who has left") if _is_user(line) else "A command",
        label=kind.label,
        subject=_subject(line, kind, services),
        facts=facts[:MOST_FACTS],
        more_facts=max(0, len(facts) - MOST_FACTS),
        page=kind.page,
        may_undo=viewer.may(kind.permission),
        is_superseded=any(each.id > line.id and same_things(line, each) for each in later),
    )


def _facts(line: AuditLine, kind: ChangeKind, people: Mapping[int, str]) -> list[FactRow]:
    """One row a fact; of a change that is about several things, one a fact of each of them."""
    before, after = line.before or {}, line.after or {}
    if not line.action.startswith(CHANGE_KIND):
        return _fact_rows(before, after, people, lambda name: _name(kind, name))
    rows: list[FactRow] = []
    for thing in different(before, after):
        was, became = before.get(thing), after.get(thing)
        called = str(((became or was) or {}).get("name", thing))
        if was is None or became is None:
            rows.append(FactRow(called, "there" if was else "not there", "added" if became else "removed"))
        else:
            rows += _fact_rows(was, became, people, lambda name, of=called: f"{of}, {_PART_FACTS.get(name, name)}")  # type: ignore[misc]
    return rows


def _fact_rows(
    before: Mapping[str, Any], after: Mapping[str, Any], people: Mapping[int, str], called: Callable[[str], str]
) -> list[FactRow]:
    return [
        FactRow(called(name), _value(name, before.get(name), people), _value(name, after.get(name), people))
        for name in different(before, after)
    ]


def _subject(line: AuditLine, kind: ChangeKind, services: Mapping[int, str]) -> str:
    """Which one, where there are several of the kind; services by their names."""
    if line.subject in _ONE_OF_A_KIND:
        return ""
    if kind.called is not None:
        return kind.called(line.subject)
    words = [services.get(int(word), word) if word.isdecimal() else word for word in line.subject.split()]
    return " ".join(word for word in words if word not in ("service", "any")).replace("_", " ")


def _name(kind: ChangeKind, name: str) -> str:
    return kind.facts.get(name) or _FACTS.get(name) or name.removeprefix("is_").replace("_", " ").capitalize()


def _value(name: str, value: Any, people: Mapping[int, str]) -> str:
    if value is None or value in ("", [], {}):
        words = NOTHING
    elif isinstance(value, bool):
        words = "yes" if value else "no"
    elif name == "owner":
        words = people.get(value, "somebody who has left")
    elif name in ("for", "paging"):
        words = str(value).replace("_", " ")
    elif name == "sha256":
        words = f"picture {value[:8]}"
    elif name.endswith("_minute"):
        words = f"{value // 60:02}:{value % 60:02}"
    elif isinstance(value, Mapping):
        words = "; ".join(f"{key}: {each}" for key, each in value.items())
    elif isinstance(value, list):
        words = ", ".join(str(each) for each in value)
    else:
        words = str(value)
    return shortened(words, LONGEST_VALUE)


def _is_user(line: AuditLine) -> bool:
    return line.actor_kind == "user" and (line.actor_id or "").isdecimal()


def _owners(lines: Sequence[AuditLine]) -> set[int]:
    return {state["owner"] for line in lines for state in (line.before, line.after) if state and state.get("owner")}
