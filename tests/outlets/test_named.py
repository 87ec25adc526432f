"""No figure goes out unseen: whatever can show one is read by an outlet, or named here with why it is not."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence

import click
from flask import Flask

from survey_app.settings import PROJECT_ROOT
from tests.outlets.test_every_outlet import OUTLETS

READS_FIGURES = re.compile(
    r"^from survey_app\.(?:measures\.(?:queries|figures|passport|frozen|effects)|dashboards\.(?:queries\.)?overview)\b",
    re.MULTILINE,
)

# What stands in a room where figures are read, and no outlet reads: why not.
NOT_READ: Mapping[str, Sequence[str]] = {
    "a window of its own before and after an improvement: tests/measures/test_effects.py, tests/actions": (
        "/actions/improvements/",
        "/actions/improvements/<letter>",
        "/actions/improvements/<letter>/edit",
        "/actions/improvements/<letter>/heard",
        "/actions/improvements/figure",
        "/actions/improvements/new",
        "/actions/",
    ),
    "what everybody may read, worded and approved by people, who are held to counts: tests/actions/public": (
        "/actions/published/",
        "/actions/published/<code>",
        "/actions/published/<code>/edit",
        "/actions/published/<code>/preview",
        "/actions/published/new",
        "/actions/standards/",
        "/actions/standards/<code>",
        "/actions/standards/<code>/edit",
        "/actions/standards/<code>/preview",
        "/actions/standards/new",
        "/our-standards",
        "/you-said-we-did",
        "/you-said-we-did/data",
        "/you-said-we-did/data.csv",
        "/you-said-we-did/feed.xml",
    ),
    "settings: what is said of a figure there is said on its own pages, too": (
        "/",
        "/admin/headline",
        "/admin/measures/",
        "/admin/measures/<code>",
        "/admin/measures/new",
        "/admin/setup/",
        "/admin/setup/asking",
        "/admin/setup/colours",
        "/admin/setup/contacts",
        "/admin/setup/contacts/<reference>",
        "/admin/setup/council",
        "/admin/setup/logo",
        "/admin/setup/sender",
        "/admin/setup/services",
        "/admin/setup/target",
        "/admin/setup/test",
        "/admin/surveys/<code>/versions/",
        "/admin/surveys/<code>/versions/<before>/<after>",
        "/admin/targets/",
        "/admin/targets/<measure_name>",
        "/admin/targets/lines/<int:target_id>/end",
        "/admin/targets/one",
        "/dashboards/wordings/",
        "/dashboards/wordings/<change>",
    ),
    "published editions, which hold a value until it may move: tests/measures/test_publishing.py, tests/api": (
        "/api/v1/published",
        "/api/v1/published/<measure>/<year>",
        "/dashboards/tables.csv",
    ),
    "lists and single rows, without a share": (
        "/api/v1/measures",
        "/api/v1/responses/<reference>",
        "/coverage/<stage>/<reason>",
        "/evidence/exhibits/<number>/rows",
        "/evidence/exhibits/<number>/rows.txt",
        "/exports/",
        "/exports/<reference>/codebook.csv",
        "/held/",
        "/dashboards/digests/",
        "/dashboards/pinned/new",
        "/dashboards/planner",
        "/dashboards/teams",
    ),
    "shares of comments, contacts or invitations: tests/dashboards, tests/measures/test_coverage.py": (
        "/api/v1/comments",
        "/comments/",
        "/comments/<reference>",
        "/comments/themes.csv",
        "/comments/themes/",
        "/comments/themes/<code>",
        "/comments/themes/<code>.csv",
        "/coverage",
        "/coverage.csv",
        "/dashboards/journeys",
        "/dashboards/who-answered",
    ),
    "made of the same overview, and says what stands out in it: tests/dashboards": ("/dashboards/attention",),
    "of other questions, or of parts of whom too few answered here: tests/dashboards": (
        "/dashboards/drivers",
        "/dashboards/groups",
        "/dashboards/groups/<path:code>",
        "/dashboards/groups/<path:code>/figures.csv",
        "/dashboards/modes",
        "/dashboards/questions/",
        "/dashboards/questions/<code>",
    ),
    "the same files, made by a job with the same writer: tests/exports/test_files.py, tests/evidence/packs": (
        "/exports/<reference>/file",
        "/evidence/packs/",
        "/evidence/packs/<code>.zip",
        "/evidence/key",
    ),
    "exhibits in words, frozen as they stand on their own page: tests/evidence": (
        "/evidence/",
        "/evidence/<framework>/<number>",
        "/evidence/<framework>/<number>/wording",
        "/evidence/<framework>/visits/",
        "/evidence/<framework>/visits/<due_on>",
        "/evidence/<framework>/visits/<due_on>/<number>",
        "/evidence/<framework>/visits/<due_on>/held",
        "/evidence/assessors/",
        "/evidence/assessors/<int:access>",
        "/evidence/exhibits/new",
        "/evidence/exhibits/quotes",
        "/evidence/pins/new",
        "/evidence/sitting/",
        "/evidence/sitting/<framework>",
    ),
    "nothing of a figure": (
        "/api/",
        "/api/v1/openapi.json",
        "/api/v1/services",
        "/dashboards/more",
        "/digests/stop/<token>",
        "/digests/stop/<token>/one-click",
        "/health/live",
        "/health/ready",
        "/help",
        "settings",
        "upkeep backup",
        "upkeep drill",
        "upkeep restore",
        "upkeep serve",
        "demo list",
        "demo load",
        "demo notify",
        "demo sign-ins",
        "evidence frameworks import",
        "contacts coverage",
        "measures import",
        "measures rebuild",
    ),
    "a chart of a file; counts everything again, and says whether it is the same": (
        "measures spc",
        "measures verify",
        "evidence verify",
    ),
}


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
    excused = [at for named in NOT_READ.values() for at in named]
    there = ways_out(app)
    assert read - there == set(), "an outlet reads what is not there, or what reads no figures"
    assert read & set(excused) == set(), "named as not read, and read all the same"
    assert there - read - set(excused) == set(), "a way out that is new: read it in an outlet, or say here why not"
    assert sorted(excused) == sorted(set(excused) & there), "named twice, or not there any more"
