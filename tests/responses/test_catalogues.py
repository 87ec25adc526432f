"""The catalogues of what residents read: complete, with the same places to fill, and compiled as they stand."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from survey_app.kernel.languages import TRANSLATED
from survey_app.settings import PROJECT_ROOT

PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
KEYWORDS = {"_": None, "ngettext": (1, 2), "translated": None, "for_translation": None}


@cache
def said_to_residents() -> frozenset[str | tuple[str, ...]]:
    with (PROJECT_ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str | tuple[str, ...]] = set()
    for folder in ("survey_app", "templates"):
        prefix = f"{folder}/"
        here = [(pattern.removeprefix(prefix), how) for pattern, how in methods if pattern.startswith(prefix)]
        found |= {
            message
            for _file, _line, message, _comments, _context in extract_from_dir(
                PROJECT_ROOT / folder, here, {key.removeprefix(prefix): each for key, each in options.items()}, KEYWORDS
            )
        }
    return frozenset(found)


def path_of(language: str, ending: str) -> Path:
    return PROJECT_ROOT / "survey_app" / "translations" / language / "LC_MESSAGES" / f"messages.{ending}"


def catalogue(language: str) -> Catalog:
    with io.BytesIO(path_of(language, "po").read_bytes()) as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    said = said_to_residents()
    assert len(said) > 250
    has = {tuple(message.id) if message.pluralizable else message.id: message for message in catalogue(language)}
    del has[""]
    assert said - has.keys() == set(), "not translated: see docs/languages.md"
    assert has.keys() - said == set(), "said nowhere any more"
    assert [message.id for message in has.values() if message.fuzzy or not all(_texts(message.string))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_the_same_places(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            places = set(PLACES.findall(_texts(message.id)[-1]))
            assert all(set(PLACES.findall(text)) == places for text in _texts(message.string)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    with io.BytesIO() as compiled:
        write_mo(compiled, catalogue(language))
        assert path_of(language, "mo").read_bytes() == compiled.getvalue(), "run `make catalogues`"


def test_each_language_has_its_files() -> None:
    folder = PROJECT_ROOT / "survey_app"
    assert {path.name for path in (folder / "translations").iterdir()} == set(TRANSLATED)
    assert {path.stem for path in Path(folder / "surveys" / "phrases").glob("*.csv")} == set(TRANSLATED)


def _texts(said: object) -> list[str]:
    return [said] if isinstance(said, str) else [str(text) for text in said]  # type: ignore[attr-defined]
