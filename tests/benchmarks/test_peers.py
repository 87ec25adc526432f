"""The driver that puts survey systems side by side: what it does there, what it refuses, what its table says."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.peers.__main__ import HERE, compare, main
from benchmarks.peers.description import PeerError, Side, placed, read_side
from benchmarks.peers.driving import Driver
from benchmarks.peers.forms import filled
from benchmarks.peers.session import Hosts, Session
from benchmarks.peers.table import Column, as_document, as_markdown, known_column
from tests.benchmarks.standin import PASSWORD, USER, StandIn
from tests.browser.live import live
from tests.smtp import free_port

LIMESURVEY, OURS = HERE / "limesurvey.toml", HERE / "ours.toml"
STEP = '[[answer.steps]]\nget = "http://127.0.0.1/"\n'
HAS_CHROMIUM = bool(os.environ.get("CHROMIUM") or shutil.which("chromium"))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    stand_in = StandIn()
    with live(stand_in.app()) as address:
        stand_in.at = f"{address}/index.php"
        yield stand_in


@pytest.fixture
def side(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Side:
    """The stand-in as the file of LimeSurvey describes it."""
    monkeypatch.setenv("LIMESURVEY_PASSWORD", PASSWORD)
    tokens = tmp_path / "tokens.txt"
    tokens.write_text("\n".join(f"token-{n}" for n in range(5_000)))
    stand_in.mail_port = free_port()
    return read_side(LIMESURVEY).with_values(
        {
            "at": stand_in.at,
            "survey": "1",
            "user": USER,
            "tokens": str(tokens),
            "answers": "7",
            "mail_port": str(stand_in.mail_port),
        }
    )


@pytest.fixture
def driver(side: Side, tmp_path: Path) -> Iterator[Driver]:
    with Driver(side, Hosts(), tmp_path) as driver:
        yield driver


def test_answers_go_through_all_pages_and_each_is_stored_once(driver: Driver, stand_in: StandIn) -> None:
    given = driver.answer(visitors=4, for_seconds=0.3)
    assert given.visits >= 4
    assert len(stand_in.stored) == given.visits + 1  # one came before the clock ran
    assert len({answer["token"] for answer in stand_in.stored}) == len(stand_in.stored)
    for answer in stand_in.stored:
        assert (answer["1X1X1"], answer["1X1X2"]) == ("A1", "A1")
        assert answer["1X1X3"].startswith("They phoned back")


def test_tokens_that_are_used_up_end_it_with_the_file_that_held_them(driver: Driver) -> None:
    Path(driver.side.values["tokens"]).write_text("one\ntwo\n")
    with pytest.raises(PeerError, match=r"all tokens in .*tokens\.txt are used up"):
        driver.answer(visitors=1, for_seconds=30)


def test_a_token_that_was_used_before_is_said_with_its_status(driver: Driver, stand_in: StandIn) -> None:
    stand_in.stored.append({"token": "token-0"})
    with pytest.raises(PeerError, match="came with status 403"):
        driver.answer(visitors=1, for_seconds=30)


def test_statistics_are_read_signed_in_and_warmed_up_once(driver: Driver, stand_in: StandIn) -> None:
    assert driver.statistics() > 0
    assert driver.statistics() > 0
    assert stand_in.statistics_asked == 3


def test_a_wrong_password_is_not_taken_for_a_page_of_statistics(
    driver: Driver, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMESURVEY_PASSWORD", "wrong")
    for act in (driver.statistics, driver.export):
        with pytest.raises(PeerError, match="/login, does not say authentication/sa/logout"):
            act()
    assert stand_in.statistics_asked == 0


def test_an_export_comes_by_remote_call_and_its_size_is_noted(driver: Driver, stand_in: StandIn) -> None:
    stand_in.stored = [{"token": f"token-{n}", "1X1X1": "A1"} for n in range(100)]
    assert driver.export() > 0
    assert any(re.fullmatch(r"export: \d kB in [\d.]+ s", note) for note in driver.notes)


def test_invitations_are_counted_where_they_arrive_until_none_is_left(driver: Driver, stand_in: StandIn) -> None:
    took, letters = driver.invitations()
    assert took > 0 and letters == 5 == len(stand_in.invited)


def test_invitations_that_arrive_nowhere_are_no_figure(driver: Driver, stand_in: StandIn) -> None:
    stand_in.uninvited = []
    with pytest.raises(PeerError, match="no letter arrived at 127"):
        driver.invitations()


@pytest.mark.skipif(not HAS_CHROMIUM, reason="there is no Chromium here")
def test_a_page_is_weighed_in_a_browser(driver: Driver) -> None:
    with ThreadPoolExecutor(1) as thread:
        weight = thread.submit(driver.weight).result()
    assert weight.requests >= 1 and weight.sent_bytes > 500


def test_no_request_leaves_this_machine_unless_its_host_is_named(side: Side, stand_in: StandIn, tmp_path: Path) -> None:
    for address in ("http://survey.example.org/", "http://10.0.0.1/", "http://127.0.0.1.example.org/"):
        with pytest.raises(PeerError, match="is not this machine"):
            Hosts().check(address)
    for address in ("http://127.0.0.1:80/", "http://localhost/", "http://[::1]:8080/", "http://127.9.9.9/"):
        Hosts().check(address)
    Hosts(["survey.example.org"]).check("https://survey.example.org/index.php")
    stand_in.moved_to = "http://survey.example.org/"
    with Driver(side, Hosts(), tmp_path) as driver, pytest.raises(PeerError, match=r"survey\.example\.org is not this"):
        driver.answer(visitors=1, for_seconds=30)


def test_another_host_wants_to_be_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--host", "survey.example.org"])
    assert end.value.code == 2
    assert "--i-may-load-these-hosts" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_said_plainly() -> None:
    with Session(Hosts()) as session, pytest.raises(PeerError, match="refused"):
        session.get(f"http://127.0.0.1:{free_port()}/")


def test_a_run_leaves_blank_what_a_side_cannot_do_and_goes_on(side: Side) -> None:
    other = replace(side, name="another", tasks={name: side.tasks[name] for name in ("statistics",)})
    with ThreadPoolExecutor(1) as thread:  # its browser does not get into the way of one that other tests have open
        first, second = thread.submit(compare, [side, other], Hosts(), seconds=0.05, rounds=2).result()
    assert len(first.figures["answers_8"]) == len(first.figures["statistics"]) == 2
    assert len(first.figures["invitations"]) == 1
    assert list(second.figures) == ["statistics"]
    assert second.reasons["export"] == "its file has no [export]"
    table = as_markdown(first, [second])
    assert "- another, answers exported as CSV: not measured; its file has no [export]" in table
    assert json.dumps(as_document(first, [second], {}))


@pytest.mark.slow
def test_this_product_is_driven_by_its_own_file(tmp_path: Path) -> None:
    table, figures = tmp_path / "table.md", tmp_path / "figures.json"
    arguments = ["--database", "sqlite", "--answers", "40", "--letters", "3", "--seconds", "0.2", "--rounds", "1"]
    known = ["--known", str(HERE / "limesurvey-100000.toml")]
    with ThreadPoolExecutor(1) as thread:
        thread.submit(main, [*arguments, *known, "--markdown", str(table), "--json", str(figures)]).result()
    ours, theirs = json.loads(figures.read_text())["sides"]
    assert set(ours["reasons"]) <= (set() if HAS_CHROMIUM else {"page_bytes", "page_requests"})
    assert {"answers_1", "answers_8", "statistics", "export", "invitations"} <= set(ours["figures"])
    assert ours["answers"] == 40 and theirs["figures"]["answers_1"] == [2.9]
    assert "| what | this product (40 answers) |" in table.read_text()


def column(name: str, answers: int, **figures: float) -> Column:
    made = Column(name, answers)
    for key, figure in figures.items():
        made.add(key, figure)
    return made


def test_the_table_says_how_many_times_better_whichever_way_better_is() -> None:
    ours = column("ours", 100, answers_1=60, page_bytes=20, statistics=0.1)
    theirs = column("theirs", 100, answers_1=3, page_bytes=1_000, statistics=1)
    table = as_markdown(ours, [theirs])
    assert "| complete answers, 1 client, a second | 60.0 | 3.0 | 20 | 20 |" in table
    assert "| first page, cold cache, kB | 20.0 | 1,000 | 50 | 25 |" in table
    assert "| page of statistics, seconds | 0.1 | 1.0 | 10 | 40 |" in table
    assert "| invitations sent, a second |  |  |  | 8 |" in table


def test_pages_of_statistics_over_different_numbers_of_answers_are_not_compared() -> None:
    table = as_markdown(column("ours", 100, statistics=0.1), [column("theirs", 1_000, statistics=1)])
    assert "| page of statistics, seconds | 0.1 | 1.0 |  | 40 |" in table


@pytest.mark.parametrize("file", sorted(HERE.glob("limesurvey-*.toml")), ids=lambda file: file.stem)
def test_known_figures_name_where_they_are_from(file: Path) -> None:
    known = known_column(file)
    assert known.notes[0].startswith("php-fpm, nginx and PostgreSQL on two cores")
    assert known.figure("answers_1") == 2.9


def test_known_figures_of_a_row_that_there_is_not_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text('name = "x"\nsource = "y"\nanswers = 1\n[figures]\nspeed = 1\n')
    with pytest.raises(PeerError, match="speed"):
        known_column(file)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("name = ", "Invalid value"),
        ("", "has no name"),
        ('name = "x"\n[answers]\n', "answers means nothing here"),
        ('name = "x"\n[answer]\n', "neither steps nor a reason"),
        ('name = "x"\n' + STEP + 'command = ["ls"]\n', "only one"),
        ('name = "x"\n' + STEP + "json = { a = 1 }\n", "`post` goes with `json`"),
        ('name = "x"\n' + STEP + 'expect = "("\n', "is no pattern"),
        ('name = "x"\n' + STEP + 'form = { id = "a" }\n', "`until` says which page ends it"),
        ('name = "x"\n' + STEP + 'form = { until = "a", choose = "any" }\n', "choose is first or last"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_before_anything_is_asked(tmp_path: Path, words: str, why: str) -> None:
    file = tmp_path / "peer.toml"
    file.write_text(words)
    with pytest.raises(PeerError, match=re.escape(why)):
        read_side(file)


def test_values_stand_in_steps_and_secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEER_PASSWORD", "quiet")
    values = {"at": "http://127.0.0.1", "secret": "$PEER_PASSWORD"}
    assert placed({"params": ["{at}/x", "{secret}", 3]}, values) == {"params": ["http://127.0.0.1/x", "quiet", 3]}
    with pytest.raises(PeerError, match=re.escape("nothing says what {survey} is")):
        placed("{at}/{survey}", values)
    monkeypatch.delenv("PEER_PASSWORD")
    with pytest.raises(PeerError, match="PEER_PASSWORD, which is not set"):
        placed("{secret}", values)


FORM = """<form method="post" action="../send?a=1"><input type="hidden" name="h" value="1"><select name="s">
<option value="">Choose</option><option value="2">Two</option><option value="3">Three</option></select>
<input type="checkbox" name="c" value="yes"><input type="checkbox" name="d" value="on" checked>
<input type="radio" name="r" value="5"><input type="radio" name="r" value="1"><input type="radio" name="r" value="">
<textarea name="t"></textarea><input type="submit" name="go" value="on"><button name="go" value="back">Back</button>
</form>"""


def test_a_form_is_sent_as_a_browser_would_send_it() -> None:
    form = read_side(LIMESURVEY).tasks["answer"].steps[0].form
    assert form is not None
    plain = replace(form, id="", press=("on",), text="words", fields={"r": "1", "c": "yes"})
    where, sent = filled(FORM.encode(), "http://127.0.0.1/a/b/c", plain)
    assert where == "http://127.0.0.1/a/send?a=1"
    assert sorted(sent) == [
        *(("c", "yes"), ("d", "on"), ("go", "on"), ("h", "1"), ("r", "1"), ("s", "2"), ("t", "words")),
    ]
    assert ("r", "1") in filled(FORM.encode(), "http://127.0.0.1/", replace(plain, choose="last", fields={}))[1]
    assert not {"r", "c"} & dict(filled(FORM.encode(), "http://x/", replace(plain, choose="", fields={}))[1]).keys()
    with pytest.raises(PeerError, match="has no form other to send"):
        filled(FORM.encode(), "http://127.0.0.1/", replace(plain, id="other"))


def test_a_field_that_no_page_has_is_a_mistake_in_the_file(side: Side, tmp_path: Path) -> None:
    (step,) = side.tasks["answer"].steps
    assert step.form is not None
    wrong = replace(step, form=replace(step.form, fields={"1X1X9": "A1"}))
    tasks = {"answer": replace(side.tasks["answer"], steps=(wrong,))}
    with Driver(replace(side, tasks=tasks), Hosts(), tmp_path) as driver, pytest.raises(PeerError, match="1X1X9"):
        driver.answer(visitors=1, for_seconds=30)


def test_both_files_hold_every_thing_that_is_measured() -> None:
    for file in (OURS, LIMESURVEY):
        side = read_side(file)
        assert {name for name, task in side.tasks.items() if not task.cannot} == {
            *("answer", "page", "statistics", "export", "invitations")
        }
