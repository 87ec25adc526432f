"""Setting what the council prints: PDF that a screen reader can read (PDF/UA-1).

All words travel as data: a layout reads them from `data.json` beside it, and none is ever taken for markup.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from survey_app.kernel.characters import in_print, without

# what PDF/UA-1 refuses to leave out: a character of a name or a comment that no font here has
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_LOGO_NAMES = {"image/png": "logo.png", "image/jpeg": "logo.jpg"}


@dataclass(frozen=True)
class PrintedLogo:
    media_type: str
    content: bytes


def typeset(layout: Path, data: Mapping[str, Any], logo: PrintedLogo | None) -> bytes:
    """The PDF of a layout and its data, in which `logo` names the picture's file or is null. Without the logo where
    that is broken: it must not hold up the post."""
    try:
        return _set(layout, data, logo)
    except typst.TypstError:
        if logo is None:
            raise
        return _set(layout, data, None)


def _set(layout: Path, data: Mapping[str, Any], logo: PrintedLogo | None) -> bytes:
    name = None if logo is None else _LOGO_NAMES[logo.media_type]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copy(layout, root / layout.name)
        if logo is not None and name is not None:
            (root / name).write_bytes(logo.content)
        words = _each_text(in_print, {**data, "logo": name})
        while True:
            (root / "data.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
            try:
                made: bytes = typst.compile(str(root / layout.name), root=folder, pdf_standards="ua-1")
            except typst.TypstError as error:
                missing = _MISSING.search(str(error))
                fewer = words if missing is None else _each_text(partial(without, missing=missing[1]), words)
                if fewer == words:
                    raise
                words = fewer
            else:
                return made


def _each_text(change: Callable[[str], str], value: Any) -> Any:
    """The data with each of its texts changed so."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each_text(change, each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_each_text(change, each) for each in value]
    return value
