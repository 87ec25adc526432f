"""The documents in docs/ are true: their commands run, their pages and labels are there, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Collection
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import click
import pytest
from flask import Flask

from survey_app.settings import PROJECT_ROOT
from tests.docs.test_readme import BIN, FILES, SHORTER, commands, scratch, text_of

DOCUMENTS = sorted(str(path.relative_to(PROJECT_ROOT)) for path in (PROJECT_ROOT / "docs").rglob("*.md"))
GUIDES = [document for document in DOCUMENTS if document.startswith("docs/guides/")]
READERS = {"manager", "cse-lead", "assessor", "editor", "data-protection", "operator", "developer"}
# What a guide's commands find before them; the files are those of the README.
BEFORE = {
    "docs/guides/assessor.md": [
        "db upgrade",
        "demo load borough --scale 0.01",
        "evidence pack --framework cse --from 2025-04-01 --to 2026-03-31 --out pack.zip",
    ],
    "docs/guides/data-protection.md": [
        "db upgrade",
        "demo load borough --scale 0.01",
        "organisation import services.csv",
        "contacts import contacts.csv",
    ],
    "docs/guides/developer.md": [],
}
USUAL = ["db upgrade", "demo load borough --scale 0.01"]
ADDRESS = re.compile(r"`(/[a-z][\w/.-]*)`")
LABEL = re.compile(r"(?<![*\w])\*(?!\*)([^*\n]+)\*(?![*\w])")
OF_ANOTHER_DOCUMENT = {"The life of one response"}  # a heading


def test_every_reader_has_a_guide_and_the_list_of_documents_names_each() -> None:
    assert {Path(guide).stem for guide in GUIDES} == READERS
    listed = text_of("docs/README.md")
    unnamed = [
        path for path in DOCUMENTS if path != "docs/README.md" and f"({path.removeprefix('docs/')})" not in listed
    ]
    assert unnamed == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_link_and_picture_of_a_document_leads_to_something(document: str) -> None:
    here = (PROJECT_ROOT / document).parent
    linked = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([\w-]+))?\)", text_of(document))
    lost = [
        f"{path}#{anchor}"
        for path, anchor in linked
        if not (target := (here / path) if path else PROJECT_ROOT / document).exists()
        or (anchor and anchor not in _anchors(target))
    ]
    assert lost == []


def _anchors(document: Path) -> set[str]:
    """What can be linked to in it: its headings, as GitHub makes addresses of them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_each_command_that_a_document_names_exists_with_its_options(app: Flask) -> None:
    named = [
        (document, line)
        for document in DOCUMENTS
        for line in (*commands(document, "flask"), *re.findall(r"`(flask [^`]+)`", text_of(document)))
    ]
    assert [(document, line) for document, line in named if not _is_known(app.cli, line)] == []


def _is_known(group: click.Group, line: str) -> bool:
    words = re.sub(r"[\[\]]|\|[\w.-]+", " ", line).split()[1:]  # as a synopsis writes what may be left out
    command: click.Command = group
    context = click.Context(group)
    while isinstance(command, click.Group):
        if not words or (found := command.get_command(context, words[0])) is None:
            return not words and command is not group  # a group by itself is named, too
        command, words = found, words[1:]
    options = {name for parameter in command.get_params(context) for name in parameter.opts + parameter.secondary_opts}
    return {word.split("=")[0] for word in words if word.startswith("--")} <= options


def test_each_page_whose_address_a_document_names_is_there(app: Flask) -> None:
    rules = [re.sub(r"<[^>]+>", "*", rule.rule) for rule in app.url_map.iter_rules()]
    named = [(document, address) for document in DOCUMENTS for address in ADDRESS.findall(text_of(document))]
    assert [(document, address) for document, address in named if not _is_routed(address, rules)] == []


def _is_routed(address: str, rules: Collection[str]) -> bool:
    """The address of a page or of some below it, also as the API's own document shortens it."""
    begun = (address, f"/api/v1{address}")
    return any(rule.startswith(begun) or fnmatchcase(address, rule) for rule in rules)


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_tells_people_to_press_stands_on_a_page(guide: str) -> None:
    labels = set(LABEL.findall(re.sub(r"```.*?```", "", text_of(guide), flags=re.DOTALL))) - OF_ANOTHER_DOCUMENT
    assert sorted(label for label in labels if label.lower() not in _words_of_pages()) == []


@cache
def _words_of_pages() -> str:
    """All that templates and code could put on a page, as one text."""
    files = [
        *(PROJECT_ROOT / "templates").rglob("*.html"),
        *(PROJECT_ROOT / "survey_app").rglob("*.py"),
        *(PROJECT_ROOT / "static" / "js").rglob("*.js"),
    ]
    return " ".join(" ".join(path.read_text("utf-8").split()) for path in files).lower()


@pytest.mark.soak
@pytest.mark.parametrize("guide", [guide for guide in GUIDES if commands(guide, "flask")])
def test_the_commands_of_a_guide_run_in_their_order(guide: str, tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    for line in (*(f"flask {words}" for words in BEFORE.get(guide, USUAL)), *commands(guide, "flask")):
        words = shlex.split(f"{line} {SHORTER.get(line, '')}".replace("/tmp/", f"{tmp_path}/"))
        command = [str(BIN / "flask"), *words[1:]]
        environment = scratch(tmp_path)
        if line == "flask privacy rotate-keys":  # as the guide says: the new key stands before the old one
            environment |= {"DATA_KEYS": _with_a_new_key(environment)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stdout!r} {done.stderr!r}"


def _with_a_new_key(environment: dict[str, str]) -> str:
    old = (Path(environment["INSTANCE_PATH"]) / "data_keys").read_text("utf-8").strip()
    return f"{'A' * 43}=,{old}"
