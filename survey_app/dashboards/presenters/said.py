"""What a page says was done just now, with the fields of the form that undoes it."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl, urlencode

from flask import flash, get_flashed_messages

Said = tuple[str, dict[str, str] | None]
_UNDO = "undo "


def say(words: str, undo: dict[str, str] | None = None) -> None:
    """Say it on the page that follows; `undo` are the fields that take it back."""
    flash(words, _UNDO + urlencode(undo) if undo else "message")


def said_now() -> list[Said]:
    """Words, and the fields of their undo or None."""
    said = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [(words, dict(parse_qsl(kind[len(_UNDO) :])) if kind.startswith(_UNDO) else None) for kind, words in said]
