"""Every page in every state that somebody can meet: what the tests check, and what the pictures show.

A new page gets an entry here; test_registry.py names the routes that have none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from survey_app.demo.operations import DEMO_PASSWORD
from tests.browser.councils import CAREFUL, STAFF
from tests.browser.moment import MOMENT

MESSAGES = "/admin/surveys/after-contact/messages"
DESKTOP, PHONE, PAPER = 1280, 390, 688  # CSS pixels; paper is A4 within its margins


@dataclass(frozen=True)
class State:
    """A page as one person meets it.

    `who` is a key of councils.STAFF, or anybody else, who does not sign in. `address` may hold names of the council's
    places. `steps` lead on from there; `status` is that of the page they end on. Checks are made at the first of
    `widths`, pictures at all of them.
    """

    name: str
    address: str
    who: str = "resident"
    steps: Callable[[Page], object] | None = None
    status: int = 200
    council: str = "borough"
    widths: tuple[int, ...] = (DESKTOP,)
    locale: str = "en-GB"
    media: Literal["screen", "print"] = "screen"
    is_message: bool = False
    is_pictured: bool = True

    @property
    def is_for_residents(self) -> bool:
        return self.who == "resident"

    def picture(self, width: int) -> str:
        """The name of its picture's file at one of its widths."""
        return f"{self.name}{'-phone' if width == PHONE and len(self.widths) > 1 else ''}.png"


_REMADE = "/admin/surveys/after-contact/"


