"""Checking a pack without the system that made it: signature, every hash, every figure again from its counts."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey_app.evidence.packing import FIGURES, FORMAT, MANIFEST, PAGE, PASSPORTS, SIGNATURE
from survey_app.kernel.errors import InvalidInput
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.rounding import share_text

LARGEST_FILE = 200_000_000  # bytes, unpacked: a pack is text and pictures, so more is a bomb
CLOSE = 1e-12


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which file or figure."""

    where: str
    what: str


@dataclass
class Verification:
    """The outcome: how many files and figures were checked, and every problem."""

    files: int = 0
    figures: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_pack(path: Path) -> Verification:
    """Check a pack. InvalidInput when the file is no pack at all; anything changed inside one is a problem, named."""
    contents = _unpack(path)
    found = Verification(files=len(contents))
    manifest = _manifest(contents, found)
    found.problems += _hash_problems(contents, manifest)
    passports = {name: content for name, content in contents.items() if name.startswith(PASSPORTS)}
    figures = _figure_rows(contents.get(FIGURES, b""))
    found.figures = len(figures)
    shown = _shown_on_page(contents.get(PAGE, b""))
    for row in figures:
        found.problems += _figure_problems(row, passports, shown)
    return found


def passport_documents(path: Path) -> Iterator[dict[str, Any]]:
    """The passports in a pack, to be run again against a live system."""
    for name, content in sorted(_unpack(path).items()):
        if name.startswith(PASSPORTS):
            yield json.loads(content)


def _unpack(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_FILE:
                raise InvalidInput(f"{path.name} is too large to be a pack.")
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise InvalidInput(f"{path.name} cannot be read as a pack: {error}.") from error
    except Exception as error:  # zlib's own error, whose class depends on the compression
        raise InvalidInput(f"{path.name} is damaged: {error}.") from error


def _manifest(contents: Mapping[str, bytes], found: Verification) -> dict[str, Any]:
    try:
        manifest = json.loads(contents[MANIFEST])
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(manifest["public_key"], validate=True))
        key.verify(base64.b64decode(contents[SIGNATURE], validate=True), contents[MANIFEST])
    except InvalidSignature:
        found.problems.append(Problem(MANIFEST, "the signature does not fit: the manifest was changed"))
    except (KeyError, ValueError, TypeError, binascii.Error) as error:
        found.problems.append(Problem(MANIFEST, f"it cannot be read as the manifest of a pack ({error})"))
        return {"files": {}}
    return dict(manifest)


def _hash_problems(contents: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Problem]:
    listed: dict[str, str] = manifest["files"]
    for name, digest in sorted(listed.items()):
        if name not in contents:
            yield Problem(name, "it is missing")
        elif hashlib.sha256(contents[name]).hexdigest() != digest:
            yield Problem(name, "it was changed: its SHA-256 is not the one in the manifest")
    for name in sorted(set(contents) - set(listed) - {MANIFEST, SIGNATURE}):
        yield Problem(name, "it is not in the manifest")


def _figure_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"))))


def _figure_problems(
    row: Mapping[str, str], passports: Mapping[str, bytes], shown: Mapping[str, tuple[str, str, str]]
) -> Iterator[Problem]:
    """A figure must be the same in the CSV, on the page and in its passport, and follow from the passport's counts."""
    code = row.get("passport") or "?"
    where = f"figure {row.get('exhibit') or code}"
    content = passports.get(f"{PASSPORTS}{code}.json")
    if content is None:
        yield Problem(where, f"passport {code} is missing")
        return
    if f"p1-{hashlib.sha256(content).hexdigest()[:20]}" != code:
        yield Problem(where, f"passport {code} does not fit its own hash")
    try:
        counts = json.loads(content)["counts"]
        numerator, base, by_value = int(counts["numerator"]), int(counts["base"]), counts["by_value"]
        printed = (int(row["numerator"]), int(row["base"]), float(row["value"]), float(row["low"]), float(row["high"]))
    except (KeyError, ValueError, TypeError) as error:
        yield Problem(where, f"its numbers cannot be read ({error})")
        return
    if sum(by_value.values()) != base:
        yield Problem(where, "the counts of its passport do not add up to the base")
    interval = wilson_interval(numerator, base)
    for name, expected, found in zip(
        ("numerator", "base", "value", "low", "high"),
        (numerator, base, numerator / base, interval.low, interval.high),
        printed,
        strict=True,
    ):
        if abs(expected - found) > CLOSE:
            yield Problem(where, f"{name} is {found} in {FIGURES} and {expected} from the counts")
    if shown.get(code) != (str(numerator), str(base), share_text(numerator, base)):
        yield Problem(where, f"{PAGE} does not show {share_text(numerator, base)}, {numerator} of {base}")


class _Figures(HTMLParser):
    """Collects what the page shows of each figure: elements with data-passport hold the value as text."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, tuple[str, str, str]] = {}
        self._open: tuple[str, str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-passport" in given:
            self._open = given["data-passport"], given.get("data-numerator", ""), given.get("data-base", "")

    def handle_data(self, data: str) -> None:
        if self._open is not None and data.strip():
            code, numerator, base = self._open
            self.shown[code] = numerator, base, data.strip()
            self._open = None


def _shown_on_page(content: bytes) -> dict[str, tuple[str, str, str]]:
    parser = _Figures()
    parser.feed(content.decode("utf-8", "replace"))
    return parser.shown
