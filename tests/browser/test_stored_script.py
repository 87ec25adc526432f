"""What anybody typed anywhere runs for nobody: every form is sent payloads, every text of the database becomes one, and
then every page and file is read."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from survey_app.exports.jobs import make_next_export
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.measures.operations import rebuild_month
from tests.attacks.poison import columns, poison
from tests.attacks.reading import file_faults, shown
from tests.browser.councils import AS_MADE, STAFF, Council, served
from tests.browser.reader import LONG, SHORT, Reader
from tests.browser.registry import NOT_PAGES, STATES
from tests.browser.visits import DRAWN, TELL_VIOLATIONS, Seen
from tests.conftest import PersonsClient
from tests.smtp import free_port

DAY_OF_FILES = "10/3/2026"  # with answers; it is typed as the first and as the last
LOOKS = 2  # at one page in its states, for forms
COUNCILS = ("borough", "remade", "reception", "new", "parts")
MONTHS = (date(2025, 11, 1), date(2026, 3, 1), date(2026, 4, 1))  # counted again, with what reasons are called now
FORMULAS = ("=1+", "+1+", "-1+", "@SUM(", "\t=1+", "\r=1+", "\n=1+", "＝1+", "＋1+", "－1+", "＠")
# Forms after which there would be less to read: they are sent when all has been read.
ENDS = re.compile(
    r"/(remove|end|end-others|close|revoke|stop|drop|discard|withdraw|take-back|take-away|undo|usual|forget|sign-out|"
    r"password|password-again|call-off|unpin|unquote|resume|delete|leave|erase|pause|restore|complaint|again|back|"
    r"reopen|rule|claim|answer|\w+/edit)$|/admin/withdrawals/|/u/|/admin/api-keys/.|second-step|passkey"
)

# Forms that the walk does not send, and why it need not. A new form is sent, or named here.
NOT_SENT = {
    "a button without a word": """
        admin.forget_file admin.remove_logo admin.start_asking admin.undo_import admin.undo_target
        admin.usual_colours assessors.reopen assessors.write_again brand.take_logo_away brand.usual
        comments_at.take_back digest_stop.again digests.go_on evidence.restore_wording exhibits.pin_again
        follow_ups.open_again follow_ups.step_back held.again improvements.bring_back invitations.ask_again
        invitations.one_click jobs.retry languages.remove letters.reprint links.reopen messages.standard messages.undo
        packs.again papers.use publishing.publish_standard retention.undo sending.end_window services.reopen
        sessions.end_others stops.undo_import survey_files.forget surveys.drop_rule surveys.fill_translation
        surveys.join surveys.publish targets.take_back themes_admin.undo users.give_back users.sign_out
        users.tested users.welcome visits.take_back webhooks.resume
    """,
    "a step of signing in, which says nothing to anybody else": """
        accounts.choose_password accounts.create_first security.logout security.mf_recovery security.tf_select
        security.two_factor_rescue security.two_factor_setup_validate security.two_factor_token_validation
        security.wan_delete security.wan_register security.wan_register_response security.wan_signin_response
        security.wan_verify security.wan_verify_response single_sign_on.start single_sign_on.start_link
    """,
    "sent by a machine; what it says ends in columns, which are poisoned": """
        api.send_contacts callbacks.complaint callbacks.receipt callbacks.sms digest_stop.one_click kiosk.hand_over
    """,
    "stands on a page after another form was taken; what it says ends in columns, which are poisoned": """
        admin.import_contacts admin.rejected_rows assisted.send comment_pages.follow_up comments_at.change
        follow_ups.extend follow_ups.step follow_ups.verdict retention.keep services.import_ subject_requests.do
        subject_requests.find survey_files.bring_in surveys.save_rule
    """,
}
# Columns of words of which no page of the walk shows a payload. A new column is seen somewhere, or named here.
UNSEEN = {
    "no row in these councils holds it": """
        access_line.what alert.last_error alert.sent_to audit_check.first_problem callback.last_error
        callback.provider_id channel_setting.name contact_detail.phone contacts_file.name
        data_complaint.last_error digest_letter.last_error document.name
        equality_question.options equality_question.wording
        evidence_pack.last_error evidence_pack.step export.last_error feed_letter.last_error follow_up.last_error
        follow_up_rules.complaints_url job_run.last_error language.name language.own_name message.provider_id
        message_text.body message_text.earlier_body message_text.earlier_subject message_text.subject
        privacy_text.body privacy_text.place received_text.provider_id replaced_answer.given
        survey_draft.answers survey_file.name survey_version.bsl_url survey_version.page_titles
        target.end_reason visit_element.remark webhook.stopped_why webhook_delivery.last_error
        you_said_we_did.remark
    """,
    "codes, numbers and days in a document": """
        draw_day.asked draw_day.busy_services draw_day.fractions exhibit.query follow_up.complaint_dates
        framework.thresholds frozen_passport.services improvement.where own_measure.options
        question_version.limits survey_item.show_if survey_version.routing webhook_event.data
    """,
    "for counting, matching and sending; no page shows it": """
        contact.adviser_ref contact.case_ref contact.customer_ref contact.outcome
        contact.reason contact.reference contact_consent.details contact_detail.email invitation.adviser_ref
        invitation.customer_group invitation.reason message.last_error 
        survey_response.adviser_ref survey_response.customer_group survey_response.reason
    """,
    "on a page in a state that no address leads to": """
        accreditation.body alert.note answer_text.raw 
        data_complaint.outcome follow_up.details passkey.name
        question_version.missing_message question_version.translations survey_edit.what
        survey_item.stem term_tally.term theme_edit.after theme_edit.before you_said_we_did.helped
    """,
}

# Forms that show what a page keeps back: they are sent again when everything is poisoned.
SHOWS = re.compile(r"/(words|details|original|find)$")

RICHEST = {  # in what anybody typed, and in scripts of ours that read it
    "cse_lead": (
        "/dashboards/",
        "/comments/",
        "/evidence/cse/1.3.2",
        "/actions/improvements/",
        "/dashboards/last-year",
    ),
    "administrator": ("/admin/changes/", "/admin/links/", "/admin/users/"),
    "resident": ("/s/{reader}", "/you-said-we-did", "/our-standards"),
}


@contextmanager
def copied(council: Council, folder: Path) -> Iterator[Reader]:
    """The council as it was made, without a server: other tests have acted in the one that is served."""
    folder.mkdir()
    for path in council.folder.iterdir():
        if path.is_file() and not path.name.startswith(("survey.db", AS_MADE)):
            shutil.copy(path, folder)
    shutil.copy(council.folder / AS_MADE, folder / "survey.db")
    with Council(council.address, folder, council.places).app() as app:
        app.config["WTF_CSRF_ENABLED"] = False
        app.test_client_class = PersonsClient
        yield Reader(app, council.address)


def pages(name: str, council: Council) -> list[tuple[str, str]]:
    """Who opens which address, each once."""
    there = dict.fromkeys(
        (state.who, state.address.format(**council.places))
        for state in STATES
        if state.council == name and state.address.startswith("/") and not state.address.startswith("/test/")
    )
    return list(there)


def poison_and_read(reader: Reader, name: str, council: Council) -> None:
    fill_in_every_form(reader, name, council)
    poison("javascript:")
    with transaction():
        for month in MONTHS:
            rebuild_month(month)
    for who, path in pages(name, council):
        reader.get(who, path)
    poison(*FORMULAS)
    have_files_made(reader)
    for who, path, to_send in reader.files.values():
        if to_send is None:
            reader.get(who, path)
        else:
            reader.send(who, to_send, SHORT, everywhere=False)
    for who, form in list(reader.forms.values()):
        path = form.action.partition("?")[0]
        if (ENDS.search(path) or SHOWS.search(path)) and not path.endswith("sign-out"):
            reader.send(who, form, SHORT, everywhere=False)


def have_files_made(reader: Reader) -> None:
    """Files of answers and figures are made by a job: those that wait were asked for in poisoned words, and fail."""
    key = next((key for key in reader.forms if key[0] == "exports.ask"), None)
    if key is None:
        return
    with reader.app.app_context():
        while make_next_export(utc_now(), "reader"):
            pass
    reader.send("cse_lead", reader.forms[key][1], DAY_OF_FILES, everywhere=False)
    with reader.app.app_context():
        assert make_next_export(utc_now(), "reader") == 1
    reader.look("cse_lead", "/exports/")


def fill_in_every_form(reader: Reader, name: str, council: Council) -> None:
    """Those of all pages, and of the pages that they lead to; twice each: refused, and taken where that can be."""
    looked = Counter[tuple[str, str]]()
    for who, path in pages(name, council):
        looked[page := (who, reader.endpoint(path, "GET"))] += 1
        if looked[page] <= LOOKS:
            reader.look(who, path)
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting := reader.forms.keys() - done:
        for key in sorted(waiting, key=lambda each: (each[0], sorted(each[1]))):
            done.add(key)
            who, form = reader.forms[key]
            if not ENDS.search(form.action.partition("?")[0]):
                reader.send(who, form, LONG, everywhere=True)
                if any("url" in (kind, name) or name.endswith("_url") for name, kind, _ in form.fields):
                    reader.try_addresses(who, form)
                reader.send(who, form, SHORT, everywhere=False)


def make_pack(reader: Reader, file: Path) -> None:
    """The evidence pack, with a formula in every text: its pages and its sheets."""
    days = ["--from", "2026-03-01", "--to", "2026-04-30"]
    made = reader.app.test_cli_runner().invoke(args=["evidence", "pack", *days, "--out", str(file)])
    assert made.exit_code == 0, made.output
    reader.wrong += [f"pack: {fault[:80]}" for fault in file_faults(file.name, file.read_bytes())]


def test_in_a_browser_nothing_of_it_runs(councils: Callable[[str], Council], browser: Browser, tmp_path: Path) -> None:
    council, folder = councils("borough"), tmp_path / "borough"
    with copied(council, folder) as reader:
        cookies = {who: reader.client(who).get_cookie("session") for who in RICHEST if who in STAFF}
        poison("javascript:")
    address, wrong = f"http://127.0.0.1:{free_port()}", []
    with served(folder, address):
        for who, paths in RICHEST.items():
            window = browser.new_context(base_url=address)
            window.add_init_script(TELL_VIOLATIONS)
            if (cookie := cookies.get(who)) is not None:
                window.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
            page, seen = window.new_page(), Seen(address)
            seen.watch(page)
            page.on("dialog", partial(_dismiss, seen))
            for path in paths:
                answer = page.goto(path.format(**council.places))
                page.wait_for_function(DRAWN)
                assert answer is not None and answer.status == 200, path
                assert shown(page.content()), f"{path} shows none of it"
                wrong += [f"{path}: {trouble}" for trouble in seen.troubles]
                seen.forget()
            window.close()
    assert wrong == []


def _dismiss(seen: Seen, dialog: Dialog) -> None:
    seen.troubles.append(f"dialog: {dialog.message}")
    dialog.dismiss()


@dataclass(frozen=True)
class Found:
    """What the walk through all councils came by."""

    wrong: list[str]
    seen: set[int]
    sent: set[str]
    files: set[str]
    taking: set[str]  # every endpoint that something can be posted to


@pytest.fixture(scope="module")
def found(councils: Callable[[str], Council], tmp_path_factory: pytest.TempPathFactory) -> Found:
    return walk(councils, tmp_path_factory.mktemp("poisoned"))


def walk(councils: Callable[[str], Council], folder: Path) -> Found:
    found = Found([], set(), set(), set(), set())
    for name in COUNCILS:
        council = councils(name)
        with copied(council, folder / name) as reader:
            poison_and_read(reader, name, council)
            if name == "borough":
                make_pack(reader, folder / "pack.zip")
            found.wrong.extend(f"{name}: {each}" for each in reader.wrong)
            found.seen.update(reader.seen)
            found.sent.update(reader.sent)
            found.files.update(reader.files)
            rules = reader.app.url_map.iter_rules()
            found.taking.update(rule.endpoint for rule in rules if "POST" in (rule.methods or ()))
    return found


@pytest.mark.slow  # a minute of one core, for these five
def test_nothing_that_was_typed_anywhere_runs_for_anybody(found: Found) -> None:
    assert found.wrong == []


@pytest.mark.slow
def test_every_form_was_sent_or_is_known_not_to_need_it(found: Found) -> None:
    known = set(" ".join(NOT_SENT.values()).split())
    assert found.taking - found.sent - known == set()
    assert known <= found.taking


@pytest.mark.slow
def test_every_text_that_the_database_holds_was_read_somewhere_or_is_known_not_to_be(found: Found) -> None:
    known = set(" ".join(UNSEEN.values()).split())
    there = {f"{column.table.name}.{column.name}": number for number, column in columns()}
    assert {name for name, number in there.items() if number not in found.seen} - known == set()
    assert known <= set(there)


@pytest.mark.slow
def test_every_file_for_a_spreadsheet_was_read(found: Found) -> None:
    sheets = {endpoint for endpoint, what in NOT_PAGES.items() if "CSV" in what}
    assert sheets - found.files == set()
