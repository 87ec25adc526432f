"""A pack as a whole: signature, every byte, then every figure, change and format."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey_app.evidence.packs.effects import SIDES
from survey_app.evidence.packs.packing import (
    CHANGE_COLUMNS,
    CHANGES,
    EFFECT_COLUMNS,
    EFFECTS,
    FIGURE_COLUMNS,
    FIGURES,
    FORMAT,
    MANIFEST,
    PAGE,
    PASSPORTS,
    PDF,
    SIGNATURE,
)
from survey_app.evidence.packs.shown import PrintedPack, ShownPage
from survey_app.evidence.packs.verifying.changes import change_problems, effect_problems
from survey_app.evidence.packs.verifying.figures import count_problems, figure_problems, trend_problems
from survey_app.evidence.packs.verifying.formats import book_problems, check_page_problems
from survey_app.evidence.packs.verifying.opened import (
    UNREADABLE,
    OpenedPack,
    Problem,
    rows_of,
)


@dataclass
class Verification:
    """The outcome: how many files, figures and effects of improvements were checked, and every problem."""

    files: int = 0
    figures: int = 0
    effects: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_pack(opened: OpenedPack) -> Verification:
    """Check a pack: anything changed in it is a problem, named."""
    contents = opened.files
    found = Verification(files=len(contents), problems=list(opened.problems))
    manifest = _manifest(contents, found.problems)
    unread = {problem.where for problem in opened.problems}
    found.problems += [problem for problem in _file_problems(contents, manifest) if problem.where not in unread]
    if unread:
        return found  # whatever else would be said follows from this
    passports = {path: content for path, content in contents.items() if path.startswith(PASSPORTS)}
    rows = rows_of(contents.get(FIGURES, b""), FIGURE_COLUMNS, FIGURES, found.problems)
    found.figures = len(rows)
    page, pdf = ShownPage(contents.get(PAGE, b"")), PrintedPack(contents.get(PDF, b""))
    if not page.is_text:
        found.problems.append(Problem(PAGE, "it is no text"))
    if pdf.problem and PDF in contents:
        found.problems.append(Problem(PDF, pdf.problem))
    for row in rows:
        found.problems += figure_problems(row, passports, page, pdf)
        found.problems += trend_problems(row, contents)
    compared = rows_of(contents.get(CHANGES, b""), CHANGE_COLUMNS, CHANGES, found.problems)
    found.problems += change_problems(compared, passports, page, pdf)
    told = rows_of(contents.get(EFFECTS, b""), EFFECT_COLUMNS, EFFECTS, found.problems)
    found.effects = len(told)
    found.problems += effect_problems(told, contents, passports, page, pdf)
    found.problems += count_problems(rows, contents, passports)
    found.problems += book_problems(contents)
    found.problems += check_page_problems(contents)
    cited = {row["passport"] for row in rows} | {row["previous_passport"] for row in compared}
    cited |= {row[f"{side}_passport"] for row in told for side in SIDES}
    for path in sorted(set(passports) - {f"{PASSPORTS}{code}.json" for code in cited}):
        found.problems.append(Problem(path, f"no figure of {FIGURES}, {CHANGES} or {EFFECTS} stands on it"))
    if not opened.is_exact:
        found.problems.append(Problem("the zip itself", "bytes around its files were changed"))
    return found


def _manifest(contents: Mapping[str, bytes], problems: list[Problem]) -> dict[str, str]:
    """The digest of each file by path."""
    try:
        manifest = json.loads(contents[MANIFEST])
        listed = {str(path): str(digest) for path, digest in manifest["files"].items()}
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(manifest["public_key"], validate=True))
    except UNREADABLE as error:
        problems.append(Problem(MANIFEST, f"it cannot be read as the manifest of a pack ({type(error).__name__})"))
        return {}
    try:
        key.verify(base64.b64decode(contents[SIGNATURE], validate=True), contents[MANIFEST])
    except InvalidSignature:
        problems.append(Problem(MANIFEST, f"it and {SIGNATURE} do not fit: one of them was changed"))
    except UNREADABLE:
        problems.append(Problem(SIGNATURE, "it is missing or no signature"))
    return listed


def _file_problems(contents: Mapping[str, bytes], listed: Mapping[str, str]) -> Iterator[Problem]:
    for path, digest in sorted(listed.items()):
        if path not in contents:
            yield Problem(path, "it is missing")
        elif hashlib.sha256(contents[path]).hexdigest() != digest:
            yield Problem(path, "it was changed: its SHA-256 is not the one in the manifest")
    for path in sorted(contents):
        if "\\" in path or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            yield Problem(path, "its path leads out of the pack")
        if path not in listed and path not in {MANIFEST, SIGNATURE}:
            yield Problem(path, "it is not in the manifest")
