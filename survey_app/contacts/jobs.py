"""The jobs that take files out of the drop folder, and those that forget: how to reach people, and files."""

from __future__ import annotations

import dataclasses
import logging
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from flask import current_app

from survey_app.audit.operations import record_act
from survey_app.contacts.blocking.operations import forget_failures
from survey_app.contacts.drop_folder import DropFolder, Dropped
from survey_app.contacts.feeds.sources import FOLDER
from survey_app.contacts.operations import ContactsImport, forget_details, forget_files, import_contacts
from survey_app.contacts.queries import details_to_forget, files_to_forget
from survey_app.extensions import transaction
from survey_app.kernel.errors import InvalidInput
from survey_app.settings import Settings
from survey_app.work.jobs import LEASE, Job, is_ending, keep_lease

log = logging.getLogger(__name__)

KEEP_LEASE_SECONDS = LEASE / timedelta(seconds=1) / 5


class _Ending(Exception):
    """The worker was told to end in the middle of a file. The next one begins with it again."""


def take_in_file(now: datetime, worker: str) -> int:
    """Take in the next file of the drop folder; 1, or 0 when there is none.

    Killed at any moment nothing is lost or there twice: the file is read again, and what it brought is known by its
    references. A file that as a whole cannot be read goes to failed/ with the reason, and the next has its turn.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.contacts_folder is None:
        return 0
    folder = DropFolder(settings.contacts_folder)
    file = folder.next(now)
    if file is None:
        return 0
    if folder.put_away(file):
        return 1
    before = file.state
    try:
        result = _read(file, now, worker)
    except InvalidInput as problem:
        if file.state is not None:
            _fail(folder, file, problem.message, now)
    except FileNotFoundError:
        log.info("the file %s of contacts was put away by another worker", file.path.name)
    except _Ending:
        return 0
    else:
        if file.state in (before, None):  # else they are still writing it, and it is read once more
            folder.finish(file, _told(result, file))
    return 1


def _read(file: Dropped, now: datetime, worker: str) -> ContactsImport:
    if not file.is_plain:
        raise InvalidInput("This is a link or no plain file, and was not opened.")
    kept_at = monotonic()

    def look_round(_bytes: int) -> None:
        nonlocal kept_at
        if is_ending():
            raise _Ending
        if monotonic() - kept_at > KEEP_LEASE_SECONDS:
            keep_lease(TAKE_IN.name, worker)
            kept_at = monotonic()

    return import_contacts(file.path, now=now, source=FOLDER, on_progress=look_round)


def _fail(folder: DropFolder, file: Dropped, reason: str, now: datetime) -> None:
    log.warning("the file %s of contacts cannot be read: %s", file.path.name, reason)
    with transaction():
        record_act("contacts.file refused", file.path.name, at=now, actor_kind="job")
    folder.fail(file, reason)


def _told(result: ContactsImport, file: Dropped) -> dict[str, Any]:
    """What the result says. Of a file that was begun twice, what came in the first time is counted as duplicate."""
    told = dataclasses.asdict(result)
    rejects = told["rejects_file"]
    return told | {"rejects_file": Path(rejects).name if rejects else None, "is_resumed": file.is_resumed}


TAKE_IN = Job("take_in_files", "Takes files of contacts out of the drop folder.", take_in_file)
FORGET = Job(
    "forget_details",
    "Deletes addresses and numbers that were kept long enough.",
    forget_details,
    backlog=details_to_forget,
)
FORGET_FILES = Job(
    "forget_files",
    "Deletes uploaded files that nobody imported in time.",
    forget_files,
    backlog=files_to_forget,
)
FORGET_FAILURES = Job("forget_failures", "Deletes what no longer counts of addresses that failed.", forget_failures)
