"""What happens is told in its own transaction to whoever of a later package passes it on. This package knows no
listener by name, and nothing is read or written for what nobody listens to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask, current_app

Facts = Callable[[], Iterable[Mapping[str, Any]]]
Listener = Callable[[str, Facts, datetime], None]


def on_happening(app: Flask, listener: Listener) -> None:
    """A later package is told of all that happens: what kind of thing, its facts, and when."""
    app.extensions.setdefault("happenings", []).append(listener)


def tell(kind: str, facts: Facts, *, at: datetime) -> None:
    """Say in the caller's transaction that something happened: it is known if, and only if, the act stands.

    `facts` gives one mapping for each thing that happened, and is asked only by a listener who wants this kind. They
    hold references and codes, never what somebody wrote or who they are.
    """
    for listener in current_app.extensions.get("happenings", ()):
        listener(kind, facts, at)
