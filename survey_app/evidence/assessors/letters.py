"""What is written by e-mail about an assessor's access: links, and nothing of what anybody said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import in_words


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def invitation_letter(
    *, council: str, framework: str, expires_on: date, link: str, is_new: bool, lead: str, days: int
) -> Letter:
    """To the assessor: where to begin. `is_new`: they have no password yet, and the link asks for one."""
    first = (
        f"Choose a password first; the link works once, for {days} days:"
        if is_new
        else "Sign in with the password that you have:"
    )
    return Letter(
        f"{council}: the evidence for {framework}",
        f"{council} invites you to read its evidence for {framework}. {first}\n\n{link}\n\n"
        f"You can read until {in_words(expires_on)}. Which pages you open is written down and kept for three years; "
        f"{lead or 'the council'} can see it.\n",
    )


def comments_letter(*, n: int, framework: str, link: str, is_to_assessor: bool) -> Letter:
    """That something new stands there, and where; one a day at most."""
    things = f"{n} new {'answer' if is_to_assessor else 'comment'}{'' if n == 1 else 's'}"
    who = "The council has written" if is_to_assessor else "The assessor has written"
    return Letter(
        f"{things} on the evidence for {framework}",
        f"{who}: {things}.\n\n{link}\n\nYou get at most one such e-mail a day.\n",
    )
