"""E-mail in GOV.UK Notify's Markdown: our links are links, and everybody's words are words, whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Collection

# Notify escapes HTML itself: a backslash before < or > would be shown.
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!~|])")
_BLOCK = re.compile(r"^(?=[\^•=])")  # a quotation, a list, a heading: no backslash helps against these
_DOMAIN = re.compile(r"(?i)(?<![@\w.-])(?:[\w-]+\.)+[a-z]{2,63}(?![\w@])")
_INVISIBLE = "\u200b"  # a space of no width
_RULE = "---"


def as_markdown(text: str, links: Collection[str]) -> str:
    """A plain text so that it reads the same in an e-mail of GOV.UK Notify, line by line.

    `links` are the addresses that are meant to be followed. Any other that stands in the text, in the name of a
    service say, can be read but not clicked. A line that stands above one of the links alone becomes its words.
    """
    meant = {link for link in links if not re.search(r"[\s()<>]", link)}
    lines = [line.strip() for line in text.splitlines()]
    written: list[str] = []
    for line in lines:
        if line in meant and written and written[-1]:
            written[-1] = f"[{written[-1]}]({line})"
        elif line == "--":
            written.append(_RULE)
        else:
            written.append(_line(line, meant))
    return "\n".join(written)


def _line(line: str, meant: Collection[str]) -> str:
    return "".join(_word(word, meant) for word in re.split(r"(\s+)", line))


def _word(word: str, meant: Collection[str]) -> str:
    core = word.rstrip(".,:;")
    return core + _words(word[len(core) :]) if core in meant else _words(word)


def _words(words: str) -> str:
    """Words that are shown as they are."""
    unlinked = _DOMAIN.sub(lambda found: found[0].replace(".", f".{_INVISIBLE}"), words)
    unlinked = unlinked.replace("://", f":{_INVISIBLE}//")
    return _SIGNS.sub(r"\\\1", _BLOCK.sub(_INVISIBLE, unlinked))
