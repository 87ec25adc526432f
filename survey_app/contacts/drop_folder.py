"""A folder into which another system drops files of contacts, and what becomes of each.

A file is taken by renaming it into working/, which is ours alone: of two workers one gets it, and nobody can exchange
it for something else afterwards. It ends in done/ or failed/, last of all, when its result lies there already. So
whoever dies in between leaves a file in working/ to be read again, which changes nothing twice, or one to be put away.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from survey_app.contacts.rejects import REJECTED
from survey_app.kernel.errors import Refused

SETTLED = timedelta(minutes=1)  # nothing has changed in a file for so long: it is complete
LONGEST_NAME = 100  # characters of theirs
_ENDING = ".csv"
_RESULT = ".result.json"


@dataclass(frozen=True)
class Dropped:
    """A file in working/. `is_resumed`: somebody began with it before, and did not come to the end."""

    path: Path
    is_resumed: bool

    @property
    def state(self) -> tuple[int, int] | None:
        """Size and time of the last change: what differs when it was still being written. None when it is gone."""
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            return None
        return found.st_size, found.st_mtime_ns

    @property
    def is_plain(self) -> bool:
        """A file, and the only name of it: a link could lead to a file that is not theirs.

        FileNotFoundError when it is gone.
        """
        found = self.path.lstat()
        return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


class DropFolder:
    """The folder that CONTACTS_FOLDER names, with working/, done/ and failed/ in it."""

    def __init__(self, path: Path) -> None:
        """Refused when there is no such folder, or one of the three is no folder in it."""
        self._path = path
        if not path.is_dir():
            raise Refused(f"CONTACTS_FOLDER {path} is no folder.")
        self._working, self._done, self._failed = (_own_folder(path / name) for name in ("working", "done", "failed"))

    def next(self, now: datetime) -> Dropped | None:
        """The file that somebody began with, else the oldest that is complete, taken; None when there is none."""
        for path in sorted(self._working.iterdir()):
            if path.name.endswith(_ENDING) and not path.name.endswith(REJECTED):
                return Dropped(path, is_resumed=True)
        for name in self._complete(now):
            target = self._working / f"{now:%Y%m%d-%H%M%S}-{_safe_name(name)}"
            if any((folder / target.name).exists() for folder in (self._working, self._done, self._failed)):
                continue  # it gets a name of its own in the next second
            try:
                (self._path / name).rename(target)
            except FileNotFoundError:
                continue  # another worker was quicker, or they took it back
            return Dropped(target, is_resumed=False)
        return None

    def put_away(self, file: Dropped) -> bool:
        """Put a file away whose result is written already; whether it was."""
        for folder in (self._done, self._failed):
            if (folder / f"{file.path.name}{_RESULT}").exists():
                self._move(file, folder)
                return True
        return False

    def finish(self, file: Dropped, result: Mapping[str, object]) -> None:
        """The file was read: its rejected rows, its result, and last itself, to done/."""
        with self._one_at_a_time():
            with suppress(FileNotFoundError):  # no row was rejected
                rejects = file.path.with_name(f"{file.path.name}{REJECTED}")
                rejects.rename(self._done / rejects.name)
            self._end(file, self._done, result)

    def fail(self, file: Dropped, reason: str) -> None:
        """The file as a whole cannot be read: why, and last itself, to failed/."""
        with self._one_at_a_time():
            self._end(file, self._failed, {"error": reason})

    def _end(self, file: Dropped, folder: Path, result: Mapping[str, object]) -> None:
        if file.state is None:
            return  # a worker that was held up for longer than its lease has done it, and its result stays
        target = folder / f"{file.path.name}{_RESULT}"
        half = folder / f".{target.name}.part"
        half.write_text(json.dumps({"file": file.path.name, **result}, indent=2) + "\n", encoding="utf-8")
        half.replace(target)
        self._move(file, folder)

    def _move(self, file: Dropped, folder: Path) -> None:
        with suppress(FileNotFoundError):  # another worker puts it away, too
            file.path.rename(folder / file.path.name)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Of two workers with one file in hand, one ends it after the other. Whoever dies lets go."""
        folder = os.open(self._working, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _complete(self, now: datetime) -> list[str]:
        """The names of files in which nothing has changed for a minute, the oldest first."""
        with os.scandir(self._path) as entries:
            names = [name for entry in entries if (name := entry.name).lower().endswith(_ENDING) and name[0] != "."]
        latest, settled = (now - SETTLED).timestamp(), []
        for name in names:
            with suppress(FileNotFoundError):  # they took it back
                found = (self._path / name).lstat()
                # a copy may bring the time of its last change along, but never that of the last change to its entry
                if max(found.st_mtime, found.st_ctime) <= latest and not stat.S_ISDIR(found.st_mode):
                    settled.append((found.st_mtime, name))
        return [name for _, name in sorted(settled)]


def _own_folder(path: Path) -> Path:
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if path.is_symlink() or not path.is_dir():
        raise Refused(f"{path} must be a folder, and no link to one.")
    return path


def _safe_name(name: str) -> str:
    """Their name of the file with nothing odd in it. Rejected rows that come back corrected get the name they had."""
    while name.endswith(f"{_ENDING}{REJECTED}"):
        name = name.removesuffix(REJECTED)
    stem = re.sub(r"[^\w.-]", "_", name[: -len(_ENDING)], flags=re.ASCII)[:LONGEST_NAME]
    return f"{stem}{_ENDING}"
