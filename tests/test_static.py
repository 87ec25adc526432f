"""The files that browsers fetch: what others made is what VENDORED.md says, and the resident's page stays light."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parent.parent / "static"
LISTED = re.findall(
    r"^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$", (STATIC / "vendor/VENDORED.md").read_text("utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("name", "digest"), LISTED)
def test_a_vendored_file_is_the_one_that_was_listed(name: str, digest: str) -> None:
    assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_listed() -> None:
    made_by_us = {"VENDORED.md", "govuk/build.sh", "govuk/forms.scss"}
    there = {str(path.relative_to(STATIC / "vendor")) for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert there - made_by_us == {name for name, _ in LISTED}


def test_nothing_of_the_crown_s_typeface_or_crest_is_shipped() -> None:
    css = (STATIC / "vendor/govuk/govuk-forms.css").read_text("utf-8")
    assert not re.search(r"GDS Transport|@font-face|crest|crown", css, re.IGNORECASE)


@pytest.mark.parametrize("sheet", ["resident", "answers"])
def test_the_resident_s_style_sheet_is_light_and_fetches_nothing(sheet: str) -> None:
    css = (STATIC / f"css/{sheet}.css").read_text("utf-8")
    assert len(css.encode()) < 10_000
    assert "url(" not in css and "@import" not in css


@pytest.mark.parametrize("sheet", ["resident", "answers"])
def test_the_resident_s_style_sheet_mirrors(sheet: str) -> None:
    css = (STATIC / f"css/{sheet}.css").read_text("utf-8")
    assert not re.search(r"(margin|padding|border)-(left|right)|[ ;{](left|right):|text-align: (left|right)", css)
