"""Checking a pack without the system that made it: signature, every byte, every figure again from its counts."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey_app.evidence.packs.changes import PassportPair, change_cells, changes
from survey_app.evidence.packs.effects import EffectProof, effect_cells, effect_facts, effects
from survey_app.evidence.packs.packing import (
    CHANGE_COLUMNS,
    CHANGES,
    CHECK_PAGE,
    COUNT_COLUMNS,
    COUNTS,
    EFFECT_COLUMNS,
    EFFECTS,
    ELEMENTS,
    EXHIBIT_COLUMNS,
    EXHIBITS,
    FIGURE_COLUMNS,
    FIGURES,
    FORMAT,
    MANIFEST,
    METHOD,
    ODS,
    PAGE,
    PASSPORTS,
    PDF,
    SIGNATURE,
    TREND_COLUMNS,
    TRENDS,
    XLSX,
    zip_of,
)
from survey_app.evidence.packs.shown import PrintedPack, ShownPage
from survey_app.exports.reading import UNREADABLE_BOOK, as_read, ods_sheets, xlsx_sheets
from survey_app.kernel.csvfile import plain_cell
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import Unit
from survey_app.measures.effects import Before
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of, weights_of
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.sentences import for_page
from survey_app.measures.targets import TargetLine
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.target_status import Comparator

_DATA = re.compile(r'<script type="application/json" id="pack-data">(.*?)</script>', re.DOTALL)
LARGEST_PACK = 200_000_000  # bytes: a pack is text and pictures
CLOSE = 1e-9
SIDES = {  # of an effect
    "after": "after",
    "before": "before",
    "rest_after": "the rest of the council after",
    "rest_before": "the rest of the council before",
}
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which file or figure."""

    where: str
    what: str


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
    rows = _rows(contents.get(FIGURES, b""), FIGURE_COLUMNS, FIGURES, found.problems)
    found.figures = len(rows)
    page, pdf = ShownPage(contents.get(PAGE, b"")), PrintedPack(contents.get(PDF, b""))
    if not page.is_text:
        found.problems.append(Problem(PAGE, "it is no text"))
    if pdf.problem and PDF in contents:
        found.problems.append(Problem(PDF, pdf.problem))
    for row in rows:
        found.problems += _figure_problems(row, passports, page, pdf)
        found.problems += _trend_problems(row, contents)
    compared = _rows(contents.get(CHANGES, b""), CHANGE_COLUMNS, CHANGES, found.problems)
    found.problems += _change_problems(compared, passports, page, pdf)
    told = _rows(contents.get(EFFECTS, b""), EFFECT_COLUMNS, EFFECTS, found.problems)
    found.effects = len(told)
    found.problems += _effect_problems(told, contents, passports, page, pdf)
    found.problems += _count_problems(rows, contents, passports)
    found.problems += _book_problems(contents)
    found.problems += _check_page_problems(contents)
    cited = {row["passport"] for row in rows} | {row["previous_passport"] for row in compared}
    cited |= {row[f"{side}_passport"] for row in told for side in SIDES}
    for path in sorted(set(passports) - {f"{PASSPORTS}{code}.json" for code in cited}):
        found.problems.append(Problem(path, f"no figure of {FIGURES}, {CHANGES} or {EFFECTS} stands on it"))
    if not opened.is_exact:
        found.problems.append(Problem("the zip itself", "bytes around its files were changed"))
    return found


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
    for row in _rows(files.get(EFFECTS, b""), EFFECT_COLUMNS, EFFECTS, unread):
        found |= {row[f"{side}_passport"]: f"effect {row['exhibit']}, {words}" for side, words in SIDES.items()}
    for row in _rows(files.get(CHANGES, b""), CHANGE_COLUMNS, CHANGES, unread):
        found[row["previous_passport"]] = f"figure {row['exhibit']}, the year before"
    for row in _rows(files.get(FIGURES, b""), FIGURE_COLUMNS, FIGURES, unread):
        found[row["passport"]] = f"figure {row['exhibit']}, {row['title']}"
    return found


def targets_of(opened: OpenedPack) -> dict[str, TargetLine | None]:
    """The target that each figure was judged by, by the code of its passport."""
    rows = _rows(opened.files.get(FIGURES, b""), FIGURE_COLUMNS, FIGURES, [])
    try:
        targets = {row["passport"]: _target(row) for row in rows}
        return {code: line for code, line in targets.items() if line is None or line.comparator in set(Comparator)}
    except ValueError:
        return {}  # verify_pack has named it


