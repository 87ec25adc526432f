"""Whether two changes of settings are about the same thing, and whether one still stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Change(Protocol):
    @property
    def action(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def before(self) -> Mapping[str, Any] | None: ...

    @property
    def after(self) -> Mapping[str, Any] | None: ...


def same_things(one: Change, other: Change) -> bool:
    """The same setting, and of it at least one fact that both name; what is made or taken away is the whole of it."""
    if (one.action, one.subject) != (other.action, other.subject):
        return False
    ours, theirs = _facts(one), _facts(other)
    return ours is None or theirs is None or not ours.isdisjoint(theirs)


def stands_as(now: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether a setting is as a change left it, in the facts that the change named."""
    if now is None or after is None:
        return now is after
    return all(now.get(name) == value for name, value in after.items())


def different(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[str]:
    """The facts that a change made different, in the order in which they were written down."""
    was, became = before or {}, after or {}
    return [name for name in {**was, **became} if was.get(name) != became.get(name)]


def _facts(change: Change) -> set[str] | None:
    if change.before is None or change.after is None:
        return None
    return set(different(change.before, change.after))
