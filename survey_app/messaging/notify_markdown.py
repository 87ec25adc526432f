"""E-mail in GOV.UK Notify's Markdown: our links are links, and everybody's words are words, whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Collection

# Notify escapes HTML itself: a backslash before < or > would be shown.
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!~|])")
_BLOCK = re.compile(r"^(?=[\^•=])")  # a quotation, a list, a heading: no backslash helps against these
_DOMAIN = re.compile(r"(?i)(?<![@\w.-])(?:[\w-]+\.)+[a-z]{2,63}(?![\w@])")
_INVISIBLE = "\u200b"  # a space of no width
_ENDS_EARLY = re.compile(r"[\s()<>]")
_RULE = "---"


def as_markdown(text: str, links: Collection[str]) -> str:
    """A plain text so that it reads the same in an e-mail of GOV.UK Notify, line by line.

    `links` are the addresses that are meant to be followed; one that ends in a slash means all that begin with it. Any
    other that stands in the text, in the name of a service say, can be read but not clicked. A line that stands above
    a link alone becomes its words.
    """
    written: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if written and written[-1] and _is_meant(line, links):
            written[-1] = f"[{written[-1]}]({line})"
        elif line == "--":
            written.append(_RULE)
        else:
            written.append("".join(_word(word, links) for word in re.split(r"(\s+)", line)))
    return "\n".join(written)


def _is_meant(word: str, links: Collection[str]) -> bool:
    """Whether it is one of our links; one in which a sign would end it early is none."""
    if _ENDS_EARLY.search(word):
        return False
    return any(word == link or (link.endswith("/") and word.startswith(link)) for link in links)


def _word(word: str, links: Collection[str]) -> str:
    core = word.rstrip(".,:;")
    return core + _words(word[len(core) :]) if _is_meant(core, links) else _words(word)


def _words(words: str) -> str:
    """Words that are shown as they are."""
    unlinked = _DOMAIN.sub(lambda found: found[0].replace(".", f".{_INVISIBLE}"), words)
    unlinked = unlinked.replace("://", f":{_INVISIBLE}//")
    return _SIGNS.sub(r"\\\1", _BLOCK.sub(_INVISIBLE, unlinked))
