"""GET changes nothing; what is answered with thanks is stored; what is not stored is not thanked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import flash
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey_app.extensions import WriteTooSoon, db, insert_many, reading, roll_back, write_from_here
from survey_app.organisation.models import Service
from survey_app.web.access import public
from survey_app.web.sessions import csrf
from survey_app.web.transactions import WRITES_ON_GET, may_write, reads_first


@pytest.fixture
def answers(app):
    """Routes that store a service with the code "new" and answer with the status in the address."""

    @public
    @csrf.exempt
    def store(status: int) -> tuple[str, int]:
        db.session.add(Service(code="new", name="New"))
        db.session.flush()
        return "thank you", status

    app.add_url_rule("/store/<int:status>", "store", store, methods=["GET", "POST"])


def stored() -> list[str]:
    return list(db.session.scalars(select(Service.code)))


def test_a_post_that_succeeds_is_stored(client, answers):
    assert client.post("/store/200").text == "thank you"
    assert stored() == ["new"]


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_post_that_is_refused_stores_nothing(client, answers, status):
    assert client.post(f"/store/{status}").status_code == status
    assert stored() == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_get_that_writes_fails_and_stores_nothing(client, answers, method):
    assert getattr(client, method)("/store/200").status_code == 500
    assert stored() == []


def test_a_commit_that_fails_is_the_error_page_and_no_thanks(app, client):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @public
    @csrf.exempt
    def thank() -> str:
        flash("Thank you")
        # a check that SQLite puts off until the commit
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        db.session.execute(text("INSERT INTO service (code, name, parent_id) VALUES ('orphan', 'Orphan', 999)"))
        return "thank you"

    app.add_url_rule("/thank", "thank", thank, methods=["POST"])
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the foreign keys of PostgreSQL are checked at once")
    answer = client.post("/thank")
    assert answer.status_code == 500
    assert "thank you" not in answer.text
    assert "there is a problem with the service" in answer.text
    with client.session_transaction() as session:
        assert "_flashes" not in session
    assert stored() == []


def test_after_an_error_the_next_request_works(app, client, answers):
    @public
    @csrf.exempt
    def twice() -> str:
        for _ in range(2):
            db.session.add(Service(code="same", name="Same"))
        db.session.flush()
        return "never"

    app.add_url_rule("/twice", "twice", twice, methods=["POST"])
    assert client.post("/twice").status_code == 500
    assert client.post("/store/200").status_code == 200
    with pytest.raises(IntegrityError):
        db.session.execute(text("INSERT INTO service (code, name) VALUES ('new', 'Again')"))


def test_one_get_may_write_and_it_is_the_way_back_from_single_sign_on(app):
    assert {"single_sign_on.callback"} == WRITES_ON_GET
    with app.test_request_context("/accounts/single-sign-on/callback"):
        assert may_write()
    with app.test_request_context("/accounts/single-sign-on/callback", method="HEAD"):
        assert not may_write()


WAYS_TO_WRITE = {
    "a flush": lambda: db.session.add(Service(code="new", name="New")) or db.session.flush(),
    "a flush before a read": lambda: db.session.add(Service(code="new", name="New")) or stored(),
    "a flush at the end": lambda: db.session.add(Service(code="new", name="New")),
    "a statement": lambda: db.session.execute(insert(Service).values(code="new", name="New")),
    "words": lambda: db.session.execute(text(" insert INTO service (code, name) VALUES ('new', 'New')")),
    "many rows": lambda: insert_many(Service, [{"code": "new", "name": "New"}]),
}


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
def test_a_view_that_reads_first_writes_only_once_it_said_so(app, client, caplog, way):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @public
    @csrf.exempt
    @reads_first
    def store(said: str) -> str:
        assert stored() == []
        if said == "said":
            write_from_here()
        WAYS_TO_WRITE[way]()
        return "thank you"

    app.add_url_rule("/store/<said>", "store", store, methods=["POST"])
    assert client.post("/store/unsaid").status_code == 500
    assert WriteTooSoon.__name__ in caplog.text
    assert stored() == []
    assert client.post("/store/said").text == "thank you"
    assert stored() == ["new"]


def test_what_cannot_even_be_rolled_back_leaves_a_session_that_works(app):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file cuts nobody off")
    db.session.execute(insert(Service).values(code="new", name="New"))
    number = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    roll_back()  # the first that hears of it
    assert stored() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_database_that_cuts_the_connection_gets_an_error_page_and_the_next_request_is_served(
    app, client, answers, method
):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file cuts nobody off")
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @public
    @csrf.exempt
    def cut() -> str:
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        stored()
        return "never"

    app.add_url_rule("/cut", "cut", cut, methods=["GET", "POST"])
    threads = ThreadPoolExecutor(1)  # the same one serves both, as a server's does
    answer = threads.submit(getattr(client, method), "/cut").result()
    assert answer.status_code == 500
    assert "Try again in a few minutes" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert threads.submit(client.post, "/store/200").result().text == "thank you"
    assert stored() == ["new"]


@pytest.fixture
def on_postgresql(app):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file plans nothing beforehand")


PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT service.code%'"
FAR_MORE_THAN_ONCE = 20


def test_statements_of_pages_stay_prepared_from_one_page_to_the_next(on_postgresql):
    for _ in range(FAR_MORE_THAN_ONCE):
        with reading():
            stored()
            roll_back()
    assert db.session.scalar(text(PREPARED)) == 1


def test_a_page_whose_statement_failed_is_rolled_back_and_lets_go_of_what_was_prepared(on_postgresql):
    for _ in range(FAR_MORE_THAN_ONCE):
        with reading():
            stored()
            roll_back()
    with reading():
        with pytest.raises(DBAPIError):
            db.session.execute(text("SELECT 1 / 0"))
        roll_back()
    assert db.session.scalar(text(PREPARED)) == 0
    assert stored() == []


def test_a_transaction_that_may_write_is_taken_back_in_whole_after_one_that_only_read(app):
    with reading():
        stored()
        roll_back()
    WAYS_TO_WRITE["a flush"]()
    roll_back()
    assert stored() == []


def test_a_page_whose_connection_was_cut_ends_and_the_next_one_comes(app, on_postgresql):
    with reading():
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        roll_back()
        assert stored() == []
