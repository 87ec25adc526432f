"""The files of a pack, its passports and tables, read as what they may be: changed by anybody."""

from __future__ import annotations

import binascii
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from survey_app.evidence.packs.effects import SIDES
from survey_app.evidence.packs.packing import (
    CHANGE_COLUMNS,
    CHANGES,
    EFFECT_COLUMNS,
    EFFECTS,
    FIGURE_COLUMNS,
    FIGURES,
    MANIFEST,
    PASSPORTS,
    zip_of,
)
from survey_app.kernel.csvfile import plain_cell
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.frozen import figure_of
from survey_app.measures.passport import short_code
from survey_app.measures.targets import TargetLine
from survey_app.statistics.target_status import Comparator

LARGEST_PACK = 200_000_000  # bytes: a pack is text and pictures
CLOSE = 1e-9
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which file or figure."""

    where: str
    what: str


@dataclass(frozen=True)
class OpenedPack:
    """A pack's files by path, whether its bytes are those that its files make, and what was wrong with the zip."""

    files: Mapping[str, bytes]
    is_exact: bool
    problems: tuple[Problem, ...] = ()


def open_pack(path: Path) -> OpenedPack:
    """Read a pack. InvalidInput, in one sentence, when the file is none, is damaged or asks for more than it holds."""
    try:
        if path.stat().st_size > LARGEST_PACK:
            raise InvalidInput(f"{path.name} is too large to be a pack.")
        packed = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise InvalidInput(
                    f"{path.name} is compressed. A pack's files are stored as they are: it was made again."
                )
            if sum(entry.file_size for entry in entries) > len(packed):
                raise InvalidInput(f"{path.name} is damaged: it claims to hold more than it does.")
            contents, problems = _read(archive)
    except InvalidInput:
        raise
    except Exception as error:  # a damaged zip fails in many ways; whatever it is, this is no pack
        raise InvalidInput(f"{path.name} cannot be read as a pack: {str(error) or type(error).__name__}.") from error
    try:
        is_exact = zip_of(contents) == packed
    except (ValueError, UnicodeError, OverflowError):
        is_exact = False
    return OpenedPack(contents, is_exact, tuple(problems))


def _read(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Problem]]:
    """Every file that can be read, and what is wrong with the others."""
    contents, problems = dict[str, bytes](), list[Problem]()
    for entry in archive.infolist():
        if entry.filename in contents:
            problems.append(Problem(entry.filename, "it is in the zip more than once"))
        try:
            contents[entry.filename] = archive.read(entry)
        except Exception as error:  # as many ways as for the zip itself
            what = f"it was changed: it cannot be read from the zip ({str(error) or type(error).__name__})"
            problems.append(Problem(entry.filename, what))
    return contents, problems


def passport_documents(opened: OpenedPack) -> Iterator[dict[str, Any]]:
    """The readable passports of a pack, to be run again against a live system."""
    for path, content in sorted(opened.files.items()):
        if path.startswith(PASSPORTS):
            try:
                figure_of(document := json.loads(content))
            except (InvalidInput, *UNREADABLE):
                continue  # verify_pack has named it
            yield document


def places_of(opened: OpenedPack) -> dict[str, str]:
    """Where each passport is cited, by its code: as a figure, as a year before, or as a side of an effect."""
    unread: list[Problem] = []  # verify_pack has named what it is
    files, found = opened.files, dict[str, str]()
    for row in rows_of(files.get(EFFECTS, b""), EFFECT_COLUMNS, EFFECTS, unread):
        found |= {row[f"{side}_passport"]: f"effect {row['exhibit']}, {words}" for side, words in SIDES.items()}
    for row in rows_of(files.get(CHANGES, b""), CHANGE_COLUMNS, CHANGES, unread):
        found[row["previous_passport"]] = f"figure {row['exhibit']}, the year before"
    for row in rows_of(files.get(FIGURES, b""), FIGURE_COLUMNS, FIGURES, unread):
        found[row["passport"]] = f"figure {row['exhibit']}, {row['title']}"
    return found


def targets_of(opened: OpenedPack) -> dict[str, TargetLine | None]:
    """The target that each figure was judged by, by the code of its passport."""
    rows = rows_of(opened.files.get(FIGURES, b""), FIGURE_COLUMNS, FIGURES, [])
    try:
        targets = {row["passport"]: target_of(row) for row in rows}
        return {code: line for code, line in targets.items() if line is None or line.comparator in set(Comparator)}
    except ValueError:
        return {}  # verify_pack has named it


def public_key_of(opened: OpenedPack) -> str | None:
    """The key that the manifest says it is signed with."""
    try:
        return str(json.loads(opened.files[MANIFEST])["public_key"])
    except UNREADABLE:
        return None


def rows_of(content: bytes, columns: tuple[str, ...], path: str, problems: list[Problem]) -> list[dict[str, str]]:
    """The rows of a CSV of ours, as they were before cells were made safe for spreadsheets."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header, *rows = [[plain_cell(cell) for cell in row] for row in reader]
        if tuple(header) != columns or any(len(row) != len(columns) for row in rows):
            raise ValueError("columns")
    except (ValueError, csv.Error):
        problems.append(Problem(path, "it does not have the columns of a pack"))
        return []
    return [dict(zip(columns, row, strict=True)) for row in rows]


def document_of(passports: Mapping[str, bytes], code: str) -> dict[str, Any]:
    """A passport that fits its own short code. InvalidInput when there is none."""
    content = passports.get(f"{PASSPORTS}{code}.json", b"")
    if short_code(hashlib.sha256(content).hexdigest()) != code:
        raise InvalidInput(f"passport {code} is missing, or does not fit its own hash")
    try:
        document: dict[str, Any] = json.loads(content)
    except UNREADABLE as error:
        raise InvalidInput(f"passport {code} cannot be read") from error
    return document


def target_of(row: Mapping[str, str]) -> TargetLine | None:
    if not row["target"]:
        return None
    return TargetLine(None, float(row["target"]), row["comparator"], date.fromisoformat(row["from"]), None)


def is_same(written: str, value: str | int | float | None) -> bool:
    if isinstance(value, float):
        try:
            return abs(float(written) - value) <= CLOSE
        except ValueError:
            return False
    return written == ("" if value is None else str(value))
