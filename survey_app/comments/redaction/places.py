"""Where somebody lives: postcodes, and a number with its street. A street alone stays: comments are about streets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.comments.redaction.details import Span, after, before
from survey_app.comments.redaction.lists import words_in

_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?:GIR\s{0,2}0AA|[A-PR-UWYZ](?:[0-9][0-9A-HJKPS-UW]?|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]?)\s{0,2}[0-9][A-Z]{2})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ORDINAL_OR_UNIT = re.compile(r"[0-9](?:st|nd|rd|th|am|pm|km|kg|mm|cm|ml|mb|gb|hr|yr)$")  # "the A1 5th time"


def postcodes(text: str) -> Iterator[Span]:
    """Whole postcodes; a district such as HP12 names thousands of homes, and stays."""
    return (match.span() for match in _POSTCODE.finditer(text) if not _ORDINAL_OR_UNIT.search(match[0]))


_STREET = (
    r"street|str|st|road|rd|avenue|ave|av|lane|ln|close|crescent|cres|drive|dr|court|ct|gardens|gdns|grove|"
    r"place|pl|square|sq|"
    r"terrace|terr|way|walk|hill|rise|view|mews|row|green|park|parade|gate|yard|villas|villa|mount|croft|fold|"
    r"heights|meadows?|"
    r"vale|wharf|quay|circus|cottages?|buildings|mansions|bank|brow|broadway|esplanade|drove|chase|copse|dene|"
    r"dell|garth|"
    r"ridge|side|end|fields?|wynd|loan|brae|boulevard|passage|approach|house|tower|lodge|point|heol|ffordd|stryd"
)
_BUILDING = (
    r"house|court|tower|towers|lodge|mansions|point|heights|buildings?|block|hall|place|villas?|"
    r"apartments|flats|close|view|green"
)
_HOME = r"flat|apartment|apt|maisonette|bedsit|studio"
_WORD = r"[^\W\d_][\w'’.-]{0,24}"
_NUMBER = r"(?:[0-9]{1,3}[a-z]?, ){0,3}[0-9]{1,4}[a-z]?(?: ?(?:-|–|/|&|and|to) ?[0-9]{1,4}[a-z]?)?"
_ADDRESS = re.compile(
    rf"(?<![\w£$€.,:/#-])(?:(?:{_HOME}) [0-9]{{1,4}}[a-z]?,? )?(?:(?:no\.?|number|house number|house) )?"
    rf"(?P<number>{_NUMBER}),? {{1,2}}(?P<words>{_WORD}(?: {_WORD}){{0,3}}?) (?P<street>{_STREET})(?![\w'’-])",
    re.IGNORECASE,
)
# "17 Broadway", "1 Kingsway"
_ONE_WORD = re.compile(
    r"(?<![\w£$€.,:/#-])[0-9]{1,4}[a-z]?,? (?!Motor|Rail|Sub|Drive|Gate|Mid|Half|Run|"
    r"Carriage)[A-Z][a-z]{2,20}(?:way|gate)(?![\w'’-])"
)
_IN_BUILDING = re.compile(
    rf"(?<!\w)(?:{_HOME}|unit) [0-9]{{1,4}}[a-z]?,? (?:of |in |"
    rf"at )?(?P<words>{_WORD}(?: {_WORD}){{0,2}}?) (?:{_BUILDING})(?![\w'’-])",
    re.IGNORECASE,
)
_LIVES_AT = re.compile(
    r"\b(?:liv(?:e|es|ed|ing) at|address is|address:|neighbours? at|next door at|resident (?:of|at)) "
    rf"(?P<home>(?:no\.?|number) [0-9]{{1,4}}[a-z]?|(?:{_WORD} ){{1,3}}(?:cottage|farm|house|lodge|hall|rectory|"
    rf"vicarage|barn|bungalow|villa|court|mill)"
    rf"(?:,? (?:{_WORD} ){{1,3}}(?:{_STREET}))?|"
    rf"{_WORD}(?: {_WORD}){{0,2}}, (?:{_WORD} ){{1,3}}(?:{_STREET}))(?![\w'’-])",
    re.IGNORECASE,
)
# Words that stand between a number and a street without naming it: "24 hours to drive", "10 cars on the road".
_NO_STREET_NAME = words_in(
    """
    a about across after all along and any are around as at away bed bedroom bedrooms bin bins blocked bus buses by
    car cars council councils day days different down each every family few flat flats foot for from ft had has have
    hour hours house houses hr hrs in inch into is it lorries lorry main mile miles min mins minute minutes metre
    metres month months more mph much my near new next no not of off officers old on one only onto or other our out
    over parked past people per potholes second seconds separate side since storey than that these this those
    through time times to trees until up vans was way week weeks were when which with within year years yard yards
    january february march april june july august september october november december staff visits homes complaints
    bags black blue green brown wheelie minutes' weeks' hours' days' bedroomed car's
    """
)
_SOLE = words_in("the old new high green black blue brown")
_NO_HOUSE = re.compile(
    r"\b(?:bus|buses|route|routes|service|junction|page|room|ward|step|question|phase|stage|zone|class|year|bay|"
    r"platform|tram|nos?\.? of)s? $",
    re.IGNORECASE,
)
_NOT_A_STREET = re.compile(
    r"^ (?:tax|works?|sweepers?|lights?|closures?|users?|stops?|trips?|cleaners?|calls?)\b", re.IGNORECASE
)
# Without a capital these alone are streets: "3 bedroom house", "2 way", "12 months end".
_PLAINLY_A_STREET = words_in(
    """
    street st road rd avenue ave lane close crescent drive court gardens grove terrace square mews place way
    """
)
_REACH_BACK = 14


def addresses(text: str) -> Iterator[Span]:
    """A number and its street, a flat and its building, a home that somebody says they live at."""
    end = 0
    for start, stop in sorted([*_numbered(text), *_one_word(text), *_in_buildings(text), *_lived_at(text)]):
        if start >= end:
            yield start, stop
            end = stop


def _numbered(text: str) -> Iterator[Span]:
    for match in _ADDRESS.finditer(text):
        if _names_a_street(match["words"], match["street"]) and not (
            _NO_HOUSE.search(before(text, match.start(), _REACH_BACK))
            or _NOT_A_STREET.match(after(text, match.end(), 12))
        ):
            yield match.span()


def _one_word(text: str) -> Iterator[Span]:
    for match in _ONE_WORD.finditer(text):
        if not _NO_HOUSE.search(before(text, match.start(), _REACH_BACK)):
            yield match.span()


def _names_a_street(words: str, street: str) -> bool:
    named = words.casefold().split()
    if street[0].isupper() and words[0].isupper():
        written_small = [word for word in words.split() if word[0].islower()]
        return named[0] not in _NO_STREET_NAME - _SOLE and all(
            word in ("the", "of", "and", "le", "on") for word in written_small
        )
    return street.casefold() in _PLAINLY_A_STREET and len(named) < 4 and not _NO_STREET_NAME.intersection(named) - _SOLE


def _in_buildings(text: str) -> Iterator[Span]:
    for match in _IN_BUILDING.finditer(text):
        named = match["words"].casefold().split()
        if named[0] == "the" or not _NO_STREET_NAME.intersection(named):
            yield match.span()


def _lived_at(text: str) -> Iterator[Span]:
    for match in _LIVES_AT.finditer(text):
        first = match["home"].split()[0]
        if first[0].isupper() or first.casefold().rstrip(".") in ("no", "number"):
            yield match.span("home")