def press(name: str) -> Callable[[Page], object]:
    """Press the button of that name, which opens something on the page."""
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def send(page: Page, name: str) -> None:
    """Press the first button of that name, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def sending(name: str) -> Callable[[Page], object]:
    """Press the button of that name, which sends the form."""
    return lambda page: send(page, name)


def _receive(what: str) -> Callable[[Page], object]:
    """Write down that somebody asked this."""

    def steps(page: Page) -> None:
        page.get_by_label(what).check()
        page.get_by_label("On which day did it come?").fill(f"{MOMENT.day}/{MOMENT.month}/{MOMENT.year}")
        send(page, "Write it down")

    return steps


def _look_for(page: Page, what: str, person: str) -> None:
    _receive(what)(page)
    page.get_by_label("Whom is it about?").fill(person)
    send(page, "See what is held")


def _look_for_the_reader(what: str) -> Callable[[Page], object]:
    return lambda page: _look_for(page, what, "reader@example.org")


def _look_for_nobody(page: Page) -> None:
    _look_for(page, "What do you hold about me?", "nobody@example.org")


def _object_for_nobody(page: Page) -> None:
    _look_for(page, "Do not ask me again", "nobody@example.org")
    send(page, "Do not ask them again")


def _try_days(days: str) -> Callable[[Page], object]:
    """Ask what would go with so many days."""

    def steps(page: Page) -> None:
        page.get_by_label("Keep it for how many days?").fill(days)
        send(page, "See what would go")

    return steps


def _keep_for_days(days: str) -> Callable[[Page], object]:
    def steps(page: Page) -> None:
        _try_days(days)(page)
        send(page, f"Keep it for {days} days")

    return steps


def _open_an_original(page: Page) -> None:
    page.get_by_label("Somebody may be in danger").check()
    send(page, "Show the original")


def _complain(page: Page) -> None:
    page.get_by_label("What went wrong?").fill("You wrote to my old address.")
    page.get_by_label("How can we reach you?").fill("a.reader@residents.example")
    send(page, "Send the complaint")


def _name_a_fact_that_there_is_not(page: Page) -> None:
    page.get_by_label("Text", exact=True).fill("About {nobody}.")
    send(page, "Keep it")


def _ask_why(page: Page) -> None:
    """Open the reasons of the first comment, and its correction where there is one."""
    for summary in page.locator(".results article").first.locator("details.why > summary").all():
        summary.click()


def _send_nothing_but_a_comment(page: Page) -> None:
    page.locator("textarea").first.fill("The officer who called me back was kind.")
    with page.expect_navigation():
        page.locator("main form button").click()


def _answer_in_ways_that_cannot_be_taken(page: Page) -> None:
    """One mistake for each kind of question that can have one."""
    page.locator("[name=waited_minutes]").fill("about 10")
    page.locator("[name='first_told_on.day']").fill("31")
    page.locator("[name='first_told_on.month']").fill("April")
    page.locator("[name='first_told_on.year']").fill("26")
    for option in ("quick", "right"):
        page.locator(f"[name='matters_most.{option}']").select_option("1")
    for option in ("web", "none"):
        page.locator(f"[name=ways_tried][value={option}]").check()
    page.locator("[name=contact_reason][value=ask]").check()
    page.locator("[name='contact_reason.other']").fill("My bin")
    send(page, "Send")


def _leave_no_way_to_complain(page: Page) -> None:
    for label in ("Page for complaints", "Phone number for complaints"):
        page.get_by_label(label, exact=True).fill("")
    send(page, "Save")


def _look_at_a_file_of_services(page: Page) -> None:
    text = "kind,code,name,parent,valid_to\nservice,parks,Parks and play,,\nservice,play,Play areas,parks,\n"
    file = {"name": "services.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    send(page, "See what would change")


def _change_a_setting(page: Page) -> None:
    """Give a channel a name of its own, and look at what was changed."""
    field = page.get_by_label("What we call it").nth(3)
    field.fill("Ask us" if field.input_value() != "Ask us" else "Live chat")
    send(page, "Save the channels")
    with page.expect_navigation():
        page.get_by_role("link", name="See or undo changes").click()


def _enter_a_letter_o(page: Page, code: str = "7KQ4M 3HDRO") -> None:
    page.get_by_label("Enter your code").fill(code)
    send(page, "Continue")


def _enter_a_wrong_code(page: Page) -> None:
    _enter_a_letter_o(page, "7kq4m-3hdrt")


def _type_an_address_of_the_inside(page: Page) -> None:
    page.get_by_label("Which system is told").fill("Case management")
    page.get_by_label("The address that it listens at").fill("https://10.0.0.1/surveys")
    page.get_by_label("An answer counts", exact=True).check()
    send(page, "Add the webhook")


def _ask_for_too_small_a_sample(page: Page) -> None:
    page.get_by_label("Comments in a month’s sample").fill("3")
    send(page, "Save")


def _send_back_without_a_reason(page: Page) -> None:
    page.get_by_text("Send it back", exact=True).click()
    send(page, "Send back")


def _print_on_nothing(page: Page) -> None:
    page.locator("input[name=paper]").first.evaluate("field => { field.value = 'vellum' }")
    send(page, "Print")


def _make_a_link_of_nothing(page: Page) -> None:
    send(page, "Make the link")


def _send_after_a_day(page: Page, button: str = "Send") -> None:
    page.get_by_label("Fairly satisfied", exact=True).first.check()
    page.locator("input[name=nonce]").evaluate("field => { field.value = 'of yesterday' }")
    send(page, button)


def _answer_nothing(page: Page) -> None:
    send(page, "Continue")


def _answer_the_first_question(page: Page) -> None:
    page.get_by_label("Fairly satisfied", exact=True).check()
    send(page, "Continue")


def _go_on_and_back(page: Page) -> None:
    _answer_the_first_question(page)
    send(page, "Back")


def _keep_no_choice(page: Page) -> None:
    page.locator("main input[type=radio]").first.evaluate("field => { field.value = 'three_questions' }")
    page.locator("main input[type=radio]").first.check()
    send(page, "Keep this")


def _choose_no_survey(page: Page) -> None:
    send(page, "Look what is in it")


def _choose_a_survey(page: Page) -> None:
    content = (
        b'{"title": "Repairs", "elements": [{"type": "radiogroup", "name": "done", "title": "Was it done?", '
        b'"choices": ["Yes", "No"]}, {"type": "signaturepad", "name": "sign", "title": "Sign here"}]}'
    )
    page.set_input_files("#file", {"name": "repairs.json", "mimeType": "application/json", "buffer": content})
    send(page, "Look what is in it")


def _word_a_long_text(page: Page) -> None:
    page.get_by_label("Text", exact=True).fill("How good was our SERVICE? 😀 " * 5 + "{{link}} Reply STOP to stop")
    send(page, "Check and preview")


def _word_a_text_without_a_link(page: Page) -> None:
    page.get_by_label("Text", exact=True).fill("How was it, {{adviser}}?")
    send(page, "Keep this text")


def _keep_a_text(page: Page) -> None:
    page.get_by_label("Text", exact=True).fill("{{council}}: sut oedd {{service}}? {{link}} neu STOPIO")
    send(page, "Keep this text")


def _let_us_contact_them(page: Page) -> None:
    page.get_by_label("Yes, please contact me").check()
    send(page, "Save")


def _invite_nobody(page: Page) -> None:
    send(page, "Invite")


def _ask_nothing(page: Page) -> None:
    send(page, "Send")


def _take_back(page: Page) -> None:
    """Once: what is taken back already says so, and has no button any more."""
    if page.get_by_role("button", name="Delete my answers").count():
        send(page, "Delete my answers")


def _take_back_after_a_day(page: Page) -> None:
    page.locator("input[name=nonce]").evaluate("field => { field.value = 'of yesterday' }")
    send(page, "Delete my answers")


def _tell_about_themselves(page: Page) -> None:
    page.get_by_label("25 to 34").check()
    send(page, "Save")


def _ask_without_a_policy(page: Page) -> None:
    page.get_by_label("Yes, after every survey").check()
    send(page, "Keep this")


def _sign_in_wrongly(page: Page, email: str = "nobody@anyborough.example") -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("a guess")
    send(page, "Sign in")


def _half_way(page: Page) -> None:
    """The password is right, and a second step is asked for."""
    page.get_by_label("E-mail address").fill(CAREFUL)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    send(page, "Sign in")


def _at_the_code(page: Page) -> None:
    _half_way(page)
    page.get_by_label("The authenticator app").check()
    send(page, "Go on")


def _type_a_wrong_code(page: Page) -> None:
    _at_the_code(page)
    page.get_by_label("Code").fill("000000")
    send(page, "Go on")


def _at_the_second_passkey(page: Page) -> None:
    _half_way(page)
    page.get_by_label("A passkey").check()
    send(page, "Go on")


def _at_the_recovery_code(page: Page) -> None:
    _at_the_code(page)
    page.get_by_role("link", name="use a recovery code").click()
    page.wait_for_url("**/recovery-code")


def _add_nobody(page: Page) -> None:
    send(page, "Add and write to them")


def _try_too_often(page: Page) -> None:
    for _ in range(11):
        _sign_in_wrongly(page, "intruder@anyborough.example")


def _choose_different_passwords(page: Page) -> None:
    page.get_by_label("Your password now").fill("not this one")
    page.get_by_label("New password", exact=True).fill("short")
    send(page, "Change password")


def _ask_for_a_link(page: Page, address: str = STAFF["manager"]) -> None:
    page.get_by_label("E-mail address").fill(address)
    send(page, "Send the link")


def _ask_for_a_link_without_address(page: Page) -> None:
    _ask_for_a_link(page, "")


def _choose_two_passwords(page: Page) -> None:
    page.get_by_label("New password", exact=True).fill("an excellent horse")
    page.get_by_label("New password again", exact=True).fill("another excellent horse")
    with page.expect_navigation():
        page.locator("main form button").click()


def _name_a_fact_that_is_none(page: Page) -> None:
    page.locator("main textarea").fill("Write to {post}.")
    send(page, "Preview")


def _set_a_past_target(page: Page) -> None:
    page.get_by_label("Percentage", exact=True).fill("ninety")
    page.get_by_label("From which day").fill("1/4/2020")
    send(page, "Keep this target")


def _watch_without_an_owner(page: Page) -> None:
    page.get_by_label("Watch this feed and tell its owner").check()
    send(page, "Save")


def _make_a_key(page: Page) -> None:
    page.get_by_label("Which system gets it").fill("Customer records")
    page.get_by_label("Send contacts").check()
    send(page, "Make the key")


def _preview_a_text(page: Page) -> None:
    page.locator("main textarea").fill("## What we keep\n\nOne cookie, for staff of {council}.")
    send(page, "Preview")


def _try_a_theme(page: Page) -> None:
    page.locator("textarea[name=keywords]").fill("bin\nbins\nrecycl*\nrubbish\nzebra\n-sin bin")
    send(page, "Try it")


def _keep_an_unclear_keyword(page: Page) -> None:
    page.locator("textarea[name=keywords]").fill("bin\na*")
    send(page, "Keep it")


def _change_a_theme(page: Page) -> None:
    _try_a_theme(page)
    send(page, "Keep it")
    with page.expect_navigation():
        page.get_by_role("link", name="Its history", exact=True).click()


def _publish_a_text(page: Page) -> None:
    _preview_a_text(page)
    send(page, "Publish")


def _publish_tables(page: Page) -> None:
    send(page, "Publish edition 1")


def _leave_out_nothing(page: Page) -> None:
    send(page, "Leave them out")


def _keep_these_rules(page: Page) -> None:
    send(page, "Keep these rules")


def _name_no_headline(page: Page) -> None:
    send(page, "Name it")


def _enter_no_improvement(page: Page) -> None:
    send(page, "Keep this improvement")


def _claim_too_much(page: Page) -> None:
    page.get_by_text("Edit the claim").click()
    page.get_by_label("What do you claim for").fill("We listen. " * 40)
    send(page, "Save the claim")


def _rate_without_reason(page: Page) -> None:
    page.get_by_text("Change rating").click()
    page.get_by_label("Partly met").check()
    send(page, "Save the rating")


def _hold_on_no_day(page: Page) -> None:
    page.get_by_label("Held on").fill("31/2/2026")
    send(page, "Write it down")


def _ask_for_a_pack(page: Page) -> None:
    send(page, "Make evidence pack")


def _ask_for_no_days(page: Page) -> None:
    page.get_by_label("First day").fill("soon")
    send(page, "Make evidence pack")


def _make_a_file(page: Page) -> None:
    send(page, "Make the file")


def _make_a_file_of_no_days(page: Page) -> None:
    page.get_by_label("First day").fill("soon")
    send(page, "Make the file")


def _pin_to_nothing(page: Page) -> None:
    send(page, "Freeze and pin")


def _take_off(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Take off").first.click()


def _take_off_and_put_back(page: Page) -> None:
    _take_off(page)
    send(page, "Put it back")


def _save_a_council_without_name(page: Page) -> None:
    page.get_by_label("Name of the council").fill("")
    send(page, "Save and go on")


def _choose_pale_colours(page: Page) -> None:
    page.get_by_label("Brand colour").fill("#e46c0a")
    page.get_by_label("Colour of links").fill("#8a8a8a")
    send(page, "Use these colours")


def _upload_contacts(page: Page) -> None:
    rows = [
        "reference,occurred_at,channel,service,email,notes",
        f"new-1,{MOMENT:%Y-%m-%d},phone,housing,resident@example.org,x",
        f"new-2,{MOMENT:%Y-%m-%d},phone,hosing,resident@example.org,x",
    ]
    file = {"name": "telephone.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.get_by_label("File of contacts").set_input_files(file)  # type: ignore[arg-type]
    send(page, "See what is understood")


def _begin_a_range_without_reason(page: Page) -> None:
    page.get_by_text("Begin a new range").first.click()
    send(page, "Begin the new range")


def _stop_and_think_again(page: Page) -> None:
    send(page, "Stop asking me")
    send(page, "Ask me again")


def _stop_nobody(page: Page) -> None:
    send(page, "Do not ask them again")


def _stop_somebody(page: Page) -> None:
    page.get_by_label("Customer reference").first.fill("K-1")
    send(page, "Do not ask them again")


def _bring_a_list_of_stops(page: Page) -> None:
    file = {"name": "stops.csv", "mimeType": "text/csv", "buffer": b"email,notes\nlist@example.org,x\nnobody,x\n"}
    page.get_by_label("CSV of people who must not be asked").set_input_files(file)  # type: ignore[arg-type]
    send(page, "Stop everybody on it")


def _delete_by_reference(page: Page) -> None:
    """Once: what is deleted already says so, and has no button any more."""
    if page.get_by_role("button", name="Delete this answer").count():
        send(page, "Delete this answer")


def _ask_for_a_reference_of_nobody(page: Page) -> None:
    page.get_by_label("Reference").fill("7kq4m-3hdrt")
    send(page, "Continue")


def _enter_answers_of(page: Page, reference: str, how: str = "On the phone") -> None:
    page.get_by_label(how).check()
    page.get_by_label("Or the contact’s reference").fill(reference)
    send(page, "Continue")


def _send_no_answer(page: Page) -> None:
    _enter_answers_of(page, "web-reader")
    page.get_by_label("Why did you give that answer?").fill("Nobody rang back.")
    send(page, "Send")


def _send_an_answer(page: Page) -> None:
    _enter_answers_of(page, "web-caller")
    page.get_by_label("Fairly satisfied").check()
    send(page, "Send")


def _send_a_card(page: Page) -> None:
    _enter_answers_of(page, "web-writer", "On paper")
    page.get_by_label("Fairly satisfied").check()
    send(page, "Send")


def _change_a_survey(page: Page) -> None:
    send(page, "Up question 2")


def _choose_an_answer_of(page: Page) -> None:
    page.get_by_label("Question, or what is known of the contact").select_option("satisfaction")
    send(page, "Save")


def _run_a_job(page: Page) -> None:
    send(page, "Run now forget_files")


def _try_phrases(page: Page) -> None:
    page.get_by_label("Phrases, one a line").fill("rude\nnobody ... back\nstab")
    send(page, "Try on past comments")


STATES = (
    # What a resident meets
    State("invitation", "{message-to-reader}", widths=(DESKTOP, PHONE), is_message=True),
    State("survey", "/s/{reader}", widths=(PHONE, DESKTOP)),
    State("survey-answer-chosen-in-the-message", "/s/{reader}?answer=4", widths=(PHONE,), is_pictured=False),
    State("survey-error", "/s/{reader}", steps=_send_nothing_but_a_comment, status=422, widths=(PHONE,)),
    State("survey-stood-open", "/s/{reader}", steps=_send_after_a_day, status=400, widths=(PHONE,)),
    State("survey-answered", "/s/{answered}", widths=(PHONE,)),
    State("survey-answered-long-ago", "/s/{answered-long-ago}", widths=(PHONE,), is_pictured=False),
    State("survey-by-question", "/o/{by-question}", widths=(PHONE, DESKTOP)),
    State("survey-by-question-second", "/o/{by-question}", steps=_answer_the_first_question, widths=(PHONE,)),
    State("survey-by-question-back", "/o/{by-question}", steps=_go_on_and_back, widths=(PHONE,), is_pictured=False),
    State(
        "survey-by-question-error",
        "/o/{by-question}",
        steps=_answer_nothing,
        status=422,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("survey-by-question-resumed", "/o/{by-question}/d/{half-through}", widths=(PHONE,)),
    State("survey-by-question-last", "/o/{by-question}/d/{nearly-done}?page=10", widths=(PHONE,), is_pictured=False),
    State(
        "survey-by-question-stood-open",
        "/o/{by-question}",
        steps=lambda page: _send_after_a_day(page, "Continue"),
        status=400,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("thank-you", "/s/{answered}/thanks", widths=(PHONE,)),
    State(
        "thank-you-error",
        "/s/{answered}/thanks",
        steps=lambda page: send(page, "Save"),
        status=422,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State(
        "thank-you-consent",
        "/s/{consenter-answered}/thanks",
        steps=_let_us_contact_them,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("about-you", "/s/{answered}/about-you", widths=(PHONE,), is_pictured=False),
    State(
        "about-you-told",
        "/s/{consenter-answered}/about-you",
        steps=_tell_about_themselves,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("survey-every-kind", "/o/{every-kind}", widths=(PHONE, DESKTOP), is_pictured=False),
    State(
        "survey-every-kind-errors",
        "/o/{every-kind}",
        steps=_answer_in_ways_that_cannot_be_taken,
        status=422,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("survey-support", "/o/{support}", widths=(PHONE,), is_pictured=False),
    State("thank-you-open", "/o/{support}/{support-key}/thanks", widths=(PHONE,), is_pictured=False),
    State("about-you-open", "/o/{support}/{support-key}/about-you", widths=(PHONE,), is_pictured=False),
    State("take-back", "/s/{answered}/withdraw", widths=(PHONE, DESKTOP), is_pictured=False),
    State(
        "take-back-stood-open",
        "/s/{answered}/withdraw",
        steps=_take_back_after_a_day,
        status=400,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("take-back-too-late", "/s/{answered-long-ago}/withdraw", widths=(PHONE,), is_pictured=False),
    State("take-back-nothing", "/s/{reader}/withdraw", widths=(PHONE,), is_pictured=False),
    State("take-back-unknown", "/s/nobody-was-sent-this/withdraw", status=404, widths=(PHONE,), is_pictured=False),
    State("taken-back", "/s/{regretter-answered}/withdraw", steps=_take_back, widths=(PHONE,), is_pictured=False),
    State("change", "/s/{answered}/change", widths=(PHONE,), is_pictured=False),
    State("change-unknown", "/s/nobody-was-sent-this/change", status=404, widths=(PHONE,), is_pictured=False),
    State("take-back-open", "/o/{support}/{support-key}/withdraw", widths=(PHONE,), is_pictured=False),
    State(
        "take-back-open-unknown", "/o/{support}/no-such-key/withdraw", status=404, widths=(PHONE,), is_pictured=False
    ),
    State("take-back-right-to-left", "/s/{urdu-answered}/withdraw", locale="ur", widths=(PHONE,), is_pictured=False),
    State("open-survey-unknown", "/o/NOWHERE", status=404, widths=(PHONE,), is_pictured=False),
    State("open-survey-closed", "/o/{closed-link}", status=410, widths=(PHONE,), is_pictured=False),
    State(
        "survey-by-question-unknown-draft",
        "/o/{by-question}/d/nobody-began-this-page",
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("thank-you-unknown", "/s/nobody-was-sent-this/thanks", status=404, widths=(PHONE,), is_pictured=False),
    State("survey-closed", "/s/{closed}", status=410, widths=(PHONE,)),
    State("survey-unknown", "/s/nobody-was-sent-this", status=404, widths=(PHONE,)),
    State("enter-code", "/s", widths=(PHONE,), is_pictured=False),
    State("enter-code-error", "/s", steps=_enter_a_letter_o, status=422, widths=(PHONE,), is_pictured=False),
    State("enter-code-unknown", "/s", steps=_enter_a_wrong_code, status=404, widths=(PHONE,), is_pictured=False),
    State("stop", "/u/{reader}", widths=(PHONE,)),
    # A kiosk; tests/browser/test_kiosk.py has what happens on it
    State("kiosk", "/k/{kiosk}", council="reception"),
    State("kiosk-bigger-text", "/k/{kiosk}?text=large", council="reception", is_pictured=False),
    State("kiosk-next-question", "/k/{long}", council="reception", steps=press("Fairly satisfied"), is_pictured=False),
    State("kiosk-thanks", "/k/{kiosk}/thanks", council="reception", is_pictured=False),
    State("kiosk-closed", "/k/{closed}", council="reception", status=410, is_pictured=False),
    State("kiosk-unknown", "/k/nowhere", council="reception", status=404, is_pictured=False),
    State("stopped", "/u/{stopped}", widths=(PHONE,)),
    State("stop-unknown", "/u/nobody-was-sent-this", status=404, widths=(PHONE,), is_pictured=False),
    State("stopped-just-now", "/u/test", steps=sending("Stop asking me"), widths=(PHONE,), is_pictured=False),
    State("stop-undone", "/u/test", steps=_stop_and_think_again, widths=(PHONE,), is_pictured=False),
    State("asked", "/asked/{reader}", widths=(PHONE, DESKTOP), is_pictured=False),
    State("asked-stopped", "/asked/{stopped}", widths=(PHONE,), is_pictured=False),
    State("asked-unknown", "/asked/nobody-was-sent-this", status=404, widths=(PHONE,), is_pictured=False),
    State("asked-right-to-left", "/asked/{urdu}", locale="ur", widths=(PHONE,), is_pictured=False),
    State("survey-right-to-left", "/s/{urdu}", locale="ur", widths=(PHONE,), is_pictured=False),
    State(
        "survey-error-right-to-left",
        "/s/{urdu}",
        steps=_send_nothing_but_a_comment,
        status=422,
        locale="ur",
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("thank-you-right-to-left", "/s/{urdu-answered}/thanks", locale="ur", widths=(PHONE,), is_pictured=False),
    State("stop-right-to-left", "/u/{urdu}", locale="ur", widths=(PHONE,), is_pictured=False),
    State("survey-in-welsh", "/s/{urdu}?lang=cy", widths=(PHONE,), is_pictured=False),
    State("unknown-right-to-left", "/nowhere", locale="ur", status=404, widths=(PHONE,), is_pictured=False),
    State("privacy", "/privacy"),
    State("accessibility", "/accessibility"),
    State("cookies", "/cookies", widths=(PHONE,)),
    State("data-complaint", "/privacy/complaint", widths=(PHONE, DESKTOP)),
    State(
        "data-complaint-error",
        "/privacy/complaint",
        steps=sending("Send the complaint"),
        status=422,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("data-complaint-sent", "/privacy/complaint", steps=_complain, widths=(PHONE,)),
    State("data-complaint-of-no-note", "/privacy/complaint/sent", widths=(PHONE,), is_pictured=False),
    State("data-complaint-in-welsh", "/privacy/complaint?lang=cy", widths=(PHONE,), is_pictured=False),
    State("data-complaint-right-to-left", "/privacy/complaint?lang=ur", widths=(PHONE,), is_pictured=False),
    # Data protection, for the officer
    State("data-protection", "/data-protection/", who="officer", widths=(DESKTOP, PHONE)),
    State("data-protection-closed", "/data-protection/", who="cse_lead", status=403, is_pictured=False),
    State("complaints", "/data-protection/complaints/", who="officer", widths=(DESKTOP, PHONE)),
    State("complaint", "/data-protection/complaints/{complaint-late}", who="officer", widths=(DESKTOP, PHONE)),
    State(
        "complaint-read",
        "/data-protection/complaints/{complaint-new}",
        who="officer",
        steps=sending("Show what they wrote"),
        is_pictured=False,
    ),
    State(
        "complaint-error",
        "/data-protection/complaints/{complaint-known}",
        who="officer",
        steps=sending("Answer"),
        status=422,
        is_pictured=False,
    ),
    State("complaint-answered", "/data-protection/complaints/{complaint-answered}", who="officer", is_pictured=False),
    State("dpia", "/data-protection/dpia", who="officer", widths=(DESKTOP, PHONE)),
    State("dpia-printed", "/data-protection/dpia", who="officer", widths=(PAPER,), media="print", is_pictured=False),
    State("records", "/data-protection/records", who="officer", widths=(DESKTOP, PHONE)),
    State("every-column", "/data-protection/data", who="officer", widths=(DESKTOP, PHONE), is_pictured=False),
    State("privacy-text", "/data-protection/texts/dpia.purposes", who="officer", is_pictured=False),
    State(
        "privacy-text-error",
        "/data-protection/texts/dpia.scope",
        who="officer",
        steps=_name_a_fact_that_there_is_not,
        status=422,
        is_pictured=False,
    ),
    State("survey-printed", "/s/{reader}", widths=(PAPER,), media="print", is_pictured=False),
    # Errors, as somebody meets them who is not signed in, and as staff do
    State("not-found", "/nowhere", status=404, widths=(PHONE,)),
    State("not-done-here", "/accounts/sign-out", status=405, is_pictured=False),
    State("failure", "/test/failure", status=500, widths=(PHONE,), is_pictured=False),
    State("too-many-tries", "/accounts/sign-in", who="intruder", steps=_try_too_often, status=429),
    State("not-found-for-staff", "/dashboards/services/nowhere", who="cse_lead", status=404, is_pictured=False),
    State("not-allowed", "/dashboards/", who="assessor", status=403),
    State("not-readable", "/dashboards/?period=soon", who="cse_lead", status=400, is_pictured=False),
    State("failure-for-staff", "/test/failure", who="cse_lead", status=500),
    # Signing in, and one's own account
    State("sign-in", "/accounts/sign-in", who="nobody", widths=(DESKTOP, PHONE)),
    State("sign-in-failed", "/accounts/sign-in", who="nobody", steps=_sign_in_wrongly),
    State("sign-in-first", "/evidence/", who="nobody", is_pictured=False),
    State("signed-out", "/accounts/signed-out", who="nobody", widths=(PHONE,)),
    State("forgotten-password", "/accounts/forgotten-password", who="nobody", widths=(PHONE,)),
    State(
        "forgotten-password-error",
        "/accounts/forgotten-password",
        who="nobody",
        steps=_ask_for_a_link_without_address,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State(
        "forgotten-password-sent",
        "/accounts/forgotten-password",
        who="nobody",
        steps=_ask_for_a_link,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("new-password", "/accounts/forgotten-password/{reset}", who="nobody", widths=(PHONE,)),
    State(
        "new-password-error",
        "/accounts/forgotten-password/{reset}",
        who="nobody",
        steps=_choose_two_passwords,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("account", "/accounts/", who="manager"),
    State("sessions", "/accounts/sessions/", who="manager", is_pictured=False),
    State("password", "/accounts/password", who="manager", is_pictured=False),
    State("second-step", "/accounts/second-step/", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State("second-step-app", "/accounts/second-step/app", who="manager", is_pictured=False),
    State(
        "second-step-scan",
        "/accounts/second-step/app",
        who="manager",
        steps=sending("Show what to scan"),
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("second-step-codes", "/accounts/second-step/recovery-codes", who="manager", is_pictured=False),
    State(
        "second-step-codes-made",
        "/accounts/second-step/recovery-codes",
        who="manager",
        steps=sending("Make ten codes"),
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("passkeys", "/accounts/passkeys", who="manager", is_pictured=False),
    State("password-again", "/accounts/password-again", who="manager", is_pictured=False),
    State("second-step-which", "/accounts/sign-in", who="nobody", steps=_half_way, widths=(PHONE,), is_pictured=False),
    State(
        "second-step-code", "/accounts/sign-in", who="nobody", steps=_at_the_code, widths=(PHONE,), is_pictured=False
    ),
    State("second-step-code-error", "/accounts/sign-in", who="nobody", steps=_type_a_wrong_code, is_pictured=False),
    State("second-step-passkey", "/accounts/sign-in", who="nobody", steps=_at_the_second_passkey, is_pictured=False),
    State("second-step-recovery", "/accounts/sign-in", who="nobody", steps=_at_the_recovery_code, is_pictured=False),
    State("passkey", "/accounts/passkey", who="nobody", is_pictured=False),
    State("password-error", "/accounts/password", who="manager", steps=_choose_different_passwords),
    State("help", "/help", who="cse_lead"),
    State("help-for-an-assessor", "/help", who="assessor", is_pictured=False),
    # Figures
    State("overview", "/dashboards/", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("overview-of-a-manager", "/dashboards/", who="manager", is_pictured=False),
    State("overview-menu", "/dashboards/", who="cse_lead", steps=press("Menu"), widths=(PHONE,)),
    State("overview-filter", "/dashboards/", who="cse_lead", steps=press("Filter"), widths=(PHONE,)),
    State("overview-full-axis", "/dashboards/?axis=full", who="cse_lead", is_pictured=False),
    State("overview-printed", "/dashboards/", who="cse_lead", widths=(PAPER,), media="print"),
    State("pinned", "/dashboards/pinned", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State("pinned-none", "/dashboards/pinned", who="administrator", is_pictured=False),
    State(
        "figure-to-pin",
        "/dashboards/pinned/new?figure={satisfaction}",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("screen", "/dashboards/screen", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("screen-with-comments", "/dashboards/screen?comments=yes&refresh=off", who="cse_lead", is_pictured=False),
    State("screen-nothing-yet", "/dashboards/screen", council="new", who="cse_lead", is_pictured=False),
    State("views", "/dashboards/saved/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("views-none", "/dashboards/saved/", who="newcomer", is_pictured=False),
    State("views-of-an-administrator", "/dashboards/saved/", who="administrator", is_pictured=False),
    State(
        "view-new",
        "/dashboards/saved/new?page=/dashboards/?period=2025/26",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "view-error",
        "/dashboards/saved/new?page=/dashboards/?period=2025/26",
        who="cse_lead",
        steps=sending("Save view"),
        status=422,
        is_pictured=False,
    ),
    State("service", "/dashboards/services/housing", who="cse_lead"),
    State("service-too-few", "/dashboards/services/cemeteries?period=2025/26 Q1", who="cse_lead"),
    State("nothing-yet", "/dashboards/", who="newcomer"),
    # Parts of the council
    State("all-channels", "/dashboards/channels", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("channel", "/dashboards/channels/phone", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("channel-empty", "/dashboards/channels/letter?period=2019/20", who="cse_lead", is_pictured=False),
    State("channel-unknown", "/dashboards/channels/pigeon", who="cse_lead", status=404, is_pictured=False),
    State("all-sites", "/dashboards/sites", council="parts", who="cse_lead", is_pictured=False),
    State("site", "/dashboards/sites/riverside-house", who="cse_lead", is_pictured=False),
    State("site-thin", "/dashboards/sites/library", council="parts", who="cse_lead", is_pictured=False),
    State(
        "site-too-few", "/dashboards/sites/library?period=2025-05", council="parts", who="cse_lead", is_pictured=False
    ),
    State("all-teams", "/dashboards/teams", council="parts", who="cse_lead", is_pictured=False),
    State("all-teams-none", "/dashboards/teams", who="cse_lead", is_pictured=False),
    State(
        "team", "/dashboards/teams/front", council="parts", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False
    ),
    State("team-too-few", "/dashboards/teams/cash", council="parts", who="cse_lead", is_pictured=False),
    State("all-groups", "/dashboards/groups", council="parts", who="cse_lead", is_pictured=False),
    State("group", "/dashboards/groups/65 and over", council="parts", who="cse_lead", is_pictured=False),
    State("group-too-few", "/dashboards/groups/35 to 64", council="parts", who="cse_lead", is_pictured=False),
    State("parts-on-the-first-day", "/dashboards/sites", council="new", who="cse_lead", is_pictured=False),
    # Side by side
    State("compare", "/dashboards/compare", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("compare-several", "/dashboards/compare?measure=all", who="cse_lead", is_pictured=False),
    State("compare-choose", "/dashboards/compare?by=site", who="cse_lead", is_pictured=False),
    State(
        "compare-channels",
        "/dashboards/compare?by=channel&one=phone&other=email",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "compare-groups-too-few",
        "/dashboards/compare?by=customer_group&one=16 to 34&other=35 to 64",
        council="parts",
        who="cse_lead",
        is_pictured=False,
    ),
    State(
        "compare-the-same",
        "/dashboards/compare?by=channel&one=phone&other=phone",
        who="cse_lead",
        status=400,
        is_pictured=False,
    ),
    State("compare-on-the-first-day", "/dashboards/compare", council="new", who="cse_lead", is_pictured=False),
    # What needs attention
    State("attention", "/dashboards/attention", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("attention-thin", "/dashboards/attention", council="parts", who="cse_lead", is_pictured=False),
    State("attention-empty", "/dashboards/attention?period=2019/20", who="manager", is_pictured=False),
    State("attention-on-the-first-day", "/dashboards/attention", council="new", who="cse_lead", is_pictured=False),
    State("passport", "/figures/{satisfaction}", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("passport-of-a-rate", "/figures/{response_rate}", who="cse_lead", is_pictured=False),
    State("passport-too-few", "/figures/{suppressed}", who="cse_lead"),
    State("passport-printed", "/figures/{satisfaction}", who="cse_lead", widths=(PAPER,), media="print"),
    State("passport-unknown", "/figures/no-figure", who="cse_lead", status=400, is_pictured=False),
    State("frozen-figure", "/figures/{frozen}", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("frozen-figure-unknown", "/figures/p1-none", who="cse_lead", status=404, is_pictured=False),
    State("wordings", "/dashboards/wordings/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("wordings-none", "/dashboards/wordings/", council="new", who="cse_lead", is_pictured=False),
    State("wording", "/dashboards/wordings/{wording}", who="cse_lead", is_pictured=False),
    State(
        "wording-error",
        "/dashboards/wordings/{wording}",
        who="cse_lead",
        steps=lambda page: send(page, "Compare both wordings"),
        status=422,
        is_pictured=False,
    ),
    State("comments", "/comments/", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("original", "/comments/{redacted}/original", who="officer", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "original-shown",
        "/comments/{redacted}/original",
        who="officer",
        steps=_open_an_original,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "original-error",
        "/comments/{redacted}/original",
        who="officer",
        steps=lambda page: send(page, "Show the original"),
        status=422,
        is_pictured=False,
    ),
    State("original-unknown", "/comments/none/original", who="officer", status=404, is_pictured=False),
    State("themes", "/comments/themes/", who="cse_lead", is_pictured=False),
    State("themes-phone", "/comments/themes/", who="cse_lead", widths=(PHONE,), is_pictured=False),
    State("themes-too-few", "/comments/themes/?service=cemeteries", who="cse_lead", is_pictured=False),
    State("themes-nothing-yet", "/comments/themes/", who="newcomer", is_pictured=False),
    State("theme", "/comments/themes/waiting", who="cse_lead", is_pictured=False),
    State("theme-phone", "/comments/themes/waiting", who="cse_lead", widths=(PHONE,), is_pictured=False),
    State("theme-too-few", "/comments/themes/waiting?service=cemeteries", who="cse_lead", is_pictured=False),
    State("theme-nothing-yet", "/comments/themes/waiting", who="newcomer", is_pictured=False),
    State("theme-unknown", "/comments/themes/no-such-theme", who="cse_lead", status=404, is_pictured=False),
    State("last-year", "/dashboards/last-year", who="cse_lead", is_pictured=False),
    State("last-year-phone", "/dashboards/last-year", who="cse_lead", widths=(PHONE,), is_pictured=False),
    State("last-year-nothing-before", "/dashboards/last-year?period=2023/24", who="cse_lead", is_pictured=False),
    State(
        "last-year-of-a-month", "/dashboards/last-year?period=2025-05", who="cse_lead", status=400, is_pictured=False
    ),
    State("drivers", "/dashboards/drivers", who="cse_lead", is_pictured=False),
    State("drivers-full-axis", "/dashboards/drivers?axis=full", who="cse_lead", widths=(PHONE,), is_pictured=False),
    State("drivers-too-few", "/dashboards/drivers?service=housing", who="cse_lead", is_pictured=False),
    State("drivers-mori", "/dashboards/drivers?weights=mori-2004", who="cse_lead", is_pictured=False),
    State("comments-none-found", "/comments/?text=zeppelin", who="cse_lead"),
    State(
        "comments-searched",
        "/comments/?text=council OR phone&sentiment=negative&sentiment=waiting_for_review&channel=phone&order=closest",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("comments-of-a-manager", "/comments/?text=housing -bins", who="manager", is_pictured=False),
    State(
        "comments-none-with-these-filters",
        "/comments/?text=thank*&sentiment=negative&channel=letter",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "comments-filter-on-a-phone",
        "/comments/",
        who="cse_lead",
        steps=press("Filter"),
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("comments-why", "/comments/?text=call", who="cse_lead", steps=_ask_why, is_pictured=False),
    State("comment", "/comments/{comment}", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("comment-of-nobody", "/comments/no-comment", who="cse_lead", status=404, is_pictured=False),
    State("comments-nothing-yet", "/comments/", who="newcomer", is_pictured=False),
    State("methods", "/comments/methods/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("methods-of-a-manager", "/comments/methods/", who="manager", is_pictured=False),
    State("methods-nothing-yet", "/comments/methods/", council="new", who="cse_lead", is_pictured=False),
    State(
        "methods-error",
        "/comments/methods/",
        who="cse_lead",
        steps=lambda page: send(page, "Judge them too"),
        status=400,
        is_pictured=False,
    ),
    State(
        "methods-compared",
        "/comments/methods/{judging}",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("methods-compared-unknown", "/comments/methods/0", who="cse_lead", status=404, is_pictured=False),
    State("methods-refused", "/comments/methods/", who="assessor", status=403, is_pictured=False),
    State("review-queue", "/comments/review/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("review-queue-empty", "/comments/review/", council="new", who="cse_lead", is_pictured=False),
    State("review-queue-not-allowed", "/comments/review/", who="manager", status=403, is_pictured=False),
    State(
        "review-queue-nothing-chosen",
        "/comments/review/",
        who="cse_lead",
        steps=lambda page: send(page, "Save, next"),
        status=422,
        is_pictured=False,
    ),
    State("blind-sample", "/comments/sample/2026-03", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("blind-sample-begun", "/comments/sample/2026-03", who="officer", is_pictured=False),
    State("blind-sample-done", "/comments/sample/2026-02", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("blind-sample-none", "/comments/sample/", council="new", who="cse_lead", is_pictured=False),
    State(
        "blind-sample-nothing-chosen",
        "/comments/sample/2026-03",
        who="cse_lead",
        steps=lambda page: send(page, "Save, next"),
        status=422,
        is_pictured=False,
    ),
    State("machine", "/comments/machine/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("machine-of-an-officer", "/comments/machine/", who="officer", is_pictured=False),
    State("machine-nothing-yet", "/comments/machine/", council="new", who="cse_lead", is_pictured=False),
    State(
        "machine-rules-refused",
        "/comments/machine/",
        who="cse_lead",
        steps=_ask_for_too_small_a_sample,
        status=422,
        is_pictured=False,
    ),
    State("who-answered", "/dashboards/who-answered", who="cse_lead", is_pictured=False),
    State("who-answered-too-few", "/dashboards/who-answered?service=cemeteries", who="cse_lead", is_pictured=False),
    # Coverage
    State("ways-of-answering", "/dashboards/modes", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("each-question", "/dashboards/questions/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("each-question-of", "/dashboards/questions/after-contact", who="cse_lead", is_pictured=False),
    State("held-answers", "/held/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("held-answers-of-one-reason", "/held/?reason=too_fast", who="cse_lead", is_pictured=False),
    State("held-answers-none", "/held/", council="new", who="cse_lead", is_pictured=False),
    State("held-answers-not-allowed", "/held/", who="manager", status=403, is_pictured=False),
    State("coverage", "/coverage", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("coverage-of-a-manager", "/coverage?period=2025/26 Q1", who="manager", is_pictured=False),
    State("coverage-printed", "/coverage", who="cse_lead", widths=(PAPER,), media="print", is_pictured=False),
    State("coverage-rows", "/coverage/eligible/no_address", who="cse_lead", is_pictured=False),
    State("coverage-rows-unknown", "/coverage/asked/nothing", who="cse_lead", status=404, is_pictured=False),
    State("coverage-nothing-yet", "/coverage", who="newcomer", is_pictured=False),
    State("tables", "/dashboards/tables", who="cse_lead", is_pictured=False),
    State("tables-of-a-manager", "/dashboards/tables", who="manager", is_pictured=False),
    State(
        "tables-published",
        "/dashboards/tables?measure=information",
        who="cse_lead",
        steps=_publish_tables,
        is_pictured=False,
    ),
    # Measures, journeys and series of others
    State("measures", "/dashboards/measures", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("measure", "/dashboards/measures/satisfaction", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "measure-by-other-rules",
        "/dashboards/measures/satisfaction?switch=dont_know&switch=quarantined",
        who="cse_lead",
        is_pictured=False,
    ),
    State("measure-of-days", "/dashboards/measures/processing_days", who="manager", is_pictured=False),
    State("measure-of-comments", "/dashboards/measures/comment_sentiment", who="cse_lead", is_pictured=False),
    State("measure-unasked", "/dashboards/measures/nps", who="cse_lead", is_pictured=False),
    State(
        "measure-too-few",
        "/dashboards/measures/satisfaction?service=cemeteries&period=2025/26 Q1",
        who="cse_lead",
        is_pictured=False,
    ),
    State("measure-unknown", "/dashboards/measures/happiness", who="cse_lead", status=404, is_pictured=False),
    State("journeys", "/dashboards/journeys", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("journeys-none", "/dashboards/journeys?period=2019/20", who="cse_lead", is_pictured=False),
    State("series", "/dashboards/series", who="cse_lead", is_pictured=False),
    State("series-none", "/dashboards/series", council="new", who="cse_lead", is_pictured=False),
    State("one-series", "/dashboards/series/calls-answered-in-time", who="cse_lead", is_pictured=False),
    State("one-series-of-one-point", "/dashboards/series/another-survey", who="cse_lead", is_pictured=False),
    State("own-measures", "/admin/measures/", who="cse_lead", is_pictured=False),
    State("own-measures-none", "/admin/measures/", council="new", who="cse_lead", is_pictured=False),
    State("own-measure-new", "/admin/measures/new?question=satisfaction", who="cse_lead", is_pictured=False),
    State("own-measure-change", "/admin/measures/very_satisfied", who="administrator", is_pictured=False),
    State(
        "own-measure-error",
        "/admin/measures/new?question=satisfaction",
        who="cse_lead",
        steps=sending("See the figure"),
        status=422,
        is_pictured=False,
    ),
    State(
        "own-measure-preview",
        "/admin/measures/very_satisfied",
        who="cse_lead",
        steps=sending("See the figure"),
        is_pictured=False,
    ),
    # Improvements
    State("actions", "/actions/", who="cse_lead", is_pictured=False),
    State("improvements", "/actions/improvements/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("improvement", "/actions/improvements/A", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("improvement-unknown", "/actions/improvements/ZZ", who="cse_lead", status=404, is_pictured=False),
    State("improvement-new", "/actions/improvements/new", who="manager", is_pictured=False),
    State(
        "improvement-error",
        "/actions/improvements/new",
        who="cse_lead",
        steps=_enter_no_improvement,
        status=400,
        is_pictured=False,
    ),
    State("improvement-edit", "/actions/improvements/A/edit", who="cse_lead", is_pictured=False),
    State("improvement-heard", "/actions/improvements/A/heard", who="cse_lead", is_pictured=False),
    State(
        "improvement-figure", "/actions/improvements/figure?figure={satisfaction}", who="cse_lead", is_pictured=False
    ),
    State("improvements-on-the-first-day", "/actions/improvements/", who="cse_lead", council="new", is_pictured=False),
    # Evidence
    State("board", "/evidence/", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("board-of-an-assessor", "/evidence/", who="assessor", is_pictured=False),
    State("element", "/evidence/cse/1.3.2", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("element-of-an-assessor", "/evidence/cse/1.3.2", who="assessor", is_pictured=False),
    State("element-empty", "/evidence/cse/5.3.2", who="cse_lead"),
    State("element-claim-error", "/evidence/cse/5.3.2", who="cse_lead", steps=_claim_too_much, status=400),
    State("element-taken-off", "/evidence/cse/1.3.3", who="cse_lead", steps=_take_off, is_pictured=False),
    State("element-put-back", "/evidence/cse/1.3.3", who="cse_lead", steps=_take_off_and_put_back, is_pictured=False),
    State("board-as-table", "/evidence/?as=table", who="cse_lead", is_pictured=False),
    State("board-gaps", "/evidence/?show=gaps", who="cse_lead", is_pictured=False),
    State("board-mine", "/evidence/?show=mine", who="cse_lead", is_pictured=False),
    State("board-printed", "/evidence/", who="cse_lead", widths=(PAPER,), media="print", is_pictured=False),
    State(
        "element-rating-error",
        "/evidence/cse/5.3.2",
        who="cse_lead",
        steps=_rate_without_reason,
        status=400,
        is_pictured=False,
    ),
    State("element-wording", "/evidence/cse/1.3.2/wording", who="cse_lead", is_pictured=False),
    State("exhibit", "/evidence/exhibits/E01", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("exhibit-of-an-assessor", "/evidence/exhibits/E01", who="assessor", is_pictured=False),
    State("exhibit-new", "/evidence/exhibits/new?element=cse/1.3.2", who="cse_lead", is_pictured=False),
    State(
        "exhibit-new-error",
        "/evidence/exhibits/new?element=cse/1.3.2",
        who="cse_lead",
        steps=sending("Add the link"),
        status=400,
        is_pictured=False,
    ),
    State("exhibit-quotes", "/evidence/exhibits/quotes?element=cse/1.3.5", who="cse_lead", is_pictured=False),
    State(
        "exhibit-quotes-too-few",
        "/evidence/exhibits/quotes?element=cse/1.3.5&first=1/4/2019&last=2/4/2019",
        who="cse_lead",
        is_pictured=False,
    ),
    State("frameworks", "/evidence/frameworks", who="cse_lead", is_pictured=False),
    State(
        "frameworks-error",
        "/evidence/frameworks",
        who="cse_lead",
        steps=sending("Bring in this framework"),
        status=400,
        is_pictured=False,
    ),
    State("framework-thresholds", "/evidence/frameworks/cse/settings", who="cse_lead", is_pictured=False),
    State("visits", "/evidence/cse/visits/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "visits-plan-error",
        "/evidence/cse/visits/",
        who="cse_lead",
        steps=sending("Plan this round"),
        status=400,
        is_pictured=False,
    ),
    State("visit-held", "/evidence/cse/visits/2025-06-17", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("visit-element", "/evidence/cse/visits/2025-06-17/1.3.1", who="cse_lead", is_pictured=False),
    State("visit-ahead", "/evidence/cse/visits/2026-06-24", who="cse_lead", is_pictured=False),
    State("visit-write-down", "/evidence/cse/visits/2026-06-24/held", who="cse_lead", is_pictured=False),
    State(
        "visit-write-down-error",
        "/evidence/cse/visits/2026-06-24/held",
        who="cse_lead",
        steps=_hold_on_no_day,
        status=400,
        is_pictured=False,
    ),
    State("document-new", "/evidence/documents/new?element=cse/2.1.5", who="cse_lead", is_pictured=False),
    State(
        "document-new-error",
        "/evidence/documents/new?element=cse/2.1.5",
        who="cse_lead",
        steps=sending("Upload it"),
        status=400,
        is_pictured=False,
    ),
    State("element-printed", "/evidence/cse/1.3.2", who="cse_lead", widths=(PAPER,), media="print"),
    State("pin", "/evidence/pins/new?figure={satisfaction}", who="cse_lead"),
    State(
        "pin-error",
        "/evidence/pins/new?figure={satisfaction}",
        who="cse_lead",
        steps=_pin_to_nothing,
        status=400,
        is_pictured=False,
    ),
    State("packs", "/evidence/packs/", who="cse_lead", is_pictured=False),
    State("packs-made", "/evidence/packs/", who="cse_lead", steps=_ask_for_a_pack, is_pictured=False),
    State("packs-error", "/evidence/packs/", who="cse_lead", steps=_ask_for_no_days, status=400, is_pictured=False),
    State("packs-refused", "/evidence/packs/", who="assessor", status=403, is_pictured=False),
    State("packs-on-the-first-day", "/evidence/packs/", who="cse_lead", council="new", is_pictured=False),
    State("evidence-key", "/evidence/key", is_pictured=False),
    State("pack", "{pack}/index.html", who="assessor"),
    State("pack-check", "{pack}/check.html", who="assessor", is_pictured=False),
    State("pack-printed", "{pack}/index.html", who="assessor", widths=(PAPER,), media="print", is_pictured=False),
    State("downloads", "/exports/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "downloads-made", "/exports/", who="cse_lead", steps=_make_a_file, widths=(DESKTOP, PHONE), is_pictured=False
    ),
    State("downloads-error", "/exports/", who="cse_lead", steps=_make_a_file_of_no_days, status=400, is_pictured=False),
    State(
        "downloads-gone",
        "/exports/no-file/codebook.csv",
        who="cse_lead",
        status=404,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("downloads-of-figures", "/exports/", who="adviser", is_pictured=False),
    State("downloads-refused", "/exports/", who="assessor", status=403, is_pictured=False),
    State("downloads-on-the-first-day", "/exports/", who="cse_lead", council="new", is_pictured=False),
    State("planner", "/dashboards/planner", who="cse_lead", is_pictured=False),
    State("my-team", "/dashboards/my-team", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State("my-team-praised", "/dashboards/my-team", who="adviser", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "my-team-error",
        "/dashboards/my-team",
        who="manager",
        steps=sending("Put it into the box"),
        status=422,
        is_pictured=False,
    ),
    State("my-team-none", "/dashboards/my-team", who="cse_lead", is_pictured=False),
    State("ideas", "/actions/ideas/", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State("ideas-error", "/actions/ideas/", who="manager", steps=sending("Answer"), status=422, is_pictured=False),
    State("ideas-none", "/actions/ideas/", who="newcomer", is_pictured=False),
    State("comment-passed-on", "/comments/{passed-on}", who="manager", is_pictured=False),
    State("users-teams", "/admin/users/teams", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("digests", "/dashboards/digests/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("digests-none", "/dashboards/digests/", who="manager", is_pictured=False),
    State(
        "digests-preview",
        "/dashboards/digests/preview?rhythm=monthly&service=&channel=",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "digests-preview-error",
        "/dashboards/digests/preview?rhythm=hourly",
        who="cse_lead",
        status=400,
        is_pictured=False,
    ),
    State("digests-nothing-yet", "/dashboards/digests/preview", who="newcomer", is_pictured=False),
    State("digest-letter", "{digest-letter}", widths=(DESKTOP, PHONE), is_message=True, is_pictured=False),
    State("digest-stop", "/digests/stop/{digest}", who="nobody", widths=(PHONE,), is_pictured=False),
    State("digest-stop-unknown", "/digests/stop/nothing", who="nobody", status=404, is_pictured=False),
    State("planner-error", "/dashboards/planner?change=much", who="cse_lead", status=400, is_pictured=False),
    # The assessor
    State("assessors", "/evidence/assessors/", who="cse_lead", is_pictured=False),
    State(
        "assessors-error", "/evidence/assessors/", who="cse_lead", steps=_invite_nobody, status=400, is_pictured=False
    ),
    State("assessors-one", "/evidence/assessors/1", who="cse_lead", is_pictured=False),
    State("assessors-questions", "/evidence/assessors/questions", who="cse_lead", is_pictured=False),
    State("sitting", "/evidence/sitting/cse", who="assessor", widths=(DESKTOP, PHONE), is_pictured=False),
    State("sitting-first", "/evidence/sitting/", who="assessor", is_pictured=False),
    State("rows-behind", "/evidence/exhibits/E01/rows", who="assessor", is_pictured=False),
    State("rows-behind-printed", "/evidence/exhibits/E01/rows", who="assessor", media="print", is_pictured=False),
    State("comment-unknown", "/evidence/comments/9", who="assessor", status=404, is_pictured=False),
    State("comment-error", "/evidence/cse/1.3.2", who="assessor", steps=_ask_nothing, status=400, is_pictured=False),
    State("welcome-ended", "/accounts/welcome/none", who="nobody", status=410, is_pictured=False),
    # The headline of a year
    State("headline", "/admin/headline", who="cse_lead", is_pictured=False),
    State("headline-error", "/admin/headline", who="cse_lead", steps=_name_no_headline, status=422, is_pictured=False),
    # A council on its first day
    State("control", "/dashboards/control?measure=response_rate", who="cse_lead", widths=(DESKTOP, PHONE)),
    State("control-of-the-council", "/dashboards/control", who="administrator", is_pictured=False),
    State("control-by-quarter", "/dashboards/control?service=housing&by=quarter", who="cse_lead", is_pictured=False),
    State("control-empty", "/dashboards/control?measure=avoidable_contact", who="newcomer", is_pictured=False),
    State(
        "control-new-range-error",
        "/dashboards/control",
        who="administrator",
        steps=_begin_a_range_without_reason,
        status=400,
        is_pictured=False,
    ),
    State("funnel", "/dashboards/funnel", who="cse_lead", is_pictured=False),
    State("funnel-nothing-yet", "/dashboards/funnel", who="newcomer", is_pictured=False),
    State("planner-on-the-first-day", "/dashboards/planner", who="cse_lead", council="new", is_pictured=False),
    State("more-figures", "/dashboards/more", who="cse_lead", is_pictured=False),
    State("overview-on-the-first-day", "/dashboards/", who="cse_lead", council="new"),
    State("board-on-the-first-day", "/evidence/", who="cse_lead", council="new"),
    # Setting up: before anybody is there, and step by step
    State("set-up-at-the-door", "/", council="empty", who="nobody", widths=(DESKTOP, PHONE), is_pictured=False),
    State("set-up-first-administrator", "{first}", council="empty", who="nobody"),
    State(
        "set-up-first-administrator-error",
        "{first}",
        council="empty",
        who="nobody",
        steps=sending("Create the administrator"),
        status=400,
        is_pictured=False,
    ),
    State(
        "set-up-address-ended", "/accounts/first/guess", council="empty", who="nobody", status=404, is_pictured=False
    ),
    State("settings", "/admin/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("settings-of-a-lead", "/admin/", who="cse_lead", is_pictured=False),
    State("settings-not-allowed", "/admin/", who="assessor", status=403, is_pictured=False),
    State("council", "/admin/council/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "council-error",
        "/admin/council/",
        who="administrator",
        steps=_leave_no_way_to_complain,
        status=422,
        is_pictured=False,
    ),
    State("brand", "/admin/brand/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "brand-too-light",
        "/admin/brand/?brand=%23ffcc00&link=%231a5a96",
        who="administrator",
        is_pictured=False,
    ),
    State("services", "/admin/services/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("services-none", "/admin/services/", council="new", who="administrator", is_pictured=False),
    State("service-settings", "/admin/services/1/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("service-new", "/admin/services/new", who="administrator", is_pictured=False),
    State(
        "service-new-error",
        "/admin/services/new",
        who="administrator",
        steps=sending("Add the service"),
        status=422,
        is_pictured=False,
    ),
    State("service-close", "/admin/services/1/close", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("services-file", "/admin/services/file", who="administrator", is_pictured=False),
    State(
        "services-file-looked-at",
        "/admin/services/file",
        who="administrator",
        steps=_look_at_a_file_of_services,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("places", "/admin/places/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("places-none", "/admin/places/", council="new", who="administrator", is_pictured=False),
    State("place", "/admin/places/site/town-hall/", who="administrator", is_pictured=False),
    State("channels", "/admin/channels/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("features", "/admin/features/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("setting-changes-of-the-demo", "/admin/changes/", who="administrator", is_pictured=False),
    State(
        "setting-changes",
        "/admin/channels/",
        council="new",
        who="administrator",
        steps=_change_a_setting,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("set-up", "/admin/setup/", who="administrator", widths=(DESKTOP, PHONE)),
    State("set-up-council", "/admin/setup/council", who="administrator", is_pictured=False),
    State(
        "set-up-council-error",
        "/admin/setup/council",
        who="administrator",
        steps=_save_a_council_without_name,
        status=400,
        is_pictured=False,
    ),
    State("set-up-logo", "/admin/setup/logo", who="administrator", is_pictured=False),
    State(
        "set-up-logo-error",
        "/admin/setup/logo",
        who="administrator",
        steps=sending("Use this logo"),
        status=400,
        is_pictured=False,
    ),
    State("set-up-colours", "/admin/setup/colours", who="administrator", is_pictured=False),
    State(
        "set-up-colours-error",
        "/admin/setup/colours",
        who="administrator",
        steps=_choose_pale_colours,
        status=400,
    ),
    State("set-up-services", "/admin/setup/services", who="administrator", widths=(PHONE,), is_pictured=False),
    State("set-up-target", "/admin/setup/target", who="administrator", widths=(PHONE,), is_pictured=False),
    State("set-up-sender", "/admin/setup/sender", who="administrator", is_pictured=False),
    State("set-up-contacts", "/admin/setup/contacts", who="administrator", is_pictured=False),
    State(
        "set-up-preview",
        "/admin/setup/contacts",
        who="administrator",
        steps=_upload_contacts,
    ),
    State("set-up-file-gone", "/admin/setup/contacts/gone", who="administrator", status=404, is_pictured=False),
    State("set-up-test", "/admin/setup/test", who="administrator", is_pictured=False),
    State("set-up-asking", "/admin/setup/asking", who="administrator"),
    State("survey-as-a-test", "/s/test", widths=(PHONE,), is_pictured=False),
    State("survey-as-a-test-sent", "/s/test/sent", widths=(PHONE,), is_pictured=False),
    # Who is asked
    State("asking", "/admin/asking/", who="administrator", is_pictured=False),
    State("asking-left-out", "/admin/asking/left-out", who="administrator", is_pictured=False),
    State(
        "asking-left-out-error",
        "/admin/asking/left-out",
        who="administrator",
        steps=_leave_out_nothing,
        status=400,
        is_pictured=False,
    ),
    State(
        "asking-amount",
        "/admin/asking/amounts?service=housing&how=share&number=25",
        who="administrator",
        is_pictured=False,
    ),
    State("asking-rules", "/admin/asking/rules", who="administrator", is_pictured=False),
    # How and when people are asked
    State("sending", "/admin/sending/", who="administrator", is_pictured=False),
    State("sending-rules", "/admin/sending/rules", who="administrator", is_pictured=False),
    State(
        "sending-rules-error",
        "/admin/sending/rules?open_days=0&delay_minutes=soon",
        who="administrator",
        steps=_keep_these_rules,
        status=422,
        is_pictured=False,
    ),
    State("sending-window", "/admin/sending/window", who="administrator", is_pictured=False),
    # What comes after an answer
    State("after-answers", "/admin/afterwards/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("after-answers-question", "/admin/afterwards/questions/age", who="administrator", is_pictured=False),
    State(
        "after-answers-question-error",
        "/admin/afterwards/questions/religion",
        who="administrator",
        steps=_ask_without_a_policy,
        status=422,
        is_pictured=False,
    ),
    State("you-said-we-did", "/you-said-we-did", widths=(DESKTOP, PHONE)),
    State("you-said-we-did-none", "/you-said-we-did", council="new", is_pictured=False),
    State("you-said-we-did-data", "/you-said-we-did/data", is_pictured=False),
    State("our-standards", "/our-standards", widths=(DESKTOP, PHONE)),
    State("our-standards-none", "/our-standards", council="new", is_pictured=False),
    State("changes", "/actions/published/", who="cse_lead", is_pictured=False),
    State("changes-none", "/actions/published/", council="new", who="cse_lead", is_pictured=False),
    State("change-waiting", "/actions/published/{waiting}", who="cse_lead", is_pictured=False),
    State(
        "change-not-sent-back",
        "/actions/published/{waiting}",
        who="cse_lead",
        steps=_send_back_without_a_reason,
        status=422,
        is_pictured=False,
    ),
    State("change-preview", "/actions/published/{waiting}/preview", who="cse_lead", is_pictured=False),
    State("change-new", "/actions/published/new", who="manager", is_pictured=False),
    State(
        "change-error",
        "/actions/published/new",
        who="manager",
        steps=lambda page: send(page, "Keep as a draft"),
        status=422,
        is_pictured=False,
    ),
    State("change-edit", "/actions/published/{waiting}/edit", who="manager", is_pictured=False),
    State("standards", "/actions/standards/", who="cse_lead", is_pictured=False),
    State("standards-none", "/actions/standards/", council="new", who="cse_lead", is_pictured=False),
    State("standard", "/actions/standards/{standard}", who="cse_lead", is_pictured=False),
    State("standard-preview", "/actions/standards/{standard}/preview", who="cse_lead", is_pictured=False),
    State("standard-new", "/actions/standards/new", who="cse_lead", is_pictured=False),
    State(
        "standard-error",
        "/actions/standards/new",
        who="cse_lead",
        steps=lambda page: send(page, "Keep as a draft"),
        status=422,
        is_pictured=False,
    ),
    State("standard-edit", "/actions/standards/{standard}/edit", who="cse_lead", is_pictured=False),
    State("follow-up-rules", "/admin/follow-ups/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "follow-up-rules-error",
        "/admin/follow-ups/",
        who="administrator",
        steps=lambda page: send(page, "Set owner"),
        status=422,
        is_pictured=False,
    ),
    # Alerts
    State("alerts", "/comments/alerts/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("alerts-all", "/comments/alerts/?state=all", who="cse_lead", is_pictured=False),
    State("alerts-none", "/comments/alerts/", council="new", who="cse_lead", is_pictured=False),
    State("alerts-not-allowed", "/comments/alerts/", who="manager", status=403, is_pictured=False),
    State("alert", "/comments/alerts/{alert}", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("alert-seen", "/comments/alerts/{alert-seen}", who="cse_lead", is_pictured=False),
    State(
        "alert-error",
        "/comments/alerts/{alert}",
        who="cse_lead",
        steps=lambda page: send(page, "Decide"),
        status=422,
        is_pictured=False,
    ),
    State("alert-unknown", "/comments/alerts/AAAAAAAAAA", who="cse_lead", status=404, is_pictured=False),
    State("alert-kinds", "/admin/alerts/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("alert-kind", "/admin/alerts/safeguarding", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("alert-kind-new", "/admin/alerts/new", who="administrator", is_pictured=False),
    State(
        "alert-kind-tried",
        "/admin/alerts/threat",
        who="cse_lead",
        steps=_try_phrases,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "alert-kind-error",
        "/admin/alerts/new",
        who="administrator",
        steps=lambda page: send(page, "Save"),
        status=422,
        is_pictured=False,
    ),
    State("follow-ups", "/actions/follow-ups/", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State("follow-ups-board", "/actions/follow-ups/?view=board", who="cse_lead", is_pictured=False),
    State("follow-ups-none-chosen", "/actions/follow-ups/?mine=yes", who="cse_lead", is_pictured=False),
    State("follow-ups-none", "/actions/follow-ups/", council="new", who="cse_lead", is_pictured=False),
    State("follow-ups-not-allowed", "/actions/follow-ups/", who="assessor", status=403, is_pictured=False),
    State("follow-up", "/actions/follow-ups/{touched}", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "follow-up-details",
        "/actions/follow-ups/{follow-up}",
        who="manager",
        steps=lambda page: send(page, "Show contact details"),
        is_pictured=False,
    ),
    State(
        "follow-up-error",
        "/actions/follow-ups/{follow-up}",
        who="manager",
        steps=lambda page: send(page, "Close"),
        status=422,
        is_pictured=False,
    ),
    State("follow-up-complaint", "/actions/follow-ups/{complaint}", who="manager", is_pictured=False),
    State("follow-up-unknown", "/actions/follow-ups/AAAAAAAA", who="manager", status=404, is_pictured=False),
    State("verdict", "/v/{verdict}", widths=(PHONE,), is_pictured=False),
    State(
        "verdict-error",
        "/v/{verdict}",
        steps=lambda page: send(page, "Send"),
        status=422,
        widths=(PHONE,),
        is_pictured=False,
    ),
    State("verdict-given", "/v/{verdict-given}", widths=(PHONE,), is_pictured=False),
    State("verdict-unknown", "/v/nothing", status=404, widths=(PHONE,), is_pictured=False),
    State("after-answers-support", "/admin/afterwards/support", who="administrator", is_pictured=False),
    State(
        "after-answers-support-error",
        "/admin/afterwards/support?exit_url=http://example.org",
        who="administrator",
        steps=lambda page: send(page, "Preview"),
        status=422,
        is_pictured=False,
    ),
    State(
        "after-answers-support-preview",
        "/admin/afterwards/support?body=Call 999.&exit_url=https://example.org/weather",
        who="administrator",
        steps=lambda page: send(page, "Preview"),
        is_pictured=False,
    ),
    # Targets
    State("targets", "/admin/targets/", who="administrator", is_pictured=False),
    State("target", "/admin/targets/satisfaction", who="administrator", is_pictured=False),
    State(
        "target-error",
        "/admin/targets/satisfaction",
        who="administrator",
        steps=_set_a_past_target,
        status=400,
        is_pictured=False,
    ),
    State("target-chosen", "/admin/targets/one?measure=nps", who="administrator", is_pictured=False),
    State("target-end", "/admin/targets/lines/1/end", who="administrator", is_pictured=False),
    # Themes
    State("keywords-themes", "/admin/themes/", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("keywords-themes-none", "/admin/themes/", who="cse_lead", council="new", is_pictured=False),
    State("keywords-theme", "/admin/themes/waste", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("keywords-theme-new", "/admin/themes/new", who="cse_lead", is_pictured=False),
    State(
        "theme-tried",
        "/admin/themes/waste",
        who="cse_lead",
        steps=_try_a_theme,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "theme-error",
        "/admin/themes/waste",
        who="cse_lead",
        steps=_keep_an_unclear_keyword,
        status=400,
        is_pictured=False,
    ),
    State("keywords-theme-as-it-came", "/admin/themes/roads/history", who="cse_lead", is_pictured=False),
    State("keywords-theme-history", "/admin/themes/waste", who="cse_lead", steps=_change_a_theme, is_pictured=False),
    # Letters and cards
    State("letters", "/admin/letters/", who="administrator", is_pictured=False),
    State(
        "letters-error",
        "/admin/letters/",
        who="administrator",
        steps=_print_on_nothing,
        status=422,
        is_pictured=False,
    ),
    # Open links
    State("links", "/admin/links/", who="administrator", is_pictured=False),
    State(
        "links-error",
        "/admin/links/",
        who="administrator",
        steps=_make_a_link_of_nothing,
        status=422,
        is_pictured=False,
    ),
    State("link", "/admin/links/{poster}/", who="administrator", is_pictured=False),
    State("link-framed", "/admin/links/{framed}/", who="administrator", is_pictured=False),
    State("link-closed", "/admin/links/{closed-link}/", who="administrator", is_pictured=False),
    State("survey-framed", "/o/{framed}", is_pictured=False),
    # The texts of the council's own pages
    State("texts", "/admin/texts/", who="administrator"),
    State("text", "/admin/texts/accessibility", who="administrator"),
    State(
        "text-error",
        "/admin/texts/privacy",
        who="administrator",
        steps=_name_a_fact_that_is_none,
        status=422,
        is_pictured=False,
    ),
    State("text-preview", "/admin/texts/privacy", who="administrator", steps=_preview_a_text),
    State("text-published", "/admin/texts/cookies", who="administrator", steps=_publish_a_text, is_pictured=False),
    State("text-of-then", "/admin/texts/cookies/versions/1", who="administrator", is_pictured=False),
    # Answers that staff enter
    State("assisted", "/assisted/", who="manager", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "assisted-error",
        "/assisted/",
        who="manager",
        steps=lambda page: send(page, "Continue"),
        status=422,
        is_pictured=False,
    ),
    State(
        "assisted-unknown",
        "/assisted/",
        who="manager",
        steps=lambda page: _enter_answers_of(page, "no-such"),
        status=404,
        is_pictured=False,
    ),
    State(
        "assisted-questions",
        "/assisted/",
        who="manager",
        steps=lambda page: _enter_answers_of(page, "web-reader"),
        is_pictured=False,
    ),
    State(
        "assisted-paper",
        "/assisted/",
        who="manager",
        steps=lambda page: _enter_answers_of(page, "web-reader", "On paper"),
        is_pictured=False,
    ),
    State(
        "assisted-late-card",
        "/assisted/",
        who="manager",
        steps=lambda page: _enter_answers_of(page, "web-closed", "On paper"),
        is_pictured=False,
    ),
    State("assisted-no-answer", "/assisted/", who="manager", steps=_send_no_answer, status=422, is_pictured=False),
    State("assisted-sent", "/assisted/", who="manager", steps=_send_an_answer, is_pictured=False),
    State("assisted-card-sent", "/assisted/", who="manager", steps=_send_a_card, is_pictured=False),
    State(
        "assisted-answered",
        "/assisted/",
        who="manager",
        steps=lambda page: _enter_answers_of(page, "web-answered"),
        status=409,
        is_pictured=False,
    ),
    State(
        "assisted-closed",
        "/assisted/",
        who="manager",
        steps=lambda page: _enter_answers_of(page, "web-closed"),
        status=410,
        is_pictured=False,
    ),
    State("assisted-enter-unknown", "/assisted/enter/no-ticket", who="manager", status=404, is_pictured=False),
    State("assisted-sent-unknown", "/assisted/sent/no-ticket", who="manager", status=404, is_pictured=False),
    State("assisted-not-now", "/assisted/not-now", who="manager", is_pictured=False),
    # Who must not be asked
    State("stops", "/admin/stops/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("stops-of-a-manager", "/admin/stops/", who="manager", widths=(PHONE,), is_pictured=False),
    State("stops-error", "/admin/stops/", who="manager", steps=_stop_nobody, status=422, is_pictured=False),
    State("stops-written-down", "/admin/stops/", who="manager", steps=_stop_somebody, is_pictured=False),
    State("stops-list", "/admin/stops/", who="administrator", steps=_bring_a_list_of_stops, is_pictured=False),
    # An answer that somebody wants deleted; the references are those of tests.browser.councils
    State("withdrawal", "/admin/withdrawals/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "withdrawal-unknown",
        "/admin/withdrawals/",
        who="administrator",
        steps=_ask_for_a_reference_of_nobody,
        status=404,
        is_pictured=False,
    ),
    State(
        "withdrawal-asked",
        "/admin/withdrawals/4679ACDEFG",
        who="administrator",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "withdrawal-done",
        "/admin/withdrawals/NPQRTUVWXY",
        who="administrator",
        steps=_delete_by_reference,
        is_pictured=False,
    ),
    State(
        "withdrawal-unknown-page",
        "/admin/withdrawals/3333333333",
        who="administrator",
        status=404,
        is_pictured=False,
    ),
    State("withdrawal-not-allowed", "/admin/withdrawals/", who="manager", status=403, is_pictured=False),
    # What people ask of the data about them, and how long it is kept
    State("requests", "/data-protection/requests/", who="officer", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "requests-error",
        "/data-protection/requests/",
        who="officer",
        steps=sending("Write it down"),
        status=422,
        is_pictured=False,
    ),
    State(
        "request-new",
        "/data-protection/requests/",
        who="officer",
        steps=_receive("Delete what you hold about me"),
        is_pictured=False,
    ),
    State(
        "request-erasure",
        "/data-protection/requests/",
        who="officer",
        steps=_look_for_the_reader("Delete what you hold about me"),
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "request-nobody",
        "/data-protection/requests/",
        who="officer",
        steps=_look_for_nobody,
        is_pictured=False,
    ),
    State(
        "request-objection-done",
        "/data-protection/requests/",
        who="officer",
        steps=_object_for_nobody,
        is_pictured=False,
    ),
    State("request-unknown", "/data-protection/requests/3333333333/", who="officer", status=404, is_pictured=False),
    State("requests-not-allowed", "/data-protection/requests/", who="manager", status=403, is_pictured=False),
    State("retention", "/admin/retention/", who="officer", widths=(DESKTOP, PHONE), is_pictured=False),
    State("retention-class", "/admin/retention/raw_comments/", who="officer", is_pictured=False),
    State(
        "retention-tried", "/admin/retention/raw_comments/", who="officer", steps=_try_days("200"), is_pictured=False
    ),
    State(
        "retention-error",
        "/admin/retention/raw_comments/",
        who="officer",
        steps=_try_days("2"),
        status=422,
        is_pictured=False,
    ),
    State(
        "retention-changed",
        "/admin/retention/raw_comments/",
        who="officer",
        steps=_keep_for_days("200"),
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("retention-not-allowed", "/admin/retention/", who="manager", status=403, is_pictured=False),
    # A survey of another program
    State("survey-import", "/admin/surveys/import", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "survey-import-unknown",
        "/admin/surveys/import/nothing",
        who="cse_lead",
        status=404,
        is_pictured=False,
    ),
    State(
        "survey-import-refused",
        "/admin/surveys/import",
        who="cse_lead",
        steps=_choose_no_survey,
        status=422,
        is_pictured=False,
    ),
    State(
        "survey-import-found",
        "/admin/surveys/import",
        who="cse_lead",
        steps=_choose_a_survey,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    # How much of a survey a page shows
    State("survey-languages", "/admin/surveys/after-contact/translations/", who="cse_lead", is_pictured=False),
    State("survey-translation", "/admin/surveys/after-contact/translations/cy", who="cse_lead", is_pictured=False),
    State("survey-easy-read", "/admin/surveys/after-contact/translations/en-easy", who="cse_lead", is_pictured=False),
    State("languages", "/admin/languages/", who="cse_lead", is_pictured=False),
    State("survey-page", "/admin/survey-page/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "survey-page-error",
        "/admin/survey-page/",
        who="administrator",
        steps=_keep_no_choice,
        status=422,
        is_pictured=False,
    ),
    State(
        "survey-page-kept",
        "/admin/survey-page/",
        who="administrator",
        steps=lambda page: send(page, "Keep this"),
        is_pictured=False,
    ),
    # The messages of a survey
    State("messages", f"{MESSAGES}/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("messages-email", f"{MESSAGES}/invitation/email/en", who="administrator", is_pictured=False),
    State("messages-letter", f"{MESSAGES}/invitation/letter/en", who="administrator", is_pictured=False),
    State(
        "messages-text-in-parts",
        f"{MESSAGES}/reminder/sms/en",
        who="administrator",
        steps=_word_a_long_text,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "messages-text-refused",
        f"{MESSAGES}/invitation/sms/en",
        who="administrator",
        steps=_word_a_text_without_a_link,
        status=422,
        is_pictured=False,
    ),
    State("messages-kept", f"{MESSAGES}/invitation/sms/cy", who="administrator", steps=_keep_a_text, is_pictured=False),
    State("messages-not-allowed", f"{MESSAGES}/", who="manager", status=403, is_pictured=False),
    # Surveys, and the builder of one
    State("surveys", "/admin/surveys/", council="new", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False),
    State("surveys-not-allowed", "/admin/surveys/", who="manager", status=403, is_pictured=False),
    State("survey-new", "/admin/surveys/new", council="new", who="cse_lead", is_pictured=False),
    State(
        "survey-new-error",
        "/admin/surveys/new",
        council="new",
        who="cse_lead",
        steps=lambda page: send(page, "Make the survey"),
        status=422,
        is_pictured=False,
    ),
    State(
        "builder",
        "/admin/surveys/after-contact/",
        council="new",
        who="cse_lead",
        steps=_change_a_survey,
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State("builder-unknown", "/admin/surveys/nowhere/", council="new", who="cse_lead", status=404, is_pictured=False),
    State("builder-about", "/admin/surveys/after-contact/about", council="new", who="cse_lead", is_pictured=False),
    State("builder-bank", "/admin/surveys/after-contact/bank", council="new", who="cse_lead", is_pictured=False),
    State("builder-kind", "/admin/surveys/after-contact/questions/", council="new", who="cse_lead", is_pictured=False),
    State(
        "builder-question",
        "/admin/surveys/after-contact/questions/resolved",
        council="new",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "builder-question-new",
        "/admin/surveys/after-contact/questions/?kind=multiple_choice",
        council="new",
        who="cse_lead",
        is_pictured=False,
    ),
    State(
        "builder-question-error",
        "/admin/surveys/after-contact/questions/?kind=multiple_choice",
        council="new",
        who="cse_lead",
        steps=lambda page: send(page, "Save question"),
        status=422,
        is_pictured=False,
    ),
    State(
        "builder-asked-of",
        "/admin/surveys/after-contact/questions/improve/asked-of",
        council="new",
        who="cse_lead",
        is_pictured=False,
    ),
    State(
        "builder-asked-of-error",
        "/admin/surveys/after-contact/questions/improve/asked-of",
        council="new",
        who="cse_lead",
        steps=_choose_an_answer_of,
        status=422,
        is_pictured=False,
    ),
    State("builder-pages", "/admin/surveys/after-contact/pages/", council="new", who="cse_lead", is_pictured=False),
    State(
        "builder-rule-new",
        "/admin/surveys/after-contact/pages/1/rules/",
        council="new",
        who="cse_lead",
        is_pictured=False,
    ),
    State(
        "builder-rule-unknown",
        "/admin/surveys/after-contact/rules/99",
        council="new",
        who="cse_lead",
        status=404,
        is_pictured=False,
    ),
    State("builder-publish", "/admin/surveys/after-contact/publish", council="new", who="cse_lead", is_pictured=False),
    State(
        "builder-published", "/admin/surveys/after-contact/published", council="new", who="cse_lead", is_pictured=False
    ),
    # The versions of a survey, two side by side, and what its people will meet
    State(
        "versions", f"{_REMADE}versions/", council="remade", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False
    ),
    State(
        "versions-two",
        f"{_REMADE}versions/1.0/2.0",
        council="remade",
        who="cse_lead",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "versions-on-paper",
        f"{_REMADE}versions/1.0/2.0",
        council="remade",
        who="cse_lead",
        widths=(PAPER,),
        media="print",
        is_pictured=False,
    ),
    State("versions-same", f"{_REMADE}versions/1.0/1.0", council="remade", who="cse_lead", is_pictured=False),
    State(
        "version-unknown", f"{_REMADE}versions/1.0/9.0", council="remade", who="cse_lead", status=404, is_pictured=False
    ),
    State(
        "preview", f"{_REMADE}preview/", council="remade", who="cse_lead", widths=(DESKTOP, PHONE), is_pictured=False
    ),
    State("preview-wide", f"{_REMADE}preview/?width=wide&page=2", council="remade", who="cse_lead", is_pictured=False),
    State(
        "preview-no-service", "/admin/surveys/after-contact/preview/", council="new", who="cse_lead", is_pictured=False
    ),
    State(
        "preview-page", f"{_REMADE}preview/2.0/", council="remade", who="cse_lead", widths=(PHONE,), is_pictured=False
    ),
    State(
        "preview-error",
        f"{_REMADE}preview/2.0/",
        council="remade",
        who="cse_lead",
        widths=(PHONE,),
        steps=lambda page: send(page, "Send"),
        status=422,
        is_pictured=False,
    ),
    State("preview-sent", f"{_REMADE}preview/2.0/sent", council="remade", who="cse_lead", is_pictured=False),
    # The jobs
    State("jobs", "/admin/jobs/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("jobs-told-to-run", "/admin/jobs/", who="administrator", steps=_run_a_job, is_pictured=False),
    # Who did what
    State("audit", "/admin/audit/", who="officer", widths=(DESKTOP, PHONE), is_pictured=False),
    State("audit-no-line", "/admin/audit/?subject=nothing", who="officer", is_pictured=False),
    State("audit-error", "/admin/audit/?from=soon", who="officer", status=422, is_pictured=False),
    # Kiosks
    State("kiosks", "/admin/kiosks/", council="reception", who="administrator", is_pictured=False),
    State("kiosks-none", "/admin/kiosks/", who="administrator", is_pictured=False),
    State(
        "kiosks-error",
        "/admin/kiosks/",
        council="reception",
        who="administrator",
        steps=lambda page: send(page, "Make the kiosk"),
        status=422,
        is_pictured=False,
    ),
    State("kiosk-received", "/admin/kiosks/{received}/", council="reception", who="administrator", is_pictured=False),
    State("kiosk-over", "/admin/kiosks/{closed}/", council="reception", who="administrator", is_pictured=False),
    # How contacts come in
    State("feeds", "/admin/feeds/", who="administrator", is_pictured=False),
    State("feed", "/admin/feeds/key:{key}", who="administrator", is_pictured=False),
    State(
        "feed-error",
        "/admin/feeds/page",
        who="administrator",
        steps=_watch_without_an_owner,
        status=422,
        is_pictured=False,
    ),
    # People
    State("users", "/admin/users/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("users-none", "/admin/users/?role=adviser&state=sealed", who="administrator", is_pictured=False),
    State("user", "/admin/users/{careful}/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("user-linked", "/admin/users/{linked}/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("user-sealed", "/admin/users/{sealed}/", who="administrator", is_pictured=False),
    State("user-unknown", "/admin/users/424242/", who="administrator", status=404, is_pictured=False),
    State("user-add", "/admin/users/add", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("user-add-error", "/admin/users/add", who="administrator", steps=_add_nobody, status=422, is_pictured=False),
    State("api-keys", "/admin/api-keys/", who="administrator", is_pictured=False),
    State("api-key-made", "/admin/api-keys/", who="administrator", steps=_make_a_key, is_pictured=False),
    State(
        "api-keys-error",
        "/admin/api-keys/",
        who="administrator",
        steps=lambda page: send(page, "Make the key"),
        status=422,
        is_pictured=False,
    ),
    State("api-connect", "/admin/api-keys/connect", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("api", "/api/", widths=(DESKTOP, PHONE), is_pictured=False),
    State("api-key-revoke", "/admin/api-keys/{key}/", who="administrator", is_pictured=False),
    State("webhooks", "/admin/webhooks/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State("webhooks-none", "/admin/webhooks/", who="administrator", council="new", is_pictured=False),
    State("webhook-new", "/admin/webhooks/new", who="administrator", is_pictured=False),
    State(
        "webhook-error",
        "/admin/webhooks/new",
        who="administrator",
        steps=_type_an_address_of_the_inside,
        status=422,
        is_pictured=False,
    ),
    State("webhook", "/admin/webhooks/{webhook}/", who="administrator", widths=(DESKTOP, PHONE), is_pictured=False),
    State(
        "webhook-secret",
        "/admin/webhooks/{webhook}/",
        who="administrator",
        steps=sending("Change the secret"),
        is_pictured=False,
    ),
    State("webhook-change", "/admin/webhooks/{webhook}/change", who="administrator", is_pictured=False),
    State(
        "webhook-delete",
        "/admin/webhooks/{webhook}/delete",
        who="administrator",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    State(
        "webhook-delivery",
        "/admin/webhooks/{webhook}/events/{webhook_event}/",
        who="administrator",
        widths=(DESKTOP, PHONE),
        is_pictured=False,
    ),
    # Every kind of chart, also those that no page has yet
    State("charts", "/test/charts", who="nobody", is_pictured=False),
)

# What GET answers with something else than a page.
NOT_PAGES = {
    "documents.document": "a file to be saved",
    "documents.at_origin": "the same, elsewhere",
    "api.openapi": "JSON",
    "api.services": "JSON",
    "api.measures": "JSON",
    "api.measure": "JSON",
    "api.published": "JSON",
    "api.tables": "JSON",
    "api.figure": "JSON",
    "api.responses": "JSON, or a row of it a line",
    "api.response": "JSON",
    "api.comments": "JSON, or a row of it a line",
    "survey_files.export": "JSON",
    "sitting.digests": "the rows' digests, as a text",
    "static": "style sheets, scripts, the icon",
    "organisation.brand": "a style sheet",
    "responses.picture": "a picture of a survey",
    "surveys.translation_file": "a file to be saved",
    "kiosk.worker": "a script",
    "dashboards.overview_file": "CSV",
    "parts.channel_file": "CSV",
    "parts.site_file": "CSV",
    "parts.team_file": "CSV",
    "parts.group_file": "CSV",
    "digest_stop.one_click_page": "leads on to digest-stop",
    "tables.edition_file": "CSV",
    "packs.download": "ZIP",
    "exports.download": "CSV, XLSX, ODS, NDJSON or Parquet",
    "exports.codebook": "CSV",
    "services.download": "CSV",
    "services.template": "CSV",
    "papers.records_file": "CSV, XLSX or ODS",
    "last_year.file": "CSV",
    "themes_page.file": "CSV",
    "themes_page.theme_file": "CSV",
    "coverage.file": "CSV",
    "links.poster": "PDF",
    "links.picture": "a picture",
    "links.pixels": "a picture",
    "published.feed": "Atom",
    "published.data": "CSV",
    "health.live": "plain text for machines",
    "health.ready": "plain text for machines",
    "watching.metrics": "plain text for machines",
    "organisation.logo": "a picture",
    "single_sign_on.callback": "leads on from the council's own sign-in, where one is set up: test_single_sign_on.py",
    "single_sign_on.sign_out_there": "leads to the council's own sign-in",
    "single_sign_on.link_page": "is there where single sign-on is set up: test_single_sign_on.py",
    "security.two_factor_token_validation": "seen after the password: second-step-code",
    "security.tf_select": "seen after the password: second-step-which",
    "security.mf_recovery": "seen after the password: second-step-recovery",
    "security.wan_delete": "leads back to the passkeys",
    "security.two_factor_rescue": "is not offered",
    "security.wan_verify": "is not offered",
    "accounts.start": "leads to the first page that the person may open",
    "invitations.one_click_page": "leads to the page that stops",
}
