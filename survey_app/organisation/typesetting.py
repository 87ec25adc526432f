"""Setting what the council prints: PDF that a screen reader can read (PDF/UA-1).

All words travel as data: a layout reads them from `data.json` beside it, and none is ever taken for markup.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from survey_app.kernel.characters import in_print

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
        (root / "data.json").write_text(in_print(json.dumps({**data, "logo": name}, ensure_ascii=False)), "utf-8")
        if logo is not None and name is not None:
            (root / name).write_bytes(logo.content)
        made: bytes = typst.compile(str(root / layout.name), root=folder, pdf_standards="ua-1")
    return made
