"""The survey of a `.qsf`: its blocks in the order of its flow, their questions, skips and branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing.comparing import CannotBeSaid
from survey_app.surveys.importing.composing import ENGLISH, Composer, language_code, plain
from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.importing.imported import Imported, Reader
from survey_app.surveys.importing.qualtrics.logic import chosen, condition_of
from survey_app.surveys.importing.qualtrics.questions import Source, ask

_DEEPEST_FLOW = 30
_IN_FLOW = {
    "EmbeddedData": "what is known of a contact comes with the contact here",
    "WebService": "no other program is asked during a survey",
    "Authenticator": "people are known by their link",
    "Quota": "there are no quotas",
    "QuotaCheck": "there are no quotas",
    "TableOfContents": "a survey goes from page to page",
    "ReferenceSurvey": "another survey inside this one has no place here",
    "Conjoint": "a study of this kind has no place here",
    "SupplementalData": "data from elsewhere have no place here",
}
_ELEMENTS = {
    "TR": ("E-mails that the survey sends", "they are set up in the settings here"),
    "QO": ("Quotas", "there are none here; how many are asked is set for each service"),
    "QG": ("Quotas", "there are none here; how many are asked is set for each service"),
    "NT": ("Notes of those who made the survey", "a survey has none here"),
}
_OPTIONS = {
    "Header": "the council's logo and name stand on every page",
    "Footer": "the council's own links stand on every page",
    "EOSMessage": "the thanking page has texts of its own in the settings",
    "EOSRedirectURL": "nobody is sent elsewhere after the survey",
    "CustomStyles": "pages look as the council's do",
    "SurveyTermination": "the thanking page has texts of its own in the settings",
    "PasswordProtection": "people are known by their link",
}
_USUAL = {None, "", "None", "DefaultMessage", "No", "http://", "false"}


@dataclass
class _Skip:
    """A skip of the file, decided once all questions are known."""

    place: str
    question: str
    given: Mapping[str, Any]
    block: int  # its turn in the flow


@dataclass
class _File:
    composer: Composer
    questions: Mapping[str, Mapping[str, Any]]
    blocks: Mapping[str, Mapping[str, Any]]
    part: int = 0
    shown: list[str] = field(default_factory=list)  # blocks, as they came
    names: dict[str, list[str]] = field(default_factory=dict)  # by the file's identity: how its parts are called
    under: dict[str, tuple[object, ...]] = field(default_factory=dict)  # the branches above a question
    starts: list[str | None] = field(default_factory=list)  # the first question of each block in turn
    skips: list[_Skip] = field(default_factory=list)
    ends: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)  # after which question, under what


def _recognises(file: ForeignFile) -> bool:
    return isinstance(file.json, dict) and "SurveyElements" in file.json


def _read(file: ForeignFile) -> Imported:
    elements = file.json["SurveyElements"]
    entry = file.json.get("SurveyEntry")
    entry = entry if isinstance(entry, dict) else {}
    if not isinstance(elements, list):
        raise InvalidInput(f"{file.name} is a Qualtrics survey whose parts cannot be read.")
    composer = Composer(entry.get("SurveyName"), file.name, entry.get("SurveyID"))
    here = _File(composer, _questions(elements), _blocks(elements))
    main = language_code(entry.get("SurveyLanguage"))
    if main != ENGLISH:
        composer.leave_out(f"The survey's language ({main})", "its texts stand where the English ones do here")
    flow = _first(elements, "FL").get("Flow")
    if isinstance(flow, list) and flow:
        _walk(here, flow, (), 0)
    else:
        _walk(here, [{"Type": "Block", "ID": key} for key, one in here.blocks.items() if not _is_trash(one)], (), 0)
    _decide(here)
    _note_rest(here, elements)
    return Imported(composer.finished(), left_out=composer.left_out)


def _questions(elements: list[Any]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for element in _of(elements, "SQ"):
        payload = element.get("Payload")
        if isinstance(payload, dict):
            found.setdefault(plain(payload.get("QuestionID")) or plain(element.get("PrimaryAttribute")), payload)
    return found


def _blocks(elements: list[Any]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for element in _of(elements, "BL"):
        given = element.get("Payload")
        parts = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else []
        for number, block in enumerate(parts):
            if isinstance(block, dict):
                found.setdefault(plain(block.get("ID")) or f"block {number}", block)
    return found


def _of(elements: list[Any], kind: str) -> list[Mapping[str, Any]]:
    return [element for element in elements if isinstance(element, dict) and element.get("Element") == kind]


def _first(elements: list[Any], kind: str) -> Mapping[str, Any]:
    payloads = [element.get("Payload") for element in _of(elements, kind)]
    return next((payload for payload in payloads if isinstance(payload, dict)), {})


def _is_trash(block: Mapping[str, Any]) -> bool:
    return block.get("Type") == "Trash"


def _walk(here: _File, flow: list[Any], under: tuple[object, ...], depth: int) -> None:
    """Through the flow, in its order; `under` are the logics of the branches above."""
    if depth > _DEEPEST_FLOW:
        raise InvalidInput("The flow of the survey nests too many branches in each other.")
    for step in flow:
        if not isinstance(step, dict):
            continue
        kind, inside = plain(step.get("Type")), step.get("Flow")
        name = plain(step.get("Description")) or plain(step.get("FlowID"))
        inside = inside if isinstance(inside, list) else []
        if kind in ("Block", "Standard", "Root"):
            _block(here, plain(step.get("ID")), under)
            _walk(here, inside, under, depth + 1)
        elif kind == "Branch":
            if not inside:
                here.composer.leave_out(f"The branch “{name}”", "nothing stands below it")
            _walk(here, inside, (*under, step.get("BranchLogic")), depth + 1)
        elif kind == "EndSurvey":
            _end(here, under, name)
        else:
            _note_step(here.composer, kind, name)
            _walk(here, inside, under, depth + 1)


def _note_step(composer: Composer, kind: str, name: str) -> None:
    if "Randomizer" in kind:
        composer.leave_out(f"The random order “{name}”", "questions stand in one order for everybody; all are asked")
    elif kind != "Group":
        why = _IN_FLOW.get(kind, "a step of this kind is not known here")
        composer.leave_out(f"{kind or 'A step'} “{name}” in the flow", why)


def _end(here: _File, under: tuple[object, ...], name: str) -> None:
    last = next(reversed(here.composer.asked), None)
    if last is None:
        here.composer.leave_out(f"The end “{name}”", "nothing is asked before it")
    elif under:
        here.ends.append((last, under))


def _block(here: _File, identity: str, under: tuple[object, ...]) -> None:
    block = here.blocks.get(identity)
    if block is None:
        here.composer.leave_out(f"The block {identity or 'without a name'}", "it is named in the flow and not there")
        return
    name = shortened(plain(block.get("Description")) or identity, 60)
    if identity in here.shown:
        here.composer.leave_out(f"The block “{name}” once more", "it is asked once, where it stands first")
        return
    here.shown.append(identity)
    if block.get("Options") and isinstance(block["Options"], dict):
        for key, why in (("Looping", "questions are not repeated"), ("RandomizeQuestions", "their order is fixed")):
            if plain(block["Options"].get(key)) not in ("", "None", "false", "Off"):
                here.composer.leave_out(f"The block “{name}”: {key}", why)
    here.part += 1
    here.starts.append(None)
    steps = block.get("BlockElements")
    for step in steps.values() if isinstance(steps, dict) else steps if isinstance(steps, list) else ():
        if not isinstance(step, dict):
            continue
        if plain(step.get("Type")).replace(" ", "") == "PageBreak":
            here.part += 1
        elif step.get("Type") == "Question":
            _question(here, step, under)


def _question(here: _File, step: Mapping[str, Any], under: tuple[object, ...]) -> None:
    identity = plain(step.get("QuestionID"))
    payload = here.questions.get(identity)
    if payload is None or identity in here.names:
        why = (
            "its block names it, and it is not there"
            if payload is None
            else "it stands in two places; it is asked once"
        )
        here.composer.leave_out(f"The question {identity or 'without a name'}", why)
        return
    source = Source(payload, identity, here.part)
    names = here.names[identity] = ask(here.composer, source)
    if names and here.starts[-1] is None:
        here.starts[-1] = names[0]
    here.under[identity] = under
    given = step.get("SkipLogic")
    for skip in given.values() if isinstance(given, dict) else given if isinstance(given, list) else ():
        if isinstance(skip, dict):
            here.skips.append(_Skip(source.place, identity, skip, len(here.starts) - 1))


def _decide(here: _File) -> None:
    """Conditions, skips and ends, now that all questions are known."""
    asked = here.composer.asked
    for identity, names in here.names.items():
        payload = here.questions[identity]
        place = Source(payload, identity, 0).place
        display = [logic for key in ("DisplayLogic", "InPageDisplayLogic") if (logic := payload.get(key))]
        for what, logic in [("display logic", one) for one in display] + [
            ("branch", one) for one in here.under[identity]
        ]:
            try:
                condition = condition_of(logic, asked)
            except CannotBeSaid as problem:
                here.composer.leave_out(f"{place}: {what}", f"{problem}; it is always asked")
                continue
            for name in names:
                here.composer.show_if(name, condition, f"{place}: {what}")
    for skip in here.skips:
        _skip(here, skip)
    for after, under in here.ends:
        try:
            if len(under) > 1:
                raise CannotBeSaid("it stands below several branches")
            here.composer.jump(after, condition_of(under[0], asked), None)
        except CannotBeSaid as problem:
            here.composer.leave_out("An end of the survey in the flow", str(problem))


def _skip(here: _File, skip: _Skip) -> None:
    to = plain(skip.given.get("SkipToDestination"))
    name = f"{skip.place}: skip to {to or 'nowhere'}"
    names = here.names.get(skip.question)
    if not names:
        here.composer.leave_out(name, "the question itself was not taken over")
        return
    try:
        locator = skip.given.get("ChoiceLocator") or skip.given.get("Locator")
        condition = chosen(locator, skip.given.get("Condition"), here.composer.asked, skip.given.get("RightOperand"))
    except CannotBeSaid as problem:
        here.composer.leave_out(name, str(problem))
        return
    target: str | None = None
    if to == "ENDOFBLOCK":
        target = next((start for start in here.starts[skip.block + 1 :] if start is not None), None)
    elif to not in ("ENDOFSURVEY", "DISQUALIFIED"):
        target = next(iter(here.names.get(to, ())), None)
        if target is None:
            here.composer.leave_out(name, "where it leads was not taken over")
            return
    if target is not None and target not in _after(here, names[-1]):
        here.composer.leave_out(name, "it leads back; here a survey only goes on")
        return
    here.composer.jump(names[-1], condition, target)


def _after(here: _File, name: str) -> set[str]:
    names = list(here.composer.asked)
    return set(names[names.index(name) + 1 :])


def _note_rest(here: _File, elements: list[Any]) -> None:
    """What of the file nobody has met on the way."""
    composer = here.composer
    for identity, block in here.blocks.items():
        if identity not in here.shown:
            where = "the trash" if _is_trash(block) else "a block that the flow does not show"
            for question in _inside(block):
                composer.leave_out(_place(here, question), f"it lies in {where}")
                here.names.setdefault(question, [])
    for identity in here.questions:
        if identity not in here.names:
            composer.leave_out(_place(here, identity), "it lies in no block")
    _note_settings(composer, elements)


def _note_settings(composer: Composer, elements: list[Any]) -> None:
    for kind, (what, why) in _ELEMENTS.items():
        if _of(elements, kind):
            composer.leave_out(what, why)
    settings = _first(elements, "SO")
    for key, why in _OPTIONS.items():
        value = settings.get(key)
        if not isinstance(value, str | None) or value not in _USUAL:
            composer.leave_out(f"The survey's {key}", why)
    if _first(elements, "SCO").get("ScoringCategories"):
        composer.leave_out("Scoring", "nobody is scored here; what an answer is worth is set in the builder")


def _inside(block: Mapping[str, Any]) -> list[str]:
    """The questions of a block."""
    held = block.get("BlockElements")
    steps = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    return [plain(step.get("QuestionID")) for step in steps if isinstance(step, dict) and plain(step.get("QuestionID"))]


def _place(here: _File, identity: str) -> str:
    return Source(here.questions.get(identity, {}), identity, 0).place


READER = Reader("Qualtrics (.qsf)", _recognises, _read)
