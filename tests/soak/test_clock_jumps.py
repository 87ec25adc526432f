"""Clocks of machines differ by an hour or a day, back and forward: each message goes once, each answer counts once.

The time of a process is moved by libfaketime (Debian: faketime); web server and database keep the true one.
"""

from __future__ import annotations

from copy import copy
from pathlib import Path

import pytest

from survey_app.kernel.clock import utc_now
from tests.databases import Database
from tests.journey.council import BIN
from tests.journey.recount import people
from tests.soak.keeper import Kept, asked_council, kept, rows
from tests.soak.residents import Residents
from tests.soak.truth import all_is_true

pytestmark = pytest.mark.soak

LIBRARY = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
CONTACTS = 120


@pytest.fixture
def library() -> Path:
    if LIBRARY is None:
        pytest.skip("libfaketime is not here; on Debian: apt-get install faketime")
    return LIBRARY


@pytest.fixture(params=["-1d", "-1h", "+1h", "+1d"])
def jump(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_worker_whose_clock_is_wrong_sends_nothing_twice_and_loses_nothing(
    database: Database, library: Path, jump: str
) -> None:
    everybody = people(CONTACTS, {"why": [""] * CONTACTS, "improve": [""] * CONTACTS}, utc_now())
    with asked_council(database, everybody) as council:
        residents = Residents(everybody, council.smtp)
        council.flask("jobs", "run", "--once", "draw_invitations")
        elsewhere = copy(council)
        elsewhere.environment = council.environment | {
            "LD_PRELOAD": str(library),
            "FAKETIME": jump,
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        with kept(council, workers=1) as keeper, (council.folder / "elsewhere.log").open("ab") as log:
            wrong = Kept([str(BIN / "flask"), "jobs", "run"], elsewhere, log)
            try:
                council.wait_for(lambda: residents.all_are_reached, "a message to everybody")
                council.wait_for(lambda: residents.all_are_thanked, "the thank-you of everybody who answers")
                assert wrong.stop() == 0
            finally:
                wrong.kill_what_is_left()
            assert [worker.stop() for worker in keeper.workers] == [0]
        residents.go_home()
        council.flask("jobs", "run", "--once")
        all_is_true(council, everybody, residents, twice=1)
        assert rows(council, "SELECT COUNT(*) FROM audit_line WHERE seal IS NULL") == [(0,)]
