"""The rejected rows of an import, as a file that can be corrected and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from survey_app.kernel.csvfile import CsvRow, SafeWriter
from survey_app.kernel.errors import Refused

REJECTED = ".rejected.csv"  # behind the name of the file that was read
OWN_COLUMNS = ("line", "reason")
OWN_KEYS = ("line", "their_reason")  # what only a file of ours holds


class RejectedRows:
    """Written with the first rejected row; safe to open in a spreadsheet."""

    def __init__(self, open_file: Callable[[], TextIO], header: Sequence[str]) -> None:
        self._open = open_file
        self._header = header
        self._file: TextIO | None = None

    @property
    def is_made(self) -> bool:
        return self._file is not None

    def add(self, row: CsvRow, reasons: Sequence[str]) -> None:
        """One rejected row: its line, why, and its cells as they were."""
        if self._file is None:
            self._file = self._open()
            SafeWriter(self._file).write([*OWN_COLUMNS, *map(_their_name, self._header)])
        SafeWriter(self._file).write([row.line, "; ".join(reasons), *row.cells])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class RejectsFile(RejectedRows):
    """A file that nobody but its owner may read."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        super().__init__(self._make, header)

    def _make(self) -> TextIO:
        self.path.touch(mode=0o600)
        return self.path.open("w", encoding="utf-8", newline="")


@contextmanager
def rejects_beside(path: Path, header: Sequence[str]) -> Iterator[RejectsFile]:
    """FILE.rejected.csv, the one of an earlier run removed. Refused when it cannot be written."""
    rejects = RejectsFile(path.with_name(f"{path.name}{REJECTED}"), header)
    try:
        rejects.path.unlink(missing_ok=True)
        yield rejects
    except OSError as error:
        if error.filename != str(rejects.path):
            raise
        raise Refused(f"The rejected rows cannot be written to {rejects.path} ({error.strerror}).") from error
    finally:
        rejects.close()


def is_rejects_file(keys: Sequence[str]) -> bool:
    """Whether a file is one of ours, come back corrected: its first two columns are no part of the contacts."""
    return tuple(keys[:2]) == OWN_COLUMNS


def original_values(values: Mapping[str, str]) -> dict[str, str]:
    """The values of a row of such a file, by the column keys of the file that it came from."""
    return {**values, "reason": values.get("their_reason", "")}


def _their_name(column: str) -> str:
    """A column of theirs that is called as one of ours gets a name that cannot be mixed up with it."""
    return f"their {column}" if column.casefold() in OWN_COLUMNS else column
