"""Lines are chained in the order of sealing, and no change of one that is sealed stays hidden."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update

from survey_app.audit.jobs import CHECK, SEAL
from survey_app.audit.models import AuditCheck, AuditHead, AuditLine
from survey_app.audit.operations import record_act, seal_lines
from survey_app.audit.queries import newest_finished_check, newest_head, sealed_lines
from survey_app.audit.sealing import BEGINNING, Line, sign_head
from survey_app.audit.verifying import Unreadable
from survey_app.extensions import db, transaction
from survey_app.work.jobs import run_job
from tests.factories import NOON
from tests.threads import all_at_once

OTHER_KEY = b"k" * 32


def key_of(app: Flask) -> bytes:
    found: bytes = app.extensions["settings"].signing_key
    return found


def act(number: int = 1, *, at: datetime = NOON, **facts: Any) -> None:
    subject = facts.pop("subject", f"waste {number}")
    values = {"actor_kind": "user", "actor_id": "7", "before": {"value": 90 + number}, "after": {"value": 95.5}}
    record_act("target.set", subject, at=at, **values | facts)


def seal(app: Flask, lines: int, *, runs: int = 1) -> None:
    """So many lines, sealed in so many runs, as the job does it."""
    for run in range(runs):
        with transaction():
            for number in range(lines // runs):
                act(run * (lines // runs) + number + 1)
        with transaction():
            seal_lines(NOON, key_of(app))


def change(statement: Any) -> None:
    with transaction():
        db.session.execute(statement)


def verify(app: Flask, *heads: str) -> tuple[int, dict[str, Any]]:
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["audit", "verify", "--json", *(f"--head={head}" for head in heads)])
    db.session.remove()
    return result.exit_code, json.loads(result.stdout)


def found(app: Flask, *heads: str) -> list[tuple[int, int | None, str]]:
    status, document = verify(app, *heads)
    assert status == (1 if document["problems"] else 0)
    assert document["ok"] == (not document["problems"])
    return [(problem["place"], problem["line"], problem["what"]) for problem in document["problems"]]


def line_at(place: int) -> AuditLine:
    return db.session.scalars(select(AuditLine).where(AuditLine.sealed_as == place)).one()


class TestTheSealer:
    def test_chains_the_lines_in_order_and_signs_where_it_stands(self, app: Flask) -> None:
        seal(app, 6, runs=2)
        lines = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
        assert [line.sealed_as for line in lines] == [1, 2, 3, 4, 5, 6]
        assert len({line.seal for line in lines}) == 6
        assert [head.place for head in db.session.scalars(select(AuditHead).order_by(AuditHead.place))] == [3, 6]
        head = newest_head()
        assert head is not None
        assert (head.place, head.seal) == (6, lines[-1].seal)

    def test_makes_the_same_seal_wherever_it_runs(self) -> None:
        """The format is fixed: whoever changes it makes every chain that there is unreadable."""
        line = Line(3, NOON, "user", "7", "target.set", "Äsch", None, {"b": 1.5, "a": None}, None, None)
        assert line.seal_at(2, BEGINNING) == "17f00d555011f51b75e338fc382a253b9c9857a30b894e238e95280e3e2b6b5d"

    def test_writes_no_line_while_there_is_none(self, app: Flask) -> None:
        with transaction():
            assert seal_lines(NOON, key_of(app)) is None
        assert newest_head() is None
        assert verify(app) == (
            0,
            {
                "ok": True,
                "lines": 0,
                "heads": 0,
                "unsealed": 0,
                "newest": None,
                "problems": [],
                "problems_in_all": 0,
            },
        )

    def test_seals_a_line_that_was_committed_late_behind_those_that_were_sealed_before(self, app: Flask) -> None:
        seal(app, 2)
        with transaction():
            db.session.execute(
                insert(AuditLine).values(id=-5, at=NOON, actor_kind="job", action="late.line", subject="late")
            )
        with transaction():
            seal_lines(NOON, key_of(app))
        assert line_at(3).id == -5
        assert found(app) == []

    def test_begins_again_where_it_was_stopped(self, app: Flask) -> None:
        with transaction():
            for number in range(5):
                act(number)
        for _ in range(2):
            with transaction():
                seal_lines(NOON, key_of(app), most=2)
        assert db.session.scalar(select(func.count()).where(AuditLine.sealed_as.is_(None))) == 1
        assert verify(app)[1]["unsealed"] == 1
        assert run_job(SEAL, worker="w") == 1
        assert found(app) == []
        assert verify(app)[1] | {"newest": None} == {
            "ok": True,
            "lines": 5,
            "heads": 3,
            "unsealed": 0,
            "newest": None,
            "problems": [],
            "problems_in_all": 0,
        }

    def test_two_at_once_make_one_chain(self, app: Flask) -> None:
        with transaction():
            for number in range(20):
                act(number)

        def run() -> None:
            with transaction():
                seal_lines(NOON, key_of(app), most=5)

        all_at_once(app, *[run] * 4)
        assert [line.place for line in sealed_lines()] == list(range(1, 21))
        assert found(app) == []

    def test_is_woken_by_an_act_when_it_is_committed(self, app: Flask) -> None:
        with transaction():
            act()
        assert len(app.extensions["huey"]) == 1

    def test_takes_whatever_a_line_can_hold(self, app: Flask) -> None:
        with transaction():
            act(subject="Žluťoučký 🐎 \u2028", before={"é": "\ud800", "z": [1, 2.5, None, True]}, after={"n": 10**30})
            act(actor_id=None, before=None, after={}, at=datetime(1, 1, 1, tzinfo=UTC))
        with transaction():
            seal_lines(NOON, key_of(app))
        assert found(app) == []


class TestVerifyFinds:
    @pytest.fixture(autouse=True)
    def chain(self, app: Flask) -> None:
        seal(app, 12, runs=4)

    def test_nothing_in_a_chain_that_is_whole(self, app: Flask, runner: FlaskCliRunner) -> None:
        head = newest_head()
        assert head is not None
        assert found(app, f"{head.place}:{head.seal}") == []
        db.session.remove()
        told = runner.invoke(args=["audit", "verify"])
        assert told.exit_code == 0
        assert told.output == f"All 12 sealed lines fit, under 4 signed heads. The newest: 12:{head.seal}\n"

    @pytest.mark.parametrize(
        "values",
        [
            {"at": NOON + timedelta(microseconds=1)},
            {"actor_kind": "job"},
            {"actor_id": "8"},
            {"actor_id": None},
            {"action": "target.removed"},
            {"subject": "waste 5 "},
            {"before": {"value": 95.0}},
            {"before": None},
            {"after": {"value": 99}},
            {"after": {"value": 95.5, "more": 1}},
            {"seal": "f" * 64},
            {"id": 4711},
        ],
        ids=str,
    )
    def test_a_changed_line_and_names_it(self, app: Flask, values: dict[str, Any]) -> None:
        number = line_at(5).id
        change(update(AuditLine).where(AuditLine.id == number).values(values))
        first = found(app)[0]
        assert first == (
            5,
            values.get("id", number),
            "the line is not as it was sealed: it was changed, moved or put in",
        )

    def test_a_changed_line_is_one_problem_though_all_that_follow_hang_on_it(self, app: Flask) -> None:
        change(update(AuditLine).where(AuditLine.sealed_as == 5).values(subject="other"))
        assert len(found(app)) == 1

    def test_a_line_that_was_taken_out_of_the_middle(self, app: Flask) -> None:
        change(delete(AuditLine).where(AuditLine.sealed_as.in_([5, 6])))
        assert found(app)[0] == (5, None, "lines 5 to 6 are missing")

    def test_lines_that_were_taken_from_the_beginning(self, app: Flask) -> None:
        change(delete(AuditLine).where(AuditLine.sealed_as == 1))
        assert found(app)[0] == (1, None, "line 1 is missing")

    def test_lines_that_were_taken_from_the_end(self, app: Flask) -> None:
        change(delete(AuditLine).where(AuditLine.sealed_as > 10))
        assert found(app)[0] == (11, None, "lines 11 to 12 are missing at the end: a signed head stands for them")

    def test_that_all_lines_are_gone(self, app: Flask) -> None:
        change(delete(AuditLine))
        assert found(app) == [(1, None, "lines 1 to 12 are missing at the end: a signed head stands for them")]

    def test_that_lines_are_gone_from_the_end_with_their_head_by_a_head_that_left_the_house(self, app: Flask) -> None:
        head = newest_head()
        assert head is not None
        change(delete(AuditLine).where(AuditLine.sealed_as > 9))
        change(delete(AuditHead).where(AuditHead.place > 9))
        assert found(app) == []  # nothing in the database can tell
        assert found(app, f"{head.place}:{head.seal}") == [
            (12, None, "somebody wrote a head of this place down, but the chain ends before it")
        ]

    def test_a_head_that_was_taken_out_with_part_of_its_lines(self, app: Flask) -> None:
        change(delete(AuditLine).where(AuditLine.sealed_as > 11))
        change(delete(AuditHead).where(AuditHead.place > 9))
        place, line, what = found(app)[0]
        assert (place, line) == (11, None)
        assert "no head that fits is signed for them" in what

    def test_lines_that_changed_places(self, app: Flask) -> None:
        four, five = line_at(4).id, line_at(5).id
        for number, place in ((four, 99), (five, 4), (four, 5)):
            change(update(AuditLine).where(AuditLine.id == number).values(sealed_as=place))
        assert [place for place, *_ in found(app)][:2] == [4, 5]

    def test_a_line_that_was_put_in(self, app: Flask) -> None:
        change(update(AuditLine).where(AuditLine.sealed_as == 12).values(sealed_as=13))
        forged = {"actor_kind": "user", "action": "forged.line", "subject": "x", "at": NOON, "seal": "0" * 64}
        change(insert(AuditLine).values(sealed_as=12, **forged))
        assert found(app)[0][0] == 12

    def test_a_line_that_was_put_in_at_the_end_with_the_right_seal(self, app: Flask) -> None:
        head = newest_head()
        assert head is not None
        line = Line(999, NOON, "user", "1", "forged.line", "x", None, None, None, None)
        change(
            insert(AuditLine).values(
                id=999,
                at=NOON,
                actor_kind="user",
                actor_id="1",
                action="forged.line",
                subject="x",
                before=None,
                after=None,
                sealed_as=13,
                seal=line.seal_at(13, head.seal),
            )
        )
        place, _, what = found(app)[0]
        assert place == 13
        assert "no head that fits is signed for them" in what

    def test_a_change_after_which_all_lines_were_sealed_anew(self, app: Flask) -> None:
        change(update(AuditLine).where(AuditLine.sealed_as == 5).values(subject="other"))
        self.seal_anew()
        problems = found(app)
        assert problems[0] == (
            6,
            None,
            "the signed head of this place has another seal: a line after place 3 was changed, and sealed anew",
        )

    def test_a_change_after_which_all_lines_were_sealed_anew_and_signed_with_another_key(self, app: Flask) -> None:
        change(update(AuditLine).where(AuditLine.sealed_as == 5).values(subject="other"))
        self.seal_anew()
        for place in (6, 9, 12):
            forged = sign_head(place, line_at(place).seal or "", NOON, OTHER_KEY)
            change(
                update(AuditHead).where(AuditHead.place == place).values(seal=forged.seal, signature=forged.signature)
            )
        problems = found(app)
        forged_words = "the head of this place is not signed under SIGNING_KEY: it is forged"
        assert problems[:3] == [(place, None, forged_words) for place in (6, 9, 12)]

    @pytest.mark.parametrize(
        "values",
        [
            {"seal": "f" * 64},
            {"sealed_at": NOON + timedelta(1)},
            {"signature": "A" * 88},
            {"signature": "?"},
            {"place": 8},
        ],
        ids=str,
    )
    def test_a_forged_head(self, app: Flask, values: dict[str, Any]) -> None:
        change(update(AuditHead).where(AuditHead.place == 9).values(values))
        assert found(app)[0][2] == "the head of this place is not signed under SIGNING_KEY: it is forged"

    def test_a_chain_that_is_another_than_the_one_that_was_written_down(self, app: Flask) -> None:
        assert found(app, f"7:{'a' * 64}") == [
            (7, line_at(7).id, "another seal of this place was written down: this is not the same chain")
        ]

    @pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # the other refuses such values
    @pytest.mark.parametrize("column", ["at", "before", "after", "actor_id", "subject"])
    def test_what_no_column_of_the_kind_can_hold(self, app: Flask, column: str) -> None:
        with transaction():
            for place, value in ((5, "no such thing"), (6, b"\xff\x00")):
                db.session.execute(
                    text(f"UPDATE audit_line SET {column} = :value WHERE sealed_as = :place"),
                    {"value": value, "place": place},
                )
        assert {place for place, *_ in found(app)} >= {5, 6}

    def test_a_place_that_was_never_written_down_rightly(self, runner: FlaskCliRunner) -> None:
        for wrong in ("twelve", "12:abc", ":", f"0:{'a' * 64}"):
            assert runner.invoke(args=["audit", "verify", "--head", wrong]).exit_code == 2

    def seal_anew(self) -> None:
        """As somebody would who knows the format but not the key."""
        seal, sealed = BEGINNING, []
        for line in sealed_lines():
            assert not isinstance(line, Unreadable)
            assert line.place is not None
            seal = line.seal_at(line.place, seal)
            sealed.append({"id": line.id, "seal": seal})
        with transaction():
            db.session.execute(update(AuditLine), sealed)


class TestTheDailyCheck:
    def test_walks_along_the_whole_chain_in_steps_and_keeps_what_it_found(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("survey_app.audit.jobs.CHECKED_AT_ONCE", 5)
        seal(app, 12, runs=4)
        run_job(CHECK, worker="w")
        check = newest_finished_check()
        assert check is not None
        assert (check.place, check.fitting_head, check.problems, check.first_problem) == (12, 12, 0, None)
        head = newest_head()
        assert head is not None
        assert check.seal == head.seal

    def test_finds_on_its_way_what_the_command_finds(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("survey_app.audit.jobs.CHECKED_AT_ONCE", 5)
        seal(app, 12, runs=4)
        change(update(AuditLine).where(AuditLine.sealed_as == 8).values(subject="other"))
        change(delete(AuditLine).where(AuditLine.sealed_as == 12))
        run_job(CHECK, worker="w")
        check = newest_finished_check()
        assert check is not None
        assert (check.place, check.problems) == (11, len(found(app)))
        assert check.first_problem is not None
        assert check.first_problem.startswith("Place 8 (line ")

    def test_is_made_once_a_day(self, app: Flask) -> None:
        run_job(CHECK, worker="w")
        assert db.session.scalar(select(func.count(AuditCheck.id))) == 0  # there is nothing to check yet
        seal(app, 2)
        run_job(CHECK, worker="w")
        run_job(CHECK, worker="w")
        assert db.session.scalar(select(func.count(AuditCheck.id))) == 1


COLUMNS = st.one_of(
    st.tuples(
        st.just("at"),
        st.integers(0, 3 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    ),
    st.tuples(st.sampled_from(["actor_kind", "actor_id", "action"]), st.text("abcdef:. 1", min_size=1, max_size=20)),
    st.tuples(
        st.just("subject"), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=120)
    ),
    st.tuples(
        st.sampled_from(["before", "after"]),
        st.one_of(
            st.none(),
            st.dictionaries(
                st.text('abcé"\\', max_size=4),
                st.one_of(st.integers(-(2**53), 2**53), st.text("xyz’", max_size=5), st.booleans(), st.none()),
                max_size=3,
            ),
        ),
    ),
    st.tuples(st.just("seal"), st.text("0123456789abcdef", min_size=64, max_size=64)),
    st.tuples(st.just("sealed_as"), st.integers(-3, 30)),
    st.tuples(st.just("id"), st.integers(-3, 10_000)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(1, 12), changed=COLUMNS)
def test_any_single_change_of_any_column_of_any_line_is_found(
    chain_for_all: Flask, place: int, changed: tuple[str, Any]
) -> None:
    column, value = changed
    with chain_for_all.app_context():
        line = line_at(place)
        is_other = getattr(line, column) != value
        is_taken = column in ("sealed_as", "id") and db.session.scalar(
            select(func.count()).where(getattr(AuditLine, column) == value)
        )
        if is_taken:
            return
        before, number = getattr(line, column), line.id
        change(update(AuditLine).where(AuditLine.id == number).values({column: value}))
        number = value if column == "id" else number
        assert (found(chain_for_all) != []) == is_other
        change(update(AuditLine).where(AuditLine.id == number).values({column: before}))
        assert found(chain_for_all) == []


@pytest.fixture
def chain_for_all(app: Flask) -> Flask:
    seal(app, 12, runs=4)
    return app
