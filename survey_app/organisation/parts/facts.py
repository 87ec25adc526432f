"""What is said of a service, team or site, and whether all of them together make sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from survey_app.kernel.periods import in_words
from survey_app.organisation.names import Named, NameIndex, fold
from survey_app.organisation.structure import LONGEST_NAME, Unit, UnitKind, circle


class PartKey(NamedTuple):
    """Which one. A code is never changed: files, figures and packs name things by it."""

    kind: UnitKind
    code: str

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


@dataclass(frozen=True)
class PartFacts:
    """What is said of it. Parent and successor are codes, and only a service has them; `valid_to` is its last day."""

    name: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> PartFacts:
        days = {name: date.fromisoformat(day) for name in ("valid_from", "valid_to") if (day := facts.get(name))}
        return cls(**{**facts, **days})


Parts = Mapping[PartKey, PartFacts]
Wanted = Mapping[PartKey, PartFacts | None]  # None takes it away


class Problem(NamedTuple):
    """What does not make sense; `fact` is the one to put right."""

    key: PartKey
    fact: str
    words: str


class Difference(NamedTuple):
    """A part that is made (`before` is None), taken away (`after` is None) or changed."""

    key: PartKey
    before: PartFacts | None
    after: PartFacts | None

    @property
    def changed_facts(self) -> list[str]:
        if self.before is None or self.after is None:
            return []
        return [name for name, value in vars(self.after).items() if getattr(self.before, name) != value]

    @property
    def what(self) -> str:
        """Added, removed, closed, opened again or changed."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        if (self.before.valid_to is None) == (self.after.valid_to is None):
            return "changed"
        return "opened again" if self.after.valid_to is None else "closed"


def differences(there: Parts, wanted: Wanted) -> list[Difference]:
    """What would be done, in the order in which it was wanted."""
    found = [Difference(key, there.get(key), facts) for key, facts in wanted.items()]
    return [each for each in found if each.before != each.after]


def wanted_by_file(
    units: Iterable[Unit], columns: frozenset[str], there: Parts
) -> tuple[dict[PartKey, PartFacts], list[str]]:
    """What a file wants, by what is there, and what cannot be understood, by line.

    A column that the file does not have changes nothing; an empty cell empties. Codes are matched whatever their
    capitals; a parent or successor may be named by code or by name, and stand on any line.
    """
    units = list(units)
    known = {(key.kind, fold(key.code)): key for key in there}
    keys = [known.setdefault((unit.kind, fold(unit.code)), PartKey(unit.kind, unit.code)) for unit in units]
    names = {key.code: there[key].name for key in there if key.kind is UnitKind.SERVICE}
    names |= {key.code: unit.name for key, unit in zip(keys, units, strict=True) if key.kind is UnitKind.SERVICE}
    codes = list(names)
    index = NameIndex(Named(number, code, names[code]) for number, code in enumerate(codes, start=1))
    wanted: dict[PartKey, PartFacts] = {}
    problems: list[str] = []
    for key, unit in zip(keys, units, strict=True):
        said: dict[str, Any] = {"name": unit.name}
        said |= {name: getattr(unit, name) for name in ("valid_from", "valid_to") if name in columns}
        for column in ("parent", "successor"):
            if column not in columns:
                continue
            written: str | None = getattr(unit, column)
            found = None if written is None else index.find(written)
            if written is not None and found is None:
                problems.append(f"Line {unit.line}: the {column} {written[:40]} is neither in the file nor known.")
            said[column] = None if found is None else codes[found - 1]
        wanted[key] = replace(there.get(key, PartFacts(unit.name)), **said)
    return wanted, problems


def problems_of(there: Parts, wanted: Wanted) -> list[Problem]:
    """What would make no sense once this is done: said of what is wanted, and of whatever points to what goes."""
    after = {key: facts for key, facts in {**there, **wanted}.items() if facts is not None}
    services = {key.code: facts for key, facts in after.items() if key.kind is UnitKind.SERVICE}
    touched = {each.key for each in differences(there, wanted) if each.after is not None}
    gone = {key.code for key, facts in wanted.items() if facts is None and key.kind is UnitKind.SERVICE}
    found: list[Problem] = []
    for key, facts in after.items():
        if key in touched:
            found += _alone(key, facts)
        if key in touched:
            found += _beside(key, facts, services)
        elif lost := gone & {facts.parent, facts.successor}:
            found += [_still_needed(there[PartKey(UnitKind.SERVICE, code or "")], code or "", facts) for code in lost]
    found += _circles(services, "parent", touched, "would be below itself")
    found += _circles(services, "successor", touched, "would be followed by itself")
    return found


def _alone(key: PartKey, facts: PartFacts) -> Iterator[Problem]:
    if not 0 < len(facts.name) <= LONGEST_NAME:
        yield Problem(key, "name", f"The name must have 1 to {LONGEST_NAME} characters.")
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        yield Problem(key, "valid_to", f"{facts.name} would end before it begins, on {in_words(facts.valid_from)}.")
    if facts.successor is not None and facts.valid_to is None:
        yield Problem(key, "successor", f"{facts.name} has no last day, so nothing can follow it.")


def _beside(key: PartKey, facts: PartFacts, services: Mapping[str, PartFacts]) -> Iterator[Problem]:
    for fact, code in (("parent", facts.parent), ("successor", facts.successor)):
        if code is not None and code not in services:
            yield Problem(key, fact, f"{facts.name} points to {code}, and there is no such service.")
    after = services.get(facts.successor or "")
    if after is not None and facts.valid_to and after.valid_to and after.valid_to <= facts.valid_to:
        yield Problem(key, "successor", f"{after.name} ends no later than {facts.name}, so it cannot follow it.")


def _still_needed(going: PartFacts, code: str, facts: PartFacts) -> Problem:
    why = f"{facts.name} stands below it" if facts.parent == code else f"it follows {facts.name}"
    return Problem(PartKey(UnitKind.SERVICE, code), "name", f"{going.name} cannot be removed: {why}.")


def _circles(services: Mapping[str, PartFacts], fact: str, touched: Iterable[PartKey], words: str) -> Sequence[Problem]:
    codes = list(services)
    numbers = {code: number for number, code in enumerate(codes)}
    lost = circle({numbers[code]: numbers.get(getattr(facts, fact) or "") for code, facts in services.items()})
    if lost is None:
        return ()
    at = next((key for key in touched if key.code == codes[lost]), PartKey(UnitKind.SERVICE, codes[lost]))
    return [Problem(at, fact, f"The service {services[codes[lost]].name} {words}.")]
