"""Letters to people about their access."""

from __future__ import annotations

WELCOME = "Your access to the resident satisfaction survey"
TAKEN_AWAY = "The second step of your sign-in was taken away"


def welcome_letter(*, council: str, role: str, link: str, days: int) -> str:
    return f"""\
You have been given access to the satisfaction survey of {council}, as: {role}.

Choose a password here. The address works once, for {days} days, and is for you alone:
{link}

If you expected nothing like this, choose nothing and tell the council.
"""


def taken_away_letter(*, council: str, email: str, forgotten: str) -> str:
    return f"""\
An administrator of the satisfaction survey of {council} has taken away the second step of {email}: \
app, passkeys and recovery codes. You are signed out everywhere.

Sign in with your password and set up a new one. \
If you did not ask for this, choose a new password now, and tell your data protection officer:
{forgotten}
"""
