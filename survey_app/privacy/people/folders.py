"""Files on disk that may name a person: letters in the outbox folder, and files in the drop folder."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from survey_app.privacy.people.naming import Details
from survey_app.privacy.people.rows import rows_about, without_rows

HEAD_BYTES = 8_192  # in which the headers of a letter stand
FOLDERS = ("working", "done", "failed")


def letters_to(outbox: Path, references: Collection[str], details: Details) -> Iterator[Path]:
    """Letters that were written to the outbox folder for somebody, known by what they are about or to whom they go."""
    for path in sorted(outbox.glob("*.eml")):
        if path.name.partition("-")[0].partition(".")[0] in references or details.stand_in(_head(path)):
            yield path


def files_about(folder: Path | None, details: Details) -> list[Path]:
    """Files in the drop folder with a row about somebody."""
    return [path for path in _files(folder) if rows_about(path.read_bytes(), details)]


def without_person(folder: Path | None, details: Details) -> int:
    """Take the rows about somebody out of the files in the drop folder; how many."""
    gone = 0
    for path in files_about(folder, details):
        content, rows = without_rows(path.read_bytes(), details)
        half = path.with_name(f".{path.name}.part")
        half.touch(mode=0o600)
        half.write_bytes(content)
        half.replace(path)
        gone += rows
    return gone


def _files(folder: Path | None) -> Iterator[Path]:
    """Of those that wait to be taken in nothing is read: they are still their owner's."""
    for name in FOLDERS if folder is not None else ():
        assert folder is not None
        for path in sorted((folder / name).glob("*.csv")):
            if path.is_file() and not path.is_symlink():
                yield path


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).decode("utf-8", "replace").replace("\r\n ", "")