def public_key_of(opened: OpenedPack) -> str | None:
    """The key that the manifest says it is signed with."""
    try:
        return str(json.loads(opened.files[MANIFEST])["public_key"])
    except UNREADABLE:
        return None


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


def _rows(content: bytes, columns: tuple[str, ...], path: str, problems: list[Problem]) -> list[dict[str, str]]:
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


def _figure_problems(
    row: Mapping[str, str], passports: Mapping[str, bytes], page: ShownPage, pdf: PrintedPack
) -> Iterator[Problem]:
    """A figure must be the same in CSV, page, PDF and passport, and follow from the passport's counts."""
    code = row["passport"]
    where = f"figure {row['exhibit']}"
    content = passports.get(f"{PASSPORTS}{code}.json")
    if content is None:
        yield Problem(where, f"passport {code} is missing")
        return
    if short_code(hashlib.sha256(content).hexdigest()) != code:
        yield Problem(where, f"passport {code} does not fit its own hash")
    try:
        document = json.loads(content)
        target = _target(row)
        figure = figure_of(document, target)
        if canonical(document).encode() != content:
            yield Problem(where, f"passport {code} is not written in its one form")
        expected = figure_cells(figure) | {"data_cut": document["data_cut"]}
    except InvalidInput as problem:
        yield Problem(where, f"passport {code}: {problem}")
        return
    except UNREADABLE as error:
        yield Problem(where, f"its numbers cannot be read ({type(error).__name__})")
        return
    if figure.base < MINIMUM_BASE:
        yield Problem(where, f"it stands on fewer than {MINIMUM_BASE} answers and may not be shown")
    for column, value in expected.items():
        if not _same(row[column], value):
            yield Problem(where, f"{column} is {row[column] or 'empty'} in {FIGURES}, and {value} from the counts")
    yield from _shown_problems(row, figure, page, pdf)


def _shown_problems(row: Mapping[str, str], figure: Figure, page: ShownPage, pdf: PrintedPack) -> Iterator[Problem]:
    where, text = f"figure {row['exhibit']}", for_page(value_text(figure.measure, figure))
    shown = f"{text}, {figure.base} counted"
    if figure.numerator is not None:
        shown = f"{text}, {figure.numerator} of {figure.base}"
    if not page.shows(row["passport"], figure):
        yield Problem(where, f"{PAGE} does not show {shown}, wherever it cites it")
    if not pdf.problem:
        for place in pdf.missing(row["exhibit"], row["title"], row["elements"], row["passport"], figure):
            yield Problem(where, f"{PDF} does not show {shown}, {place}")


def figure_cells(figure: Figure) -> dict[str, str | int | float | None]:
    """What follows from a passport and a target, as figures.csv writes it."""
    return {
        "measure": figure.measure.name,
        "unit": figure.measure.unit.value,
        "from": figure.period.first.isoformat(),
        "to": figure.period.last.isoformat(),
        "where": "; ".join(f"{name}={','.join(codes)}" for name, codes in figure.query.where),
        "shown": value_text(figure.measure, figure),
        "value": figure.value,
        "numerator": figure.numerator,
        "base": figure.base,
        "low": figure.low,
        "high": figure.high,
        "target": figure.target,
        "comparator": figure.comparator,
        "status": figure.status,
    }


def _count_problems(
    rows: Sequence[Mapping[str, str]], contents: Mapping[str, bytes], passports: Mapping[str, bytes]
) -> Iterator[Problem]:
    """The counts as a table are those of the passports."""
    problems: list[Problem] = []
    written = [tuple(row.values()) for row in _rows(contents.get(COUNTS, b""), COUNT_COLUMNS, COUNTS, problems)]
    yield from problems
    expected: list[tuple[str, ...]] = []
    for row in rows:
        try:
            counts = count_rows(row["exhibit"], _document(passports, row["passport"]))
            expected += [tuple("" if cell is None else str(cell) for cell in count) for count in counts]
        except (InvalidInput, *UNREADABLE):
            return  # said of the figure
    if written != expected and not problems:
        wrong = sorted({row[0] for row in set(written) ^ set(expected)}) or ["their order"]
        yield Problem(COUNTS, f"it does not hold the counts of the passports: {', '.join(wrong)}")


