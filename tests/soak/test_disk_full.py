"""The disk is full where SQLite lies: people keep what they typed, nothing is half stored; with space it goes on."""

from __future__ import annotations

import errno
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.databases import Database, Templates
from tests.journey.recount import Person
from tests.soak.busy import Busy, busy
from tests.soak.keeper import rows
from tests.soak.residents import filled_in, get, links_by_recipient, thanked
from tests.soak.truth import all_is_true

pytestmark = pytest.mark.soak

DISK_MB = 64
WORDS = "They rang back on a Sunday"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, which only root can make."""
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk needs root, and leave to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def database(templates: Templates, disk: Path) -> Database:
    return templates.filled("sqlite").copy(disk)


def fill(disk: Path) -> Path:
    """Take all the space that is left, to the last byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    assert os.statvfs(disk).f_bavail == 0
    return ballast


def answers(it: Busy) -> int:
    ((number,),) = rows(it.council, "SELECT COUNT(*) FROM survey_response")
    return int(number)


def link_of(it: Busy, person: Person) -> str:
    return links_by_recipient(it.council.smtp)[person.email][0]


def is_refused(it: Busy, person: Person) -> bool:
    """Somebody who was asked and would not have answered does so. The files of the database may still have room for
    some; whoever finds none sees a page with all that they typed."""
    if person.answers or person.email not in links_by_recipient(it.council.smtp):
        return False
    link, stored = link_of(it, person), answers(it)
    person.answers = {"satisfaction": "4", "why": WORDS}
    form = urllib.parse.urlencode(filled_in(get(link), person.answers)).encode()
    try:
        with urllib.request.urlopen(link, form, timeout=60) as answer:
            it.residents.seen[person.email].add(thanked(answer.read().decode()))
    except urllib.error.HTTPError as refusal:
        page = refusal.read().decode()
        assert refusal.code == 500
        assert "Nothing of what you sent was stored." in page and "Try again in a few minutes." in page
        assert page.count(WORDS) == 2, "what was typed can be read, and sent again"
        assert answers(it) >= stored
        return True
    return False


def test_people_keep_what_they_typed_and_when_there_is_space_nothing_was_lost(database: Database, disk: Path) -> None:
    with busy(database) as it:
        it.residents.wait_for_progress(0.3, of_messages=False)
        ballast = fill(disk)
        refused = next(person for person in it.everybody if is_refused(it, person))
        assert rows(it.council, "PRAGMA integrity_check") == [("ok",)]
        ballast.unlink()
        it.residents.answer_by(refused.email, link_of(it, refused))
        it.comes_to_rest()
        all_is_true(it.council, it.everybody, it.residents, twice=2)


def test_the_error_that_a_full_disk_gives_is_the_one_that_is_meant(disk: Path) -> None:
    fill(disk)
    with pytest.raises(OSError) as full:
        (disk / "more").write_bytes(b"more")
    assert full.value.errno == errno.ENOSPC
