"""What is filled into the words of a survey: `{{service}}`, `{{channel}}` and `{{date}}` of the contact, and
`{{answer.code}}`, what was chosen at an earlier question.

A text that is filled in is filled in once: what a pipe brings is never read for pipes. It is plain text, which the page
escapes as any other. What somebody wrote is never filled in: it may hold what is personal (see `checking`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

SERVICE, CHANNEL, DATE, ANSWER = "service", "channel", "date", "answer"
# What is read where something is not known, so that no sentence has a hole: "How was your contact about our service?"
FALLBACKS: Mapping[str, str] = MappingProxyType(
    {SERVICE: "our service", CHANNEL: "contact", DATE: "that day", ANSWER: "your answer"}
)
_OF_ANSWER = f"{ANSWER}."
PIPE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def pipes_in(text: str) -> tuple[str, ...]:
    """The names between braces in a text, in their order, known or not: "service", "answer.resolved"."""
    return tuple(PIPE.findall(text))


def has_broken_pipe(text: str) -> bool:
    """Whether braces stand in a text that open or close no pipe."""
    rest = PIPE.sub("", text)
    return "{{" in rest or "}}" in rest


def answer_of(pipe: str) -> str | None:
    """The question whose answer a pipe brings, by code; None where it brings something else."""
    return pipe.removeprefix(_OF_ANSWER) if pipe.startswith(_OF_ANSWER) else None


def is_pipe(name: str) -> bool:
    """Whether there is a pipe of this name; not whether there is the question it names."""
    return name in (SERVICE, CHANNEL, DATE) or bool(answer_of(name))


def answers_in(texts: Sequence[str]) -> frozenset[str]:
    """The questions, by code, whose answers these texts bring."""
    return frozenset(code for text in texts for pipe in pipes_in(text) if (code := answer_of(pipe)))


def piped(
    text: str, facts: Mapping[str, str], answers: Mapping[str, str], fallbacks: Mapping[str, str] = FALLBACKS
) -> str:
    """A text with its pipes filled in.

    `facts` are the words for the service, the channel and the date, `answers` those of what was chosen, by question
    code. What is empty or missing in them reads as `fallbacks` says. What begins the text begins with a capital. A pipe
    that is none stays as it is: it is never published.
    """

    def words(found: re.Match[str]) -> str:
        name, code = found[1], answer_of(found[1])
        if not is_pipe(name):
            return found[0]
        said = answers.get(code) if code else facts.get(name)
        said = said or fallbacks[ANSWER if code else name]
        return said if text[: found.start()].strip() else said[:1].upper() + said[1:]

    return PIPE.sub(words, text)
