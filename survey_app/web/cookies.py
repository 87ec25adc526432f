"""Every cookie that this site may set, and all else that a browser keeps for it: the law treats them alike. Who answers
a survey gets none; tests compare the lists with what is sent, and with what scripts do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cookie:
    """One cookie, as the page /cookies tells of it. By https its name begins with __Host-."""

    name: str
    purpose: str
    kept_for: str
    who: str


SESSION = Cookie(
    "session",
    "Knows who is signed in and protects forms. Scripts cannot read it, and other sites cannot send it along.",
    "until an hour after the last page, or until you sign out",
    "staff and assessors, from the sign-in page on",
)
KNOWN_BROWSER = Cookie(
    "known",
    "Says that somebody has signed in on this browser before, so that strangers who guess passwords cannot keep "
    "them out. It holds a random name and opens nothing.",
    "180 days after the last sign-in",
    "staff and assessors, when they sign in",
)
COOKIES = (SESSION, KNOWN_BROWSER)
STORED = {  # by the scripts that store it
    ("kiosk.js", "kiosk-worker.js"): Cookie(
        "kiosk",
        "The page of a kiosk keeps itself, its questions and answers that it could not hand over yet, so that none is "
        "lost without a network. Nothing in it says who answered.",
        "answers until they are handed over, the page until the browser’s data is cleared",
        "the council’s own tablets, and any browser in which a kiosk’s address is opened",
    ),
    ("label-keys.js",): Cookie(
        "label-keys-off",
        "Remembers that somebody wants no keys for labelling comments.",
        "until they want them again",
        "staff who label comments, when they switch the keys off",
    ),
}


def name_of(cookie: Cookie, *, is_https: bool) -> str:
    """Its name on the wire: by https bound to this host alone."""
    return f"__Host-{cookie.name}" if is_https else cookie.name
