"""A file that somebody hands over, looked at once for all readers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from survey_app.kernel.errors import InvalidInput

MOST_BYTES = 50_000_000
_DEEPEST_JSON = 100
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


@dataclass(frozen=True)
class ForeignFile:
    """The content of a file, and what it is at first sight. Each look is taken once, when a reader asks for it."""

    name: str  # for messages; nothing is concluded from it
    content: bytes

    @cached_property
    def text(self) -> str | None:
        """As text without a mark in front: UTF-8, UTF-16 where it has a mark, or Windows-1252. None when it is none."""
        for encoding in _ENCODINGS:
            if encoding == "utf-16" and not self.content.startswith((b"\xff\xfe", b"\xfe\xff")):
                continue
            try:
                text = self.content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if "\x00" in text else text
        return None

    @cached_property
    def json(self) -> Any:
        """As JSON; None where it is none, or is nested so deeply that no survey is."""
        if not self._begins_as_json:
            return None
        try:
            document = json.loads(self.text or "")
        except (ValueError, RecursionError):
            return None
        return document if _is_shallow(document) else None

    @property
    def nature(self) -> str:
        """What can be said of a file that no reader recognised."""
        if not self.content.strip():
            return "it is empty"
        if self.text is None:
            return "it is no text"
        if self._begins_as_json and self.json is None:
            return _what_is_wrong(self.text)
        return "it is JSON of another kind" if self._begins_as_json else "its kind is not known"

    def refuse_oversized(self) -> None:
        """InvalidInput for a file that is larger than any survey."""
        if len(self.content) > MOST_BYTES:
            raise InvalidInput(f"{self.name} is larger than {MOST_BYTES // 1_000_000} MB: no survey is.")

    @property
    def _begins_as_json(self) -> bool:
        return self.text is not None and self.text.lstrip()[:1] in ("{", "[")


def _what_is_wrong(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"it begins as JSON, but in line {error.lineno}, column {error.colno} it is none ({error.msg})"
    except (ValueError, RecursionError):
        pass
    return "it is JSON that is nested too deeply or holds a number that is too large"


def _is_shallow(document: object) -> bool:
    level = [document]
    for _ in range(_DEEPEST_JSON):
        level = [
            one
            for part in level
            if isinstance(part, dict | list)
            for one in (part.values() if isinstance(part, dict) else part)
        ]
        if not level:
            return True
    return False
