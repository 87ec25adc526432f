"""A CSE lead makes a survey and publishes it with the keyboard alone, without JavaScript."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from survey_app.demo.operations import DEMO_PASSWORD
from tests.browser.councils import STAFF
from tests.browser.visits import Visitors


def go_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the control has the focus: what cannot be reached so fails."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(150):
        if wanted.evaluate("control => control === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {name}")


def leave_by(page: Page, role: str, name: str) -> None:
    go_to(page, role, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_nothing_to_published_by_keyboard_alone(visitors: Visitors) -> None:
    council = visitors.council("new")
    window = visitors.window(council, "nobody", has_scripts=False)
    page = window.new_page()
    page.goto("/accounts/sign-in")
    go_to(page, "textbox", "E-mail address")
    page.keyboard.type(STAFF["cse_lead"])
    go_to(page, "textbox", "Password")
    page.keyboard.type(DEMO_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    leave_by(page, "link", "Surveys")
    leave_by(page, "link", "Make a survey")
    go_to(page, "textbox", "What staff call it")
    page.keyboard.type("For colleagues")
    go_to(page, "radio", "Residents")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Internal customers")).to_be_checked()
    leave_by(page, "button", "Make the survey")

    leave_by(page, "button", "Up question 10")
    expect(page.get_by_role("status")).to_contain_text("“What could be better” moved up.")
    leave_by(page, "link", "Write a new question")
    leave_by(page, "link", "One of several")
    go_to(page, "textbox", "Question")
    page.keyboard.type("Which team are you in?")
    for n, label in enumerate(("Front office", "Back office"), 1):
        go_to(page, "textbox", f"Answer {n}")
        page.keyboard.type(label)
    with page.expect_navigation():
        page.keyboard.press("Enter")  # in a field: saves, and moves no answer
    expect(page.get_by_role("status")).to_contain_text("“Which team are you in?” added.")
    leave_by(page, "link", "Check and publish")
    expect(page.get_by_role("heading", level=1)).to_contain_text("It can be published as version 1.0.")
    leave_by(page, "button", "Publish version 1.0")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Version 1.0 of For colleagues is what is asked now")
    window.close()
