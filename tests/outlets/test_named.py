"""No figure goes out unseen: whatever can show one is read by an outlet, or named here with why it is not."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping

import click
from flask import Flask

from survey_app.settings import PROJECT_ROOT
from tests.outlets.test_every_outlet import OUTLETS

READS_FIGURES = re.compile(r"^from survey_app\.measures\.(?:queries|figures|passport|frozen|effects)\b", re.MULTILINE)

# Rooms of pages, commands and interfaces that read figures, and show none of satisfaction in a period.
NOT_READ: Mapping[str, str] = {}


def reading_rooms() -> set[str]:
    """The packages in which figures are read, with measures/ itself."""
    source = PROJECT_ROOT / "survey_app"
    found = {
        ".".join(file.relative_to(PROJECT_ROOT).parent.parts)
        for file in source.rglob("*.py")
        if READS_FIGURES.search(file.read_text(encoding="utf-8"))
    }
    return found | {"survey_app.measures"}


def _reads(module: str, rooms: set[str]) -> bool:
    """Whether figures are read in the room of this module, or in one within it."""
    room = module.rpartition(".")[0]
    return any(each == room or each.startswith(f"{room}.") for each in rooms)


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, str]]:
    """Each command, with the module that it is written in."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        elif command.callback is not None:
            yield f"{before}{name}", inspect.unwrap(command.callback).__module__


def ways_out(app: Flask) -> set[str]:
    """Every address that can be opened, and every command, in whose room figures are read."""
    rooms = reading_rooms()
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and _reads(_module_of(app, rule.endpoint), rooms)
    }
    commands = {name for name, module in _commands(app.cli) if _reads(module, rooms)}
    return pages | commands


def _module_of(app: Flask, endpoint: str) -> str:
    return inspect.unwrap(app.view_functions[endpoint]).__module__


def test_every_way_out_is_read_by_an_outlet_or_says_why_it_is_not(app: Flask) -> None:
    read = {at for outlet in OUTLETS for at in outlet.at if not at.startswith("job ")}
    there = ways_out(app)
    assert read <= there, "an outlet reads what is not there, or what reads no figures"
    assert not read & set(NOT_READ), "named as not read, and read all the same"
    assert there - read == set(NOT_READ), "a way out that is new: read it in an outlet, or say here why not"
