"""The stand-in's page: what was sent, and a way to answer it as a resident would."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Protocol


class Shown(Protocol):
    """A message, as far as the page shows it."""

    id: str
    kind: str
    to: str
    subject: str | None
    body: str
    status: str


MOST = 200  # messages on the page
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]]+")


def page_of(taken: Sequence[Shown]) -> str:
    """The newest first. Plain HTML: it is a tool for one machine, not a page of the product."""
    shown = "".join(_article(message) for message in reversed(taken[-MOST:]))
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>GOV.UK Notify, a stand-in</title></head>'
        f"<body><main><h1>GOV.UK Notify, a stand-in</h1><p>{len(taken):,} messages were taken. None was sent to "
        f"anybody. Load the page again to see more.</p>{shown}</main></body></html>"
    )


def _article(message: Shown) -> str:
    what = "E-mail" if message.kind == "email" else "Text message"
    subject = f"<h3>{escape(message.subject)}</h3>" if message.subject else ""
    if message.kind == "sms":
        act = (
            f'<form method="post" action="/text-back"><input type="hidden" name="number" value="{escape(message.to)}">'
            f"<label>Text back as {escape(message.to)}: "
            '<input name="message" required></label> <button>Send</button></form>'
        )
    else:
        act = (
            f'<form method="post" action="/complain"><input type="hidden" name="id" value="{message.id}">'
            "<button>Mark as spam</button></form>"
        )
    return (
        f"<article><h2>{what} to {escape(message.to)} ({escape(message.status)})</h2>{subject}"
        f"<p>{_with_links(message.body)}</p>{act}</article><hr>"
    )


def _with_links(body: str) -> str:
    """The body line by line, its addresses to be followed as from a phone."""
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', escape(body)).replace("\n", "<br>")
