"""What the papers on security name is there: a threat without its test is not answered."""

from __future__ import annotations

import re

import pytest

from survey_app.settings import PROJECT_ROOT

PAPERS = ("docs/threat-model.md", "docs/asvs.md")
NAMED = re.compile(r"`((?:tests|survey_app|docs|templates|static)/[\w./-]+|[\w.-]+\.(?:py|md|txt))(?:: [\w]+)?`")


def text_of(paper: str) -> str:
    return (PROJECT_ROOT / paper).read_text("utf-8")


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_that_a_paper_names_exists(paper: str) -> None:
    named = set(NAMED.findall(text_of(paper)))
    missing = sorted(name for name in named if not (PROJECT_ROOT / name).exists())
    assert not missing
    assert len(named) > 20


def test_every_threat_has_a_test_beside_it() -> None:
    table = text_of("docs/threat-model.md").split("## What could go wrong")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|") and "---" not in line][1:]
    assert len(rows) > 30
    without = [row for row in rows if "`tests/" not in row.rsplit("|", 2)[1]]
    assert not without


def test_each_requirement_stands_once_and_says_how_or_why() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| (\S+) \| (.+) \|$", text_of("docs/asvs.md"), re.MULTILINE)
    assert len(rows) == len({number for number, _, _ in rows}) == 253
    assert {state for _, state, _ in rows} <= {"met", "partly", "open", "deployment", "n/a"}
    assert all(how.strip() for _, _, how in rows)
