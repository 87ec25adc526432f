"""What a side's file says: the steps of each thing that is measured, and the values that stand in them.

`{name}` in an address, a field, a document or a command is replaced by the value of that name. Patterns (`expect`,
`keep`, `until`, `again_while`) are regular expressions and stay as they are written.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

NAME = re.compile(r"\{([a-z]\w*)\}")
KINDS = ("get", "post", "command")
TASKS = ("answer", "page", "statistics", "export", "invitations")
STEP_KEYS = frozenset({*KINDS, "json", "form", "expect", "keep", "again_while"})
FORM_KEYS = frozenset({"id", "fields", "choose", "text", "press", "until", "most_pages"})
CHOICES = ("first", "last", "")


class PeerError(Exception):
    """What stands in the way of a measurement, in words for who runs it."""


@dataclass(frozen=True)
class Form:
    """How the forms of one visit are filled in, page after page."""

    until: re.Pattern[str]  # the page that ends it
    id: str = ""  # of the form; without it the first one that is posted
    fields: Mapping[str, str] = field(default_factory=dict)
    choose: str = ""  # of each choice that no field names: the first or the last
    text: str = ""  # into each empty text area that no field names
    press: tuple[str, ...] = ()  # values of buttons: the first of them that the form has
    most_pages: int = 20


@dataclass(frozen=True)
class Step:
    """One request, one form with all its pages, or one command."""

    kind: str
    what: Any  # an address, or the words of a command
    json: Any = None
    form: Form | None = None
    expect: re.Pattern[str] | None = None  # what the reply must hold
    keep: Mapping[str, re.Pattern[str]] = field(default_factory=dict)  # values for later steps
    again_while: re.Pattern[str] | None = None  # what a reply holds as long as there is more to do


@dataclass(frozen=True)
class Task:
    """One thing that is measured: what comes before it without a clock, and what the clock runs for."""

    steps: tuple[Step, ...] = ()
    before: tuple[Step, ...] = ()
    cannot: str = ""  # why this side does not do it


@dataclass(frozen=True)
class Side:
    """One system, as its file describes it."""

    name: str
    values: Mapping[str, str]
    tasks: Mapping[str, Task]
    sign_in: tuple[Step, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)  # of commands

    def with_values(self, values: Mapping[str, str]) -> Side:
        return replace(self, values={**self.values, **values})

    def task(self, name: str) -> Task:
        return self.tasks.get(name) or Task(cannot=f"its file has no [{name}]")


def read_side(path: Path) -> Side:
    """A file, checked before anything is asked of anybody."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise PeerError(f"{path}: {problem}") from problem
    _known(document, {"name", "values", "environment", "sign_in", *TASKS}, path.name)
    if not isinstance(document.get("name"), str):
        raise PeerError(f"{path.name} has no name.")
    where = f"{path.name}, "
    return Side(
        name=document["name"],
        values={name: str(value) for name, value in document.get("values", {}).items()},
        tasks={name: _task(document[name], f"{where}{name}") for name in TASKS if name in document},
        sign_in=_steps(document.get("sign_in", {}), "steps", f"{where}sign_in"),
        environment={name: str(value) for name, value in document.get("environment", {}).items()},
    )


def placed(what: Any, values: Mapping[str, str]) -> Any:
    """The same with values in the place of their names, however deep they stand."""
    if isinstance(what, str):
        return NAME.sub(lambda found: _named(found[1], values), what)
    if isinstance(what, Mapping):
        return {key: placed(value, values) for key, value in what.items()}
    return [placed(part, values) for part in what] if isinstance(what, list | tuple) else what


def _named(name: str, values: Mapping[str, str]) -> str:
    """A value; one that begins with $ stands in the environment, so that no file holds a password."""
    value = values.get(name)
    if value is None:
        raise PeerError(f"nothing says what {{{name}}} is")
    if value.startswith("$") and value[1:] not in os.environ:
        raise PeerError(f"{name} stands in the environment variable {value[1:]}, which is not set")
    return os.environ[value[1:]] if value.startswith("$") else value


def _task(table: Mapping[str, Any], where: str) -> Task:
    _known(table, {"steps", "before", "cannot"}, where)
    task = Task(_steps(table, "steps", where), _steps(table, "before", where), str(table.get("cannot", "")))
    if not task.steps and not task.cannot:
        raise PeerError(f"{where}: neither steps nor a reason in `cannot`.")
    return task


def _steps(table: Mapping[str, Any], name: str, where: str) -> tuple[Step, ...]:
    return tuple(_step(step, f"{where}, step {n}") for n, step in enumerate(table.get(name, ()), start=1))


def _step(table: Mapping[str, Any], where: str) -> Step:
    _known(table, STEP_KEYS, where)
    kinds = [kind for kind in KINDS if kind in table]
    if len(kinds) != 1:
        raise PeerError(f"{where}: one of {', '.join(KINDS)} is wanted, and only one.")
    (kind,) = kinds
    if (kind == "post") != ("json" in table):
        raise PeerError(f"{where}: `post` goes with `json`; a form is sent by `get` and `form`.")
    return Step(
        kind=kind,
        what=table[kind],
        json=table.get("json"),
        form=_form(table["form"], f"{where}, form") if "form" in table else None,
        expect=_pattern(table, "expect", where),
        keep={name: _compiled(pattern, where) for name, pattern in table.get("keep", {}).items()},
        again_while=_pattern(table, "again_while", where),
    )


def _form(table: Mapping[str, Any], where: str) -> Form:
    _known(table, FORM_KEYS, where)
    until = _pattern(table, "until", where)
    if until is None:
        raise PeerError(f"{where}: `until` says which page ends it.")
    if table.get("choose", "") not in CHOICES:
        raise PeerError(f"{where}: choose is first or last.")
    return Form(
        until=until,
        id=table.get("id", ""),
        fields=table.get("fields", {}),
        choose=table.get("choose", ""),
        text=table.get("text", ""),
        press=tuple(table.get("press", ())),
        most_pages=table.get("most_pages", Form.most_pages),
    )


def _pattern(table: Mapping[str, Any], name: str, where: str) -> re.Pattern[str] | None:
    return _compiled(table[name], where) if name in table else None


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as problem:
        raise PeerError(f"{where}: {pattern} is no pattern: {problem}.") from problem


def _known(table: Mapping[str, Any], names: set[str] | frozenset[str], where: str) -> None:
    if unknown := sorted(set(table) - names):
        raise PeerError(f"{where}: {unknown[0]} means nothing here; known are {', '.join(sorted(names))}.")
