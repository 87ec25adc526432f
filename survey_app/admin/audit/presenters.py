"""What the page of the audit shows, and what its files hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from survey_app.admin.audit.queries import ChainState
from survey_app.audit.models import AuditLine
from survey_app.kernel.clock import LONDON
from survey_app.web.templates import day_and_time

LATE = timedelta(minutes=10)
MOST_SHOWN = 120  # characters of one value in the table
ACTOR_KINDS = {
    "user": "Members of staff",
    "command": "Commands on the server",
    "job": "Jobs",
    "system": "The system itself",
    "resident": "Residents",
}
_ACTORS = {
    "command": "A command on the server",
    "job": "A job",
    "system": "The system",
    "resident": "A resident",
}
_ACRONYMS = {"api": "API", "csv": "CSV", "sms": "SMS", "dpia": "DPIA", "oidc": "OIDC", "totp": "TOTP"}
GONE = "Somebody whose account was removed"
HEADER = (
    "line",
    "at",
    "who",
    "kind of actor",
    "number of the actor",
    "act",
    "subject",
    "before",
    "after",
    "place",
    "seal",
)


@dataclass(frozen=True)
class Change:
    """One fact of a line, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """A line in plain words."""

    number: int
    at: datetime
    who: str
    actor_id: str | None  # of a member of staff: the filter by this person
    act: str
    action: str
    subject: str
    changes: Sequence[Change]
    place: int | None


@dataclass(frozen=True)
class Standing:
    """The page's first sentence: whether what is written here can be relied on. `concern` where something is wrong."""

    claim: str
    rest: str
    concern: str | None = None


def rows_of(lines: Sequence[AuditLine], names: Mapping[str, str]) -> list[Row]:
    return [
        Row(
            line.id,
            line.at,
            who(line, names),
            line.actor_id if line.actor_kind == "user" else None,
            act_words(line.action),
            line.action,
            line.subject,
            _changes(line.before, line.after),
            line.sealed_as,
        )
        for line in lines
    ]


def who(line: AuditLine, names: Mapping[str, str]) -> str:
    if line.actor_kind == "user":
        return names.get(line.actor_id or "", GONE)
    words = _ACTORS.get(line.actor_kind) or words_of(line.actor_kind)
    return f"{words} ({line.actor_id})" if line.actor_id else words


def act_words(action: str) -> str:
    """ "Target set", of "target.set": acts are named so that this reads."""
    return words_of(action.replace(".", " "))


def words_of(name: str) -> str:
    words = " ".join(_ACRONYMS.get(word, word) for word in name.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def standing(state: ChainState, now: datetime) -> Standing:
    """Cheap: the chain is walked along by a job and a command, never by a page."""
    if state.head is None and not state.unsealed.waiting:
        return Standing("Nothing was written down yet.", "What staff, commands and jobs change will stand here.")
    sealed = "No line is" if state.head is None else _lines(state.head.place, "is", "are")
    rest = [f"{_lines(state.unsealed.waiting, 'waits', 'wait')} to be sealed."] if state.unsealed.waiting else []
    check, oldest = state.check, state.unsealed.oldest_at
    if check is None:
        rest.append("Whether they fit is looked at once a day.")
        claim = f"{sealed} sealed."
    elif check.problems:
        claim = f"{check.problems:,} {'thing does' if check.problems == 1 else 'things do'} not fit."
        rest.insert(0, f"{sealed} sealed.")
    else:
        claim = f"{sealed} sealed, and all that were looked at fit."
        rest.insert(0, f"The first {check.place:,} were looked at on {day_and_time(check.begun_at)}.")
    concern = None
    if check is not None and check.problems:
        concern = f"{check.first_problem} “flask audit verify” names all. Tell whoever is responsible for security."
    elif oldest is not None and now - oldest > LATE:
        concern = f"Lines have waited for their seal since {day_and_time(oldest)}: see whether a worker runs."
    return Standing(claim, " ".join(rest), concern)


def csv_row(line: AuditLine, names: Mapping[str, str]) -> Sequence[object]:
    at = line.at.astimezone(LONDON).isoformat(timespec="seconds")
    before, after = (
        None if facts is None else json.dumps(facts, ensure_ascii=False) for facts in (line.before, line.after)
    )
    actor = (who(line, names), line.actor_kind, line.actor_id)
    return (line.id, at, *actor, line.action, line.subject, before, after, line.sealed_as, line.seal)


def document(line: AuditLine, names: Mapping[str, str]) -> dict[str, Any]:
    """All of a line, so that whoever holds the file can make its seal anew."""
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "who": who(line, names),
        "actor_kind": line.actor_kind,
        "actor_id": line.actor_id,
        "action": line.action,
        "subject": line.subject,
        "before": line.before,
        "after": line.after,
        "place": line.sealed_as,
        "seal": line.seal,
    }


def _lines(count: int, one: str, many: str) -> str:
    return f"{count:,} {'line' if count == 1 else 'lines'} {one if count == 1 else many}"


def _changes(before: Any, after: Any) -> list[Change]:
    before, after = (facts if isinstance(facts, dict) else {} for facts in (before, after))
    return [
        Change(words_of(name), _shown(_value(before.get(name))), _shown(_value(after.get(name))))
        for name in {**before, **after}
        if before.get(name) != after.get(name)  # what stayed is in the files
    ]


def _shown(text: str) -> str:
    """A list of phrases can fill a page; the files hold all of it."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN].rstrip()}… ({len(text):,} signs in all)"


def _value(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(each, str | int) for each in value):
            return ", ".join(map(str, value))
        case dict() if all(each is None or isinstance(each, str | int) for each in value.values()):
            return "; ".join(
                f"{words_of(name).lower()} {_value(each)}" for name, each in value.items() if each not in (None, "")
            )
        case _:
            return json.dumps(value, ensure_ascii=False)