def _book_problems(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    """Each workbook holds what the CSV files hold, sheet by sheet and cell by cell."""
    tables = {path: _table(content) for path, content in contents.items() if _is_table(path)}
    expected = sorted((rows for rows in tables.values() if rows is not None), key=str)
    for path, read in ((XLSX, xlsx_sheets), (ODS, ods_sheets)):
        if path not in contents:
            continue  # the manifest says so
        try:
            sheets = read(contents[path])
        except UNREADABLE_BOOK as error:
            yield Problem(path, f"it cannot be read as a workbook ({type(error).__name__})")
            continue
        if sorted(sheets.values(), key=str) == expected:
            continue
        wrong = [name for name, rows in sheets.items() if rows not in expected]
        yield Problem(path, f"it does not say what the CSV files say: {', '.join(wrong) or 'a sheet is missing'}")


def _is_table(path: str) -> bool:
    return path in {ELEMENTS, FIGURES, COUNTS, CHANGES, EFFECTS, EXHIBITS, METHOD} or path.startswith(TRENDS)


def _table(content: bytes) -> list[list[str]] | None:
    """The cells of a CSV of ours as `exports.reading` gives those of a workbook; None for no CSV."""
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return [as_read([plain_cell(cell) for cell in row]) for row in rows]
    except (ValueError, csv.Error):
        return None


def _check_page_problems(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    """The page that counts again must count what the pack holds, not something else."""
    try:
        held = json.loads(_DATA.search(contents.get(CHECK_PAGE, b"").decode()).group(1))  # type: ignore[union-attr]
        passports = {f"{PASSPORTS}{code}.json": text.encode() for code, text in held["passports"].items()}
        table = held["csv"].encode("utf-8-sig")
    except UNREADABLE:
        yield Problem(CHECK_PAGE, "it does not hold the figures that it counts again")
        return
    if table != contents.get(FIGURES) or any(contents.get(path) != text for path, text in passports.items()):
        yield Problem(CHECK_PAGE, f"it counts other figures than those of {FIGURES}")


def count_rows(exhibit: str, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, int, int | None]]:
    """The counts behind a figure, as counts.csv writes them: those in the base, then those outside it."""
    code = short_code(sha256(canonical(dict(document))))
    weights = weights_of(document)
    counts = document["counts"]
    for value, n in sorted(counts["by_value"].items()):
        yield exhibit, code, "in the base", value, n, weights[value]
    for name in sorted(set(counts) - {"base", "numerator", "by_value"}):
        yield exhibit, code, "outside the base", name, counts[name], None


def _change_problems(
    rows: Sequence[Mapping[str, str]], passports: Mapping[str, bytes], page: ShownPage, pdf: PrintedPack
) -> Iterator[Problem]:
    """Every comparison of the pack again, together as they were made: from the counts of two passports each."""
    try:
        pairs = [
            PassportPair(
                row["exhibit"],
                now=_document(passports, row["passport"]),
                before=_document(passports, row["previous_passport"]),
                is_named=row["named"] == "yes",
            )
            for row in rows
        ]
        found = changes(pairs)
    except InvalidInput as problem:
        yield Problem(CHANGES, problem.message)
        return
    for row, pair in zip(rows, pairs, strict=True):
        where, change = f"change of {row['exhibit']}", found[pair.exhibit]
        for column, value in change_cells(pair, change).items():
            if not _same(row[column], value):
                yield Problem(where, f"{column} is {row[column] or 'empty'} in {CHANGES}, and {value} from the counts")
        said = for_page(change.sentence)
        if page.changes.get(row["exhibit"], set()) != {said}:
            yield Problem(where, f"{PAGE} does not say “{said}” wherever it speaks of it")
        if not pdf.problem and not pdf.says(said):
            yield Problem(where, f"{PDF} does not say “{said}”")
    for exhibit in sorted(set(page.changes) - set(found)):
        yield Problem(f"change of {exhibit}", f"{PAGE} claims one, and {CHANGES} holds none")


def _effect_problems(
    rows: Sequence[Mapping[str, str]],
    contents: Mapping[str, bytes],
    passports: Mapping[str, bytes],
    page: ShownPage,
    pdf: PrintedPack,
) -> Iterator[Problem]:
    """Every effect of an improvement again, together as they were told: from the counts before and after."""
    problems: list[Problem] = []
    listed = _rows(contents.get(EXHIBITS, b""), EXHIBIT_COLUMNS, EXHIBITS, problems)
    yield from problems
    exhibits = {row["exhibit"]: row for row in listed}
    try:
        proofs = [_effect_proof(row, passports) for row in rows]
        found = effects(proofs)
    except InvalidInput as problem:
        yield Problem(EFFECTS, problem.message)
        return
    except UNREADABLE as error:
        yield Problem(EFFECTS, f"what was named cannot be read ({type(error).__name__})")
        return
    for row, proof in zip(rows, proofs, strict=True):
        where, effect = f"effect {row['exhibit']}", found[proof.exhibit]
        for column, value in effect_cells(proof, effect).items():
            if column in row and not _same(row[column], value):
                yield Problem(where, f"{column} is {row[column] or 'empty'} in {EFFECTS}, and {value} from the counts")
        facts = effect_facts(proof, effect)
        if page.effects.get(proof.exhibit, set()) != {effect.sentence, *(words for _, words in facts)}:
            yield Problem(where, f"{PAGE} does not say “{effect.sentence}” with its counts, and that alone")
        said = exhibits.get(proof.exhibit, {"sentence": "", "details": ""})
        lines = said["details"].splitlines()
        if said["sentence"] != effect.sentence or any(f"{name}: {words}" not in lines for name, words in facts):
            yield Problem(where, f"{EXHIBITS} does not say “{effect.sentence}” with its counts")
        if not pdf.problem and not (pdf.says(effect.sentence) and all(pdf.says(*fact) for fact in facts)):
            yield Problem(where, f"{PDF} does not say “{effect.sentence}” with its counts")
    for exhibit in sorted(set(page.effects) - set(found)):
        yield Problem(f"effect {exhibit}", f"{PAGE} tells of one, and {EFFECTS} holds none")


def _effect_proof(row: Mapping[str, str], passports: Mapping[str, bytes]) -> EffectProof:
    sides = {side: row[f"{side}_passport"] for side in SIDES}
    return EffectProof(
        row["exhibit"],
        row["what"],
        row["scope"],
        date.fromisoformat(row["done_on"]),
        int(row["settling_days"]),
        row["better"] == "lower",
        Before(row["compared_with"]),
        **{side: _document(passports, code) for side, code in sides.items() if code or side in {"after", "before"}},
    )


def _document(passports: Mapping[str, bytes], code: str) -> dict[str, Any]:
    """A passport that fits its own short code. InvalidInput when there is none."""
    content = passports.get(f"{PASSPORTS}{code}.json", b"")
    if short_code(hashlib.sha256(content).hexdigest()) != code:
        raise InvalidInput(f"passport {code} is missing, or does not fit its own hash")
    try:
        document: dict[str, Any] = json.loads(content)
    except UNREADABLE as error:
        raise InvalidInput(f"passport {code} cannot be read") from error
    return document


def _trend_problems(row: Mapping[str, str], contents: Mapping[str, bytes]) -> Iterator[Problem]:
    path = f"{TRENDS}{row['exhibit']}.csv"
    if path not in contents:
        return
    problems: list[Problem] = []
    for part in _rows(contents[path], TREND_COLUMNS, path, problems):
        if not part["numerator"]:
            continue  # hidden, or no answers
        try:
            numerator, base = int(part["numerator"]), int(part["base"])
            expected: dict[str, float] = {"value": numerator / base}
            if row["unit"] == Unit.SHARE:
                interval = wilson_interval(numerator, base)
                expected |= {"low": interval.low, "high": interval.high}
        except (ValueError, ZeroDivisionError):
            yield Problem(path, f"{part['period']}: its numbers cannot be read")
            continue
        for column, value in expected.items():
            if not _same(part[column], value):
                yield Problem(path, f"{part['period']}: {column} is {part[column]}, and {value} from the counts")
    yield from problems


def _target(row: Mapping[str, str]) -> TargetLine | None:
    if not row["target"]:
        return None
    return TargetLine(None, float(row["target"]), row["comparator"], date.fromisoformat(row["from"]), None)


def _same(written: str, value: str | int | float | None) -> bool:
    if isinstance(value, float):
        try:
            return abs(float(written) - value) <= CLOSE
        except ValueError:
            return False
    return written == ("" if value is None else str(value))
